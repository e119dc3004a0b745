// SPDX-License-Identifier: GPL-2.0-only
// Measures the simulator's own speed and memory: it simulates named cases without files or plots.
#include "bench/bench_options.hpp"
#include "bench/cases.hpp"
#include "bench/report.hpp"
#include "bench/sizes.hpp"

#include "run/huge_pages.hpp"

#include "hpnsim/tool_main.hpp"

#include <boost/algorithm/string/join.hpp>
#include <boost/dll/runtime_symbol_info.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>

namespace
{

using namespace hpnsim;

/// Finds the fat tree's files: beside an installed bench, else in the clone that it was built from.
std::string data_folder()
{
    const std::filesystem::path program = boost::dll::program_location();
    const std::filesystem::path installed = program.parent_path() / ".." / "share" / "hpnsim" / "bench";
    return std::filesystem::exists(installed) ? installed.string() : HPNSIM_BENCH_DATA;
}

std::vector<Case> chosen(const BenchOptions& options)
{
    const auto asked = [&](const Case& each) {
        return options.cases.empty() ||
               std::find(options.cases.begin(), options.cases.end(), each.name) != options.cases.end();
    };
    std::vector<Case> cases;
    for (const Case& each : bench_cases())
        if (asked(each)) cases.push_back(each);
    return cases;
}

void list(const BenchOptions& options)
{
    for (const Case& each : chosen(options)) {
        std::cout << each.name << ": " << each.purpose << "\n";
        for (size_t size = 0; size < kBenchSizes.size(); ++size)
            std::cout << "  " << kBenchSizes[size] << ": "
                      << boost::join(bench_words(each, size, options.length, options.data), " ") << "\n";
    }
}

void print_sizes()
{
    std::printf("%-18s %6s %6s  %s\n", "type", "bytes", "lines", "lines of 64 bytes; how many there are");
    for (const TouchedSize& each : touched_sizes())
        std::printf("%-18s %6zu %6.1f  %s\n", each.name.c_str(), each.bytes,
                    static_cast<double>(each.bytes) / 64, each.touched.c_str());
}

std::vector<CaseResult> run_all(const BenchOptions& options)
{
    const std::vector<Case> cases = chosen(options);
    std::vector<CaseResult> results;
    print_heading(std::cout);
    for (const Case& each : cases) {
        const auto words = bench_words(each, options.size, options.length, options.data);
        CaseResult result{each.name, kBenchSizes[options.size], boost::join(words, " "), {}};
        // A single run needs no process of its own, which profilers would have to follow.
        const bool apart = cases.size() > 1 || options.repeat > 1;
        for (int i = 0; i < options.repeat; ++i)
            result.runs.push_back(apart ? measure_apart(words) : measure(words));
        print_row(std::cout, result);
        results.push_back(std::move(result));
        if (!options.json.empty()) write_results(options.json, results);
    }
    return results;
}

int bench(int argc, const char* const* argv)
{
    std::optional<BenchOptions> options = parse_bench_options(argc, argv);
    if (!options) return 0;
    if (options->data.empty()) options->data = data_folder();
    if (options->sizes) return print_sizes(), 0;
    if (options->list) return list(*options), 0;
    const auto before =
        options->baseline.empty() ? std::vector<CaseResult>{} : read_results(options->baseline);
    const auto now = run_all(*options);
    if (!options->baseline.empty()) compare(std::cout, before, now);
    return 0;
}

}  // namespace

int main(int argc, char** argv)
{
    hpnsim::use_huge_pages();
    return hpnsim::run_main("bench", [&] { return bench(argc, argv); });
}
