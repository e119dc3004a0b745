// SPDX-License-Identifier: GPL-2.0-only
// Tests schedules of faults: what each line becomes, and the sentence for each line that cannot be.
#include "faults/schedule.hpp"

#include "hpnsim/bad_input.hpp"

#include <gtest/gtest.h>

#include <sstream>

using namespace hpnsim;

namespace
{

using Act = Fault::Act;
using What = Impairment::What;

/// Has 2 segments of 2 hosts with 2 GPUs: endpoints 0..7, ToRs 0..7, one Agg per plane. A ToR has its hosts
/// at ports 0 and 1 and its Agg at port 2.
const FabricPlan& hpn()
{
    static const FabricPlan plan = make_fabric("hpn:segments=2,hosts=2,gpus=2,aggs=2", 0);
    return plan;
}

FaultPlan read(const std::string& text)
{
    std::istringstream in(text);
    return read_faults(in, "f", hpn());
}

std::string sentence_of(const std::string& text)
{
    try {
        read(text);
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST(Faults, TimesPlacesAndComments)
{
    const FaultPlan plan = read("# a comment\n"
                                "set detect=5us converge=200us\n\n"
                                "300us up nic5:1   # as good as new\n"
                                "1.5us down nic5:1\n"
                                "20ns kill tor-s0-r1-p1\n"
                                "0 kill agg-p1-0\n");
    EXPECT_EQ(plan.detect, microseconds(5));
    EXPECT_EQ(plan.converge, microseconds(200));
    ASSERT_EQ(plan.faults.size(), 4U);
    EXPECT_EQ(plan.faults[0].at, Time{});
    EXPECT_EQ(plan.faults[0].act, Act::kill);
    EXPECT_EQ(hpn().node_name(plan.faults[0].node), "agg p1 0");
    EXPECT_EQ(plan.faults[1].at, nanoseconds(20));
    EXPECT_EQ(hpn().node_name(plan.faults[1].node), "tor s0 r1 p1");
    EXPECT_EQ(plan.faults[2].at, nanoseconds(1500));
    EXPECT_EQ(plan.faults[2].act, Act::down);
    EXPECT_EQ(plan.faults[2].node, 5U);
    EXPECT_EQ(plan.faults[2].port, 1);
    EXPECT_EQ(plan.faults[3].act, Act::up);
    EXPECT_EQ(plan.faults[3].at, microseconds(300));
}

/// h2 g1 is endpoint 2 x 2 + 1. Its port 1 leads to the ToR of segment 1, rail 1, plane 1.
TEST(Faults, APortMayBeNamedByItsNeighbour)
{
    const FaultPlan plan = read("0 down h2-g1:tor-s1-r1-p1\n0 down tor-s0-r0-p0:agg-p0-1\n0 down nic5\n"
                                "0 down tor-s0-r0-p0->agg-p0-1\n0 down tor-s0-r0-p0:3->agg-p0-1:0\n");
    ASSERT_EQ(plan.faults.size(), 5U);
    for (const size_t as_in_csv_files : {3, 4}) {
        EXPECT_EQ(plan.faults[as_in_csv_files].node, plan.faults[1].node);
        EXPECT_EQ(plan.faults[as_in_csv_files].port, plan.faults[1].port);
    }
    EXPECT_EQ(plan.faults[0].node, 5U);
    EXPECT_EQ(plan.faults[0].port, 1);
    EXPECT_EQ(plan.faults[1].node, hpn().endpoints);
    EXPECT_EQ(plan.faults[1].port, 3);
    EXPECT_EQ(plan.faults[2].port, Fault::kEveryPort);
}

/// The link goes down at 0, 100 and 200, and up 10 later.
TEST(Faults, AFlapIsDownsAndUps)
{
    const FaultPlan plan = read("1us flap nic5:0 down=10us up=90us count=3\n");
    ASSERT_EQ(plan.faults.size(), 6U);
    for (size_t i = 0; i < 6; ++i) {
        EXPECT_EQ(plan.faults[i].act, i % 2 == 0 ? Act::down : Act::up);
        EXPECT_EQ(plan.faults[i].at,
                  microseconds(1 + 100 * static_cast<int64_t>(i / 2) + (i % 2 == 0 ? 0 : 10)));
    }
}

TEST(Faults, Impairments)
{
    const FaultPlan plan = read("0 loss all rate=1e-3 kind=data\n"
                                "1us burst nic0 to-bad=0.01 to-good=0.25 loss-bad=0.9\n"
                                "2us every nic0:0 n=7 dir=in\n"
                                "3us reorder nic0:0 rate=0.5 by=2us kind=ack,nak,pfc dir=out\n"
                                "4us jitter nic0:0 by=100ns order=keep\n");
    ASSERT_EQ(plan.faults.size(), 5U);
    EXPECT_EQ(plan.faults[0].node, Fault::kEveryLink);
    EXPECT_EQ(plan.faults[0].impairment.rate, 1e-3);
    EXPECT_EQ(plan.faults[0].impairment.of, kDataPackets);
    EXPECT_EQ(plan.faults[1].impairment.to_bad, 0.01);
    EXPECT_EQ(plan.faults[1].impairment.to_good, 0.25);
    EXPECT_EQ(plan.faults[1].impairment.loss_bad, 0.9);
    EXPECT_EQ(plan.faults[1].impairment.loss_good, 0);
    EXPECT_EQ(plan.faults[1].impairment.of, kAllPackets);
    EXPECT_EQ(plan.faults[2].impairment.period, 7U);
    EXPECT_EQ(plan.faults[2].direction, Direction::in);
    EXPECT_EQ(plan.faults[3].impairment.what, What::reorder);
    EXPECT_EQ(plan.faults[3].impairment.delay, microseconds(2));
    EXPECT_EQ(plan.faults[3].impairment.of, set_of(PacketKind::ack) | set_of(PacketKind::nak) | kPfcFrames);
    EXPECT_EQ(plan.faults[3].direction, Direction::out);
    EXPECT_TRUE(plan.faults[4].impairment.keep_order);
    EXPECT_FALSE(plan.changes_links());
    EXPECT_TRUE(plan.disturbs_pfc());
}

TEST(Faults, SlowReceiversAndStorms)
{
    const FaultPlan plan = read("0 slow nic1:0 gbps=12.5 buffer=32K\n5us storm nic1:1 for=1ms priority=4\n");
    ASSERT_EQ(plan.faults.size(), 2U);
    EXPECT_EQ(plan.faults[0].rate, mbps(12'500));
    EXPECT_EQ(plan.faults[0].buffer, 32 << 10);
    EXPECT_EQ(plan.faults[1].duration, milliseconds(1));
    EXPECT_EQ(plan.faults[1].priority, 4);
}

/// A link keeps a share of its rate; an event that says how fast the fabric reacts to it overrules `set`.
TEST(Faults, DegradedLinksAndReactionsOfTheirOwn)
{
    const FaultPlan plan = read("0 degrade nic1:0 share=0.25\n"
                                "1us down nic1:1 detect=2us converge=3us\n"
                                "2us kill agg-p0-0 detect=4us\n"
                                "3us flap nic2:0 down=1us up=1us count=1 converge=5us failback=6us\n"
                                "set detect=7us failback=1s\n");
    ASSERT_EQ(plan.faults.size(), 5U);
    EXPECT_EQ(plan.faults[0].act, Act::degrade);
    EXPECT_EQ(plan.faults[0].share, 0.25);
    EXPECT_EQ(plan.faults[1].detect, microseconds(2));
    EXPECT_EQ(plan.faults[1].converge, microseconds(3));
    EXPECT_EQ(plan.faults[2].detect, microseconds(4));
    EXPECT_FALSE(plan.faults[2].converge);
    EXPECT_FALSE(plan.faults[3].detect);
    EXPECT_EQ(plan.faults[4].converge, microseconds(5));
    EXPECT_EQ(plan.detect, microseconds(7));
    EXPECT_FALSE(plan.faults[1].failback);
    EXPECT_EQ(plan.faults[4].failback, microseconds(6));
    EXPECT_EQ(plan.failback, milliseconds(1000));
    FaultPlan degraded = plan;
    degraded.faults.resize(1);
    EXPECT_FALSE(degraded.changes_links());
    EXPECT_FALSE(degraded.disturbs_pfc());
}

TEST(Faults, BadLinesAreOneSentence)
{
    const struct {
        const char* text;
        const char* sentence;
    } table[] = {
        {"10 down nic0", "f:1: '10' is not a time; write a number with ps, ns, us, ms or s, as in 100us"},
        {"\n\n-5us down nic0",
         "f:3: '-5us' is not a time; write a number with ps, ns, us, ms or s, as in 100us"},
        {"1..2us down nic0",
         "f:1: '1..2us' is not a time; write a number with ps, ns, us, ms or s, as in 100us"},
        {"9999999s down nic0", "f:1: 9999999s is beyond 1000000 s"},
        {"0us", "f:1: an event is TIME ACTION PLACE [key=value ...], as in 100us down nic5:1"},
        {"0us donw nic0", "f:1: no action 'donw'; the nearest is 'down'"},
        {"0us down nicc5", "f:1: no node 'nicc5' in this fabric; the nearest is 'nic5'"},
        {"0us down tor-s0-r0-p7", "f:1: no node 'tor-s0-r0-p7' in this fabric; the nearest is "
                                  "'tor-s0-r0-p0'"},
        {"0us down nic0:2", "f:1: h0-g0 has ports 0 to 1, and no 2"},
        {"0us down nic0:agg-p0-0",
         "f:1: h0-g0 has no link to agg-p0-0; there are 'tor-s0-r0-p0' and 'tor-s0-r0-p1'"},
        {"0us down all", "f:1: down: down needs one node or port, not all"},
        {"0us down nic0 rate=1", "f:1: down takes no key 'rate'; there are 'detect' and 'converge'"},
        {"0us loss nic0 rate=1 detect=1us",
         "f:1: loss takes no key 'detect'; there are 'rate', 'kind' and 'dir'"},
        {"0us degrade nic0 share=0", "f:1: degrade: share: 0 is out of range, 0.001 to 1"},
        {"0us degrade all share=1", "f:1: degrade: degrade needs one node or port, not all"},
        {"0us loss nic0", "f:1: loss needs rate=..."},
        {"0us loss nic0 rate=2", "f:1: loss: rate: 2 is out of range, 0 to 1"},
        {"0us loss nic0 rat=1", "f:1: loss takes no key 'rat'; the nearest is 'rate'"},
        {"0us loss nic0 rate=1 rate=1", "f:1: loss: rate is given twice"},
        {"0us loss nic0 rate", "f:1: loss: rate needs a value, rate=..."},
        {"0us loss nic0 rate=1 kind=dat", "f:1: loss: kind: no packets 'dat'; the nearest is 'data'"},
        {"0us loss nic0 rate=1 dir=inn", "f:1: loss: dir: no 'inn'; the nearest is 'in'"},
        {"0us every nic0 n=0", "f:1: every: n: 0 is out of range, 1 to 1152921504606846976"},
        {"0us jitter nic0 by=1us order=kep", "f:1: jitter: order: no 'kep'; the nearest is 'keep'"},
        {"0us kill nic0:1", "f:1: kill: a whole node dies; name 'h0-g0' without a port, or use down"},
        {"0us slow agg-p0-0 gbps=1",
         "f:1: slow: agg-p0-0 is a switch, and only a NIC can be a slow receiver; name one as in nic0"},
        {"0us flap nic0 down=1s up=1s count=1000000",
         "f:1: flap: count: the last flap would end beyond 1000000 s"},
        {"0us storm nic0 for=1us priority=8", "f:1: storm: priority: 8 is out of range, 0 to 7"},
        {"0us down nic0 failback=1us",
         "f:1: down takes no key 'failback'; there are 'detect' and 'converge'"},
        {"set dtect=1us", "f:1: set takes no key 'dtect'; the nearest is 'detect'"},
    };
    for (const auto& row : table) EXPECT_EQ(sentence_of(row.text), row.sentence);
}

TEST(Faults, AFileThatIsNotThere)
{
    try {
        read_fault_text("--faults", "/nowhere.faults");
        FAIL();
    } catch (const BadInput& error) {
        EXPECT_STREQ(error.what(), "--faults: there is no file '/nowhere.faults'");
    }
}

TEST(Faults, TheHelpNamesEveryAction)
{
    const std::string help = fault_help();
    for (const char* name : {"down", "up", "flap", "kill", "revive", "loss", "burst", "every", "corrupt",
                             "reorder", "duplicate", "jitter", "clear", "degrade", "slow", "storm"})
        EXPECT_NE(help.find(std::string("TIME ") + name + " PLACE"), std::string::npos) << name;
}
