// SPDX-License-Identifier: GPL-2.0-only
// Compares links whose ends of transmissions are events only when they are waited for
// (LinkParams::asksForEnds) with links that have an event for every end, under random senders.
#include "model/link-tx.h"

#include "hpnsim/random_streams.hpp"

#include "ns3/simulator.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

using namespace hpnsim;

namespace
{

/// A sender with a queue, which sends packets and PFC frames at random whole nanoseconds, so that many of
/// these are ends of transmissions. It notes what happens in which order.
class RandomSender : public LinkEnd
{
public:
    RandomSender(uint64_t seed, bool asks) : stream_(stream_of(seed, StreamKind{0}, 0))
    {
        clock.Kernel()->ForgetOrder();
        LinkParams params;
        params.rate = gbps(100);
        params.delay = params.cable = nanoseconds(1000);
        params.wholeNs = params.separateEvents = true;
        params.asksForEnds = asks;
        tx.Connect(this, 7, params);
        for (int i = 0; i < 400; ++i) {
            const auto at = static_cast<int64_t>(next_below(stream_, 6000));
            ns3::Simulator::Schedule(ns3::TimeStep(at * 1000), [this] { act(); });
        }
    }
    ~RandomSender() override { ns3::Simulator::Destroy(); }

    void Arrive(Packet* packet, uint16_t, Time now) override
    {
        note("arrives", now);
        pool.give(packet);
    }
    void TxIdle(uint16_t, Time now) override
    {
        if (waiting_ == 0) return;
        note("ends", now);
        --waiting_;
        send(now);
        if (waiting_ > 0) tx.WantIdle(now);
    }
    void PfcArrives(uint16_t, const PfcFrame&, Time now) override { note("pause", now); }
    void ForgetPauses(uint16_t, Time) override {}

    Clock clock;
    PacketPool pool;
    LinkTx tx{clock, pool, this, 3, 0, 1};
    std::vector<std::pair<std::string, int64_t>> log;

private:
    void note(const char* what, Time now) { log.emplace_back(what, now.ps); }
    void act()
    {
        const Time now = clock.Now();
        // The next act after this one may be due at the very end of what is sent now.
        if (next_below(stream_, 3) == 0)
            ns3::Simulator::Schedule(ns3::TimeStep(static_cast<int64_t>(1 + next_below(stream_, 3)) * 5000),
                                     [this] { act(); });
        if (next_below(stream_, 12) == 0) {
            tx.SendPause(kDataPriority, true, 63, now);
            return;
        }
        note(tx.Idle(now) ? "idle" : "busy", now);
        if (tx.Idle(now) && waiting_ == 0) {
            send(now);
            return;
        }
        ++waiting_;
        tx.WantIdle(now);
    }
    void send(Time now)
    {
        Packet* packet = pool.take();
        packet->wire_bytes = 63U * static_cast<uint32_t>(1 + next_below(stream_, 3));  // 5, 10 or 15 ns
        tx.Send(packet, now);
    }

    uint64_t stream_;
    int waiting_ = 0;
};

}  // namespace

TEST(EndsInTurn, AgreeWithAnEventForEveryEnd)
{
    if (ns3::Time::GetResolution() != ns3::Time::PS) ns3::Time::SetResolution(ns3::Time::PS);
    size_t busy = 0;
    for (uint64_t seed = 1; seed <= 40; ++seed) {
        std::vector<std::pair<std::string, int64_t>> logs[2];
        uint64_t events[2];
        for (const bool asks : {false, true}) {
            RandomSender sender(seed, asks);
            ns3::Simulator::Run();
            logs[asks ? 1 : 0] = sender.log;
            events[asks ? 1 : 0] = ns3::Simulator::GetEventCount();
        }
        EXPECT_EQ(logs[0], logs[1]) << seed;
        EXPECT_LT(events[1], events[0]);
        for (const auto& [what, at] : logs[0]) busy += what == "busy" ? 1 : 0;
    }
    EXPECT_GT(busy, 1'000U);
}
