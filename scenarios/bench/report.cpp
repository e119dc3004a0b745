// SPDX-License-Identifier: GPL-2.0-only
// Writes the table and the JSON file of `bench`, and reads the latter.
#include "bench/report.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/bootstrap.hpp"
#include "hpnsim/version.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <fstream>
#include <ostream>

namespace hpnsim
{

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CaseResult, name, size, command, runs)

namespace
{

constexpr double kMega = 1 << 20;

double per(double mb, double base_mb, uint64_t count)
{
    return count == 0 ? 0 : (mb - base_mb) * kMega / static_cast<double>(count);
}

}  // namespace

Spread spread_of(const CaseResult& result, double Measured::*figure)
{
    std::vector<double> values;
    for (const Measured& run : result.runs) values.push_back(run.*figure);
    if (values.empty()) return {};
    const auto [min, max] = std::minmax_element(values.begin(), values.end());
    return {*min, median_of(values), *max};
}

void print_heading(std::ostream& out)
{
    out << "run s: least, middle, greatest of the repeats; CPU s, and millions of hops a second of it: the "
           "middle one;\n"
           "B/GPU and B/port: memory beyond the program's, before the workload begins and at its peak\n\n";
    char line[256];
    std::snprintf(line, sizeof line,
                  "%-22s %-6s %6s %12s %12s %7s %8s %8s %8s %8s %8s %9s %8s %8s %9s %9s %9s\n", "case",
                  "size", "GPUs", "packet-hops", "NVLink hops", "ev/hop", "set-up s", "min", "run s", "max",
                  "CPU s", "M hops/s", "start MB", "peak MB", "B/GPU", "peak", "B/port");
    out << line;
}

void print_row(std::ostream& out, const CaseResult& result)
{
    const Measured& first = result.runs.at(0);
    const double hops = std::max(1., static_cast<double>(first.hops()));
    const Spread run = spread_of(result, &Measured::run_s);
    const double cpu = spread_of(result, &Measured::run_cpu_s).median;
    const double program = spread_of(result, &Measured::program_mb).median;
    const double start = spread_of(result, &Measured::setup_mb).median;
    const double peak = spread_of(result, &Measured::peak_mb).median;
    char line[256];
    std::snprintf(line, sizeof line,
                  "%-22s %-6s %6llu %12llu %12llu %7.2f %8.3f %8.2f %8.2f %8.2f %8.3f %9.3f %8.0f %8.0f "
                  "%9.0f %9.0f %9.0f\n",
                  result.name.c_str(), result.size.c_str(), static_cast<unsigned long long>(first.gpus),
                  static_cast<unsigned long long>(first.packet_hops),
                  static_cast<unsigned long long>(first.nvlink_hops),
                  static_cast<double>(first.events) / hops, spread_of(result, &Measured::setup_s).median,
                  run.min, run.median, run.max, cpu, cpu > 0 ? hops / cpu / 1e6 : 0., start, peak,
                  per(start, program, first.gpus), per(peak, program, first.gpus),
                  per(start, program, first.ports));
    out << line << std::flush;
}

void write_results(const std::filesystem::path& file, const std::vector<CaseResult>& results)
{
    const nlohmann::ordered_json json = {
        {"hpnsim", version()}, {"compiler", __VERSION__}, {"cases", nlohmann::json(results)}};
    std::ofstream out(file);
    out << json.dump(1) << "\n";
    if (!out.flush()) throw BadInput("--json: cannot write '" + file.string() + "'");
}

std::vector<CaseResult> read_results(const std::filesystem::path& file)
{
    std::ifstream in(file);
    if (!in) throw BadInput("--baseline: cannot read '" + file.string() + "'");
    try {
        auto results = nlohmann::json::parse(in).at("cases").get<std::vector<CaseResult>>();
        for (const CaseResult& each : results)
            if (each.runs.empty())
                throw BadInput("--baseline " + file.string() + ": case '" + each.name + "' has no runs");
        return results;
    } catch (const nlohmann::json::exception& error) {
        throw BadInput("--baseline " + file.string() +
                       ": not a file that bench --json has written: " + error.what());
    }
}

}  // namespace hpnsim
