// SPDX-License-Identifier: GPL-2.0-only
// Declares the columns of busbw.csv and writes it: a row for each run and size of a sweep.
#include "columns/cells.hpp"
#include "files/file_text.hpp"
#include "hpnsim/csv.hpp"
#include "hpnsim/size_sweep.hpp"

namespace hpnsim
{

namespace
{

template <class Field>
Column<BusbwLine> size_column(const char* name, const char* unit, const char* meaning, Field SizeRow::*field)
{
    return {name,
            unit,
            meaning,
            Pool::mean,
            [field](const BusbwLine& line) {
                if constexpr (std::is_same_v<Field, double>)
                    return format_fixed(line.size.*field, 6);
                else
                    return cell_text(line.size.*field);
            },
            [field](BusbwLine& line, const std::string& text) { read_cell(text, line.size.*field); }};
}

}  // namespace

const std::vector<Column<BusbwLine>>& busbw_columns()
{
    static const std::vector<Column<BusbwLine>> kColumns = {
        column("run", "text", "name of the run's folder", &BusbwLine::run, Pool::first),
        column("op", "text", "operation", &BusbwLine::operation, Pool::first),
        column("algorithm", "text", "algorithm of the collective", &BusbwLine::algorithm, Pool::first),
        column("cc", "text", "congestion control", &BusbwLine::cc, Pool::first),
        column("path", "text", "path policy", &BusbwLine::path, Pool::first),
        size_column("size", "bytes", "what nccl-tests calls the size: the larger of a rank's two buffers",
                    &SizeRow::size),
        size_column("count", "count", "elements of 4 bytes, as nccl-tests counts them", &SizeRow::count),
        size_column("time_us", "us", "mean time of an iteration", &SizeRow::time_us),
        size_column("algbw", "GB/s", "algorithm bandwidth", &SizeRow::algbw_GBps),
        size_column("busbw", "GB/s", "bus bandwidth", &SizeRow::busbw_GBps),
        size_column("ideal_busbw", "GB/s", "bus bandwidth at the lower-bound time",
                    &SizeRow::ideal_busbw_GBps)};
    return kColumns;
}

void write_busbw(const std::vector<RunRecord>& runs, const std::filesystem::path& out_dir)
{
    std::string text;
    for (const RunRecord& run : runs) {
        const std::optional<SizeSweep> sweep = size_sweep(run);
        if (!sweep) continue;
        const std::string algorithm = run.extra.value("algorithm", "");
        for (const SizeRow& row : sweep->rows)
            text += csv_row(busbw_columns(),
                            BusbwLine{run.label, sweep->operation, algorithm, run.cc, run.path, row});
    }
    if (!text.empty()) write_file(out_dir / "busbw.csv", csv_head(busbw_columns()) + text);
}

}  // namespace hpnsim
