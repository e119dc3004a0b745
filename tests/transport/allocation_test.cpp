// SPDX-License-Identifier: GPL-2.0-only
// Tests that nothing is allocated in steady state: it counts operator new over the second half of a long
// exchange.
#include "../count_allocations.hpp"
#include "rig.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

constexpr uint32_t kQps = 8;

struct Case {
    const char* name;
    Reliability reliability;
    bool spray;
    Rate rate;  ///< 0: line rate
    double loss;
    const char* receiver = "cnp";
};

class SteadyState : public testing::TestWithParam<Case>
{
};

RigOptions options_of(const Case& c)
{
    RigOptions options;
    options.nic.reliability = c.reliability;
    options.nic.ports = c.spray ? 2 : 1;
    options.nic.selective.window = 1024;
    // So long that timers that were overtaken would pile up for the whole run, were they kept.
    if (c.loss == 0) options.nic.retry.ack_timeout = options.nic.retry.rto = milliseconds(1000);
    options.cc.rate = c.rate;
    options.cc.window = 64 * 4096;
    options.spray = c.spray;
    options.keep = false;
    options.receiver = c.receiver;
    options.cc.trust = 16 * 4096;
    options.nic.cnp.delay = microseconds(5);
    return options;
}

}  // namespace

TEST_P(SteadyState, AllocatesNothing)
{
    Rig rig(options_of(GetParam()));
    rig.journal().quiet = true;
    for (uint32_t i = 0; i < kQps; ++i) rig.connect();
    uint64_t packets = 0;
    rig.script = [&](const Seen& s) {
        Fate fate;
        ++packets;
        fate.mark = packets % 7 == 0;
        if (GetParam().loss > 0) {
            const auto period = static_cast<uint64_t>(1 / GetParam().loss);
            fate.drop = packets % period == 0;
            fate.trim = s.packet.kind == PacketKind::data && packets % period == 5;
            if (packets % 50 == 1) fate.late = microseconds(7);
        }
        return fate;
    };
    // As one message ends, the next is posted: two outstanding per QP.
    rig.on_done = [&](const Done& one) {
        if (one.completion.kind == Completion::Kind::sent)
            rig.nic(0).post_send(one.completion.qp, {Verb::write, 100'000, 0}, one.at);
    };
    for (uint32_t i = 0; i < 2 * kQps; ++i) rig.post(0, i % kQps, 100'000);
    rig.run_until(milliseconds(8));
    const uint64_t first_half = packets;
    const uint64_t before = allocations;
    rig.run_until(milliseconds(16));
    EXPECT_EQ(allocations - before, 0u);
    EXPECT_GT(before, 0u) << "the counter counts";
    EXPECT_GT(packets - first_half, first_half / 3) << "the exchange goes on";
    EXPECT_GT(before, 0u) << "the counter counts";
}

INSTANTIATE_TEST_SUITE_P(Transports, SteadyState,
                         testing::Values(Case{"gbn", Reliability::go_back_n, false, {}, 0},
                                         Case{"gbn_paced", Reliability::go_back_n, false, gbps(8), 0},
                                         Case{"gbn_lossy", Reliability::go_back_n, false, gbps(9), 0.001},
                                         Case{"rud", Reliability::rud, true, {}, 0},
                                         Case{"rud_paced_lossy", Reliability::rud, true, gbps(20), 0.01},
                                         Case{"rud_credit", Reliability::rud, true, {}, 0, "credit"},
                                         Case{
                                             "rud_credit_lossy", Reliability::rud, true, {}, 0.01, "credit"}),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace hpnsim::test
