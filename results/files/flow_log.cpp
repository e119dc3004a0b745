// SPDX-License-Identifier: GPL-2.0-only
// Writes flows.csv: `#` lines that say where it comes from, the columns, and one row a flow.
#include "files/file_text.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/format.hpp"
#include "hpnsim/statistics.hpp"
#include "hpnsim/writers.hpp"

#include <algorithm>
#include <cerrno>
#include <sstream>

namespace hpnsim
{

namespace
{

std::filesystem::path log_path(const RunRecord& run, const std::filesystem::path& out_dir)
{
    return out_dir / "runs" / run.label / "flows.csv";
}

/// Reads what format_ns writes.
Time time_of_ns(std::string text)
{
    text.erase(std::remove(text.begin(), text.end(), '.'), text.end());
    return Time{text.empty() ? 0 : std::stoll(text)};
}

/// Reads what flow_row writes; statuses have neither commas nor quotes.
FlowRow flow_of(const std::string& line)
{
    std::vector<std::string> fields;
    std::istringstream in(line);
    for (std::string field; std::getline(in, field, ',');) fields.push_back(field);
    FlowRow flow;
    flow.id = std::stoull(fields.at(0));
    flow.src = static_cast<uint32_t>(std::stoul(fields.at(1)));
    flow.dst = static_cast<uint32_t>(std::stoul(fields.at(2)));
    flow.qp = static_cast<uint32_t>(std::stoul(fields.at(3)));
    flow.bytes = std::stoll(fields.at(4));
    flow.start = time_of_ns(fields.at(5));
    flow.end = time_of_ns(fields.at(6));
    flow.ideal = time_of_ns(fields.at(8));
    flow.retransmitted = std::stoll(fields.at(10));
    flow.status = fields.at(11);
    flow.seed = std::stoull(fields.at(12));
    return flow;
}

/// A disk that fills up cuts the last row. Without that row the file reads like any other.
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

FlowLog::FlowLog(const RunRecord& run, const std::filesystem::path& out_dir, int rows_per_flush)
    : path_(log_path(run, out_dir)), flushed_(std::chrono::steady_clock::now()),
      rows_per_flush_(rows_per_flush)
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
    if (++waiting_ >= rows_per_flush_ || now - flushed_ > std::chrono::seconds(1)) {
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

std::vector<FlowRow> logged_flows(const RunRecord& run, const std::filesystem::path& out_dir)
{
    std::vector<FlowRow> flows;
    std::ifstream in(log_path(run, out_dir), std::ios::binary);
    for (std::string line; std::getline(in, line);)
        if (!line.empty() && line[0] >= '0' && line[0] <= '9') flows.push_back(flow_of(line));
    return flows;
}

}  // namespace hpnsim
