// SPDX-License-Identifier: GPL-2.0-only
// Tests --fast-forward as a user sees it: much is skipped, little is off, and what cannot be skipped is
// refused or left alone.
#include "command.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

/// Results of a scenario that was run with --fast-forward and checked.
struct Skipped {
    Folder folder;
    Ran ran;
    nlohmann::json all, found;

    Skipped(const std::string& command, const std::string& label)
    {
        ran = run(command + " --fast-forward --fast-forward-check --quiet --no-plots --out " + out());
        EXPECT_EQ(ran.status, 0) << ran.err;
        all = summary(folder.path() / "o", label);
        found = all["fast_forward"];
    }
    std::string out() const { return (folder.path() / "o").string(); }
};

double number(const nlohmann::json& all, const char* key)
{
    return all.at(key).get<double>();
}

/// Reads flows.csv of a run of one CC.
std::vector<std::string> flows_of(const std::string& command, const std::string& label)
{
    Folder folder;
    const Ran ran = run(command + " --quiet --no-plots --out " + (folder.path() / "o").string());
    EXPECT_EQ(ran.status, 0) << ran.err;
    return rows(folder.path() / "o/runs" / label / "flows.csv");
}

}  // namespace

TEST(FastForward, SkipsMuchOfALongIncastAndKeepsItsTimes)
{
    const std::string command =
        "incast --topology star:hosts=5 --senders 4 --size 64M --placement index --cc swift";
    const Skipped skipped(command, "swift");
    EXPECT_GT(number(skipped.found, "skipped_share"), 0.3) << skipped.found;
    EXPECT_EQ(number(skipped.found, "compared"), 4);
    EXPECT_LT(number(skipped.found, "fct_error_max"), 0.01);
    EXPECT_LT(std::abs(number(skipped.found, "time_error")), 0.01);
    EXPECT_NE(skipped.ran.err.find("all figures are estimates"), std::string::npos) << skipped.ran.err;
    EXPECT_NE(skipped.all["warnings"].back().get<std::string>().find("estimates"), std::string::npos);
}

TEST(FastForward, CreditsPortsAndReceiversWithWhatWasSkipped)
{
    const std::string command =
        "incast --topology star:hosts=3 --senders 2 --size 64M --placement index --cc timely";
    Folder folder;
    const auto results = [&](const std::string& options, const std::string& name) {
        const std::string out = (folder.path() / name).string();
        EXPECT_EQ(run(command + options + " --quiet --no-plots --out " + out).status, 0);
        return summary(out, "timely");
    };
    const auto full = results("", "full");
    const auto skipped = results(" --fast-forward", "skipped");
    EXPECT_GT(number(skipped["fast_forward"], "skipped_share"), 0.5);
    for (const char* key : {"packet_hops", "data_packets", "sim_time_us"})
        EXPECT_NEAR(number(skipped, key) / number(full, key), 1, 0.01) << key;
    EXPECT_LT(number(skipped, "events"), 0.5 * number(full, "events"));
    const auto queue_rows = rows(folder.path() / "skipped/runs/timely/queues.csv");
    EXPECT_EQ(queue_rows.size(), rows(folder.path() / "full/runs/timely/queues.csv").size());
    const auto head = read(folder.path() / "skipped/runs/timely/flows.csv");
    EXPECT_NE(head.find("# param fast-forward: true"), std::string::npos)
        << "the file itself says what it is";
}

TEST(FastForward, ForeseesTheStepsOfAnAllReduce)
{
    const std::string command = "allreduce --ranks 32 --topology hpn:segments=1,hosts=4 --size 64M --cc hpcc";
    for (const char* algorithm : {"ring", "hierarchical"}) {
        const Skipped skipped(command + " --algorithm " + algorithm, "hpcc");
        EXPECT_GT(number(skipped.found, "foreseen_share"), 0.3) << algorithm << skipped.found;
        EXPECT_LT(std::abs(number(skipped.found, "time_error")), 0.02) << algorithm;
    }
}

TEST(FastForward, CutsMessagesOfEveryTransport)
{
    for (const char* transport : {"gbn", "irn", "rud"}) {
        const Skipped skipped(std::string("incast --topology star:hosts=2 --senders 1 --size 64M --placement "
                                          "index --cc hpcc --transport ") +
                                  transport,
                              "hpcc");
        EXPECT_GT(number(skipped.found, "skipped_share"), 0.5) << transport << skipped.found;
        EXPECT_LT(number(skipped.found, "fct_error_max"), 0.01) << transport;
    }
}

TEST(FastForward, HasTheSameBytesEachTimeAndOnEveryEngine)
{
    const std::string command =
        "incast --topology star:hosts=5 --senders 4 --size 32M --placement index --cc timely --fast-forward";
    const auto first = flows_of(command, "timely");
    EXPECT_EQ(flows_of(command, "timely"), first);
    EXPECT_EQ(flows_of(command + " --engine windows", "timely"), first);
    EXPECT_EQ(flows_of(command + " --threads 2", "timely"), first);
}

TEST(FastForward, ChangesNothingWhereThereIsNothingToSkip)
{
    for (const std::string command : {"incast --senders 4 --size 64K", "failover"}) {
        const std::string label = "dcqcn";
        Folder folder;
        const Ran ran =
            run(command + " --fast-forward --quiet --no-plots --out " + (folder.path() / "o").string());
        EXPECT_EQ(ran.status, 0) << ran.err;
        const auto found = summary(folder.path() / "o", label)["fast_forward"];
        if (found["skips"] != 0 || found["foreseen_messages"] != 0) continue;
        EXPECT_EQ(rows(folder.path() / "o/runs" / label / "flows.csv"), flows_of(command, label)) << command;
        EXPECT_NE(ran.err.find("found nothing to skip"), std::string::npos) << ran.err;
    }
}

TEST(FastForward, StopsAtTheTimeThatWasAskedFor)
{
    Folder folder;
    const Ran ran = run("incast --topology star:hosts=3 --senders 2 --size 64M --placement index --cc timely "
                        "--stop-us 1500 --fast-forward --quiet --no-plots --out " +
                        (folder.path() / "o").string());
    EXPECT_EQ(ran.status, 3) << ran.err;
    const auto all = summary(folder.path() / "o", "timely");
    EXPECT_GT(number(all["fast_forward"], "skips"), 0);
    EXPECT_DOUBLE_EQ(number(all, "sim_time_us"), 1500);
}

TEST(FastForward, LetsFlowsThatStartLaterMeetTheOthers)
{
    Folder folder;
    const fs::path flows = folder.path() / "late.txt";
    std::ofstream(flows) << "2\n0 2 3 100 67108864 0\n1 2 3 100 16777216 0.0009\n";
    const Skipped skipped("flows --topology star:hosts=3 --cc swift --flow-file " + flows.string(), "swift");
    EXPECT_GT(number(skipped.found, "skips"), 0) << skipped.found;
    EXPECT_EQ(number(skipped.found, "compared"), 2);
    EXPECT_LT(number(skipped.found, "fct_error_max"), 0.02) << skipped.found;
}

TEST(FastForward, RefusesWhatNeedsEveryPacket)
{
    for (const char* option : {"--audit", "--verify", "--pcap nic0", "--trace all", "--series-us 5",
                               "--loss 1e-5", "--profile htsim", "--verb read", "--also-write hpcc-sim"}) {
        const Ran ran = run(std::string("incast --senders 4 --fast-forward ") + option);
        EXPECT_EQ(ran.status, 2) << option;
        EXPECT_NE(ran.err.find("--fast-forward: with " + std::string(option).substr(0, 6)), std::string::npos)
            << ran.err;
    }
    EXPECT_EQ(run("incast --fast-forward-check").status, 2);
}

}  // namespace hpnsim::test
