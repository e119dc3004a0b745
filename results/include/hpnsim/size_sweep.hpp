// SPDX-License-Identifier: GPL-2.0-only
// What a collective took for each size of a sweep: kept in the record's `extra`, and written as the table of
// nccl-tests and as busbw.csv.
#pragma once

#include "hpnsim/columns.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hpnsim
{

/// One size: the mean over its iterations.
struct SizeRow {
    Bytes size = 0;
    uint64_t count = 0;  ///< of elements, as nccl-tests counts them
    double time_us = 0;
    double algbw_GBps = 0, busbw_GBps = 0, ideal_busbw_GBps = 0;
    std::optional<double> wrong;  ///< elements; nothing: they were not checked
};

/// The sizes that were completed, in the order in which they ran.
struct SizeSweep {
    std::string operation, program;  ///< of nccl-tests: "all_reduce", "all_reduce_perf"
    std::string redop = "none";
    int root = -1;
    std::vector<SizeRow> rows;
};

/// Puts the sweep into record.extra (`sweep`), but for `wrong`.
void set_size_sweep(const SizeSweep& sweep, RunRecord& record);
/// Returns the sweep of a record; nothing: it is of another kind of run.
std::optional<SizeSweep> size_sweep(const RunRecord& record);

/// Returns `value` as nccl-tests writes it into a column of `width` characters: as many decimals, two at
/// most, as leave a blank at its left.
std::string nccl_number(double value, int width);
/// Returns the table that nccl-tests would print; empty: the record has no sweep.
std::string nccl_table(const RunRecord& record);

/// A row of busbw.csv.
struct BusbwLine {
    std::string run, operation, algorithm, cc, path;
    SizeRow size;
};
const std::vector<Column<BusbwLine>>& busbw_columns();

/// Writes out_dir/busbw.csv if any of the runs has a sweep. Throws BadInput.
void write_busbw(const std::vector<RunRecord>& runs, const std::filesystem::path& out_dir);

}  // namespace hpnsim
