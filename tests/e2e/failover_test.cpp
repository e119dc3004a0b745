// SPDX-License-Identifier: GPL-2.0-only
// Tests failover as a user sees it: each kind of failure ends with what it must cost, between the times of
// detection, convergence and retransmission.
#include "command.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace hpnsim::test
{
namespace
{

const std::string kHpn = "failover --topology hpn:segments=1,hosts=4 --ranks 32 --size 4M --quiet ";
constexpr double kDetect = 10, kConverge = 200;
// What a lost packet waits for its retransmission: gbn's ACK timeout of code 8; rud's, with its back-off.
struct Law {
    const char *name, *options;
    double rto;
};
const Law kLaws[] = {{"dcqcn", "--cc dcqcn --transport gbn:ack-timeout=8 ", 1'049},
                     {"nscc", "--cc nscc ", 200}};

nlohmann::json cost_of(const std::string& options, const Law& law, int status = 0)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    const Ran ran = run(options + law.options + "--no-plots --out " + out);
    EXPECT_EQ(ran.status, status) << options << law.name << ran.err;
    return summary(out, law.name);
}

double number(const nlohmann::json& cost, const char* key)
{
    return cost[key].is_number() ? cost[key].get<double>() : -1;
}

}  // namespace

/// Whoever sends to the dead port learns of it when routes have converged, and what was lost is sent again
/// after a timeout. Then the ring through one port takes up to twice as long, until the repair.
TEST(Failover, ADeadPortCostsDetectionConvergenceAndATimeout)
{
    for (const Law& law : kLaws)
        for (const std::string kind : {"nic-port", "nic-link"}) {
            const auto cost = cost_of(kHpn + "--fail " + kind +
                                          ":at-us=400,converge-us=200,repair-us=1800 --duration-us 2500 ",
                                      law);
            const double interruption = number(cost, "interruption_us");
            EXPECT_GT(interruption, kConverge / 2) << kind << law.name;
            EXPECT_LT(interruption, kDetect + kConverge + law.rto + 50) << kind << law.name;
            EXPECT_LT(number(cost, "recovery_us"), kDetect + kConverge + law.rto + 100) << kind << law.name;
            EXPECT_GE(number(cost, "repair_recovery_us"), kConverge) << kind << law.name;
            EXPECT_LT(number(cost, "repair_recovery_us"), kDetect + kConverge + 100) << kind << law.name;
            EXPECT_NEAR(number(cost, "lost_bytes"), interruption * number(cost, "steady_gbps") / 8e-3,
                        0.15 * number(cost, "lost_bytes"))
                << kind << law.name;
            EXPECT_NEAR(number(cost, "permitted_gbps") / number(cost, "steady_gbps"), 0.52, 0.02);
        }
}

/// Without a repair the collective stays slower, by at most the factor of two of its slowest NIC.
TEST(Failover, WithoutARepairTheSlowestNicSetsThePace)
{
    for (const Law& law : kLaws) {
        const auto cost =
            cost_of(kHpn + "--fail nic-port:at-us=400,converge-us=200 --duration-us 2200 ", law);
        const double ratio = number(cost, "iteration_after_us") / number(cost, "iteration_before_us");
        EXPECT_GT(ratio, 1.4) << law.name;
        EXPECT_LT(ratio, 2.0) << law.name;
        EXPECT_TRUE(cost["repair_recovery_us"].is_null());
        EXPECT_TRUE(cost["failures"][0]["repair_us"].is_null());
        EXPECT_EQ(cost["failures"][0]["place"], "h0-g0:0");
    }
}

/// Every NIC of the rail sees its own port go down, and uses the other one.
TEST(Failover, ADeadTorIsSurvivedByItsTwin)
{
    for (const Law& law : kLaws) {
        const auto cost =
            cost_of(kHpn + "--fail tor:at-us=400,converge-us=200,repair-us=1800 --duration-us 2500 ", law);
        EXPECT_GT(number(cost, "interruption_us"), kDetect) << law.name;
        EXPECT_LT(number(cost, "interruption_us"), kDetect + kConverge + law.rto + 50) << law.name;
        EXPECT_GE(number(cost, "repair_recovery_us"), 0) << law.name;
        EXPECT_GT(number(cost["faults"], "lost_link_down"), 0) << law.name;
    }
}

/// Each of four flaps loses packets; the last one counts for the recovery.
TEST(Failover, AFlappingLinkIsCountedToItsLastFlap)
{
    for (const Law& law : kLaws) {
        const auto cost =
            cost_of(kHpn + "--fail flapping:at-us=400,period-us=200,duty=0.25,count=4,converge-us=50 "
                           "--duration-us 2500 ",
                    law);
        EXPECT_GE(number(cost, "recovery_us"), 600) << law.name;
        EXPECT_LT(number(cost, "recovery_us"), 650 + kDetect + 50 + law.rto + 50) << law.name;
        EXPECT_LT(number(cost, "interruption_us"), 650 + law.rto) << law.name;
        EXPECT_EQ(cost["failures"][0]["repair_us"], 1050);
        EXPECT_NEAR(number(cost, "iteration_after_us"), number(cost, "iteration_before_us"), 3) << law.name;
    }
}

/// An AllReduce on one segment stays on its rails, and needs no Agg. An AllToAll does.
TEST(Failover, AnAggMattersToWhatCrossesIt)
{
    for (const Law& law : kLaws)
        for (const std::string kind : {"agg-link", "agg"}) {
            const std::string fail = "--fail " + kind + ":at-us=600,converge-us=200,repair-us=1500 ";
            EXPECT_EQ(number(cost_of(kHpn + fail + "--duration-us 1000 ", law), "interruption_us"), 0)
                << kind << law.name;
            const auto cost = cost_of(kHpn + fail + "--op all_to_all --duration-us 2100 ", law);
            EXPECT_GT(number(cost, "interruption_us"), kDetect) << kind << law.name;
            EXPECT_LT(number(cost, "interruption_us"), kDetect + kConverge + law.rto + 50)
                << kind << law.name;
            EXPECT_GE(number(cost, "repair_recovery_us"), 0) << kind << law.name;
        }
}

/// Nothing is lost on a slow link or at a slow GPU; only time is, and the repair gives it back at once.
TEST(Failover, SlownessCostsTimeAlone)
{
    for (const Law& law : kLaws)
        for (const std::string kind : {"degraded:share=0.5,", "slow-gpu:step-us=5,"}) {
            const auto cost =
                cost_of(kHpn + "--fail " + kind + "at-us=400,repair-us=1000 --duration-us 1400 ", law);
            const double before = number(cost, "iteration_before_us");
            EXPECT_GT(number(cost, "iteration_during_us"), 1.25 * before) << kind << law.name;
            EXPECT_NEAR(number(cost, "iteration_after_us"), before, 0.05 * before) << kind << law.name;
            EXPECT_EQ(cost["timeouts"], 0) << kind << law.name;
            EXPECT_LT(number(cost, "repair_recovery_us"), 3 * before) << kind << law.name;
        }
}

/// With one ToR the rank is cut off: it comes back after the repair and not before, or its retries run out.
TEST(Failover, ASingleTorHaltsUntilTheRepair)
{
    const std::string single =
        "failover --topology hpn-single-tor:segments=1,hosts=4 --ranks 32 --size 4M --quiet ";
    for (const Law& law : kLaws) {
        const auto cost = cost_of(
            single + "--fail nic-port:at-us=400,converge-us=200,repair-us=1400 --duration-us 5000 ", law);
        EXPECT_EQ(cost["permitted_gbps"], 0) << law.name;
        EXPECT_GE(number(cost, "interruption_us"), 1'000) << law.name;
        EXPECT_GE(number(cost, "recovery_us"), 1'000) << law.name;
    }
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    const Ran ran = run(single + "--fail nic-port:at-us=400 " + kLaws[0].options + "--no-plots --out " + out);
    EXPECT_EQ(ran.status, 4);
    EXPECT_NE(ran.err.find("flows ended in IBV_WC_RETRY_EXC_ERR"), std::string::npos) << ran.err;
    EXPECT_TRUE(summary(out, "dcqcn")["recovery_us"].is_null());
}

/// Several failures are one story, with the schedule of --faults beside it; the same command gives the same
/// bytes, and the figure is drawn.
TEST(Failover, StoriesAddUpAndRepeat)
{
    const Folder folder;
    const std::string schedule = (folder.path() / "f.txt").string();
    std::ofstream(schedule) << "450us loss nic9:0 rate=0.01 # besides\n";
    const std::string line =
        "failover --topology hpn:segments=1,hosts=2 --ranks 16 --size 2M --quiet --cc nscc --fail "
        "degraded:at-us=400 --fail slow-gpu:rank=3,at-us=500,repair-us=600 --duration-us 800 "
        "--faults " +
        schedule + " --out " + folder.path().string();
    for (const char* out : {"/a", "/b"}) ASSERT_EQ(run(line + out).status, 0);
    auto first = summary(folder.path() / "a", "nscc"), second = summary(folder.path() / "b", "nscc");
    EXPECT_EQ(first["failures"].size(), 2U);
    EXPECT_GT(first["faults"]["lost_random"], 0);
    for (auto* each : {&first, &second}) {
        each->erase("host");
        each->erase("command");
    }
    EXPECT_EQ(first.dump(), second.dump());
    EXPECT_EQ(read(folder.path() / "a/runs/nscc/throughput.csv"),
              read(folder.path() / "b/runs/nscc/throughput.csv"));
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "a/plots/goodput.svg"));
}

TEST(Failover, RealBytesSurvive)
{
    const auto cost =
        cost_of("failover --topology hpn:segments=1,hosts=2 --ranks 16 --size 1M --quiet --fail "
                "nic-port:at-us=200,converge-us=100,repair-us=500 --duration-us 700 --verify --audit ",
                kLaws[1]);
    EXPECT_EQ(cost["verified"], true);
    EXPECT_EQ(cost["audit"]["passed"], true);
    EXPECT_GT(number(cost, "interruption_us"), 0);
}

/// The table has what the failure cost. Without an iteration before the failure nobody can say that.
TEST(Failover, TheTableSaysWhatItCost)
{
    const Folder folder;
    const std::string line =
        "failover --topology star:hosts=4 --ranks 4 --size 1M --no-plots --cc nscc --out " +
        (folder.path() / "o").string() + " --fail tor:converge-us=20,at-us=";
    const Ran ran = run(line + "300,repair-us=500 --duration-us 1000");
    EXPECT_EQ(ran.status, 0) << ran.err;
    for (const char* head :
         {"steady Gb/s", "interrupted us", "recovery us", "lost MB", "iteration us: before"})
        EXPECT_NE(ran.out.find(head), std::string::npos) << head << ran.out;
    const Ran early = run(line + "10,repair-us=100 --duration-us 1000");
    EXPECT_EQ(early.status, 0) << early.err;
    EXPECT_EQ(early.out.find("interrupted us"), std::string::npos) << early.out;
    EXPECT_TRUE(summary(folder.path() / "o", "nscc")["interruption_us"].is_null());
}

TEST(Failover, BadStoriesAreOneSentence)
{
    const Ran ran = run(kHpn + "--fail nic-prt");
    EXPECT_EQ(ran.status, 2);
    EXPECT_EQ(ran.err, "failover: --fail: no failure 'nic-prt'; the nearest is 'nic-port'\n");
    const Ran late = run(kHpn + "--fail tor:at-us=1500 --duration-us 1500");
    EXPECT_EQ(late.status, 2);
    EXPECT_EQ(late.err,
              "failover: --fail tor: at-us=1500 is not before --duration-us 1500, so nothing would run any "
              "more\n");
}

}  // namespace hpnsim::test
