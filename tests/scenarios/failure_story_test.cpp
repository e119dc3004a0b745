// SPDX-License-Identifier: GPL-2.0-only
// Tests failures by name: the schedule that each becomes, what is left of NIC ports, and sentences.
#include "kit/failure_story.hpp"

#include "faults/schedule.hpp"
#include "hpnsim/bad_input.hpp"

#include <gtest/gtest.h>

#include <sstream>

using namespace hpnsim;

namespace
{

const FabricPlan& hpn()
{
    static const FabricPlan plan = make_fabric("hpn:segments=1,hosts=4,gpus=2,aggs=2", 0);
    return plan;
}

Failure placed(const std::string& text, const FabricPlan& plan = hpn())
{
    return place_failure("--fail", parse_failure("--fail", text), plan);
}

std::string sentence_of(const std::string& text, const FabricPlan& plan = hpn())
{
    try {
        placed(text, plan);
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST(FailureStory, BecomesAScheduleOfFaults)
{
    const struct {
        const char *story, *place, *schedule;
    } table[] = {
        {"nic-port", "h0-g0:0", "1000000000ps down h0-g0:0\n"},
        {"nic-port:nic=nic3,port=1,at-us=2,repair-us=5,detect-us=1,converge-us=0.5,failback-us=3", "h1-g1:1",
         "2000000ps down h1-g1:1 detect=1000000ps converge=500000ps\n"
         "5000000ps up h1-g1:1 detect=1000000ps converge=500000ps failback=3000000ps\n"},
        {"nic-link:nic=h3-g1,at-us=1", "tor-s0-r1-p0:h3-g1", "1000000ps down tor-s0-r1-p0:h3-g1\n"},
        {"flapping:at-us=1,period-us=10,duty=0.2,count=3", "h0-g0:0",
         "1000000ps flap h0-g0:0 down=2000000ps up=8000000ps count=3\n"},
        {"tor:port=1,at-us=1,repair-us=2", "tor-s0-r0-p1",
         "1000000ps kill tor-s0-r0-p1\n2000000ps revive tor-s0-r0-p1\n"},
        {"agg-link:at-us=1", "tor-s0-r0-p0:4", "1000000ps down tor-s0-r0-p0:4\n"},
        {"agg-link:tor=tor-s0-r1-p1,agg=agg-p1-1,at-us=1", "tor-s0-r1-p1:5",
         "1000000ps down tor-s0-r1-p1:5\n"},
        {"agg:at-us=1", "agg-p0-0", "1000000ps kill agg-p0-0\n"},
        {"degraded:share=0.25,at-us=1,repair-us=3", "h0-g0:0",
         "1000000ps degrade h0-g0:0 share=0.25\n3000000ps degrade h0-g0:0 share=1\n"},
        {"degraded:agg=agg-p0-1,at-us=1", "tor-s0-r0-p0:5", "1000000ps degrade tor-s0-r0-p0:5 share=0.5\n"},
        {"slow-gpu:rank=3", "rank 3", ""},
    };
    for (const auto& row : table) {
        const Failure failure = placed(row.story);
        EXPECT_EQ(failure.place, row.place) << row.story;
        EXPECT_EQ(failure.schedule, row.schedule) << row.story;
        std::istringstream in(failure.schedule);
        EXPECT_NO_THROW(read_faults(in, "f", hpn())) << row.story;
    }
}

TEST(FailureStory, SaysWhatIsLeft)
{
    const Failure port = placed("nic-port:nic=h1-g0,port=1");
    ASSERT_EQ(port.ports.size(), 1U);
    EXPECT_EQ(port.ports[0].nic, 2U);
    EXPECT_EQ(port.ports[0].port, 1);
    EXPECT_EQ(port.ports[0].share, 0);
    EXPECT_EQ(placed("degraded:share=0.25").ports[0].share, 0.25);
    EXPECT_EQ(placed("tor:tor=tor-s0-r1-p0").ports.size(), 4U);
    EXPECT_TRUE(placed("agg").ports.empty());
    EXPECT_TRUE(placed("degraded:agg=agg-p0-1").ports.empty());
    const Failure flapping = placed("flapping:at-us=1,period-us=10,duty=0.2,count=3");
    EXPECT_EQ(flapping.last, microseconds(21));
    EXPECT_EQ(flapping.repair, microseconds(23));
    const Failure slow = placed("slow-gpu:rank=3,step-us=7,at-us=2,repair-us=4");
    ASSERT_TRUE(slow.slow);
    EXPECT_EQ(slow.slow->who.rank, 3U);
    EXPECT_EQ(slow.slow->who.more, microseconds(7));
    EXPECT_EQ(slow.slow->from, microseconds(2));
    EXPECT_EQ(slow.slow->to, microseconds(4));
    EXPECT_FALSE(placed("slow-gpu").repair);
}

TEST(FailureStory, BadOnesAreOneSentence)
{
    const FabricPlan star = make_fabric("star:hosts=4", 0);
    const struct {
        const char* text;
        const char* sentence;
        const FabricPlan& plan;
    } table[] = {
        {"nic-prt", "--fail: no failure 'nic-prt'; the nearest is 'nic-port'", hpn()},
        {"nic-port:repair=5", "--fail nic-port: no key 'repair'; the nearest is 'repair-us'", hpn()},
        {"nic-port:share=0.5",
         "--fail nic-port: no key 'share'; there are 'at-us', 'repair-us', 'detect-us', 'converge-us', "
         "'failback-us', 'nic' and 'port'",
         hpn()},
        {"tor:repair-us=10", "--fail tor: repair-us is not after at-us, which is 1000", hpn()},
        {"nic-port:nic=h9-g0", "--fail nic-port: nic: no node 'h9-g0' in this fabric; the nearest is 'h0-g0'",
         hpn()},
        {"nic-port:port=2", "--fail nic-port: port: h0-g0 has ports 0 to 1, and no 2", hpn()},
        {"nic-port:nic=agg-p0-0",
         "--fail nic-port: nic: 'agg-p0-0' is not a NIC; name one as in h0-g0 or nic0", hpn()},
        {"tor:tor=h0-g1", "--fail tor: tor: 'h0-g1' is not a switch; the nearest is 'tor-s0-r0-p0'", hpn()},
        {"agg-link:agg=agg-p1-0",
         "--fail agg-link: agg: tor-s0-r0-p0 has no link to agg-p1-0; the nearest is 'agg-p0-0'", hpn()},
        {"agg", "--fail agg: 'star:hosts=4' has no switch behind tor-0; use another kind, such as tor", star},
        {"tor:failback-us=5", "--fail tor: failback-us has no effect without repair-us", hpn()},
        {"slow-gpu:rank=8",
         "--fail slow-gpu: rank: 'hpn:segments=1,hosts=4,gpus=2,aggs=2' has GPUs 0 to 7, and no 8", hpn()},
    };
    for (const auto& row : table) EXPECT_EQ(sentence_of(row.text, row.plan), row.sentence);
}
