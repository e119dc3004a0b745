// SPDX-License-Identifier: GPL-2.0-only
// Opens the trace files of a run, and puts a tap on each QP that is traced.
#include "run/traces.hpp"

#include "hpnsim/trace_writer.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>

namespace hpnsim
{

namespace
{

/// Counts the wire bytes of a full packet beyond its payload.
Bytes full_header(const NicConfig& nic)
{
    return data_wire_bytes(*nic.wire, static_cast<uint32_t>(nic.mtu), false, nic.telemetry) - nic.mtu;
}

}  // namespace

/// One trace file. It is opened only to append, so that any number of QPs can be traced at once.
class Traces::File
{
public:
    File(std::filesystem::path path, std::string head, size_t keep, uint32_t src, uint32_t dst, uint32_t qp)
        : path_(std::move(path)), text_(std::move(head)), keep_(keep), src_(src), dst_(dst), qp_(qp)
    {
    }

    void add(const TraceRow& row)
    {
        text_ += trace_line(row);
        any_ = true;
        if (text_.size() > keep_) write();
    }

    void write()
    {
        if (!any_ || text_.empty()) return;
        std::filesystem::create_directories(path_.parent_path());
        std::ofstream file(path_, std::ios::app | std::ios::binary);
        file << text_;
        file.close();
        if (!file) throw BadInput("--trace: cannot write " + path_.string());
        text_.clear();
    }

    bool written_for(const TracePick& pick) const { return any_ && pick.takes(src_, dst_, qp_); }

private:
    std::filesystem::path path_;
    std::string text_;
    size_t keep_;
    uint32_t src_, dst_, qp_;
    bool any_ = false;
};

Traces::Traces(const CommonOptions& options, const std::filesystem::path& folder, uint64_t seed,
               const ChosenParts& parts, const FabricPlan& plan)
    : folder_(folder / "trace"), ccs_{parts.cc}, keep_(any_plugin(parts) ? 0 : size_t{1} << 16)
{
    for (const ChosenParts& function : parts.functions) ccs_.push_back(function.cc);
    if (options.trace.empty() || seed != options.seed) return;
    picks_ = parse_traces(options.trace, plan);
}

Traces::~Traces() = default;

void Traces::listen(RoceNetwork& network)
{
    if (picks_.empty()) return;
    network.OnQp([this, &network](uint32_t endpoint, uint32_t qp) {
        open(network.Device(endpoint).NicOf(qp), endpoint, qp, network.Plan());
    });
}

void Traces::open(Nic& nic, uint32_t endpoint, uint32_t qp, const FabricPlan& plan)
{
    const uint32_t peer = nic.peer(qp);
    if (std::none_of(picks_.begin(), picks_.end(),
                     [&](const TracePick& pick) { return pick.takes(endpoint, peer, qp); }))
        return;
    const std::string name = std::to_string(plan.id_of(endpoint)) + "-" + std::to_string(plan.id_of(peer)) +
                             "-qp" + std::to_string(qp) + ".csv";
    const Chosen<CcOps>& cc = ccs_[function_of(nic.first_qp())];
    const std::string head =
        trace_head(cc, nic.flow(qp), full_header(nic.config()), nic.config().quirks.int_wrap);
    files_.push_back(std::make_unique<File>(folder_ / name, head, keep_, endpoint, peer, qp));
    File* file = files_.back().get();
    taps_.push_back(std::make_unique<CcTap>(*cc.ops, cc.params.get(), nic.flow(qp),
                                            [file](const TraceRow& row) { file->add(row); }));
    nic.tap(qp, {&taps_.back()->ops(), taps_.back().get()});
}

void Traces::finish()
{
    for (const auto& file : files_) file->write();
    for (const TracePick& pick : picks_)
        if (std::none_of(files_.begin(), files_.end(),
                         [&](const auto& file) { return file->written_for(pick); }))
            std::cerr << "--trace: no QP that '" << pick.name << "' names has sent anything\n";
}

}  // namespace hpnsim
