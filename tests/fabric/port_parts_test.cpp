// SPDX-License-Identifier: GPL-2.0-only
// Tests the parts of an egress port, each alone: ECN marker, trimmer, queue monitor, scheduler.
#include "marking/ecn_marker.hpp"
#include "queueing/port_scheduler.hpp"
#include "queueing/queue_monitor.hpp"
#include "trimming/trimmer.hpp"

#include "hpnsim/packet.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace hpnsim;

namespace
{

int marks(EcnMarker& marker, Bytes queued, int trials)
{
    int count = 0;
    for (int i = 0; i < trials; ++i) count += marker.Mark(queued) ? 1 : 0;
    return count;
}

EcnMarker marker_of(const RedCurve& curve, uint64_t stream = 42)
{
    EcnMarker marker;
    marker.Configure(curve, stream);
    return marker;
}

/// Fills the queues of a scheduler from a pool, and takes what it sends.
class Queues
{
public:
    PortScheduler scheduler;

    void push(Priority priority, uint32_t bytes, uint32_t number = 0)
    {
        Packet* packet = pool_.take();
        packet->priority = priority;
        packet->wire_bytes = bytes;
        packet->psn = number;
        scheduler.Push(packet);
    }
    Packet pop(PausedPriorities paused = 0)
    {
        Packet* packet = scheduler.Pop(paused);
        const Packet copy = *packet;
        pool_.give(packet);
        return copy;
    }

private:
    PacketPool pool_;
};

}  // namespace

TEST(EcnMarker, NothingUpToKminEverythingAboveKmax)
{
    EcnMarker marker = marker_of({100'000, 400'000, 0.2});
    EXPECT_EQ(marks(marker, 0, 1000), 0);
    EXPECT_EQ(marks(marker, 100'000, 1000), 0);
    EXPECT_EQ(marks(marker, 400'001, 1000), 1000);
}

/// Frequencies against p = pmax (q - kmin) / (kmax - kmin), within five standard deviations of the binomial.
TEST(EcnMarker, FrequencyFollowsTheCurve)
{
    constexpr int kTrials = 200'000;
    const RedCurve curve{100'000, 400'000, 0.2};
    const std::pair<Bytes, double> points[] = {{175'000, 0.05}, {250'000, 0.1}, {400'000, 0.2}};
    for (const auto& [queued, p] : points) {
        EcnMarker marker = marker_of(curve);
        EXPECT_NEAR(marks(marker, queued, kTrials), p * kTrials, 5 * std::sqrt(kTrials * p * (1 - p)))
            << queued;
    }
}

TEST(EcnMarker, AStepIsKminEqualToKmax)
{
    EcnMarker marker = marker_of({65'000, 65'000, 1});
    EXPECT_EQ(marks(marker, 65'000, 1000), 0);
    EXPECT_EQ(marks(marker, 65'001, 1000), 1000);
}

TEST(EcnMarker, TheStreamDecidesTheDraws)
{
    const RedCurve curve{0, 1'000, 1};
    EcnMarker a = marker_of(curve, 1), same = marker_of(curve, 1), other = marker_of(curve, 2);
    int differ = 0;
    for (int i = 0; i < 200; ++i) {
        const bool marked = a.Mark(500);
        EXPECT_EQ(same.Mark(500), marked);
        differ += other.Mark(500) != marked ? 1 : 0;
    }
    EXPECT_GT(differ, 50);
}

TEST(Trimmer, TrimsDataAboveTheLimitOnly)
{
    Trimmer trimmer;
    Packet packet;
    packet.wire_bytes = 4'200;
    EXPECT_FALSE(trimmer.MustTrim(packet, 1 << 30));  // no limit set
    trimmer.Configure(50'000, 84, true);
    EXPECT_FALSE(trimmer.MustTrim(packet, 45'800));
    EXPECT_TRUE(trimmer.MustTrim(packet, 45'801));
    packet.kind = PacketKind::ack;
    EXPECT_FALSE(trimmer.MustTrim(packet, 60'000));
}

TEST(Trimmer, LeavesTheHeaderAndTheNews)
{
    Trimmer trimmer;
    trimmer.Configure(50'000, 84, true);
    Packet packet;
    packet.wire_bytes = 4'200;
    packet.payload = 4'096;
    packet.psn = 77;
    trimmer.Trim(packet);
    EXPECT_TRUE(packet.trimmed);
    EXPECT_TRUE(packet.last_hop);
    EXPECT_EQ(packet.wire_bytes, 84U);
    EXPECT_EQ(packet.payload, 4'096U);  // what was lost
    EXPECT_EQ(packet.psn, 77U);
    EXPECT_EQ(packet.priority, kControlPriority);
    EXPECT_FALSE(trimmer.MustTrim(packet, 60'000));  // once
}

TEST(Trimmer, TheVictimIsTheNewestByACoin)
{
    Trimmer arriving, coin;
    arriving.Configure(50'000, 64, false);
    coin.Configure(50'000, 64, false, kControlPriority, 42);
    int newest = 0;
    for (int i = 0; i < 10'000; ++i) {
        EXPECT_FALSE(arriving.TakesNewest());
        newest += coin.TakesNewest() ? 1 : 0;
    }
    EXPECT_NEAR(newest, 5'000, 200);  // four standard deviations
}

TEST(PortScheduler, TheNewestGivesItsPlace)
{
    Queues queues;
    for (uint32_t i = 0; i < 3; ++i) queues.push(kDataPriority, 4'000, i);
    Packet arriving;
    arriving.priority = kDataPriority;
    arriving.wire_bytes = 1'000;
    arriving.psn = 9;
    queues.scheduler.SwapNewest(arriving);
    EXPECT_EQ(arriving.psn, 2U);
    EXPECT_EQ(arriving.wire_bytes, 4'000U);
    EXPECT_EQ(queues.scheduler.Queued(kDataPriority), 9'000);
    EXPECT_EQ(queues.scheduler.QueuedTotal(), 9'000);
    queues.push(kDataPriority, 4'000, 10);
    for (const uint32_t psn : {0U, 1U, 9U, 10U}) EXPECT_EQ(queues.pop().psn, psn);
}

TEST(PortScheduler, ControlGoesFirstWhateverWaits)
{
    Queues queues;
    for (uint32_t i = 0; i < 3; ++i) queues.push(kDataPriority, 4'000, i);
    queues.push(kControlPriority, 84, 10);
    queues.push(kLossyPriority, 1'500, 20);
    queues.push(kControlPriority, 84, 11);
    EXPECT_EQ(queues.pop().psn, 10U);
    EXPECT_EQ(queues.pop().psn, 11U);
    EXPECT_NE(queues.pop().priority, kControlPriority);
}

/// Weights 4 : 1. Both queues are kept full, with packets of different and changing sizes; over 40 MB the
/// shares of bytes must agree to a few packets.
TEST(PortScheduler, WeightedSharesAreOfBytesNotPackets)
{
    const std::pair<uint32_t, uint32_t> sizes[] = {{4'158, 1'538}, {318, 9'278}, {9'278, 84}};
    for (const auto& [data, lossy] : sizes) {
        Queues queues;
        queues.scheduler.SetWeight(kDataPriority, 4);
        Bytes sent[kPriorities]{};
        for (int i = 0; i < 4; ++i) queues.push(kDataPriority, data), queues.push(kLossyPriority, lossy);
        while (sent[kDataPriority] + sent[kLossyPriority] < 40'000'000) {
            const Packet packet = queues.pop();
            sent[static_cast<int>(packet.priority)] += packet.wire_bytes;
            queues.push(packet.priority, packet.wire_bytes);
        }
        EXPECT_NEAR(static_cast<double>(sent[kDataPriority]) / static_cast<double>(sent[kLossyPriority]), 4.0,
                    0.02)
            << data << " " << lossy;
    }
}

TEST(PortScheduler, PassesOverPausedPriorities)
{
    Queues queues;
    const PausedPriorities data = priority_bit(kDataPriority);
    queues.push(kDataPriority, 4'000, 1);
    EXPECT_TRUE(queues.scheduler.CanSend(0));
    EXPECT_FALSE(queues.scheduler.CanSend(data));
    for (uint32_t i = 0; i < 10; ++i) queues.push(kLossyPriority, 1'500, 100 + i);
    for (uint32_t i = 0; i < 10; ++i) EXPECT_EQ(queues.pop(data).psn, 100 + i);
    EXPECT_FALSE(queues.scheduler.CanSend(data));
    EXPECT_EQ(queues.pop().psn, 1U);
    EXPECT_TRUE(queues.scheduler.Empty());
}

TEST(PortScheduler, CountsBytesPerClass)
{
    Queues queues;
    queues.push(kDataPriority, 4'000);
    queues.push(kDataPriority, 500);
    queues.push(kControlPriority, 84);
    EXPECT_EQ(queues.scheduler.Queued(kDataPriority), 4'500);
    EXPECT_EQ(queues.scheduler.QueuedTotal(), 4'584);
    queues.pop();
    EXPECT_EQ(queues.scheduler.QueuedTotal(), 4'500);
    queues.pop();
    queues.pop();
    EXPECT_EQ(queues.scheduler.QueuedTotal(), 0);
}

/// 0 B for 10 ns, 1,000 B for 20 ns, 3,000 B for 10 ns: the mean is (20,000 + 30,000) / 40 = 1,250 B.
TEST(QueueMonitor, MeanIsWeightedByTime)
{
    QueueMonitor monitor;
    DepthHistogram depths;
    monitor.Change(0, nanoseconds(10), depths);
    monitor.Change(1'000, nanoseconds(30), depths);
    monitor.Change(3'000, nanoseconds(40), depths);
    EXPECT_DOUBLE_EQ(monitor.Mean(nanoseconds(40)), 1'250);
    monitor.Peak(3'000);
    monitor.Peak(2'000);
    EXPECT_EQ(monitor.PeakBytes(), 3'000);
    // Bins of a quarter octave: 1,000 is in (895, 1023], 3,000 in (2559, 3071].
    const std::vector<std::pair<Bytes, double>> want = {{0, 10'000}, {1'023, 20'000}, {3'071, 10'000}};
    EXPECT_EQ(depths.Bins(), want);
}

TEST(QueueMonitor, EveryDepthIsWithinItsBin)
{
    for (Bytes depth = 0; depth < 100'000; depth = depth + 1 + depth / 50) {
        DepthHistogram depths;
        depths.Add(depth, nanoseconds(1));
        const Bytes upper = depths.Bins().at(0).first;
        EXPECT_GE(upper, depth);
        EXPECT_LE(upper, depth < 4 ? 3 : depth + depth / 4) << depth;
    }
}
