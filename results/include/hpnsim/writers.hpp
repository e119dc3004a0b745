// SPDX-License-Identifier: GPL-2.0-only
// Writes the output folder: DIR/runs/LABEL/ with flows.csv, summary.json, queues.csv, queue_depth.csv and,
// when asked for, series.csv. The same record makes the same bytes, but for `host` in summary.json.
#pragma once

#include "hpnsim/columns.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <vector>

namespace hpnsim
{

/// Writes all files of a run. When one cannot be written, the others are, and then BadInput is thrown.
void write_run(const RunRecord& run, const std::filesystem::path& out_dir);

/// Writes summary.json alone, for a run that failed so that no more than this is known. Throws BadInput.
void write_summary(const RunRecord& run, const std::filesystem::path& out_dir);

/// summary.json as an object; `host` is the last key.
nlohmann::ordered_json summary_json(const RunRecord& run);

/// runs/LABEL/flows.csv while the run goes on, so that an interrupted or killed run keeps what it recorded.
/// The header is taken from the record's label, command, seed, version and params. write_run() adds what
/// is missing.
class FlowLog
{
public:
    static constexpr int kRowsPerFlush = 64;

    FlowLog(const RunRecord& run, const std::filesystem::path& out_dir, int rows_per_flush = kRowsPerFlush);
    /// Appends a row; hands rows to the system every `rows_per_flush` rows, or when a second has passed.
    /// Throws BadInput once when they cannot be written; later rows are then left out.
    void add(const FlowRow& flow);
    void flush();

private:
    std::vector<Column<FlowRow>> columns_;
    std::filesystem::path path_;
    std::ofstream file_;
    std::chrono::steady_clock::time_point flushed_;
    int rows_per_flush_;
    int waiting_ = 0;
    bool failed_ = false;
};

/// The rows that a FlowLog of this run has handed to the system, in another process perhaps. Throws BadInput.
/// A file that is not there has none.
std::vector<FlowRow> logged_flows(const RunRecord& run, const std::filesystem::path& out_dir);

}  // namespace hpnsim
