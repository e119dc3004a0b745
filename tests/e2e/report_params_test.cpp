// SPDX-License-Identifier: GPL-2.0-only
// What a run reports of itself is what ran: a second run that is given every reported key has the same bytes.
#include "command.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;
using nlohmann::json;

struct Result {
    std::vector<std::string> rows;  ///< of flows.csv and queues.csv
    json summary;
};

Result result_of(const std::string& command, const Folder& folder)
{
    const fs::path out = folder.path() / "o";
    const Ran ran = run(command + " --quiet --no-plots --out " + out.string());
    EXPECT_EQ(ran.status, 0) << command << ": " << ran.err;
    Result result;
    if (ran.status != 0) return result;
    const fs::path run_folder = fs::directory_iterator(out / "runs")->path();
    for (const char* file : {"flows.csv", "queues.csv"})
        for (const std::string& row : rows(run_folder / file)) result.rows.push_back(row);
    std::ifstream(run_folder / "summary.json") >> result.summary;
    return result;
}

/// "50 us" as one writes it: `50`; what hpnsim has found by itself as `auto`; separators escaped.
std::string written(const json& value)
{
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (text.rfind("automatic", 0) == 0) return "auto";
    std::string out;
    for (const char c : text.substr(0, text.find(' ')))
        out += c == ',' || c == ':' ? std::string("\\") + c : std::string(1, c);
    return out;
}

/// NAME:key=value,... of an object of parameters.
std::string spec(const std::string& name, const json& keys)
{
    std::string text = name;
    for (const auto& [key, value] : keys.items())
        if (value.get<std::string>().rfind("of the ", 0) != 0)  // a rule, not a value
            text += (text == name ? ":" : ",") + key + "=" + written(value);
    return text;
}

/// Options that say where results go and who looks on, not what runs.
const std::set<std::string> kOnlookers = {
    "audit",       "out",        "config",         "quiet",
    "no-plots",    "help",       "version",        "plugin",
    "trace",       "pcap",       "series-us",      "series-only",
    "series-rows", "timeline",   "timeline-ranks", "timeline-events",
    "plugin-path", "also-write", "idle-ports",     "fast-forward-check"};

/// The command that gives every reported key.
std::string explicit_command(const std::string& scenario, const json& summary)
{
    std::string line = scenario;
    for (const auto& [key, value] : summary["params"].items()) {
        const size_t colon = key.find(':');
        if (key == "topology")
            line += " --topology '" +
                    spec(summary["topology"].get<std::string>().substr(
                             0, summary["topology"].get<std::string>().find(':')),
                         value) +
                    "'";
        else if (value.is_object())
            line += " --" + key.substr(0, colon) + " '" + spec(key.substr(colon + 1), value) + "'";
        else if (value.is_null() || key.rfind("plugin:", 0) == 0)
            continue;
        else if (key == "model")  // a spec as the user wrote it
            line += " --model '" + value.get<std::string>() + "'";
        else if (value.is_boolean())
            line += value.get<bool>() ? " --" + key : "";
        else if (written(value) != "auto")
            line += " --" + key + " '" + written(value) + "'";
    }
    return line;
}

/// The long options in `--help`.
std::set<std::string> options_of(const std::string& scenario)
{
    std::set<std::string> names;
    std::istringstream lines(run(scenario + " --help").out);
    for (std::string line; std::getline(lines, line);)
        if (line.rfind("  --", 0) == 0) names.insert(line.substr(4, line.find_first_of(" ,", 4) - 4));
    return names;
}

/// The first row that differs, both ways.
std::string first_difference(const std::vector<std::string>& one, const std::vector<std::string>& other)
{
    for (size_t i = 0; i < std::max(one.size(), other.size()); ++i) {
        const std::string a = i < one.size() ? one[i] : "(none)", b = i < other.size() ? other[i] : "(none)";
        if (a != b) return a + "\n" + b;
    }
    return "";
}

/// What of a summary must be equal: all but what names the command.
json comparable(json summary)
{
    for (const char* key : {"command", "host", "topology", "cc", "path"}) summary.erase(key);
    return summary;
}

class Report : public testing::TestWithParam<std::tuple<std::string, std::string>>
{
};

std::string profile_name(const testing::TestParamInfo<Report::ParamType>& info)
{
    std::string name =
        std::get<0>(info.param).substr(0, std::get<0>(info.param).find(' ')) + "_" + std::get<1>(info.param);
    for (char& c : name)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
    return name;
}

std::string numbered_name(const testing::TestParamInfo<Report::ParamType>& info)
{
    return profile_name(info) + "_" + std::to_string(info.index);
}

}  // namespace

TEST_P(Report, RunsAgainFromItself)
{
    const auto& [command, profile] = GetParam();
    const std::string scenario = command.substr(0, command.find(' '));
    const Folder folder;
    const Result first = result_of(command + " " + profile, folder);
    ASSERT_GT(first.rows.size(), 3U);
    const std::string again = explicit_command(scenario, first.summary);
    const Result second = result_of(again, folder);
    EXPECT_TRUE(second.rows == first.rows) << again << "\nwas\n" << first_difference(first.rows, second.rows);
    EXPECT_EQ(comparable(second.summary), comparable(first.summary)) << again;
}

TEST_P(Report, HasEveryOption)
{
    const auto& [command, profile] = GetParam();
    const std::string scenario = command.substr(0, command.find(' '));
    const Folder folder;
    const json params = result_of(command + " " + profile, folder).summary["params"];
    std::set<std::string> reported;
    for (const auto& [key, value] : params.items()) reported.insert(key.substr(0, key.find(':')));
    const bool skips = profile.find("--fast-forward") != std::string::npos;
    for (const std::string& option : options_of(scenario)) {
        if (kOnlookers.count(option) != 0) continue;
        const bool of_skipping = option.rfind("fast-forward", 0) == 0;  // told of runs that skip alone
        EXPECT_EQ(reported.count(option), of_skipping && !skips ? 0U : 1U) << option;
    }
}

INSTANTIATE_TEST_SUITE_P(
    FastForward, Report,
    testing::Combine(testing::Values("incast --topology star --senders 6 --size 4M",
                                     "permutation --topology leaf-spine --ranks 8 --size 4M --seeds 2"),
                     testing::Values("--cc hpcc --fast-forward",
                                     "--cc nscc --fast-forward --fast-forward-band 0.1")),
    profile_name);

// What each profile runs: hpcc-sim knows no NVLink, htsim no ring over it.
INSTANTIATE_TEST_SUITE_P(
    Plain, Report,
    testing::Combine(
        testing::Values("incast --topology star --senders 6 --size 128K",
                        "permutation --topology leaf-spine --ranks 8 --size 128K --seeds 2",
                        "flows --topology star --cdf WebSearch --duration-us 50 --jitter-ns 100",
                        "allreduce --ranks 16 --size 256K --verify",
                        "alltoall --ranks 16 --size 256K --loss 0.001"),
        testing::Values("", "--cc hpcc", "--cc nscc", "--cc dcqcn:preset=vendor",
                        "--cc swift --fabric lossless:kmin-kb=50,kmax-kb=100,pmax=0.3,weights=3=7",
                        "--fabric lossy:kmin-kb-400=90 --transport irn:rto-us=100 --cc dcqcn",
                        "--cc nscc --switch-lb adaptive:levels=4,step-percent=5",
                        "--cc nscc --switch-lb rotation", "--cc nscc --switch-lb round-robin:reshuffle=3",
                        "--cc dcqcn --switch-lb weighted", "--cc rccc", "--cc bolt",
                        "--cc dcqcn --switch-lb flowlet --qps 3 --sport hash")),
    profile_name);
INSTANTIATE_TEST_SUITE_P(
    Training, Report,
    testing::Combine(
        testing::Values(
            "training --topology star --model llama-7b:layers=2,hidden=256,heads=8,kv-heads=8,head-size=32,"
            "vocabulary=1000,sequence=128 --tp 2 --pp 2 --micro-batches 4 --mfu 0.3 --recompute"),
        testing::Values("", "--cc nscc")),
    profile_name);
INSTANTIATE_TEST_SUITE_P(
    HpccSim, Report,
    testing::Combine(testing::Values("incast --topology star --senders 6 --size 128K",
                                     "permutation --topology star --ranks 8 --size 128K --seeds 2",
                                     "flows --topology star --cdf WebSearch --duration-us 50"),
                     testing::Values("--profile hpcc-sim --cc dcqcn:preset=hpcc-sim",
                                     "--profile hpcc-sim --cc hpcc:preset=hpcc-sim",
                                     "--profile hpcc-sim --cc dcqcn --fabric lossless:alpha=0.5")),
    profile_name);
INSTANTIATE_TEST_SUITE_P(
    Htsim, Report,
    testing::Combine(
        testing::Values("incast --topology star --senders 6 --size 128K",
                        "permutation --topology leaf-spine --ranks 8 --size 128K --seeds 2",
                        "flows --topology star --cdf WebSearch --duration-us 50"),
        testing::Values("--profile htsim --cc nscc", "--profile htsim --cc rccc",
                        "--profile htsim --cc nscc --fabric trimming:trim-bdp=2 --transport rud:retry=7")),
    profile_name);
// Topologies, flows and faults out of files.
INSTANTIATE_TEST_SUITE_P(
    Files, Report,
    testing::Combine(
        testing::Values(
            "incast --topology file:path=@DATA/hpcc/star-32.topology.txt --senders 6 --size 128K",
            "permutation --topology file:path=@DATA/htsim/leaf-spine-128.topo --ranks 8 --size 128K",
            "flows --topology file:path=@DATA/htsim/leaf-spine-128.topo --flow-file "
            "@DATA/htsim/incast32.cm",
            "incast --topology hpn:segments=1,hosts=7,gpus=1 --senders 6 --size 8M --faults "
            "@DATA/scenarios/flaps.faults.txt",
            "permutation --topology hpn:segments=1,hosts=8,gpus=1 --ranks 8 --size 8M --verify "
            "--faults @DATA/scenarios/dead-port.faults.txt"),
        testing::Values("--cc dcqcn", "--cc nscc", "--cc dctcp --seeds 2 --jitter-ns 100",
                        "--cc hpcc --transport irn --series-us 5")),
    numbered_name);
INSTANTIATE_TEST_SUITE_P(
    FilesOfPeers, Report,
    testing::Values(std::tuple("flows --topology file:path=@DATA/hpcc/ring-5.topology.txt --flow-file "
                               "@DATA/hpcc/ring-5.flow.txt",
                               "--profile hpcc-sim --cc hpcc:preset=hpcc-sim --wire hpcc-sim --mtu 1000"),
                    std::tuple("flows --topology file:path=@DATA/htsim/fat-tree-16.topo --flow-file "
                               "@DATA/htsim/one-flow-2MB.cm",
                               "--profile htsim --cc nscc --wire htsim --mtu 4086"),
                    std::tuple("permutation --ranks 16 --size 128K --topology "
                               "file:path=@DATA/htsim/fat-tree-16.topo,failed=1",
                               "--profile htsim --cc rccc --transport rud:ack-delay-us=2")),
    numbered_name);

}  // namespace hpnsim::test
