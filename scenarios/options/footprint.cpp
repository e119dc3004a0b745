// SPDX-License-Identifier: GPL-2.0-only
// Does the sums behind footprint.hpp.
#include "hpnsim/footprint.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/quantity.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace hpnsim
{

namespace
{

// These are bytes, measured as the growth of the peak between two sizes of a run;
// tests/scenarios/footprint_test.cpp has the commands. They are rounded down, so that nothing is refused that
// would fit.
constexpr double kConnection = 1400;  // both of its QPs
constexpr double kMessage = 500;      // its slot, work request and codes
constexpr double kRow = 110;

struct Part {
    double bytes;
    std::string count;   ///< of what
    const char* remedy;  ///< what makes it smaller
};

std::string gigabytes(double bytes)
{
    return format_number(std::ceil(bytes / 1e8) / 10) + " GB";
}

std::string counted(double number, const char* what)
{
    const double millions = std::round(number / 1e4) / 100;
    return (millions >= 1 ? format_number(millions) + " million " : format_number(number) + " ") + what;
}

}  // namespace

void require_room(const Footprint& run, uint32_t qps, Bytes available)
{
    const double connections = run.pairs * qps;
    const Part parts[] = {
        {connections * kConnection, counted(connections, "connections"), "fewer --ranks, --senders or --qps"},
        {run.messages * kMessage, counted(run.messages, "messages under way at once"),
         "a larger --chunk or fewer --channels"},
        {run.rows * kRow, counted(run.rows, "rows of flows.csv"),
         "fewer --rounds, --iterations, --seeds or flows"},
    };
    double sum = 0;
    for (const Part& part : parts) sum += part.bytes;
    if (available == 0 || sum <= static_cast<double>(available)) return;
    const Part& most = *std::max_element(std::begin(parts), std::end(parts),
                                         [](const Part& a, const Part& b) { return a.bytes < b.bytes; });
    throw BadInput("this run would take at least " + gigabytes(sum) + " of memory, most of it for " +
                   most.count + ", but only " + gigabytes(static_cast<double>(available)) +
                   " are free; use " + most.remedy);
}

}  // namespace hpnsim
