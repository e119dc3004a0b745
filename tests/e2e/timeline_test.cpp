// SPDX-License-Identifier: GPL-2.0-only
// Tests `--timeline`: what each rank did when, of traces, collectives and flows, and what becomes of it when
// a run ends early.
#include "command.hpp"
#include "results/timeline_rules.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

/// Runs the command with a timeline, and reads it.
ShownTimeline timeline_of(const Folder& folder, const std::string& command, int status = 0)
{
    const Ran ran = run(command + " --quiet --no-plots --out " + (folder.path() / "o").string() +
                        " --timeline " + (folder.path() / "t.json").string());
    EXPECT_EQ(ran.status, status) << command << ": " << ran.err;
    ShownTimeline made = shown(read(folder.path() / "t.json"));
    EXPECT_EQ(made.faults, std::vector<std::string>()) << command;
    return made;
}

const std::string kRing = "workload --file @DATA/workloads/chakra/custom_ring_8/custom_allreduce";

/// The rows of flows.csv, each by its columns.
std::vector<std::vector<std::string>> flows_of(const Folder& folder, const std::string& label)
{
    std::vector<std::vector<std::string>> all;
    for (const std::string& row : rows(folder.path() / "o" / "runs" / label / "flows.csv")) {
        std::istringstream in(row);
        all.emplace_back();
        for (std::string cell; std::getline(in, cell, ',');) all.back().push_back(cell);
    }
    return all;
}

/// 8 ranks with 14 sends, 14 receives and 7 computations each.
TEST(TimelineRuns, ATraceByItsTasksAndMessages)
{
    const Folder folder;
    const ShownTimeline made = timeline_of(folder, kRing + " --topology star");
    EXPECT_EQ(made.slices.size(), 8U * (35 + 14 + 14));
    EXPECT_EQ(made.arrows.size(), 8U * 14);
    for (int rank = 0; rank < 8; ++rank) {
        const std::string process = "rank " + std::to_string(rank);
        EXPECT_EQ(made.count("stream 1 (compute)", process), 7U);
        EXPECT_EQ(made.count("stream 2 (communication)", process), 14U);
        EXPECT_EQ(made.count("receives (wait)", process), 14U);
        EXPECT_EQ(made.count("network out", process), 14U);
        EXPECT_EQ(made.count("network in", process), 14U);
    }
    for (const auto& [from, to] : made.arrows) {
        EXPECT_EQ(from.name, "send to " + to.process);
        EXPECT_EQ(to.name, "receive from " + from.process);
        EXPECT_EQ(from.args, to.args);
    }
    const ShownSlice& computes =
        *std::find_if(made.slices.begin(), made.slices.end(),
                      [](const ShownSlice& it) { return it.row == "stream 1 (compute)"; });
    EXPECT_EQ(computes.name, "COMP_NODE_tb0_step1");
    EXPECT_EQ(computes.args["stream"], 1);
    EXPECT_EQ(computes.end - computes.start, 7000);
}

/// Over NVLink the same messages are on rows of their own.
TEST(TimelineRuns, NvlinkHasItsOwnRows)
{
    const Folder folder;
    const ShownTimeline made = timeline_of(folder, kRing + " --topology hpn");
    EXPECT_EQ(made.count("NVLink out"), 8U * 14);
    EXPECT_EQ(made.count("NVLink in"), 8U * 14);
    EXPECT_EQ(made.count("network out"), 0U);
    EXPECT_EQ(made.count("NVLink out", "rank 3 (host 0, GPU 3)"), 14U);
    EXPECT_EQ(made.arrows.size(), 8U * 14);
}

/// Every message of a collective is there once on each side, with the bytes that it moved.
TEST(TimelineRuns, ACollective)
{
    const Folder folder;
    const ShownTimeline made = timeline_of(
        folder, "allreduce --topology hpn:segments=1,hosts=4 --ranks 16 --size 4M --algorithm hierarchical");
    EXPECT_EQ(made.arrows.size() * 2, made.slices.size());
    std::map<std::string, int64_t> bytes;
    for (const auto& [from, to] : made.arrows) bytes[from.category] += from.args["bytes"].get<int64_t>();
    const int64_t size = 4 << 20;
    EXPECT_EQ(bytes["nvlink"], 2 * 7 * 2 * size);  // to and fro, of each of 2 hosts
    EXPECT_EQ(bytes["network"], 2 * size);         // between 2 hosts, once each way
    std::set<std::string> shown;
    for (const ShownSlice& each : made.slices) shown.insert(each.process);
    EXPECT_EQ(shown.size(), 16U);
    EXPECT_EQ(shown.count("rank 15 (host 1, GPU 7)"), 1U);
}

/// Slices are where flows.csv has the messages: a QP's next message from the arrival of the one before.
TEST(TimelineRuns, FlowsAsTheyAreInFlowsCsv)
{
    const Folder folder;
    const ShownTimeline made =
        timeline_of(folder, "incast --topology star --senders 4 --size 256K --rounds 2 --cc dcqcn");
    EXPECT_EQ(made.arrows.size(), 8U);
    const auto flows = flows_of(folder, "dcqcn");
    ASSERT_EQ(flows.size(), 9U);
    const auto column = [&](const char* name) {
        return std::find(flows[0].begin(), flows[0].end(), name) - flows[0].begin();
    };
    for (size_t i = 1; i < flows.size(); ++i) {
        const auto same = [&](const auto& arrow) {
            return arrow.first.args["message"].dump() == flows[i][column("id")];
        };
        const auto arrow = std::find_if(made.arrows.begin(), made.arrows.end(), same);
        ASSERT_NE(arrow, made.arrows.end()) << i;
        const ShownSlice& sent = arrow->first;
        EXPECT_EQ(sent.process, "nic" + flows[i][column("src")]);
        EXPECT_EQ(sent.start, static_cast<int64_t>(std::stod(flows[i][column("start_ns")])));
        const double end = std::stod(flows[i][column("end_ns")]);
        EXPECT_NEAR(static_cast<double>(sent.end + sent.args["acknowledged_after_ns"].get<int64_t>()), end,
                    2);
    }
    EXPECT_EQ(made.count("network in", "nic0") + made.count("network in 2", "nic0") +
                  made.count("network in 3", "nic0") + made.count("network in 4", "nic0"),
              8U);
}

/// A QP's messages that were posted all at once stand in one row, one after the other.
TEST(TimelineRuns, WhatWaitsForItsQpIsDrawnAfterIt)
{
    const Folder folder;
    const fs::path file = folder.path() / "flows.txt";
    std::ofstream(file) << "3\n1 0 3 100 65536 0\n1 0 3 100 65536 0\n1 0 3 100 65536 0\n";
    const ShownTimeline made =
        timeline_of(folder, "flows --topology star:hosts=2 --qps 1 --cc dcqcn --flow-file " + file.string());
    EXPECT_EQ(made.count("network out", "nic1"), 3U);
    EXPECT_EQ(made.count("network in", "nic0"), 3U);
    for (size_t i = 1; i < 3; ++i) {
        EXPECT_EQ(made.slices[i].start, made.slices[i - 1].end);
        EXPECT_EQ(made.slices[i].args["waited_ns"], made.slices[i].start);
    }
}

/// Packets that take many paths let messages of one QP overtake each other, and losses end some in errors.
TEST(TimelineRuns, NestWhateverOvertakes)
{
    const Folder folder;
    for (const std::string run :
         {"alltoall --topology hpn:segments=2,hosts=2,gpus=4 --ranks 16 --size 512K --cc nscc",
          "incast --topology star --senders 6 --size 128K --rounds 3 --cc nscc --loss 0.01",
          "incast --topology star --senders 6 --size 128K --verb read --cc dcqcn",
          "permutation --topology leaf-spine:leaves=4,hosts=4,spines=2 --ranks 16 --cc nscc --path spray"}) {
        const ShownTimeline made = timeline_of(folder, run);
        EXPECT_GT(made.arrows.size(), 5U) << run;
        EXPECT_EQ(made.arrows.size() * 2, made.slices.size()) << run;
    }
}

TEST(TimelineRuns, ChangeNothing)
{
    const Folder folder;
    const auto result = [&](const std::string& options) {
        const fs::path out = folder.path() / "o";
        const Ran ran = run(kRing + " --topology star --quiet --no-plots --out " + out.string() + options);
        EXPECT_EQ(ran.status, 0) << ran.err;
        auto json = summary(out, "dcqcn");
        json.erase("host");
        json.erase("command");
        std::string all = json.dump();
        for (const std::string& row : rows(out / "runs/dcqcn/flows.csv")) all += row + "\n";
        return all;
    };
    EXPECT_EQ(result(""), result(" --timeline " + (folder.path() / "t.json").string()));
}

TEST(TimelineRuns, ShowsTheChosenRanks)
{
    const Folder folder;
    const ShownTimeline made = timeline_of(folder, kRing + " --topology star --timeline-ranks 2-3,6");
    std::map<std::string, int> slices;
    for (const ShownSlice& each : made.slices) ++slices[each.process];
    EXPECT_EQ(slices, (std::map<std::string, int>{{"rank 2", 63}, {"rank 3", 63}, {"rank 6", 63}}));
    EXPECT_EQ(made.arrows.size(), 14U);  // from rank 2 to rank 3
}

TEST(TimelineRuns, EndsAtItsLimit)
{
    const Folder folder;
    const fs::path file = folder.path() / "t.json";
    const Ran ran = run("allreduce --topology hpn:segments=1,hosts=4 --ranks 16 --size 4M --quiet --no-plots "
                        "--timeline-events 1000 --timeline " +
                        file.string() + " --out " + (folder.path() / "o").string());
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.err.find("dcqcn: --timeline " + file.string() + " has 1000 events, and ended at "), 0U)
        << ran.err;
    EXPECT_NE(ran.err.find(" ns: take --timeline-ranks LIST, or a larger --timeline-events"),
              std::string::npos);
    const ShownTimeline made = shown(read(file));
    EXPECT_EQ(made.faults, std::vector<std::string>());
    EXPECT_EQ(made.slices.size(), 500U);
    EXPECT_EQ(made.arrows.size(), 250U);
}

TEST(TimelineRuns, EachRunHasAFileWithItsFirstSeed)
{
    const Folder folder;
    const std::string common =
        "incast --topology star --senders 3 --size 64K --jitter-ns 500 --quiet --no-plots ";
    const std::string out = " --out " + (folder.path() / "o").string() + " --timeline ";
    EXPECT_EQ(
        run(common + "--cc dcqcn --cc hpcc --seeds 2" + out + (folder.path() / "all.json").string()).status,
        0);
    EXPECT_EQ(run(common + "--cc hpcc" + out + (folder.path() / "one.json").string()).status, 0);
    EXPECT_FALSE(fs::exists(folder.path() / "all.json"));
    EXPECT_EQ(shown(read(folder.path() / "all-dcqcn.json")).arrows.size(), 3U);
    const auto events = [&](const char* name) {
        return nlohmann::json::parse(read(folder.path() / name)).at("traceEvents");
    };
    EXPECT_EQ(events("all-hpcc.json"), events("one.json"));
}

/// A receive for which nobody sends lasts until the end, and says so.
TEST(TimelineRuns, ATaskThatNeverEnds)
{
    const Folder folder;
    const fs::path file = folder.path() / "stuck.goal";
    std::ofstream(file) << "num_ranks 2\n\nrank 0 {\nl1: calc 5000\nl2: recv 8b from 1 tag 4\n"
                           "l2 requires l1\n}\n\nrank 1 {\nl1: calc 9000\n}\n";
    const ShownTimeline made = timeline_of(folder, "workload --topology star --file " + file.string(), 3);
    ASSERT_EQ(made.slices.size(), 3U);
    const ShownSlice& wait = *std::find_if(made.slices.begin(), made.slices.end(),
                                           [](const ShownSlice& it) { return it.category == "wait"; });
    EXPECT_EQ(wait.name, "wait for rank 1");
    EXPECT_EQ(wait.args["status"], "unfinished");
    EXPECT_EQ(wait.start, 5000);
    EXPECT_EQ(wait.end, 9000);
}

TEST(TimelineRuns, MessagesThatAreCutOffLastUntilTheEnd)
{
    const Folder folder;
    const ShownTimeline made =
        timeline_of(folder, "incast --topology star --senders 2 --size 16M --stop-us 50 --cc dcqcn", 3);
    EXPECT_EQ(made.arrows.size(), 0U);
    ASSERT_EQ(made.slices.size(), 4U);
    for (const ShownSlice& each : made.slices) {
        EXPECT_EQ(each.args["status"], "unfinished");
        EXPECT_EQ(each.end, 50'000);
    }
}

/// A kill that cannot be caught leaves what had been written, as whole JSON, unless it falls into a write,
/// which the system may then cut off. A process that is stopped first is in none.
TEST(TimelineRuns, AKilledRunLeavesWholeJson)
{
    const Folder folder;
    const std::string file = folder.path() / "t.json";
    const Ran ran =
        shell("@BIN/incast --topology star --senders 8 --size 64K --rounds 1000000 --quiet --no-plots "
              "--out " +
              (folder.path() / "o").string() + " --timeline " + file +
              " & pid=$!; for i in $(seq 600); do grep -q '\"ph\":\"f\"' " + file +
              " 2>/dev/null && break; sleep 0.1; done; kill -STOP $pid; "
              "until grep -q '^State:.T' /proc/$pid/status; do sleep 0.01; done; kill -9 $pid; wait $pid");
    EXPECT_EQ(ran.status, 137) << ran.err;
    const ShownTimeline made = shown(read(file));
    EXPECT_EQ(made.faults, std::vector<std::string>());
    EXPECT_GT(made.arrows.size(), 0U);
}

TEST(TimelineRuns, RefusesWhatCannotBe)
{
    const Folder folder;
    const std::string dir = folder.path();
    std::ofstream(folder.path() / "file") << "mine\n";
    const std::vector<std::pair<std::string, std::string>> table = {
        {"--timeline " + dir, "--timeline: " + dir + " is a folder; give the name of a file in it"},
        {"--timeline " + dir + "/o/runs/t.json",
         "--timeline: " + dir +
             "/o/runs/t.json would be replaced with the results of --out; give another folder"},
        {"--timeline " + dir + "/file/t.json",
         "--timeline: cannot write " + dir + "/file/t.json, because " + dir + "/file is no folder"},
        {"--timeline-ranks 3", "--timeline-ranks: there is no timeline without --timeline F.json"},
        {"--timeline " + dir + "/t.json --timeline-ranks 7",
         "--timeline-ranks: there is no 7; the nearest is 4, the last of 5"}};
    for (const auto& [option, sentence] : table) {
        const Ran ran = run("incast --topology star --senders 4 --size 64K --out " + dir + "/o " + option);
        EXPECT_EQ(ran.status, 2) << option;
        EXPECT_EQ(ran.err, "incast: " + sentence + "\n");
    }
    EXPECT_FALSE(fs::exists(folder.path() / "o"));
}

}  // namespace
}  // namespace hpnsim::test
