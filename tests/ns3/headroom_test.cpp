// SPDX-License-Identifier: GPL-2.0-only
// Fills the PFC headroom to its last byte, with the worst sender that the standards allow.
#include "model/roce-switch.h"
#include "pfc/pfc_control.hpp"

#include "ns3/make-event.h"
#include "ns3/object-factory.h"
#include "ns3/simulator.h"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

// 100 Gb/s: 80 ps a byte. A PFC frame of 84 B takes 6,720 ps. A full frame: headers of 82 B and a payload
// that needs no padding.
constexpr Rate kRate = gbps(100);
constexpr Bytes kFrame = 82 + 3'920;
constexpr Time kFrameTime{kFrame * 80}, kPipeline{500'000}, kReaction{394 * 5'120};  // 394 quanta of 5.12 ns
// The cable is so long that the far end starts its n-th frame 1 ps before the pause takes effect: 2 cables +
// pipeline + reaction + (a frame - 1 ps) + PFC frame = 20 frames + 1 ps.
constexpr Time kCable{(19 * kFrameTime.ps + 2 - 6'720 - 500'000 - 394 * 5'120) / 2};
constexpr int kFramesAfterTheTrigger = 21;

/// Sends frames back to back, and obeys a PAUSE at the last moment.
class Greedy : public LinkEnd
{
public:
    Greedy(const Clock& clock, PacketPool& pool, uint32_t self)
        : tx(clock, pool, this, 0, self, 3 + self), clock_(clock), pool_(pool)
    {
    }

    void start(uint32_t dst, int frames)
    {
        dst_ = dst;
        left_ = frames;
        TxIdle(0, clock_.Now());
    }

    void Arrive(Packet* packet, uint16_t, Time) override { pool_.give(packet); }
    void TxIdle(uint16_t, Time now) override
    {
        if (left_ == 0 || now >= stop_) return;
        --left_;
        Packet* packet = pool_.take();
        packet->dst = dst_;
        packet->wire_bytes = kFrame;
        packet->priority = priority;
        tx.Send(packet, now);
        tx.WantIdle(now);
    }
    void PfcArrives(uint16_t, const PfcFrame& frame, Time now) override
    {
        told |= frame.enabled;
        if ((frame.enabled & priority_bit(priority)) != 0 && frame.quanta[priority] != 0)
            stop_ = now + kReaction;
    }
    void ForgetPauses(uint16_t, Time) override {}

    LinkTx tx;
    Priority priority = kDataPriority;  ///< of what it sends
    PausedPriorities told = 0;          ///< priorities that a PFC frame named

private:
    const Clock& clock_;
    PacketPool& pool_;
    uint32_t dst_ = 0;
    int left_ = 0;
    Time stop_ = Time::max();
};

FabricSettings settings_with(std::optional<Bytes> headroom, Bytes assumed)
{
    const Wire& wire = wire_named("roce", false);
    FabricSettings settings;
    settings.wire = &wire;
    settings.mtu = kFrame - opcode_wire_bytes(wire, Opcode::write_only_imm, 0, false);
    settings.buffer.reserve = 0;
    settings.buffer.headroom = headroom;
    // Shared space of 9 frames + 8 B at alpha 1/8: with one frame inside, the threshold is one frame + 1 B,
    // so that the next frame misses it by all but one of its bytes.
    settings.buffer.size = 9 * kFrame + 8 + 3 * assumed;
    return settings;
}

/// Three hosts around one switch.
struct Rig {
    explicit Rig(const FabricSettings& settings)
    {
        plan.switches[0].latency = kPipeline;
        for (LinkPlan& link : plan.links) link.delay = kCable;
        sw->Configure(clock, pool, depths, plan, FabricIndex(plan), 0, {0, 1, 2, 3}, settings);
        for (uint16_t i = 0; i < 3; ++i) {
            hosts[i].tx.Connect(ns3::PeekPointer(sw), i, {kRate, kCable + kPipeline, kCable});
            sw->Tx(i).Connect(&hosts[i], 0, {kRate, kCable, kCable});
        }
    }
    ~Rig()
    {
        ns3::Simulator::Destroy();
        sw->Dispose();
    }

    static Clock fresh_clock()
    {
        if (ns3::Time::GetResolution() != ns3::Time::PS) ns3::Time::SetResolution(ns3::Time::PS);
        return {};
    }

    Clock clock = fresh_clock();
    PacketPool pool;
    PerLane<DepthHistogram> depths;
    FabricPlan plan = make_fabric("star:hosts=3,gbps=100", 3);
    ns3::Ptr<RoceSwitch> sw = ns3::CreateObject<RoceSwitch>();
    Greedy hosts[3] = {{clock, pool, 0}, {clock, pool, 1}, {clock, pool, 2}};
};

/// Host 0 sends to host 1, whose port is paused; host 2 sends one frame to host 0 that begins to leave the
/// switch 1 ps before the switch decides to pause host 0. Returns the drops at the paused egress.
uint64_t drops_with(std::optional<Bytes> headroom, Bytes assumed)
{
    Rig rig(settings_with(headroom, assumed));
    rig.sw->PfcArrives(1, SinglePfcFrame(kDataPriority, kMaxQuanta), Time{});
    rig.hosts[0].start(1, 1'000);
    ns3::Simulator::Schedule(ns3::TimeStep(kFrameTime.ps - 1),
                             ns3::MakeEvent(&Greedy::start, &rig.hosts[2], 0U, 1));
    ns3::Simulator::Stop(ns3::MicroSeconds(100));
    ns3::Simulator::Run();
    const uint64_t drops = rig.sw->Counters(1).drops;
    EXPECT_EQ(rig.sw->Counters(0).pausesSent, 1U);
    // In use are 1 frame in the shared space, the one that called for the pause, and what was under way, less
    // the drops; the frame of host 2 is home.
    EXPECT_EQ(rig.pool.in_use(), 2 + kFramesAfterTheTrigger - static_cast<int64_t>(drops));
    return drops;
}

}  // namespace

TEST(Headroom, HoldsTheWorstCaseAndNotAByteLess)
{
    const Bytes needed = (1 + kFramesAfterTheTrigger) * kFrame;
    const Bytes computed = PfcControl::Headroom(kRate, kCable, kPipeline, kFrame, 84);
    EXPECT_EQ(computed, needed + 1);  // the byte of rounding
    EXPECT_EQ(drops_with({}, computed), 0U);
    EXPECT_EQ(drops_with(needed, needed), 0U);
    EXPECT_EQ(drops_with(needed - 1, needed - 1), 1U);
}

/// Two senders into one port in priority 5 are paused, by that bit alone, where 5 is lossless; otherwise
/// packets are dropped.
TEST(Priorities, AnyMayBeLossless)
{
    for (const Priority lossless : {5, 3}) {
        FabricSettings settings = settings_with({}, 500'000);
        settings.pfc.lossless = priority_bit(lossless);
        Rig rig(settings);
        for (const int sender : {0, 2}) {
            rig.hosts[sender].priority = 5;
            rig.hosts[sender].start(1, 200);
        }
        ns3::Simulator::Stop(ns3::MilliSeconds(1));
        ns3::Simulator::Run();
        EXPECT_EQ(rig.hosts[0].told, lossless == 5 ? 1U << 5 : 0U);
        EXPECT_EQ(rig.sw->Counters(1).drops == 0, lossless == 5);
    }
}
