// SPDX-License-Identifier: GPL-2.0-only
// Writes the table of nccl-tests, column by column as that writes it, so that scripts that read the one read
// the other. Where the buffers of a rank lie makes no difference to a simulated network: the figures of "out
// of place" and "in place" are the same run.
#include "hpnsim/format.hpp"
#include "hpnsim/size_sweep.hpp"

#include <cinttypes>
#include <cstdio>

namespace hpnsim
{

namespace
{

constexpr int kTimeWidth = 7, kRateWidth = 6;

template <class... Values> std::string printed(const char* format, Values... values)
{
    char text[256];
    std::snprintf(text, sizeof text, format, values...);
    return text;
}

std::string head()
{
    const char* const kNames = "# %10s  %12s  %8s  %6s  %6s  %7s  %6s  %6s  %6s  %7s  %6s  %6s  %6s \n";
    return "#\n" +
           printed(
               "# %10s  %12s  %8s  %6s  %6s           out-of-place                       in-place          "
               "\n",
               "", "", "", "", "") +
           printed(kNames, "size", "count", "type", "redop", "root", "time", "algbw", "busbw", "#wrong",
                   "time", "algbw", "busbw", "#wrong") +
           printed(kNames, "(B)", "(elements)", "", "", "", "(us)", "(GB/s)", "(GB/s)", "", "(us)", "(GB/s)",
                   "(GB/s)", "");
}

std::string row_text(const SizeSweep& sweep, const SizeRow& row)
{
    std::string half = "  " + nccl_number(row.time_us, kTimeWidth) + "  " +
                       nccl_number(row.algbw_GBps, kRateWidth) + "  " +
                       nccl_number(row.busbw_GBps, kRateWidth);
    half += row.wrong ? printed("  %6g", *row.wrong) : "    N/A";
    return printed("%12" PRId64 "  %12" PRIu64 "  %8s  %6s  %6d", row.size, row.count, "float",
                   sweep.redop.c_str(), sweep.root) +
           half + half + "\n";
}

}  // namespace

std::string nccl_number(double value, int width)
{
    int digits = 0;
    for (double power = 1; value >= power && digits < 400; power *= 10) ++digits;
    if (digits < width - 2) return printed("%*.2f", width, value);
    if (digits < width - 1) return printed("%*.1f", width, value);
    if (digits < width + 1) return printed("%*.0f", width, value);
    return width >= 7 ? printed("%*.1e", width, value) : printed("%*.0e", width, value);
}

std::string nccl_table(const RunRecord& record)
{
    const std::optional<SizeSweep> sweep = size_sweep(record);
    if (!sweep) return "";
    std::string out = "# hpnsim " + record.version + ", simulated: " + sweep->operation + " by " +
                      record.extra.value("algorithm", "?") + ", " + one_line(record.label) + " on " +
                      one_line(record.topology) + "\n# Collective test starting: " + sweep->program + "\n" +
                      head();
    double wrong = 0, busbw = 0;
    for (const SizeRow& row : sweep->rows) {
        out += row_text(*sweep, row);
        wrong += row.wrong.value_or(0);
        busbw += row.busbw_GBps;
    }
    if (!sweep->rows.empty()) busbw /= static_cast<double>(sweep->rows.size());
    return out + printed("# %-20s : %.0f %s\n", "Out of bounds values", wrong, wrong > 0 ? "FAILED" : "OK") +
           printed("# %-20s : %g \n#\n", "Avg bus bandwidth", busbw) +
           "# Collective test concluded: " + sweep->program + "\n";
}

}  // namespace hpnsim
