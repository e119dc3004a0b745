// SPDX-License-Identifier: GPL-2.0-only
// Does the interface hold Bolt (NSDI'23)? A congested switch answers the sender itself, within less than
// a round trip, with its queue and rate; a switch with room lets a data packet carry the right to grow.
// The first comes as Cnp::payload, the second, echoed by the receiver, as Ack::payload.
#include "qp.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using namespace hpnsim;
using hpnsim::test::Qp;

namespace
{

/// Packs what the switch writes: its queue in bytes and its rate in Gb/s.
constexpr uint64_t feedback(uint32_t queue, uint32_t gbit)
{
    return (uint64_t{queue} << 32) | gbit;
}
constexpr uint64_t kMayGrow = 1;

struct Bolt {
    static constexpr Info info{"sketch-bolt", "sub-RTT switch feedback (NSDI'23)", Needs::cnp};
    struct Params {
        static constexpr auto list() { return params(); }
    };

    void start(Flow& flow, const Params&)
    {
        flow.rate = flow.line_rate;
        flow.window = flow.bdp;
    }
    /// Takes a packet off the window as often as drains this flow's share of the queue within a round trip.
    void on_cnp(Flow& flow, const Params&, const Cnp& cnp)
    {
        const auto link_share = static_cast<double>(flow.window) * 8e12 /
                                static_cast<double>(flow.base_rtt.ps) /
                                (1e9 * static_cast<double>(cnp.payload & 0xffffffff));
        const double queue = static_cast<double>(cnp.payload >> 32) * std::min(1.0, link_share);
        const double packets = queue / static_cast<double>(flow.mtu);
        const Time pause{packets > 0 ? static_cast<int64_t>(static_cast<double>(flow.base_rtt.ps) / packets)
                                     : 0};
        if (flow.now - cut_at_ < pause) return;
        flow.window = std::max(flow.mtu, flow.window - flow.mtu);
        cut_at_ = flow.now;
    }
    void on_ack(Flow& flow, const Params&, const Ack& ack)
    {
        if (ack.payload == kMayGrow) flow.window += flow.mtu;
    }

private:
    Time cut_at_{-1'000'000'000};
};

}  // namespace

TEST(SketchBolt, SwitchesShrinkAndGrowTheWindow)
{
    static constexpr CcOps ops = cc_ops<Bolt>();
    Qp qp(ops, hpnsim::test::default_params(ops), gbps(100), microseconds(8));
    qp.cnp(microseconds(2), feedback(100'000, 100));
    EXPECT_EQ(qp.flow.window, 100'000 - 4096);
    qp.cnp(microseconds(2), feedback(100'000, 100));  // too soon
    EXPECT_EQ(qp.flow.window, 100'000 - 4096);
    Ack ack;
    qp.ack(microseconds(9), ack);
    EXPECT_EQ(qp.flow.window, 100'000 - 4096);
    ack.payload = kMayGrow;
    qp.ack(microseconds(9), ack);
    EXPECT_EQ(qp.flow.window, 100'000);
}
