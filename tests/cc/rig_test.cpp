// SPDX-License-Identifier: GPL-2.0-only
// Every rate law through rough events: whatever comes, rate and window stay positive and finite, and a
// timer that was set lies ahead. A new algorithm gets this for nothing.
#include "hpnsim/random.hpp"
#include "qp.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cctype>

using namespace hpnsim;
using hpnsim::test::Qp;

namespace
{

struct Case {
    const char* name;
    Rate line;
    Time base_rtt;
};

constexpr Case kLines[] = {{"10G", gbps(10), microseconds(100)},
                           {"400G", gbps(400), microseconds(8)},
                           {"800G", gbps(800), microseconds(2)}};

Ack any_ack(uint64_t& dice, Psn psn, std::array<IntHop, 8>& hops, const Flow& flow)
{
    Ack ack;
    ack.psn = psn;
    ack.received = ack.acked = static_cast<Bytes>(next_below(dice, 4)) * 4096;
    ack.ecn = next_below(dice, 3) == 0;
    ack.marked = ack.ecn ? ack.received : 0;
    ack.rtt_valid = next_below(dice, 4) != 0;
    ack.rtt =
        flow.base_rtt + picoseconds(static_cast<int64_t>(next_below(dice, 200'000'000))) - microseconds(1);
    ack.hop_count = static_cast<uint8_t>(next_below(dice, 9));
    for (IntHop& hop : hops)
        hop = {static_cast<uint32_t>(next_below(dice, 20)),
               flow.now - picoseconds(static_cast<int64_t>(next_below(dice, 1000))),
               static_cast<Bytes>(next_below(dice, 1U << 30)), static_cast<Bytes>(next_below(dice, 1U << 22)),
               gbps(400)};
    ack.hops = hops.data();
    return ack;
}

void throw_at(Qp& qp, uint64_t& dice, Time now)
{
    std::array<IntHop, 8> hops;
    const CcOps& ops = qp.ops();
    switch (next_below(dice, 6)) {
    case 0:
        if (ops.on_cnp) qp.cnp(now);
        break;
    case 1:
        if (ops.on_nack) qp.nack(now, {0, 4096, {}, Loss::trimmed, true, microseconds(3), true});
        break;
    case 2:
        if (ops.on_timeout) qp.timeout(now, {4096, 1});
        break;
    case 3:
        qp.send(now, 4096);
        if (ops.on_credit) qp.credit(now, 4096);
        break;
    default:
        if (ops.on_ack) qp.ack(now, any_ack(dice, qp.flow.next_psn, hops, qp.flow));
    }
}

std::vector<std::string> specs()
{
    std::vector<std::string> all;
    for (const CcOps* ops : all_cc()) {
        all.emplace_back(ops->slot.info->name);
        for (const Preset& preset : ops->slot.presets)
            all.push_back(std::string(ops->slot.info->name) + ":preset=" + preset.name);
    }
    return all;
}

}  // namespace

class EveryCc : public testing::TestWithParam<std::string>
{
};

TEST_P(EveryCc, OutputsStaySaneThroughAnything)
{
    for (const Case& line : kLines) {
        Qp qp(GetParam(), line.line, line.base_rtt);
        uint64_t dice = 42;
        Time now;
        for (int i = 0; i < 20'000; ++i) {
            now += picoseconds(static_cast<int64_t>(next_below(dice, 5'000'000)));
            qp.run_to(now);
            qp.flow.in_flight = static_cast<Bytes>(next_below(dice, 1'000'000));
            if (next_below(dice, 5000) == 0)  // a port goes or comes
                qp.flow.line_rate = qp.flow.line_rate == line.line ? Rate{line.line.bps / 2} : line.line;
            throw_at(qp, dice, now);
            ASSERT_GT(qp.flow.rate.bps, 0) << GetParam() << " " << line.name << " event " << i;
            ASSERT_LE(qp.flow.rate, line.line) << GetParam() << " " << line.name << " event " << i;
            ASSERT_GT(qp.flow.window, 0) << GetParam() << " " << line.name << " event " << i;
            ASSERT_LE(qp.flow.window, kUnlimited);
            for (const Time due : qp.flow.due) ASSERT_GE(due, now);
        }
    }
}

TEST_P(EveryCc, SameEventsSameAnswers)
{
    Qp a(GetParam(), gbps(400), microseconds(8)), b(GetParam(), gbps(400), microseconds(8));
    uint64_t dice_a = 7, dice_b = 7;
    for (int i = 1; i < 3'000; ++i) {
        throw_at(a, dice_a, nanoseconds(i * 300));
        throw_at(b, dice_b, nanoseconds(i * 300));
        ASSERT_EQ(a.flow.rate, b.flow.rate);
        ASSERT_EQ(a.flow.window, b.flow.window);
    }
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryCc, testing::ValuesIn(specs()), [](const auto& tested) {
    std::string name = tested.param;
    for (char& c : name)
        if (!isalnum(static_cast<unsigned char>(c))) c = '_';
    return name;
});
