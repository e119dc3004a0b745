// SPDX-License-Identifier: GPL-2.0-only
// Reads the command line of `bench`.
#include "bench/bench_options.hpp"

#include "bench/cases.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/version.hpp"

#include <boost/program_options.hpp>

#include <iostream>

namespace hpnsim
{

namespace
{

namespace po = boost::program_options;

po::options_description described(BenchOptions& options, std::string& size)
{
    po::options_description all(
        "bench: speed and memory of the simulator itself, over cases of three sizes\n"
        "(docs/validation/speed.md)\n\n"
        "Examples:\n"
        "  bench --list\n"
        "  bench --case incast-hpcc --case permutation-reps --size small --repeat 5 --json before.json\n"
        "  bench --case incast-hpcc --size small --repeat 5 --baseline before.json\n\n"
        "Options");
    all.add_options()("help", "this page")("version", "the version")(
        "list", "list the cases, with the commands of their sizes")(
        "case", po::value(&options.cases), "only this case; repeatable (default: all)")(
        "size", po::value(&size)->default_value("medium"),
        "small, medium or large")("repeat", po::value(&options.repeat)->default_value(1),
                                  "run each case so often, each time in a process of its own, 1-100")(
        "length", po::value(&options.length)->default_value(1),
        "so many times the bytes, or the time, on the same network, 1-1000")(
        "json", po::value(&options.json), "also write every repeat into this file")(
        "baseline", po::value(&options.baseline), "compare with a file that --json has written, as ratios")(
        "sizes", "print the sizes of what a packet touches, and run nothing")(
        "data", po::value(&options.data),
        "folder that holds hpcc/fat-tree-320.* (default: the files of this build)");
    return all;
}

void check_range(const std::string& name, long value, long most)
{
    if (value < 1 || value > most)
        throw BadInput(name + " " + std::to_string(value) + " is outside 1-" + std::to_string(most));
}

void check_cases(const std::vector<std::string>& names)
{
    std::vector<std::string> known;
    for (const Case& each : bench_cases()) known.push_back(each.name);
    for (const std::string& name : names) parse_name("--case", name, known);
}

}  // namespace

std::optional<BenchOptions> parse_bench_options(int argc, const char* const* argv)
{
    BenchOptions options;
    std::string size;
    const po::options_description all = described(options, size);
    po::variables_map given;
    try {
        po::store(po::command_line_parser(argc, argv)
                      .options(all)
                      .positional({})
                      .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
                      .run(),
                  given);
        po::notify(given);
    } catch (const po::error& error) {
        throw BadInput(std::string(error.what()) + "; see bench --help");
    }
    if (given.count("help") != 0) return std::cout << all, std::nullopt;
    if (given.count("version") != 0) return std::cout << "bench " << version() << "\n", std::nullopt;
    options.list = given.count("list") != 0;
    options.sizes = given.count("sizes") != 0;
    check_range("--repeat", options.repeat, 100);
    check_range("--length", options.length, 1000);
    options.size = parse_name("--size", size, kBenchSizes);
    check_cases(options.cases);
    return options;
}

}  // namespace hpnsim
