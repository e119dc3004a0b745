// SPDX-License-Identifier: GPL-2.0-only
// Opens the capture files of a run, and closes them when it has ended.
#include "run/captures.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/capture_list.hpp"

#include <filesystem>

namespace hpnsim
{

namespace
{

std::filesystem::path make_folder_for(const Options& options, const RunRecord& record)
{
    const std::string& out = options.common.out;
    const std::filesystem::path root = out.empty() ? "out/" + options.scenario : out;
    const std::filesystem::path folder = root / "runs" / record.label / "pcap";
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        throw BadInput("--pcap: cannot make the folder " + folder.string() + " (" + error.message() + ")");
    return folder;
}

}  // namespace

Captures::Captures(RoceNetwork& network, const Options& options, const RunRecord& record, uint64_t seed,
                   Framing framing)
{
    if (options.common.pcap.empty() || seed != options.common.seed) return;
    const std::filesystem::path folder = make_folder_for(options, record);
    const FabricPlan& plan = network.Plan();
    for (const CapturePoint& point : parse_captures(options.common.pcap, plan)) {
        captures_.push_back(std::make_unique<PortCapture>(network.GetClock(), plan, network.Adjacency(),
                                                          framing, point.node, point.port,
                                                          PcapWriter(folder / point.file)));
        if (point.node < plan.endpoints)
            captures_.back()->Listen(network.Device(point.node));
        else
            captures_.back()->Listen(network.Switch(point.node - plan.endpoints));
    }
}

void Captures::finish()
{
    for (const auto& capture : captures_) capture->Finish();
}

}  // namespace hpnsim
