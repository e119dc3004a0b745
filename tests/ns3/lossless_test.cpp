// SPDX-License-Identifier: GPL-2.0-only
// Tests PFC at work: a buffer that fills, headroom that holds, and whom a pause hits.
#include "small_network.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

/// 16 to 1 without congestion control through a switch of 1 MB: only PFC keeps the packets.
struct Incast {
    uint64_t drops, pauses, retransmitted_flows;
    Bytes peak;
};

Incast incast(const std::string& topology, std::optional<Bytes> headroom, Bytes size = 1 << 20)
{
    NetworkConfig config = plain_config();
    config.fabric.buffer.headroom = headroom;
    SmallNetwork net(topology, config);
    for (uint32_t src = 1; src <= 16; ++src) net.post(src, 0, size, src);
    net.run();
    Incast result{net.drops(), net.pauses_sent(), 0, net.network.Switch(0).Monitor(0).PeakBytes()};
    for (const Done& each : net.done) {
        EXPECT_EQ(each.status, Status::success);
        result.retransmitted_flows += each.retransmitted > 0 ? 1 : 0;
    }
    EXPECT_EQ(net.done.size(), 32U);  // sent and placed
    net.expect_empty();
    return result;
}

/// 17 ports of (16 KB + default headroom of about 90 KB) and little else.
const std::string kTight = "star:hosts=17,gbps=400,link-ns=500,switch-ns=100,buffer-mb=4";

}  // namespace

TEST(Lossless, DefaultHeadroomHoldsAnIncast)
{
    const Incast got = incast(kTight, {});
    EXPECT_EQ(got.drops, 0U);
    EXPECT_EQ(got.retransmitted_flows, 0U);
    EXPECT_GT(got.pauses, 16U);
    EXPECT_GT(got.peak, 1 << 20);
}

/// Without headroom, what is in flight when the pause goes out is lost. This proves that the test above can
/// fail.
TEST(Lossless, WithoutHeadroomPacketsAreLost)
{
    const Incast got = incast(kTight, 0);
    EXPECT_GT(got.drops, 0U);
    EXPECT_GT(got.retransmitted_flows, 0U);
}

/// Longer cables need more headroom: 10 us at 400 Gb/s are 500 KB each way.
TEST(Lossless, HeadroomGrowsWithTheCable)
{
    const std::string long_cables = "star:hosts=17,gbps=400,link-ns=10000,switch-ns=100,buffer-mb=32";
    const Incast got = incast(long_cables, {}, 4 << 20);
    EXPECT_EQ(got.drops, 0U);
    EXPECT_GT(got.pauses, 0U);
    EXPECT_GT(incast(long_cables, 100'000, 4 << 20).drops, 0U);
}

namespace
{

const std::string kDumbbell =
    "dumbbell:left=9,right=3,gbps=100,bottleneck-gbps=400,link-ns=500,switch-ns=100,buffer-mb=1";

/// Host 8 sends 1 MB to host 11 while `blockers` others send 4 MB each to host 9.
struct Victim {
    Time fct;
    uint64_t left_pauses, right_pauses, nic_pauses;
};

Victim victim(uint32_t blockers)
{
    SmallNetwork net(kDumbbell, plain_config());
    for (uint32_t src = 0; src < blockers; ++src) net.post(src, 9, 4 << 20, src);
    net.post(8, 11, 1 << 20, 8);
    net.run();
    EXPECT_EQ(net.drops(), 0U);
    RoceSwitch& left = net.network.Switch(0);
    return {net.completed(8), left.Counters(9).pausesObeyed, net.network.Switch(1).Counters(3).pausesSent,
            net.network.Device(8).PausesObeyed(0)};
}

}  // namespace

/// Head-of-line blocking: eight senders into host 9 fill the right switch, which pauses the left switch,
/// which pauses every host: the victim's own path is idle, and it still waits.
TEST(Lossless, PausesPropagateToAVictim)
{
    const Victim alone = victim(0), blocked = victim(8);
    EXPECT_EQ(alone.left_pauses + alone.nic_pauses, 0U);
    EXPECT_GT(blocked.right_pauses, 0U);
    EXPECT_EQ(blocked.left_pauses, blocked.right_pauses);  // nothing else pauses that link
    EXPECT_GT(blocked.nic_pauses, 0U);
    EXPECT_GT(blocked.fct.ps, 3 * alone.fct.ps);
}

/// A lossy fabric drops instead and pauses nobody; go-back-N repairs.
TEST(Lossy, DropsAndNeverPauses)
{
    NetworkConfig config = plain_config();
    config.fabric.mode = FabricMode::LOSSY;
    SmallNetwork net(kTight, config);
    for (uint32_t src = 1; src <= 16; ++src) net.post(src, 0, 1 << 20, src);
    net.run();
    EXPECT_GT(net.drops(), 0U);
    EXPECT_EQ(net.pauses_sent(), 0U);
    for (uint32_t src = 1; src <= 16; ++src) net.completed(src);
    net.expect_empty();
}
