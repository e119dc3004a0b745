// SPDX-License-Identifier: GPL-2.0-only
// flows.csv: `#` lines that say where it comes from, the columns, one row a flow.
#include "file_text.hpp"
#include "hpnsim/format.hpp"
#include "hpnsim/registry.hpp"
#include "hpnsim/statistics.hpp"
#include "hpnsim/writers.hpp"

#include <cerrno>

namespace hpnsim
{

namespace
{

constexpr int kRowsPerFlush = 64;

/// A disk that fills up cuts the last row. Without it the file reads as any other.
void drop_cut_row(const std::filesystem::path& path)
{
    const std::string text = read_file(path);
    std::error_code ignored;
    std::filesystem::resize_file(path, text.rfind('\n') + 1, ignored);
}

}  // namespace

std::string flows_header(const RunRecord& run)
{
    std::string out = "# command: " + one_line(run.command) + "\n# seed: " + std::to_string(run.seed) +
                      "\n# version: hpnsim " + one_line(run.version) + "\n";
    for (const auto& [key, value] : flatten(run.params))
        out += "# param " + one_line(key) + ": " + one_line(value) + "\n";
    return out + "id,src,dst,qp,bytes,start_ns,end_ns,fct_ns,ideal_fct_ns,slowdown,retransmitted_bytes,"
                 "status,seed\n";
}

std::string flow_row(const FlowRow& flow)
{
    // Only a completed flow has an FCT; a failed one has the time of its error.
    const auto slowdown = slowdown_millionths(flow);
    std::string out;
    for (uint64_t number : {flow.id, uint64_t{flow.src}, uint64_t{flow.dst}, uint64_t{flow.qp}})
        out += std::to_string(number) + ",";
    out += std::to_string(flow.bytes) + "," + format_ns(flow.start) + ",";
    out += (flow.unfinished() ? "" : format_ns(flow.end)) + ",";
    out += (flow.completed() ? format_ns(flow.fct()) : "") + ",";
    out += format_ns(flow.ideal) + ",";
    out += (flow.completed() && slowdown ? format_millionths(*slowdown) : "") + ",";
    return out + std::to_string(flow.retransmitted) + "," + csv_field(one_line(flow.status)) + "," +
           std::to_string(flow.seed) + "\n";
}

FlowLog::FlowLog(const RunRecord& run, const std::filesystem::path& out_dir)
    : path_(out_dir / "runs" / run.label / "flows.csv"), flushed_(std::chrono::steady_clock::now())
{
    make_folder(path_.parent_path());
    file_.open(path_, std::ios::binary | std::ios::trunc);
    file_ << flows_header(run);
    flush();
}

void FlowLog::add(const FlowRow& flow)
{
    if (failed_) return;
    file_ << flow_row(flow);
    const auto now = std::chrono::steady_clock::now();
    if (++waiting_ >= kRowsPerFlush || now - flushed_ > std::chrono::seconds(1)) {
        flush();
        flushed_ = now;
    }
}

void FlowLog::flush()
{
    waiting_ = 0;
    if (failed_ || file_.flush()) return;
    failed_ = true;
    const std::string why = std::generic_category().message(errno);
    file_.close();
    drop_cut_row(path_);
    throw BadInput("--out: cannot write " + path_.string() + " (" + why + "); the rows before that are kept");
}

}  // namespace hpnsim
