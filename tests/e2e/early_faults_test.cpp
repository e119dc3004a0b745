// SPDX-License-Identifier: GPL-2.0-only
// Tests that a fault is in force for all that is sent at its time: from the very first packet on, and for a
// flow that starts when the fault does.
#include "command.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

/// Runs a flow from nic1 to nic0, whose NICs have two ports, and returns the summary. A short flow from
/// elsewhere starts at 0, where times in a file begin.
nlohmann::json flow_from_nic1(const std::string& start, int bytes, const std::string& schedule)
{
    const Folder folder;
    const fs::path flows = folder.path() / "flows.txt", faults = folder.path() / "faults.txt";
    const fs::path out = folder.path() / "o";
    std::ofstream(flows) << "2\n2 0 3 100 1000 0\n1 0 3 100 " << bytes << " " << start << "\n";
    std::ofstream(faults) << schedule;
    const Ran ran =
        run("flows --topology hpn:segments=1,hosts=3,gpus=1 --flow-file " + flows.string() + " --faults " +
            faults.string() + " --cc fixed --quiet --no-plots --out " + out.string());
    EXPECT_EQ(ran.status, 0) << ran.err;
    return summary(out, "fixed");
}

uint64_t lost(const nlohmann::json& summary, const char* why = "lost_link_down")
{
    return summary["faults"].at(why);
}

const char* const kFirst = "0";
const char* const kLater = "0.00001";
const std::string kKnown = " detect=0us converge=0us\n";

}  // namespace

/// Each port of the sender in its turn: the flow has one of them.
TEST(EarlyFaults, NothingIsSentIntoALinkThatEverybodyKnowsIsDown)
{
    for (const std::string port : {"0", "1"}) {
        EXPECT_EQ(lost(flow_from_nic1(kFirst, 100'000, "0us down nic1:" + port + kKnown)), 0U) << port;
        EXPECT_EQ(lost(flow_from_nic1(kLater, 100'000, "10us down nic1:" + port + kKnown)), 0U) << port;
    }
}

/// The ACK timeout sends again what was lost in the first microsecond: the only packet.
TEST(EarlyFaults, TheFirstPacketMeetsAnImpairment)
{
    EXPECT_EQ(lost(flow_from_nic1(kFirst, 4'000, "0us loss nic1 rate=1\n1us clear nic1\n"), "lost_random"),
              1U);
    EXPECT_EQ(lost(flow_from_nic1(kLater, 4'000, "10us loss nic1 rate=1\n11us clear nic1\n"), "lost_random"),
              1U);
}

/// And it is sent at the lower rate: one packet of 4,000 bytes through two links of 200 Gb/s takes 160 ns for
/// each, and twice that where the link is at half of its rate.
TEST(EarlyFaults, TheFirstPacketIsSlow)
{
    for (const char* start : {kFirst, kLater}) {
        const std::string at = start == kFirst ? "0us" : "10us";
        const auto time = [&](const std::string& share) {
            const std::string to = " share=" + share + "\n";
            return flow_from_nic1(start, 4'000,
                                  at + " degrade nic1:0" + to + at + " degrade nic1:1" + to)["fct_us"]["max"]
                .get<double>();
        };
        EXPECT_GT(time("0.5"), time("1") + 0.15) << at;
    }
}

/// What ends at a time is over for what is sent then.
TEST(EarlyFaults, AMendedLinkTakesWhatIsSentThen)
{
    for (const std::string port : {"0", "1"})
        EXPECT_EQ(lost(flow_from_nic1(kLater, 4'000,
                                      "2us down nic1:" + port + " detect=1s\n10us up nic1:" + port + "\n")),
                  0U)
            << port;
}

}  // namespace hpnsim::test
