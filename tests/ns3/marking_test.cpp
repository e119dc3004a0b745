// SPDX-License-Identifier: GPL-2.0-only
// Tests which packets of a burst carry CE: by the queue that they find, or by the one that they leave behind.
#include "small_network.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace hpnsim;

namespace
{

constexpr uint32_t kBytes = 1'000;

/// Bursts of packets into the switch of a star, all at one instant, toward endpoint 0; counts the marks of
/// each place in the burst.
class Bursts
{
public:
    Bursts(const RedCurve& curve, MarkAt at) : net_("star:hosts=2,gbps=100", config(curve, at))
    {
        net_.network.Qps(0, 1);
        net_.network.Switch(0).TraceConnectWithoutContext("Mark",
                                                          ns3::MakeBoundCallback(&Bursts::on_mark, this));
    }

    std::vector<int> run(uint32_t packets, int bursts)
    {
        marks_.assign(packets, 0);
        for (int i = 0; i < bursts; ++i) {
            for (uint32_t k = 0; k < packets; ++k) put(k);
            net_.run_until(net_.network.GetClock().Now() + microseconds(10));
        }
        return marks_;
    }

private:
    static NetworkConfig config(const RedCurve& curve, MarkAt at)
    {
        NetworkConfig made = plain_config();
        made.fabric.ecn = true;
        made.fabric.marking.at = at;
        made.fabric.red = [curve](Rate) { return curve; };
        return made;
    }
    static void on_mark(Bursts* self, uint16_t, const Packet& packet) { ++self->marks_.at(packet.psn); }
    void put(uint32_t place)
    {
        Packet* packet = net_.network.Pool().take();
        packet->src = 1;
        packet->dst = 0;
        packet->psn = place;
        packet->wire_bytes = kBytes;
        packet->kind = PacketKind::cnp;  // the NIC makes nothing of it
        packet->ect = true;
        net_.network.Switch(0).Arrive(packet, 1, net_.network.GetClock().Now());
    }

    SmallNetwork net_;
    std::vector<int> marks_;
};

}  // namespace

/// 20 packets, K = 5 packets. The first is sent at once; the i-th after it finds i - 1 waiting and leaves
/// 19 - i behind. So at enqueue the 7th to the 19th are marked, at dequeue the 1st to the 13th.
TEST(Marking, AStepMarksTheEndOfABurstAtEnqueueAndItsFrontAtDequeue)
{
    const RedCurve step{5 * kBytes, 5 * kBytes, 1};
    std::vector<int> end(20), front(20);
    for (int i = 7; i <= 19; ++i) end[i] = 1;
    for (int i = 1; i <= 13; ++i) front[i] = 1;
    EXPECT_EQ(Bursts(step, MarkAt::ENQUEUE).run(20, 1), end);
    EXPECT_EQ(Bursts(step, MarkAt::DEQUEUE).run(20, 1), front);
}

/// RED from 2 to 10 packets, pmax 0.8: the i-th finds q = i - 1 packets and is marked with 0.8 (q - 2) / 8,
/// surely above 10. Frequencies within five standard deviations.
TEST(Marking, RedAtEnqueueFollowsTheQueueThatIsFound)
{
    constexpr int kTrials = 2'000;
    const std::vector<int> marks = Bursts({2 * kBytes, 10 * kBytes, 0.8}, MarkAt::ENQUEUE).run(14, kTrials);
    for (int i = 0; i < 14; ++i) {
        const int q = std::max(i - 1, 0);
        const double p = q <= 2 ? 0 : q > 10 ? 1 : 0.8 * (q - 2) / 8;
        EXPECT_NEAR(marks.at(i), p * kTrials, 5 * std::sqrt(kTrials * p * (1 - p))) << i;
    }
}

namespace
{

/// What the bottleneck of 100G did between 2 and 6 ms under two DCTCP flows that began at 0.
struct Bottleneck {
    double utilisation, mean_queue;
};
Bottleneck dctcp_bottleneck(double phantom)
{
    NetworkConfig config = plain_config("dctcp");
    config.fabric.ecn = config.nic.ecn_capable = true;
    config.fabric.marking.phantom = phantom;
    config.fabric.red = [](Rate) { return RedCurve{30'000, 30'000, 1}; };
    SmallNetwork net("dumbbell:left=2,right=2,gbps=100,bottleneck-gbps=100", config);
    for (uint32_t src = 0; src < 2; ++src) net.post(src, 2 + src, 128 << 20, src);
    const Time from = milliseconds(2), to = milliseconds(6);
    constexpr uint16_t kPort = 2;  // behind the two hosts
    RoceSwitch& sw = net.network.Switch(0);
    // The mean counts from 0.
    const auto byte_time = [&](Time now) {
        return sw.Monitor(kPort).Mean(now) * static_cast<double>(now.ps);
    };
    net.run_until(from);
    const Bytes sent = sw.Tx(kPort).SentBytes();
    const double before = byte_time(from);
    net.run_until(to);
    const auto span = static_cast<double>((to - from).ps);
    return {static_cast<double>(sw.Tx(kPort).SentBytes() - sent) /
                static_cast<double>(bytes_in(to - from, gbps(100))),
            (byte_time(to) - before) / span};
}

}  // namespace

/// HULL (NSDI'12): a phantom queue trades a share of the link for the real queue. Without one
/// DCTCP fills the link and keeps about K = 30 KB waiting; its swings make it give up a little more than the
/// share.
TEST(PhantomQueue, LeavesHeadroomInsteadOfAQueue)
{
    const Bottleneck plain = dctcp_bottleneck(0);
    EXPECT_GT(plain.utilisation, 0.998);
    EXPECT_NEAR(plain.mean_queue, 30'000, 5'000);
    const std::pair<double, double> packets_at_most[] = {{0.95, 5}, {0.9, 2}, {0.8, 0.5}};
    for (const auto& [share, packets] : packets_at_most) {
        const Bottleneck hull = dctcp_bottleneck(share);
        EXPECT_LT(hull.utilisation, share);
        EXPECT_GT(hull.utilisation, share - 0.05);
        EXPECT_LT(hull.mean_queue, packets * 4'178) << share;
    }
}
