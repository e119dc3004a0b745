// SPDX-License-Identifier: GPL-2.0-only
// Tests --verify, --inject and the scenario alltoall as a user meets them.
#include "command.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

TEST(Verify, ChecksEveryElementOnEveryRank)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const std::string hpn =
        " --topology hpn:segments=1,hosts=2 --ranks 16 --size 1M --iterations 2 --cc dcqcn";
    const struct {
        std::string command;
        uint64_t elements;  // of 4 bytes
    } table[] = {{"allreduce" + hpn, 2 * 16 * 262144},
                 {"allreduce --algorithm hierarchical --loss 0.001" + hpn, 2 * 16 * 262144},
                 {"alltoall" + hpn, 2 * 16 * 262144},
                 {"incast --topology star --senders 4 --size 256K --rounds 3 --cc dcqcn", 3 * 4 * 65536},
                 {"flows --topology star --flow-file @DATA/scenarios/star-2.flow.txt --cc dcqcn", 0}};
    for (const auto& row : table) {
        const Ran ran = run(row.command + " --verify --quiet --no-plots --out " + out.string());
        ASSERT_EQ(ran.status, 0) << row.command << ran.err;
        const auto json = summary(out, "dcqcn");
        EXPECT_EQ(json["verified"], true) << row.command;
        EXPECT_EQ(json["wrong_elements"], 0);
        if (row.elements > 0) {
            EXPECT_EQ(json["verified_elements"], row.elements) << row.command;
        } else {
            EXPECT_GT(json["verified_elements"], 0) << row.command;
        }
    }
}

/// Every verb is tried by every transport, over a link that loses a packet in fifty.
TEST(Verify, EveryVerbMovesTheBytes)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    for (const std::string verb : {"write", "send", "read"})
        for (const std::string transport : {"gbn", "irn", "rud"}) {
            const Ran ran =
                run("incast --topology star --senders 2 --size 1M --rounds 2 --cc fixed --fabric lossy "
                    "--loss 0.02 --verify --audit --quiet --no-plots --verb " +
                    verb + " --transport " + transport + " --out " + out.string());
            ASSERT_EQ(ran.status, 0) << verb << " " << transport << ": " << ran.err;
            const auto json = summary(out, "fixed");
            EXPECT_EQ(json["verified"], true) << verb << " " << transport;
            EXPECT_EQ(json["verified_elements"], 2 * 2 * 262144);
            EXPECT_GT(json["retransmitted_bytes"], 0) << verb << " " << transport;
        }
}

TEST(Verify, ChangesNothingButWhatItSays)
{
    const Folder folder;
    const fs::path with = folder.path() / "with", without = folder.path() / "without";
    const std::string command = "allreduce --topology hpn:segments=1,hosts=2 --ranks 16 --size 1M --messages "
                                "--quiet --no-plots --cc nscc --out ";
    ASSERT_EQ(run(command + with.string() + " --verify").status, 0);
    ASSERT_EQ(run(command + without.string()).status, 0);
    EXPECT_EQ(rows(with / "runs/nscc/flows.csv"), rows(without / "runs/nscc/flows.csv"));
    EXPECT_TRUE(summary(without, "nscc")["verified"].is_null());
}

TEST(Verify, EveryInjectionEndsWithStatus4AndASentence)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    for (const char* how : {"flip", "offset", "lost", "swapped", "reduce-twice"}) {
        const Ran ran =
            run("allreduce --topology hpn:segments=1,hosts=2 --ranks 16 --size 1M --quiet --no-plots "
                "--cc hpcc --verify --inject " +
                std::string(how) + " --out " + out.string());
        EXPECT_EQ(ran.status, 4) << how;
        EXPECT_NE(ran.err.find("hpcc: --verify: iteration 0, rank "), std::string::npos) << how << ran.err;
        EXPECT_NE(ran.err.find(" of 4194304 elements differ\n"), std::string::npos) << how << ran.err;
        EXPECT_EQ(summary(out, "hpcc")["verified"], false) << how;
    }
}

TEST(Verify, IsAColumnOfTheTable)
{
    const Folder folder;
    const std::string command = "incast --topology star --senders 2 --size 64K --no-plots --cc hpcc --out " +
                                (folder.path() / "o").string();
    const std::string sound = run(command + " --verify").out;
    EXPECT_NE(sound.find("verified"), std::string::npos) << sound;
    EXPECT_NE(sound.find(" yes"), std::string::npos) << sound;
    EXPECT_NE(run(command + " --verify --inject flip").out.find(" NO"), std::string::npos);
    EXPECT_EQ(run(command).out.find("verified"), std::string::npos);
}

TEST(Verify, SeedsAreAddedUp)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const std::string command = "incast --topology star --senders 2 --size 64K --no-plots --quiet --cc hpcc "
                                "--seeds 3 --jitter-ns 500 --verify --out " +
                                out.string();
    EXPECT_EQ(run(command).status, 0);
    EXPECT_EQ(summary(out, "hpcc")["verified"], true);
    EXPECT_EQ(summary(out, "hpcc")["verified_elements"], 3 * 2 * 16384);
    EXPECT_EQ(run(command + " --inject flip").status, 4);
    EXPECT_EQ(summary(out, "hpcc")["verified"], false);
    EXPECT_EQ(summary(out, "hpcc")["wrong_elements"], 3);
}

TEST(Verify, OfAnUnfinishedRunIsNotTrue)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    EXPECT_EQ(run("incast --topology star --senders 4 --size 128K --quiet --verify --no-plots --cc dcqcn "
                  "--stop-us 5 --out " +
                  out.string())
                  .status,
              3);
    EXPECT_EQ(summary(out, "dcqcn")["verified"], false);
}

TEST(Alltoall, HasBandwidthsBelowTheIdeal)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran =
        run("alltoall --topology hpn:segments=1,hosts=2 --ranks 16 --size 4M --quiet --cc hpcc --out " +
            out.string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto json = summary(out, "hpcc");
    const double busbw = json["busbw_GBps"], algbw = json["algbw_GBps"], efficiency = json["efficiency"];
    EXPECT_NEAR(busbw, algbw * 15 / 16, 1e-6 * busbw);  // nccl-tests: (n-1)/n
    EXPECT_GT(efficiency, 0.3);
    EXPECT_LE(efficiency, 1);
    EXPECT_EQ(json["flows"], 1);
    EXPECT_TRUE(fs::exists(out / "report.html"));
}

}  // namespace
}  // namespace hpnsim::test
