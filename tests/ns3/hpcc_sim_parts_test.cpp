// SPDX-License-Identifier: GPL-2.0-only
// Tests what `--profile hpcc-sim` asks of the parts of a fabric, each alone and by hand: admission,
// thresholds by rate, packet turns, quantised INT, links whose events are separate, the order of scheduling.
#include "buffer/shared_buffer.hpp"
#include "link_fixture.hpp"
#include "pfc/pfc_control.hpp"
#include "queueing/port_scheduler.hpp"
#include "telemetry/int_stamper.hpp"

#include "hpnsim/random_streams.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

/// HPCC-sim's switch of three 100G ports with 1 us cables and 1 MiB: 3 x (37,500 + 4,096) B are set aside,
/// and 923,788 B are shared.
SharedBuffer three_ports()
{
    SharedBuffer buffer;
    buffer.Configure(1 << 20, 3 * (37'500 + 4'096), 4'096, 0.125);
    return buffer;
}

IngressBuffer ingress(int shift = 3)
{
    IngressBuffer in;
    in.headroomLimit = 37'500;
    in.alphaQ16 = SharedBuffer::InQ16(1.0 / (1 << shift));
    return in;
}

/// Fills shared space from an ingress of its own, past any threshold of the others.
void use(SharedBuffer& buffer, Bytes bytes)
{
    IngressBuffer other = ingress(0);
    other.headroomLimit = 0;
    ASSERT_TRUE(buffer.AdmitUnlessBothFull(other, 4'096));
    ASSERT_TRUE(buffer.AdmitUnlessBothFull(other, bytes));
}

IntHop hop(Time ts, Bytes sent, Bytes queue, Rate link = gbps(100))
{
    return {7, ts, sent, queue, link};
}

}  // namespace

TEST(HpccSimMmu, ThresholdIsTheFreeSharedSpaceShifted)
{
    const SharedBuffer buffer = three_ports();
    EXPECT_EQ(buffer.Threshold(ingress(3)), 923'788 >> 3);
    EXPECT_EQ(buffer.Threshold(ingress(1)), 923'788 >> 1);
    EXPECT_EQ(buffer.Threshold(ingress(0)), 923'788);
}

TEST(HpccSimMmu, ReserveThenSharedThenHeadroom)
{
    SharedBuffer buffer = three_ports();
    IngressBuffer in = ingress();
    ASSERT_TRUE(buffer.AdmitUnlessBothFull(in, 4'096));
    EXPECT_EQ(buffer.Used(), 0);
    // u of shared space and a threshold of (923,788 - u) / 8: 102,643 B is the most that is not above it.
    ASSERT_TRUE(buffer.AdmitUnlessBothFull(in, 102'643));
    EXPECT_EQ(buffer.Used(), 102'643);
    EXPECT_EQ(buffer.Threshold(in), 102'643);
    EXPECT_TRUE(PfcControl::MustPause(buffer, in));  // at the threshold, not only above it
    ASSERT_TRUE(buffer.AdmitUnlessBothFull(in, 1'048));
    EXPECT_EQ(in.headroom, 1'048);
    EXPECT_EQ(in.held, 4'096 + 102'643);
}

TEST(HpccSimMmu, AnIngressLeavesItsHeadroomAsSoonAsTheThresholdRises)
{
    SharedBuffer buffer = three_ports();
    IngressBuffer in = ingress(), other = ingress(0);
    ASSERT_TRUE(buffer.AdmitUnlessBothFull(other, 4'096 + 800'000));
    ASSERT_TRUE(buffer.AdmitUnlessBothFull(in, 4'096));
    ASSERT_TRUE(buffer.AdmitUnlessBothFull(in, 16'000));  // above (123,788 / 8 = 15,473)
    EXPECT_EQ(in.headroom, 16'000);
    buffer.ReleaseLossless(other, 400'000);
    ASSERT_TRUE(buffer.AdmitUnlessBothFull(in, 1'000));
    EXPECT_EQ(in.headroom, 16'000);
    EXPECT_EQ(in.held, 5'096);  // hpnsim's own rule would have gone on filling the headroom
    // What departs is taken off the headroom first.
    buffer.ReleaseLossless(in, 1'000);
    EXPECT_EQ(in.headroom, 15'000);
    EXPECT_EQ(in.held, 5'096);
}

TEST(HpccSimMmu, DropsOnlyWhenHeadroomAndThresholdAreBothExceeded)
{
    SharedBuffer buffer = three_ports();
    IngressBuffer in = ingress();
    use(buffer, 900'000);  // 23,788 B are free: the threshold is 2,973
    ASSERT_TRUE(buffer.AdmitUnlessBothFull(in, 4'096));
    ASSERT_TRUE(buffer.AdmitUnlessBothFull(in, 37'000));
    EXPECT_EQ(in.headroom, 37'000);
    EXPECT_FALSE(buffer.AdmitUnlessBothFull(in, 3'000));
    ASSERT_TRUE(buffer.AdmitUnlessBothFull(in, 2'900));  // no headroom for it, but below the threshold
    EXPECT_EQ(in.headroom, 37'000);
    EXPECT_EQ(in.held, 4'096 + 2'900);
}

TEST(HpccSimMmu, ResumesThreeKibibytesBelowTheThresholdAndOutOfTheHeadroom)
{
    SharedBuffer buffer = three_ports();
    IngressBuffer in = ingress();
    ASSERT_TRUE(buffer.AdmitUnlessBothFull(in, 4'096));
    ASSERT_TRUE(buffer.AdmitUnlessBothFull(in, 102'643));
    in.pausing = true;
    // After r bytes: 102,643 - r + 3,072 <= (821,145 + r) / 8 from r = 2,731 on.
    buffer.ReleaseLossless(in, 2'730);
    EXPECT_FALSE(PfcControl::MayResume(buffer, in));
    buffer.ReleaseLossless(in, 1);
    EXPECT_TRUE(PfcControl::MayResume(buffer, in));
}

/// A packet that passes below is admitted by either rule, pauses nobody, resumes nobody, and leaves the
/// buffer as it was. Most of those that do are told.
TEST(HpccSimMmu, WhatPassesBelowLeavesNoTrace)
{
    uint64_t stream = stream_of(1, StreamKind{0}, 0);
    int passed = 0, missed = 0;
    for (int i = 0; i < 20'000; ++i) {
        SharedBuffer buffer = three_ports();
        IngressBuffer in = ingress(static_cast<int>(next_below(stream, 4)));
        use(buffer, static_cast<Bytes>(next_below(stream, 920'000)));
        const auto some = static_cast<Bytes>(next_below(stream, uint64_t{1} << next_below(stream, 18)));
        if (!buffer.AdmitUnlessBothFull(in, some)) continue;
        in.pausing = PfcControl::MustPause(buffer, in) || next_below(stream, 9) == 0;
        const auto bytes = static_cast<Bytes>(1 + next_below(stream, 5000));
        const bool told = buffer.PassesBelow(in, bytes);
        passed += told ? 1 : 0;
        for (const bool unless : {false, true}) {
            SharedBuffer after = buffer;
            IngressBuffer now = in;
            const bool fits =
                unless ? after.AdmitUnlessBothFull(now, bytes) : after.AdmitLossless(now, bytes);
            bool trace = !fits || PfcControl::MustPause(after, now);
            if (fits) {
                after.ReleaseLossless(now, bytes);
                trace |= PfcControl::MayResume(after, now) || after.Used() != buffer.Used() ||
                         now.held != in.held || now.headroom != in.headroom;
            }
            ASSERT_FALSE(told && trace) << i;
            missed += unless && !told && !trace && !in.pausing ? 1 : 0;
        }
    }
    EXPECT_GT(passed, 5'000);
    EXPECT_LT(missed, passed / 20);
}

/// A packet that passes an empty port counts as the one that sent last.
TEST(PortScheduler, APacketThatPassesHasHadItsTurn)
{
    PacketPool pool;
    for (uint64_t seed = 1; seed <= 50; ++seed) {
        uint64_t stream = stream_of(seed, StreamKind{0}, 0);
        PortScheduler passing, queueing;
        for (PortScheduler* queues : {&passing, &queueing}) {
            for (Priority p = 0; p < kPriorities; ++p) queues->SetWeight(p, p == 0 ? 0 : 1);
            queues->TakePacketTurns();
        }
        for (int i = 0; i < 300; ++i) {
            const auto priority = static_cast<Priority>(next_below(stream, kPriorities));
            const auto push = [&](PortScheduler& queues) {
                Packet* packet = pool.take();
                packet->priority = priority;
                packet->wire_bytes = 1'000;
                queues.Push(packet);
            };
            const auto pop = [&pool](PortScheduler& queues) {
                Packet* packet = queues.Pop(0);
                const Priority of = packet->priority;
                pool.give(packet);
                return of;
            };
            if (passing.Empty() && next_below(stream, 2) == 0) {
                passing.Pass(priority);
                push(queueing);
                pop(queueing);
            } else if (passing.Empty() || next_below(stream, 5) < 2) {
                push(passing);
                push(queueing);
            } else {
                ASSERT_EQ(pop(passing), pop(queueing)) << seed;
            }
        }
        while (!passing.Empty()) pool.give(passing.Pop(0));
        while (!queueing.Empty()) pool.give(queueing.Pop(0));
    }
}

TEST(PortScheduler, PacketTurnsAscendFromTheLastOneAndIgnoreSizes)
{
    PacketPool pool;
    PortScheduler queues;
    for (Priority p = 0; p < kPriorities; ++p) queues.SetWeight(p, p == 0 ? 0 : 1);
    queues.TakePacketTurns();
    const auto push = [&](Priority priority, uint32_t bytes) {
        Packet* packet = pool.take();
        packet->priority = priority;
        packet->wire_bytes = bytes;
        queues.Push(packet);
    };
    for (int i = 0; i < 3; ++i) {
        push(1, 60);
        push(3, 9'000);
        push(5, 1'048);
    }
    push(0, 43);
    std::vector<int> order;
    const auto pop = [&](PausedPriorities paused = 0) {
        Packet* packet = queues.Pop(paused);
        order.push_back(packet->priority);
        pool.give(packet);
    };
    pop();                              // the strict one, which is nobody's turn
    for (int i = 0; i < 4; ++i) pop();  // 1, 3, 5, 1
    pop(priority_bit(3));               // 5: 3 is paused
    pop(priority_bit(3));               // 1
    pop();
    pop();
    pop();
    EXPECT_EQ(order, (std::vector<int>{0, 1, 3, 5, 1, 5, 1, 3, 5, 3}));
}

TEST(QuantisedInt, FloorsToUnitsOfTheRate)
{
    const IntFormat format = IntFormat::HpccSim(4);  // NICs of 100G
    const IntHop record = format.Record(hop(picoseconds(1'234'567), 2'177'999, 56'680));
    EXPECT_EQ(record.ts, nanoseconds(1'234));
    EXPECT_EQ(record.tx_bytes, 4'253 * 512);  // 4,253.9 units
    EXPECT_EQ(record.queue, 177 * 320);       // 177.1 units
    EXPECT_EQ(record.port, 7u);
    EXPECT_EQ(record.link, gbps(100));
}

TEST(QuantisedInt, CountersWrap)
{
    const IntFormat format = IntFormat::HpccSim(1);
    const IntHop before = format.Record(hop(nanoseconds(0xfffff0), Bytes{0xfffff} * 128, 0x1ffff * 80));
    const IntHop after = format.Record(hop(nanoseconds(0x1000010), Bytes{0x100002} * 128, 0x20001 * 80));
    EXPECT_EQ(after.ts, nanoseconds(0x10));
    EXPECT_EQ(after.tx_bytes, 2 * 128);
    EXPECT_EQ(after.queue, 80);  // a queue above 10.5 MB looks short
    const IntWrap wrap{format.TimeWrap(), format.BytesWrap()};
    EXPECT_EQ(wrap.elapsed(before.ts, after.ts), nanoseconds(0x20));
    EXPECT_EQ(wrap.sent(before.tx_bytes, after.tx_bytes), 3 * 128);
}

TEST(QuantisedInt, RatesWithoutANameBecome25G)
{
    const IntFormat format = IntFormat::HpccSim(1);
    for (const int64_t named : {25, 50, 100, 200, 400})
        EXPECT_EQ(format.Record(hop({}, 0, 0, gbps(named))).link, gbps(named));
    EXPECT_EQ(format.Record(hop({}, 0, 0, gbps(40))).link, gbps(25));
    EXPECT_EQ(format.Record(hop({}, 0, 0, gbps(800))).link, gbps(25));
}

TEST(QuantisedInt, FullPrecisionChangesNothing)
{
    const IntHop record = IntFormat{}.Record(hop(picoseconds(1'234'567), 2'177'999, 56'680, gbps(40)));
    EXPECT_EQ(record.ts.ps, 1'234'567);
    EXPECT_EQ(record.tx_bytes, 2'177'999);
    EXPECT_EQ(record.link, gbps(40));
    EXPECT_EQ(IntFormat{}.TimeWrap().ps, 0);
}

TEST(QuantisedInt, SixHopsAreNone)
{
    PacketPool pool;
    Packet* packet = pool.take();
    packet->stamped = true;
    for (int i = 0; i < 5; ++i) StampTelemetry(*packet, pool, hop({}, 0, 0), IntFormat::HpccSim(4));
    EXPECT_EQ(packet->hop_count, 5);
    StampTelemetry(*packet, pool, hop({}, 0, 0), IntFormat::HpccSim(4));
    EXPECT_EQ(packet->hop_count, 0);
    EXPECT_FALSE(packet->stamped);
    pool.give(packet);
}

class SeparateEvents : public Link
{
protected:
    SeparateEvents() { clock().Kernel()->ForgetOrder(); }

    void connect(bool asks = false)
    {
        LinkParams params;
        params.rate = gbps(100);
        params.delay = params.cable = nanoseconds(1000);
        params.wholeNs = params.separateEvents = true;
        params.asksForEnds = asks;
        tx->Connect(&far, 7, params);
    }
};

TEST_F(SeparateEvents, WholeNanosecondsAndAnEndForEveryPacket)
{
    connect();
    tx->Send(packet(1, 1'048), now());
    at(nanoseconds(83), [&] { tx->Send(packet(2, 60), now()); });
    ns3::Simulator::Run();
    EXPECT_EQ(near.idle, (std::vector<Time>{nanoseconds(83), nanoseconds(87)}));
    ASSERT_EQ(far.arrivals.size(), 2u);
    EXPECT_EQ(far.arrivals[0].at, nanoseconds(1'083));
    EXPECT_EQ(far.arrivals[1].at, nanoseconds(1'087));
}

// Two packets come at the very end of the transmission: the one that was scheduled before the end finds the
// link busy, the other does not.
TEST_F(SeparateEvents, BusyUntilTheEventOfTheEndHasRun)
{
    connect();
    std::vector<bool> idle;
    at(nanoseconds(83), [&] { idle.push_back(tx->Idle(now())); });
    tx->Send(packet(1, 1'048), now());
    at(nanoseconds(83), [&] { idle.push_back(tx->Idle(now())); });
    ns3::Simulator::Run();
    EXPECT_EQ(idle, (std::vector<bool>{false, true}));
}

TEST_F(SeparateEvents, APfcFrameGoesBehindThePacketOnTheWire)
{
    connect();
    tx->Send(packet(1, 1'048), now());
    at(nanoseconds(10), [&] { tx->SendPause(kDataPriority, true, 43, now()); });
    at(nanoseconds(20), [&] { EXPECT_EQ(tx->BusyUntil(), nanoseconds(86)); });
    ns3::Simulator::Run();
    EXPECT_EQ(near.idle, (std::vector<Time>{nanoseconds(86)}));
    EXPECT_EQ(far.paused, (std::vector<Time>{nanoseconds(1'086)}));
}

TEST_F(SeparateEvents, APfcFrameOnAnIdleLinkEndsToo)
{
    connect();
    at(nanoseconds(10), [&] { tx->SendPause(kDataPriority, true, 43, now()); });
    ns3::Simulator::Run();
    EXPECT_EQ(near.idle, (std::vector<Time>{nanoseconds(13)}));
    EXPECT_TRUE(tx->Idle(nanoseconds(13)));
}

// The same with a sender who asks for ends: there is no event, but the end has its turn.
TEST_F(SeparateEvents, AnEndThatNobodyAsksForHasItsTurn)
{
    connect(true);
    std::vector<bool> idle;
    at(nanoseconds(83), [&] { idle.push_back(tx->Idle(now())); });
    tx->Send(packet(1, 1'048), now());
    at(nanoseconds(83), [&] { idle.push_back(tx->Idle(now())); });
    EXPECT_EQ(pending(), 3U);  // these two, and the arrival
    ns3::Simulator::Run();
    EXPECT_EQ(idle, (std::vector<bool>{false, true}));
    EXPECT_TRUE(near.idle.empty());
}

// Whoever asks at the very moment of the end, but before its turn, is told in its turn.
TEST_F(SeparateEvents, AnEndThatIsAskedForComesInItsTurn)
{
    connect(true);
    std::vector<size_t> told;
    at(nanoseconds(83), [&] {
        tx->WantIdle(now());
        tx->WantIdle(now());
        told.push_back(near.idle.size());
    });
    tx->Send(packet(1, 1'048), now());
    at(nanoseconds(83), [&] { told.push_back(near.idle.size()); });
    ns3::Simulator::Run();
    EXPECT_EQ(told, (std::vector<size_t>{0, 1}));
    EXPECT_EQ(near.idle, (std::vector<Time>{nanoseconds(83)}));
}

// Turns are 32 bits long; an event may wait for longer than they take to go round.
TEST_F(SeparateEvents, AnEventKeepsItsTurnHoweverLongItWaits)
{
    std::vector<int> order;
    at(nanoseconds(5), [&] { order.push_back(1); });
    for (uint32_t i = 0; i < (uint32_t{1} << 29) + 1000; ++i) clock().Kernel()->TakeTurn();
    at(nanoseconds(5), [&] { order.push_back(2); });
    ns3::Simulator::Run();
    EXPECT_EQ(order, (std::vector<int>{1, 2}));
}
