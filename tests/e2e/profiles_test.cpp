// SPDX-License-Identifier: GPL-2.0-only
// Tests profiles: every verb ends, dead peers end, what the user gives wins, and summary.json shows what was
// in force.
#include "command.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

nlohmann::json summary_of(const std::string& command, int status = 0)
{
    const Folder folder;
    const Ran ran = run(command + " --quiet --no-plots --out " + (folder.path() / "o").string());
    EXPECT_EQ(ran.status, status) << command << ": " << ran.err;
    for (const auto& entry : fs::directory_iterator(folder.path() / "o" / "runs"))
        return nlohmann::json::parse(read(entry.path() / "summary.json"));
    return {};
}

}  // namespace

TEST(Profiles, EveryVerbEnds)
{
    for (const std::string profile : {"htsim", "hpcc-sim"})
        for (const std::string verb : {"write", "send", "read"}) {
            const auto json =
                summary_of("incast --topology star --senders 3 --size 70000 --rounds 2 --verify --profile " +
                           profile + " --verb " + verb);
            EXPECT_EQ(json["completed"], 6) << profile << " " << verb;
            EXPECT_EQ(json["verified"], true) << profile << " " << verb;
        }
}

TEST(Profiles, ADeadPeerEndsTheRun)
{
    const Folder folder;
    const std::string kill = (folder.path() / "kill.txt").string();
    std::ofstream(kill) << "1us kill nic0\n";
    const std::string incast = "incast --topology star --senders 2 --size 64K --profile htsim ";
    for (const std::string cc : {"", " --cc rccc", " --cc fixed:preset=htsim", " --cc nscc --receiver credit",
                                 " --fabric lossy --transport rud:sleek=1"})
        for (const std::string& fate : {"--faults " + kill, std::string("--loss 1")}) {
            const auto json = summary_of(incast + fate + cc, 4);
            EXPECT_EQ(json["failed"], 2) << fate << cc;
        }
}

TEST(Profiles, RetriesThatAreGivenWin)
{
    const std::string incast = "incast --topology star --senders 2 --size 64K --profile htsim --loss 1";
    const auto all = summary_of(incast, 4);
    EXPECT_EQ(all["params"]["transport:rud"]["retry"], "1000");
    for (const std::string retry : {"7", "6"}) {
        const auto json = summary_of(incast + " --transport rud:retry=" + retry, 4);
        EXPECT_EQ(json["params"]["transport:rud"]["retry"], retry);
        EXPECT_LT(json["timeouts"], all["timeouts"]);
    }
}

/// Without trimming uet-htsim's queues hold five BDP. A limit of one BDP that the user gives is kept,
/// although one BDP is also the default.
TEST(Profiles, QueueLimitsThatAreGivenWin)
{
    const std::string incast = "incast --topology star --senders 16 --size 1M --profile htsim --cc "
                               "nscc:preset=no-trimming --fabric ";
    const auto five = summary_of(incast + "lossy"), one = summary_of(incast + "lossy:trim-bdp=1"),
               more = summary_of(incast + "lossy:trim-bdp=1.0001"),
               last = summary_of(incast + "lossy:trim-last-bdp=1");
    EXPECT_EQ(five["params"]["fabric:lossy"]["trim-bdp"], "5 BDP");
    EXPECT_EQ(five["params"]["fabric:lossy"]["trim-last-bdp"], "5 BDP");
    EXPECT_EQ(one["params"]["fabric:lossy"]["trim-bdp"], "1 BDP");
    EXPECT_EQ(one["params"]["fabric:lossy"]["trim-last-bdp"], "1 BDP");
    EXPECT_EQ(last["params"]["fabric:lossy"]["trim-bdp"], "5 BDP");
    EXPECT_EQ(last["params"]["fabric:lossy"]["trim-last-bdp"], "1 BDP");
    const auto peak = [](const nlohmann::json& json) { return json["max_queue_bytes"].get<int64_t>(); };
    EXPECT_GT(peak(five), 3 * peak(one));
    EXPECT_LT(peak(more), 2 * peak(one));
    EXPECT_EQ(peak(last), peak(one)) << "a star has last hops alone";
}

/// Checks all that the profile of HPCC-sim sets and an option can say.
TEST(Profiles, WhatIsGivenWinsUnderHpccSim)
{
    const std::string incast = "incast --topology star --senders 2 --size 64K --cc dcqcn --profile hpcc-sim";
    const auto usual = summary_of(incast)["params"];
    EXPECT_EQ(usual["fabric:lossless"]["ack-class"], "data");
    EXPECT_EQ(usual["fabric:lossless"]["alpha"].get<std::string>().substr(0, 22), "of the profile: 0.125 ");
    EXPECT_EQ(usual["fabric:lossless"]["headroom"].get<std::string>().substr(0, 16), "of the profile: ");
    EXPECT_EQ(usual["transport:gbn"]["ack-timeout"], "0");
    const auto given = summary_of(incast + " --transport gbn:ack-timeout=9 --fabric "
                                           "lossless:ack-class=control,alpha=0.25,headroom=100,buffer-mb=20,"
                                           "watchdog-ms=3,int=full,lossless=3,strict=6")["params"];
    EXPECT_EQ(given["transport:gbn"]["ack-timeout"], "9");
    const auto& fabric = given["fabric:lossless"];
    EXPECT_EQ(fabric["ack-class"], "control");
    EXPECT_EQ(fabric["alpha"], "0.25");
    EXPECT_EQ(fabric["headroom"], "100 KB");
    EXPECT_EQ(fabric["buffer-mb"], "20 MB");
    EXPECT_EQ(fabric["watchdog-ms"], "3 ms");
    EXPECT_EQ(fabric["int"], "full");
    EXPECT_EQ(fabric["lossless"], "3");
    EXPECT_EQ(fabric["strict"], "6");
}

TEST(Profiles, HtsimRefusesWhatCannotApply)
{
    const std::string incast = "incast --topology star --senders 2 --size 64K --profile htsim ";
    const Ran qps = run(incast + "--qps 2");
    EXPECT_EQ(qps.status, 2);
    EXPECT_EQ(qps.err, "incast: --profile: htsim makes one QP a flow, so --qps and --qp-select do not apply; "
                       "leave them out\n");
}

/// uet-htsim's receivers acknowledge every so many bytes and never for want of time, so that a window of
/// fewer waits for a timeout. With a delay that the user gives it does not.
TEST(Profiles, HtsimDelaysAcksIfTheUserSaysSo)
{
    const auto took = [](const std::string& keys, const std::string& shown) {
        const auto json = summary_of("incast --topology star --senders 1 --size 2000000 --mtu 4000 --profile "
                                     "htsim --cc fixed --transport rud:sack-bytes=1000000" +
                                     keys);
        EXPECT_EQ(json["completed"], 1) << keys;
        EXPECT_EQ(json["params"]["transport:rud"]["ack-delay-us"], shown);
        return json["last_fct_us"].get<double>();
    };
    const double usual = took("", "0 us");
    EXPECT_EQ(took(",ack-delay-us=0", "0 us"), usual);
    EXPECT_LT(took(",ack-delay-us=3", "3 us"), 0.9 * usual);
}

/// uet-htsim's receivers adapt their grants to the oversubscription of the fabric, with receiver credit
/// alone.
TEST(Profiles, GrantsFollowTheOversubscriptionThatTheFileStates)
{
    const Folder folder;
    const auto ratio = [&folder](const std::string& more, uint32_t up, const std::string& over) {
        const std::string file = (folder.path() / "t.topo").string();
        std::ofstream(file)
            << "Nodes 16\nTiers 2\nPodsize 16\nTier 0\nDownlink_Speed_Gbps 100\nRadix_Down 8\n"
            << "Radix_Up " << up << "\nDownlink_Latency_ns 1000\n"
            << over << "Tier 1\nDownlink_Speed_Gbps 100\nRadix_Down 2\nDownlink_Latency_ns 1000\n";
        const auto json = summary_of(
            "permutation --ranks 16 --size 64K --profile htsim --topology file:path=" + file + " " + more);
        for (const auto& [key, value] : json["params"].items())
            if (key == "receiver:credit") return value["ratio"].template get<std::string>();
        return std::string("none");
    };
    EXPECT_EQ(ratio("--cc rccc", 2, "Oversubscribed 4\n"), "4 to 1");
    EXPECT_EQ(ratio("--cc rccc --receiver credit:preset=htsim", 2, "Oversubscribed 4\n"), "4 to 1");
    EXPECT_EQ(ratio("--cc rccc --receiver credit:ratio=1", 2, "Oversubscribed 4\n"), "1 to 1");
    EXPECT_EQ(ratio("--cc nscc --receiver credit", 2, "Oversubscribed 4\n"), "1 to 1");
    EXPECT_EQ(ratio("--cc rccc", 8, ""), "1 to 1");
    EXPECT_EQ(ratio("--cc nscc", 2, "Oversubscribed 4\n"), "none");
}

}  // namespace hpnsim::test
