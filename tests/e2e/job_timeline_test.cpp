// SPDX-License-Identifier: GPL-2.0-only
// Tests `jobs --timeline`: every job has processes of its own, and there is what its scenario draws alone.
#include "command.hpp"
#include "results/timeline_rules.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

ShownTimeline timeline_of(const Folder& folder, const std::string& command, int status = 0)
{
    const fs::path file = folder.path() / "t.json";
    const Ran ran = run(command + " --quiet --no-plots --out " + (folder.path() / "o").string() +
                        " --timeline " + file.string());
    EXPECT_EQ(ran.status, status) << command << ": " << ran.err;
    ShownTimeline made = shown(read(file));
    EXPECT_EQ(made.faults, std::vector<std::string>()) << command;
    return made;
}

ShownTimeline timeline_of_jobs(const std::string& jobs, const std::string& options = "", int status = 0)
{
    const Folder folder;
    const fs::path file = folder.path() / "jobs.ini";
    std::ofstream(file) << jobs;
    return timeline_of(folder, "jobs " + file.string() + " " + options, status);
}

/// The tasks of a rank, as what is the same wherever and whenever it runs.
std::multiset<std::string> tasks_of(const ShownTimeline& timeline, const std::string& process, int64_t from,
                                    int64_t until = INT64_MAX)
{
    std::multiset<std::string> tasks;
    for (const ShownSlice& each : timeline.slices)
        if (each.process == process && each.args.contains("task") && each.start >= from && each.end <= until)
            tasks.insert(each.row + "|" + each.name + "|" + each.category + "|" +
                         std::to_string(each.start - from) + "|" + std::to_string(each.end - from) + "|" +
                         each.args.dump());
    return tasks;
}

const std::string kTrace = std::string(HPNSIM_TEST_DATA) + "/workloads/chakra/custom_ring_8/custom_allreduce";

}  // namespace

/// Elsewhere on the star, later and twice: each turn has the tasks of the workload alone.
TEST(JobTimeline, HasTheTasksOfEveryTurn)
{
    const Folder folder;
    const ShownTimeline alone =
        timeline_of(folder, "workload --file @DATA/workloads/chakra/custom_ring_8/custom_allreduce "
                            "--topology star:hosts=16");
    const ShownTimeline made =
        timeline_of_jobs("topology = star:hosts=16\n"
                         "[pair]\nscenario = incast\nranks = 0,1\nsize = 4K\n"
                         "[ring]\nscenario = workload\nranks = 8-15\nstart-us = 40\nrepeat = 2\nfile = " +
                         kTrace + "\n");
    int64_t second = 0;  // when the second turn began: as the first ended, with its last slice
    for (const ShownSlice& each : alone.slices)
        if (each.args.contains("task")) second = std::max(second, each.end);
    second += 40'000;
    for (int rank = 0; rank < 8; ++rank) {
        const std::string own = "rank " + std::to_string(rank);
        const std::string process = "ring " + own + ", nic" + std::to_string(8 + rank);
        const auto expected = tasks_of(alone, own, 0);
        EXPECT_EQ(expected.size(), 35U);
        EXPECT_EQ(tasks_of(made, process, 40'000, second + 1), expected) << rank;
        EXPECT_EQ(tasks_of(made, process, 0).size(), 70U) << rank;
        EXPECT_EQ(made.count("network out", process), 28U);
    }
    EXPECT_EQ(made.count("network out", "pair rank 1, nic1"), 1U);
    EXPECT_EQ(made.arrows.size(), 1U + 2 * 8 * 14);
}

/// Arrows stay within a job; endpoints that jobs share are processes of each.
TEST(JobTimeline, KeepsJobsApart)
{
    const std::string jobs = "topology = hpn:segments=1,hosts=4\n"
                             "[many]\nscenario = incast\nranks = 0,8,16\nsize = 64K\nrounds = 2\n"
                             "[train]\nscenario = training\nranks = 0-15\n"
                             "model = llama-7b:layers=1,sequence=8\ntp = 8\ndp = 2\n"
                             "[whole]\nscenario = incast\nsenders = 2\nplacement = index\nsize = 64K\n";
    const ShownTimeline made = timeline_of_jobs(jobs, "--stop-us 100", 3);
    for (const auto& [from, to] : made.arrows)
        EXPECT_EQ(from.process.substr(0, from.process.find(' ')), to.process.substr(0, to.process.find(' ')));
    EXPECT_EQ(made.count("network out", "many rank 1, nic8 (host 1, GPU 0)"), 2U);
    EXPECT_EQ(made.count("network out", "whole nic2 (host 0, GPU 2)"), 1U);
    EXPECT_GT(made.count("stream 0", "train rank 8, nic8 (host 1, GPU 0)"), 0U);
    std::set<std::string> processes;
    for (const ShownSlice& each : made.slices) processes.insert(each.process);
    EXPECT_EQ(processes.size(), 3U + 16 + 3);

    const ShownTimeline some = timeline_of_jobs(jobs, "--stop-us 100 --timeline-ranks 8", 3);
    processes.clear();
    for (const ShownSlice& each : some.slices) processes.insert(each.process);
    EXPECT_EQ(processes.size(), 2U);
}

/// What a job has not done when the run is stopped is there until then, and says so.
TEST(JobTimeline, ShowsWhatHasNotEnded)
{
    const ShownTimeline made = timeline_of_jobs("topology = star:hosts=8\n[ring]\nscenario = workload\n"
                                                "repeat = forever\nstart-us = 10\nfile = " +
                                                    kTrace + "\n",
                                                "--stop-us 47", 3);
    int open = 0;
    for (const ShownSlice& each : made.slices)
        if (each.args.value("status", "") == "unfinished" && each.args.contains("task")) {
            ++open;
            EXPECT_EQ(each.end, 47'000);
        }
    EXPECT_GT(open, 0);
}

}  // namespace hpnsim::test
