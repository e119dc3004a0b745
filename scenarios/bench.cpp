// SPDX-License-Identifier: GPL-2.0-only
// Measures the simulator's own speed: it simulates the runs of docs/validation/speed.md without files or
// plots.
#include "run/scenarios.hpp"
#include "run/simulate.hpp"

#include "hpnsim/names.hpp"
#include "hpnsim/statistics.hpp"
#include "hpnsim/tool_main.hpp"
#include "hpnsim/version.hpp"

#include <boost/dll/runtime_symbol_info.hpp>
#include <boost/program_options.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>

namespace
{

using namespace hpnsim;

struct Case {
    const char* name;
    std::vector<std::string> command;
};

std::vector<Case> all_cases(const std::string& data)
{
    const std::vector<std::string> flows = {"flows",
                                            "--topology",
                                            "file:path=" + data + "/hpcc/fat-tree-320.topology.txt",
                                            "--flow-file",
                                            data + "/hpcc/fat-tree-320.websearch-30.flow.txt",
                                            "--mtu",
                                            "1000"};
    const std::vector<std::string> incast = {"incast",    "--topology", "hpn:segments=1,hosts=40",
                                             "--senders", "32",         "--size",
                                             "1M",        "--rounds",   "20"};
    const std::vector<std::string> cross = {"incast",      "--topology",   "hpn:segments=4,hosts=16",
                                            "--senders",   "32",           "--size",
                                            "1M",          "--rounds",     "20",
                                            "--placement", "cross-segment"};
    const std::vector<std::string> allreduce = {"allreduce", "--topology", "hpn:segments=2,hosts=16",
                                                "--ranks",   "256",        "--size",
                                                "64M",       "--algorithm"};
    const auto with = [](std::vector<std::string> words, std::initializer_list<const char*> more) {
        words.insert(words.end(), more.begin(), more.end());
        return words;
    };
    return {{"incast-dcqcn", with(incast, {"--cc", "dcqcn"})},
            {"incast-hpcc", with(incast, {"--cc", "hpcc"})},
            {"incast-nscc", with(incast, {"--cc", "nscc"})},
            {"cross-segment-hpcc", with(cross, {"--cc", "hpcc"})},
            {"cross-segment-nscc", with(cross, {"--cc", "nscc"})},
            {"hierarchical-dcqcn", with(allreduce, {"hierarchical", "--cc", "dcqcn"})},
            {"ring-hpcc", with(allreduce, {"ring", "--cc", "hpcc"})},
            {"ring-nscc", with(allreduce, {"ring", "--cc", "nscc"})},
            {"websearch-hpcc", with(flows, {"--cc", "hpcc"})},
            {"websearch-dcqcn", with(flows, {"--cc", "dcqcn"})}};
}

/// Finds the fat tree's files: beside an installed bench, else in the clone that it was built from.
std::string data_folder()
{
    const std::filesystem::path program = boost::dll::program_location();
    const std::filesystem::path installed = program.parent_path() / ".." / "share" / "hpnsim" / "bench";
    return std::filesystem::exists(installed) ? installed.string() : HPNSIM_BENCH_DATA;
}

/// Returns the quickest of `repeat` runs.
RunRecord run_case(const Case& each, int repeat)
{
    std::vector<const char*> argv;
    for (const std::string& word : each.command) argv.push_back(word.c_str());
    argv.push_back("--quiet");
    const Options options = *parse_command_line(each.command[0], static_cast<int>(argv.size()), argv.data());
    const std::unique_ptr<Scenario> scenario = make_scenario(options);
    const RunPlan run = resolve_runs(options.common, registry_lookup()).runs.at(0);
    RunRecord best;
    for (int i = 0; i < repeat; ++i) {
        RunRecord record =
            simulate(*scenario, run, options.common.seed, blank_record(*scenario, run), nullptr, {}).record;
        if (i == 0 || record.wall_s < best.wall_s) best = std::move(record);
    }
    return best;
}

void print(const Case& each, const RunRecord& record)
{
    const uint64_t hops = record.packet_hops + record.nvlink_hops;
    std::printf("%-20s %12llu %12llu %8.2f %8.2f %10.2f %9.0f\n", each.name,
                static_cast<unsigned long long>(record.packet_hops),
                static_cast<unsigned long long>(record.nvlink_hops),
                static_cast<double>(record.events) / static_cast<double>(hops), record.wall_s,
                static_cast<double>(hops) / record.wall_s / 1e6, record.peak_rss_mb);
    std::fflush(stdout);
}

int bench(int argc, char** argv)
{
    namespace po = boost::program_options;
    std::vector<std::string> names;
    std::string data;
    int repeat = 1;
    po::options_description described(
        "bench: packet-hops per second of one core, the runs of docs/validation/speed.md\n"
        "Options");
    described.add_options()("help", "this page")("version", "the version")(
        "case", po::value(&names), "only this case; repeatable (default: all)")(
        "repeat", po::value(&repeat)->default_value(1), "take the quickest of so many runs, 1-100")(
        "data", po::value(&data), "folder that holds hpcc/fat-tree-320.* (default: the files of this build)");
    po::variables_map given;
    try {
        po::store(po::command_line_parser(argc, argv)
                      .options(described)
                      .positional({})
                      .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
                      .run(),
                  given);
        po::notify(given);
    } catch (const po::error& error) {
        throw BadInput(std::string(error.what()) + "; see bench --help");
    }
    if (given.count("help") != 0) return std::cout << described, 0;
    if (given.count("version") != 0) return std::cout << "bench " << version() << "\n", 0;
    if (repeat < 1 || repeat > 100)
        throw BadInput("--repeat " + std::to_string(repeat) + " is outside 1-100");

    const std::vector<Case> cases = all_cases(data.empty() ? data_folder() : data);
    std::vector<std::string> known;
    for (const Case& each : cases) known.emplace_back(each.name);
    for (const std::string& name : names)
        if (std::find(known.begin(), known.end(), name) == known.end())
            throw BadInput("--case: no case '" + name + "'" + suggestion(name, known));
    std::printf("%-20s %12s %12s %8s %8s %10s %9s\n", "case", "packet-hops", "NVLink hops", "ev/hop",
                "wall s", "M hops/s", "peak MB");
    for (const Case& each : cases)
        if (names.empty() || std::find(names.begin(), names.end(), each.name) != names.end())
            print(each, run_case(each, repeat));
    return 0;
}

}  // namespace

int main(int argc, char** argv)
{
    return hpnsim::run_main("bench", [&] { return bench(argc, argv); });
}
