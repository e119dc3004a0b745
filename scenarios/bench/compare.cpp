// SPDX-License-Identifier: GPL-2.0-only
// Compares two results of `bench` as ratios, which say more than seconds do on machines that differ.
#include "bench/report.hpp"

#include <algorithm>
#include <cstdio>
#include <ostream>

namespace hpnsim
{

namespace
{

const CaseResult* find(const std::vector<CaseResult>& results, const CaseResult& like)
{
    const auto found = std::find_if(results.begin(), results.end(), [&](const CaseResult& each) {
        return each.name == like.name && each.size == like.size;
    });
    return found == results.end() ? nullptr : &*found;
}

double ratio(const CaseResult& before, const CaseResult& now, double Measured::*figure)
{
    const double old = spread_of(before, figure).median;
    return old > 0 ? spread_of(now, figure).median / old : 0;
}

double events_ratio(const Measured& before, const Measured& now)
{
    return before.events == 0 ? 0 : static_cast<double>(now.events) / static_cast<double>(before.events);
}

void print_ratios(std::ostream& out, const CaseResult& before, const CaseResult& now)
{
    char line[256];
    std::snprintf(line, sizeof line, "%-22s %-6s %8.3f %8.3f %8.3f %8.3f %8.3f %8.3f", now.name.c_str(),
                  now.size.c_str(), ratio(before, now, &Measured::run_cpu_s),
                  ratio(before, now, &Measured::run_s), events_ratio(before.runs[0], now.runs[0]),
                  ratio(before, now, &Measured::setup_s), ratio(before, now, &Measured::setup_mb),
                  ratio(before, now, &Measured::peak_mb));
    out << line;
    if (before.command != now.command)
        out << "  another command";
    else if (before.runs[0].hops() != now.runs[0].hops())
        out << "  other hops: " << before.runs[0].hops() << " before, " << now.runs[0].hops() << " now";
    out << "\n";
}

}  // namespace

void compare(std::ostream& out, const std::vector<CaseResult>& before, const std::vector<CaseResult>& now)
{
    out << "\nmedians now over medians before; less than 1 is faster, or smaller\n";
    char line[256];
    std::snprintf(line, sizeof line, "%-22s %-6s %8s %8s %8s %8s %8s %8s\n", "case", "size", "CPU s", "run s",
                  "events", "set-up s", "start MB", "peak MB");
    out << line;
    for (const CaseResult& each : now)
        if (const CaseResult* old = find(before, each)) print_ratios(out, *old, each);
    for (const CaseResult& each : now)
        if (find(before, each) == nullptr) out << each.name << " " << each.size << ": not in the baseline\n";
}

}  // namespace hpnsim
