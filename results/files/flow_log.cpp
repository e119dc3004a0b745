// SPDX-License-Identifier: GPL-2.0-only
// Writes flows.csv: `#` lines that say where it comes from, the columns, and one row a flow. It is written
// while the run goes on, and completed at its end.
#include "files/file_text.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/csv.hpp"
#include "hpnsim/format.hpp"
#include "hpnsim/writers.hpp"

#include <cerrno>
#include <system_error>

namespace hpnsim
{

namespace
{

std::filesystem::path log_path(const RunRecord& run, const std::filesystem::path& out_dir)
{
    return out_dir / "runs" / run.label / "flows.csv";
}

/// A disk that fills up cuts the last row. Without it the file reads as any other.
[[noreturn]] void refuse_cut(const std::filesystem::path& path, int error)
{
    const std::string text = read_file(path);
    std::error_code ignored;
    std::filesystem::resize_file(path, text.rfind('\n') + 1, ignored);
    throw BadInput("results folder: cannot write " + path.string() + " (" +
                   std::generic_category().message(error) + "); the rows before that are kept");
}

/// The parts that the file is put together from: its head, then a row a flow.
std::string part_of(const RunRecord& run, const std::vector<Column<FlowRow>>& columns, size_t index)
{
    return index == 0 ? flows_header(run) : flow_row(run.flows[index - 1], columns);
}

/// How much of the file is as the record has it.
struct Agreement {
    size_t parts = 0;
    uint64_t bytes = 0;
    bool to_the_end = false;  ///< the file ends there, or has all of the record
};

Agreement agreement_of(const RunRecord& run, const std::filesystem::path& path)
{
    Agreement out;
    std::ifstream in(path, std::ios::binary);
    std::string there;
    const std::vector<Column<FlowRow>> columns = flow_columns(run);
    for (; out.parts <= run.flows.size(); ++out.parts) {
        const std::string part = part_of(run, columns, out.parts);
        there.resize(part.size());
        in.read(there.data(), static_cast<std::streamsize>(part.size()));
        out.to_the_end = in.gcount() == 0;
        if (!in || there != part) return out;
        out.bytes += part.size();
    }
    out.to_the_end = true;
    return out;
}

void write_parts(const RunRecord& run, size_t from, std::ostream& out)
{
    const std::vector<Column<FlowRow>> columns = flow_columns(run);
    for (size_t i = from; i <= run.flows.size(); ++i) out << part_of(run, columns, i);
}

}  // namespace

std::string flows_header(const RunRecord& run)
{
    std::string out = "# command: " + one_line(run.command) + "\n# seed: " + std::to_string(run.seed) +
                      "\n# version: hpnsim " + one_line(run.version) + "\n";
    for (const auto& [key, value] : flatten(run.params))
        out += "# param " + one_line(key) + ": " + one_line(value) + "\n";
    return out + csv_head(flow_columns(run));
}

std::string flow_row(const FlowRow& flow, const std::vector<Column<FlowRow>>& columns)
{
    return csv_row(columns, flow);
}

FlowLog::FlowLog(const RunRecord& run, const std::filesystem::path& out_dir, int rows_per_flush)
    : columns_(flow_columns(run)), path_(log_path(run, out_dir)), flushed_(std::chrono::steady_clock::now()),
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
    file_ << flow_row(flow, columns_);
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
    const int error = errno;
    file_.close();
    refuse_cut(path_, error);
}

/// The file holds what a FlowLog wrote while the run went on. Rows are added that it lacks, and those of
/// seeds that count once are taken off; only where the order differs is it written anew.
void write_flows(const RunRecord& run, const std::filesystem::path& path)
{
    const Agreement agreement = agreement_of(run, path);
    if (agreement.parts == 0 || !agreement.to_the_end)
        return write_file(path, [&](std::ostream& out) { write_parts(run, 0, out); });
    if (agreement.parts > run.flows.size()) {
        std::error_code error;
        std::filesystem::resize_file(path, agreement.bytes, error);
        if (error)
            throw BadInput("results folder: cannot write " + path.string() + " (" + error.message() + ")");
        return;
    }
    errno = 0;
    std::ofstream out(path, std::ios::binary | std::ios::app);
    write_parts(run, agreement.parts, out);
    out.close();
    if (out.fail()) refuse_cut(path, errno);
}

std::vector<FlowRow> logged_flows(const RunRecord& run, const std::filesystem::path& out_dir)
{
    std::vector<FlowRow> flows;
    const std::filesystem::path path = log_path(run, out_dir);
    if (std::filesystem::exists(path))
        read_csv<FlowRow>(path, flow_columns(run), [&](const FlowRow& flow) { flows.push_back(flow); });
    return flows;
}

}  // namespace hpnsim
