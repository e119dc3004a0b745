// SPDX-License-Identifier: GPL-2.0-only
// Tests PFC frames in a network: quanta that run out, refresh, reaction, priorities, storms, deadlock.
#include "small_network.hpp"

#include "ns3/simulator.h"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

// 100 Gb/s: a quantum is 5.12 ns, 65,535 of them 335.5392 us.
const std::string kStar = "star:hosts=4,gbps=100,link-ns=500,switch-ns=100,buffer-mb=4";
constexpr PfcSettings kNoWatch{};

/// Returns when 64 KB from host 0 to host 1 are placed, if `before` ran at the start.
template <class Before> Time placed_after(const PfcSettings& pfc, Before before, bool in_turn = false)
{
    NetworkConfig config = plain_config();
    config.fabric.pfc = pfc;
    config.fabric.scheduledOrder = in_turn;
    SmallNetwork net(kStar, config);
    before(net);
    net.post(0, 1, 1 << 16, 1);
    net.run();
    EXPECT_EQ(net.drops(), 0U);
    net.expect_empty();
    return net.placed(1);
}

void do_nothing(SmallNetwork&) {}

struct Seen {
    Time at;
    PfcFrame frame;
};

void note(const Clock* clock, std::vector<Seen>* seen, uint16_t, const PfcFrame& frame)
{
    seen->push_back({clock->Now(), frame});
}

}  // namespace

/// A pause of 10,000 quanta is 51.2 us, then it is over without a word. At the switch the first packet has
/// waited since its arrival, when it would have gone: all of it comes later by the rest of the pause.
TEST(Pfc, APauseRunsOutByItself)
{
    for (const bool in_turn : {false, true}) {
        const Time alone = placed_after(kNoWatch, do_nothing, in_turn);
        const auto pause_nic = [](SmallNetwork& net) {
            net.network.Device(0).PfcArrives(0, SinglePfcFrame(kDataPriority, 10'000), Time{});
        };
        EXPECT_EQ((placed_after(kNoWatch, pause_nic, in_turn) - alone).ps, 51'200'000) << in_turn;
        const auto pause_switch = [](SmallNetwork& net) {
            net.network.Switch(0).PfcArrives(1, SinglePfcFrame(kDataPriority, 10'000), Time{});
        };
        // 4,096 B + 98 of headers (82 and RETH's 16) at 80 ps, cable 500 ns, pipeline 100 ns.
        EXPECT_EQ((placed_after(kNoWatch, pause_switch, in_turn) - alone).ps,
                  51'200'000 - (4'194 * 80 + 600'000))
            << in_turn;
    }
}

TEST(Pfc, ZeroQuantaEndAPauseAndOtherPrioritiesDoNot)
{
    const Time alone = placed_after(kNoWatch, do_nothing);
    const auto paused_for_20_us = [](Priority resumed) {
        return placed_after(kNoWatch, [resumed](SmallNetwork& net) {
            RoceNetDevice* nic = &net.network.Device(0);
            nic->PfcArrives(0, SinglePfcFrame(kDataPriority, 10'000), Time{});
            ns3::Simulator::Schedule(ns3::MicroSeconds(20), [nic, resumed] {
                nic->PfcArrives(0, SinglePfcFrame(resumed, 0), microseconds(20));
            });
        });
    };
    EXPECT_EQ((paused_for_20_us(kDataPriority) - alone).ps, 20'000'000);
    EXPECT_EQ((paused_for_20_us(4) - alone).ps, 51'200'000);
}

/// The NIC begins to send at 0 and stops only at its reaction time: 2 us let 6 packets begin.
TEST(Pfc, ReactionTimeDelaysTheStop)
{
    PfcSettings slow;
    slow.reaction = microseconds(2);
    uint64_t sent = 0;
    placed_after(slow, [&sent](SmallNetwork& net) {
        RoceNetDevice* nic = &net.network.Device(0);
        nic->PfcArrives(0, SinglePfcFrame(kDataPriority, 10'000), Time{});
        ns3::Simulator::Schedule(ns3::MicroSeconds(40), [nic, &sent] { sent = nic->Tx(0).SentPackets(); });
    });
    EXPECT_EQ(sent, 6U);  // 4,194 B take 335.52 ns, 4,178 B 334.24: 6 begin within 2,000 ns
}

/// 1 ms of storm at 65,535 quanta, refreshed at half: frames at 0, 167.77, ... 838.8 us, and the end.
TEST(Pfc, AStormIsRefreshedAndEndsWithZero)
{
    std::vector<Seen> out, in;
    const Time alone = placed_after(kNoWatch, do_nothing);
    const Time placed = placed_after(kNoWatch, [&](SmallNetwork& net) {
        RoceNetDevice& nic = net.network.Device(1);
        const Clock* clock = &net.network.GetClock();
        nic.TraceConnectWithoutContext("PfcTx", ns3::MakeBoundCallback(&note, clock, &out));
        net.network.Switch(0).TraceConnectWithoutContext("PfcRx", ns3::MakeBoundCallback(&note, clock, &in));
        nic.StormPause(0, kDataPriority, milliseconds(1));
    });
    ASSERT_EQ(out.size(), 7U);
    ASSERT_EQ(in.size(), 7U);
    for (size_t i = 0; i < 6; ++i) {
        EXPECT_EQ(out[i].at.ps, static_cast<int64_t>(i) * 167'769'600) << i;
        EXPECT_EQ(out[i].frame.enabled, 1U << kDataPriority);
        EXPECT_EQ(out[i].frame.quanta[kDataPriority], 65'535);
    }
    EXPECT_EQ(out[6].at.ps, 1'000'000'000);
    EXPECT_EQ(out[6].frame.enabled, 1U << kDataPriority);
    EXPECT_EQ(out[6].frame.quanta[kDataPriority], 0);
    EXPECT_EQ(in[0].at.ps, 84 * 80 + 500'000);  // frame and cable: no pipeline
    // The first packet is at the switch long before; the frame that ends it takes as long as in[0].
    EXPECT_EQ((placed - alone).ps, 1'000'000'000 + in[0].at.ps - (4'194 * 80 + 600'000));
}

/// The link goes down for 10 us in the middle of a storm: what the switch was told is void, so it is told
/// again when the link is up, and not only with the next refresh 168 us after the last one.
TEST(Pfc, PausesAreRepeatedWhenTheLinkComesUp)
{
    std::vector<Seen> out;
    placed_after(kNoWatch, [&](SmallNetwork& net) {
        RoceNetDevice& nic = net.network.Device(1);
        const Clock* clock = &net.network.GetClock();
        nic.TraceConnectWithoutContext("PfcTx", ns3::MakeBoundCallback(&note, clock, &out));
        nic.StormPause(0, kDataPriority, milliseconds(1));
        const auto set_up = [&net](bool up) { net.network.Tx(1, 0).SetUp(up, net.network.GetClock().Now()); };
        clock->Schedule(CanonicalOrder(0, EventType::TIMER), microseconds(20),
                        ns3::MakeEvent([set_up] { set_up(false); }));
        clock->Schedule(CanonicalOrder(0, EventType::TIMER), microseconds(30),
                        ns3::MakeEvent([set_up] { set_up(true); }));
    });
    ASSERT_GE(out.size(), 2U);
    EXPECT_EQ(out[1].at, microseconds(30));
    EXPECT_EQ(out[1].frame.quanta[kDataPriority], 65'535);
}

/// Without PFC nobody obeys the frames of a storm. Nor does a lossless port obey for a priority that is not
/// lossless.
TEST(Pfc, OnlyLosslessPrioritiesObey)
{
    NetworkConfig lossy = plain_config();
    lossy.fabric.mode = FabricMode::LOSSY;
    SmallNetwork net(kStar, lossy);
    net.network.Device(1).StormPause(0, kDataPriority, milliseconds(1));
    net.post(0, 1, 1 << 16, 1);
    net.run();
    EXPECT_LT(net.placed(1), microseconds(10));
    EXPECT_EQ(net.network.Switch(0).Counters(1).pausesObeyed, 0U);
    placed_after(kNoWatch, [](SmallNetwork& lossless) {
        lossless.network.Switch(0).PfcArrives(1, SinglePfcFrame(kControlPriority, 10'000), Time{});
        EXPECT_EQ(lossless.network.Switch(0).Counters(1).pausesObeyed, 0U);
    });
}

/// A full frame of 4,096 B + 82 + RETH 16 + ImmDt 4 and a PFC frame of 84 B are 4,282 B, at a refresh of one
/// half 133.8 quanta of 64 B.
TEST(Pfc, PausesThatEndBeforeTheirRefreshAreRefused)
{
    NetworkConfig config = plain_config();
    config.fabric.pfc.quanta = 134;
    EXPECT_NO_THROW(SmallNetwork(kStar, config));
    config.fabric.pfc.quanta = 133;
    try {
        SmallNetwork net(kStar, config);
        ADD_FAILURE() << "133 quanta were accepted";
    } catch (const BadInput& error) {
        EXPECT_STREQ(error.what(), "fabric: pfc-quanta 133 run out before the refresh that waits for a full "
                                   "frame; the least is 134");
    }
}

/// The shortest pauses that are allowed keep an incast lossless: none lapses before its refresh, and the
/// frames share one event a port.
TEST(Pfc, ShortQuantaAreRefreshedInTime)
{
    NetworkConfig config = plain_config();
    config.fabric.pfc.quanta = 134;
    SmallNetwork net("star:hosts=9,gbps=100,link-ns=500,switch-ns=100,buffer-mb=2", config);
    for (uint32_t src = 1; src <= 8; ++src) net.post(src, 0, 1 << 20, src);
    net.run();
    EXPECT_EQ(net.drops(), 0U);
    EXPECT_GT(net.pauses_sent(), 0U);
    EXPECT_GT(net.network.Switch(0).Tx(1).SentPackets(), 300U);  // ACKs (257) and many refreshes
    net.expect_empty();
}

namespace
{

/// Host 1 storms for 5 ms at its switch, whose watchdog takes 1 ms for it; hosts 0 and 2 send to it and to 3.
struct Stormed {
    uint64_t storms, watchdog_drops;
    Time to_stormer, beside;
};

Stormed storm(WatchdogAction action)
{
    NetworkConfig config = plain_config();
    config.fabric.watchdog.timeout = milliseconds(1);
    config.fabric.watchdog.restore = milliseconds(1);
    config.fabric.watchdog.action = action;
    config.nic.retry.retries = 7;
    SmallNetwork net(kStar, config);
    net.network.Device(1).StormPause(0, kDataPriority, milliseconds(5));
    net.post(0, 1, 4 << 20, 1);
    net.post(0, 3, 1 << 20, 2);
    net.run();
    const RoceSwitch::PortCounters& counters = net.network.Switch(0).Counters(1);
    net.expect_empty();
    return {counters.storms, counters.watchdogDrops, net.completed(1), net.completed(2)};
}

}  // namespace

/// Until the watchdog acts (1 ms), the storm holds up host 0's other message too; afterwards its packets die,
/// until 1 ms after the storm (6 ms); go-back-N repairs.
TEST(Watchdog, DropsUntilTheStormIsOverAndRestores)
{
    const Stormed got = storm(WatchdogAction::DROP);
    EXPECT_EQ(got.storms, 1U);
    EXPECT_GT(got.watchdog_drops, 0U);
    EXPECT_GT(got.beside, milliseconds(1));
    EXPECT_LT(got.beside, milliseconds(3));
    EXPECT_GT(got.to_stormer, milliseconds(6));
    EXPECT_LT(got.to_stormer, milliseconds(9));
}

TEST(Watchdog, ForwardsThroughTheStorm)
{
    const Stormed got = storm(WatchdogAction::FORWARD);
    EXPECT_EQ(got.storms, 1U);
    EXPECT_EQ(got.watchdog_drops, 0U);
    EXPECT_GT(got.to_stormer, milliseconds(1));
    EXPECT_LT(got.to_stormer, milliseconds(3));
}

namespace
{

/// Five switches in a ring, a host each; host i sends two hops on, always in the same direction.
std::string ring_deadlock(Bytes buffer, Time deadlock)
{
    NetworkConfig config = plain_config();
    config.fabric.buffer.size = buffer;
    config.fabric.watchdog.deadlock = deadlock;
    SmallNetwork net("file:path=" HPNSIM_DATA "/hpcc/ring-5.topology.txt", config);
    for (uint32_t src = 0; src < 5; ++src) net.post(src, (src + 2) % 5, 4 << 20, src);
    net.run_until(milliseconds(3));
    return net.network.Deadlock();
}

}  // namespace

TEST(Deadlock, ARingIsNamedByItsCircle)
{
    EXPECT_EQ(ring_deadlock(32 << 20, milliseconds(1)), "");
    EXPECT_EQ(ring_deadlock(1 << 20, Time{}), "");
    const std::string found = ring_deadlock(1 << 20, milliseconds(1));
    EXPECT_NE(found.find("tor 0:1 -> tor 1:2 -> tor 2:2 -> tor 3:2 -> tor 4:2 -> tor 0:1"), std::string::npos)
        << found;
}

/// A storm pauses for long and blocks senders behind it, but it ends: so it is no deadlock.
TEST(Deadlock, AStormIsNone)
{
    NetworkConfig config = plain_config();
    config.fabric.watchdog.deadlock = microseconds(100);
    SmallNetwork net("dumbbell:left=3,right=3,gbps=100,link-ns=500,switch-ns=100,buffer-mb=1", config);
    net.network.Device(3).StormPause(0, kDataPriority, milliseconds(3));
    for (uint32_t src = 0; src < 3; ++src) net.post(src, 3, 4 << 20, src);
    net.run();
    EXPECT_EQ(net.network.Deadlock(), "");
    EXPECT_EQ(net.drops(), 0U);
    EXPECT_GT(net.network.Switch(0).Counters(3).pausesObeyed, 0U);
    for (uint32_t src = 0; src < 3; ++src) EXPECT_GT(net.completed(src), milliseconds(3));
}
