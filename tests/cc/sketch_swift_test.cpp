// SPDX-License-Identifier: GPL-2.0-only
// Does the interface hold Swift (SIGCOMM'20)? Two windows, one from the fabric's delay and one from the
// receiving host's; the smaller rules, and it may fall below one packet.
#include "qp.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using namespace hpnsim;
using hpnsim::test::Qp;

namespace
{

struct Swift {
    static constexpr Info info{"sketch-swift", "delay targets for fabric and host (SIGCOMM'20)", Needs::rtt};
    struct Params {
        Time host_target = microseconds(20);
        double ai = 1, beta = 0.8, max_cut = 0.5;
        static constexpr auto list()
        {
            return params(
                param<&Params::host_target>("host-target-us", "us", "target of the host's delay", 0, 1e6),
                param<&Params::ai>("ai", "MTU", "added per round trip", 0, 100),
                param<&Params::beta>("beta", "", "strength of a cut", 0, 1),
                param<&Params::max_cut>("max-cut", "", "largest cut", 0, 1));
        }
    };

    void start(Flow& flow, const Params&)
    {
        flow.rate = flow.line_rate;
        fabric_.window = host_.window = static_cast<double>(flow.bdp);
        flow.window = flow.bdp;
    }
    void on_ack(Flow& flow, const Params& p, const Ack& ack)
    {
        if (!ack.rtt_valid) return;
        move(fabric_, flow, p, ack, ack.rtt, flow.base_rtt * 3 / 2);
        move(host_, flow, p, ack, ack.host_delay, p.host_target);
        flow.window = static_cast<Bytes>(std::min(fabric_.window, host_.window));
    }
    void on_timeout(Flow& flow, const Params& p, const Timeout&)
    {
        fabric_.window *= 1 - p.max_cut;
        flow.window = static_cast<Bytes>(fabric_.window);
    }

private:
    struct Half {
        double window = 0;
        Time cut_at;
    };
    static void move(Half& half, const Flow& flow, const Params& p, const Ack& ack, Time delay, Time target)
    {
        if (delay < target) {
            half.window +=
                p.ai * static_cast<double>(flow.mtu) * static_cast<double>(ack.acked) / half.window;
        } else if (flow.now - half.cut_at > ack.rtt) {
            const double over = static_cast<double>((delay - target).ps) / static_cast<double>(delay.ps);
            half.window *= std::max(1 - p.beta * over, 1 - p.max_cut);
            half.cut_at = flow.now;
        }
        half.window =
            std::clamp(half.window, 0.01 * static_cast<double>(flow.mtu), static_cast<double>(flow.bdp));
    }
    Half fabric_, host_;
};

}  // namespace

TEST(SketchSwift, SmallerOfFabricAndHostWindowRules)
{
    static constexpr CcOps ops = cc_ops<Swift>();
    Qp qp(ops, hpnsim::test::default_params(ops), gbps(100), microseconds(8));
    Ack ack;
    ack.acked = 4096;
    ack.rtt_valid = true;
    ack.rtt = microseconds(24);  // target 12: 1 - 0.8 * 12/24 = 0.6
    qp.ack(microseconds(100), ack);
    EXPECT_EQ(qp.flow.window, 60'000);
    ack.rtt = microseconds(8);
    ack.host_delay = microseconds(80);  // target 20: 1 - 0.8 * 60/80 = 0.4, at most halved
    qp.ack(microseconds(200), ack);
    EXPECT_EQ(qp.flow.window, 50'000);
    for (int i = 0; i < 30; ++i) qp.timeout(milliseconds(1 + i), {4096, 1});
    EXPECT_LT(qp.flow.window, qp.flow.mtu);  // the transport paces below one packet
}
