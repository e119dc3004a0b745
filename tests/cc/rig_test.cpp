// SPDX-License-Identifier: GPL-2.0-only
// Takes every CC, path policy and receiver policy of the registry through rough events: whatever comes, what
// they say stays in range, and a timer that was set lies ahead. A new algorithm gets this for nothing.
#include "paths.hpp"
#include "port_policy.hpp"
#include "rough_events.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>

using namespace hpnsim;
using namespace hpnsim::test;

namespace
{

struct Case {
    const char* name;
    Rate line;
    Time base_rtt;
    Bytes mtu;
};

constexpr Case kLines[] = {{"10G", gbps(10), microseconds(100), 1024},
                           {"400G", gbps(400), microseconds(8), 4096},
                           {"800G", gbps(800), microseconds(2), 4096}};

template <class Ops> std::vector<std::string> names_of(const std::vector<const Ops*>& table)
{
    std::vector<std::string> all;
    for (const Ops* ops : table) all.emplace_back(ops->slot.info->name);
    return all;
}

std::shared_ptr<void> state_of(const SlotOps& slot)
{
    std::shared_ptr<void> state(::operator new(slot.state_size), [](void* p) { ::operator delete(p); });
    slot.make_state(state.get());
    return state;
}

}  // namespace

class EveryCc : public testing::TestWithParam<std::string>
{
};

TEST_P(EveryCc, OutputsStaySaneThroughAnything)
{
    for (const Case& line : kLines) {
        Qp qp(GetParam(), line.line, line.base_rtt, line.mtu);
        RoughEvents events(42);
        Time now;
        for (int i = 0; i < 20'000; ++i) {
            now += events.pause();
            qp.run_to(now);
            qp.flow.in_flight = static_cast<Bytes>(events.below(1'000'000));
            qp.flow.backlog = static_cast<Bytes>(events.below(1'000'000));
            if (events.below(5000) == 0) {  // a port goes or comes, as Nic::choose_ports has it
                qp.flow.line_rate = qp.flow.line_rate == line.line ? Rate{line.line.bps / 2} : line.line;
                qp.flow.bdp = bytes_in(qp.flow.base_rtt, qp.flow.line_rate);
                qp.flow.rate = std::min(qp.flow.rate, qp.flow.line_rate);
            }
            events.throw_at(qp, now);
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
    RoughEvents events_a(7), events_b(7);
    for (int i = 1; i < 3'000; ++i) {
        events_a.throw_at(a, nanoseconds(i * 300));
        events_b.throw_at(b, nanoseconds(i * 300));
        ASSERT_EQ(a.flow.rate, b.flow.rate);
        ASSERT_EQ(a.flow.window, b.flow.window);
    }
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryCc, testing::ValuesIn(every_law()),
                         [](const auto& tested) { return test_name(tested.param); });

class EveryPath : public testing::TestWithParam<std::string>
{
};

// Feedback comes late, too: about paths that an earlier set had, or that were last taken long ago.
TEST_P(EveryPath, PicksStaySaneThroughAnything)
{
    Paths paths(GetParam()), again(GetParam());
    RoughEvents events(42), same(42);
    std::vector<uint16_t> picks, repeated;
    const auto step = [](Paths& policy, RoughEvents& dice, std::vector<uint16_t>& picked) {
        policy.flow.now += dice.pause();
        policy.flow.in_flight = static_cast<Bytes>(dice.below(1'000'000));
        if (dice.below(500) == 0) policy.flow.live_ports = static_cast<uint8_t>(1 + dice.below(3));
        const auto port = static_cast<uint8_t>(dice.below(2));
        if (dice.below(2) == 0) {
            picked.push_back(policy.pick(port));
        } else if (policy.path.ops->feedback != nullptr) {
            const auto event = static_cast<PathEvent>(dice.below(4));
            const auto any = static_cast<uint16_t>(0xC000 + dice.below(0x4000));
            const uint16_t from =
                picked.empty() || dice.below(4) == 0 ? any : picked[dice.below(picked.size())];
            policy.feedback(event, event == PathEvent::timeout ? uint16_t{0} : from, port);
        }
    };
    for (int i = 0; i < 50'000; ++i) {
        step(paths, events, picks);
        step(again, same, repeated);
    }
    EXPECT_EQ(picks, repeated);
    EXPECT_GT(picks.size(), 20'000U);
    for (const uint16_t source_port : picks) ASSERT_GE(source_port, 0xC000) << "no dynamic port (RFC 6335)";
}

TEST_P(EveryPath, KeepsOnePathUnlessItSprays)
{
    Paths paths(GetParam());
    const std::vector<uint16_t> picks = paths.lap(200);  // in one go: no pause for a flowlet
    EXPECT_EQ(distinct(picks).size() > 1, paths.path.ops->sprays);
}

// The time is printed for people; no test may depend on it.
TEST_P(EveryPath, StateAndCostPerPacket)
{
    constexpr int kCount = 100'000;
    Paths paths(GetParam());
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < kCount; ++i) {
        const uint16_t source_port = paths.pick();
        if (paths.path.ops->feedback != nullptr)
            paths.feedback(i % 8 == 0 ? PathEvent::ecn : PathEvent::good, source_port);
    }
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
    const SlotOps& slot = paths.path.ops->slot;
    std::printf("%s: state %zu B, %.1f ns per packet and its ACK\n", GetParam().c_str(), slot.state_size,
                took.count() / kCount);
    // Each QP, whatever its NIC, may have 256 B a port for what is known of its 256 paths, and 256 B beside.
    EXPECT_LE(slot.state_size, 256U * (kMaxNicPorts + 1));
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryPath, testing::ValuesIn(names_of(all_paths())),
                         [](const auto& tested) { return test_name(tested.param); });

class EveryReceiver : public testing::TestWithParam<std::string>
{
protected:
    Chosen<ReceiverOps> receiver_ = choose_receiver(GetParam());
    std::shared_ptr<void> state_ = state_of(receiver_.ops->slot);

    static Received any_data(RoughEvents& events, Time now)
    {
        Received data;
        data.now = now;
        data.qp = static_cast<uint32_t>(events.below(20));
        data.payload = static_cast<Bytes>(1 + events.below(4096));
        data.ecn = events.below(3) == 0;
        data.trimmed = events.below(8) == 0;
        data.last_hop = data.trimmed && events.below(2) == 0;
        data.wanted = static_cast<Bytes>(events.below(4) * events.below(1'000'000));
        return data;
    }
};

TEST_P(EveryReceiver, AnswersMarksAlone)
{
    if (receiver_.ops->scope != Scope::qp) return;  // grants credits instead
    RoughEvents events(42);
    Time now;
    for (int i = 0; i < 50'000; ++i) {
        now += events.pause();
        const Received data = any_data(events, now);
        const Reply reply = receiver_.ops->on_data(state_.get(), receiver_.params.get(), data);
        ASSERT_TRUE(data.ecn || !reply.cnp) << "a CNP for a packet without a mark, event " << i;
    }
}

// A grant goes to a QP that has been heard of, and a timer that is set does not lie in the past.
TEST_P(EveryReceiver, GrantsStaySaneThroughAnything)
{
    if (receiver_.ops->scope != Scope::port) return;  // answers each packet instead
    constexpr uint32_t kQps = 20;
    RoughEvents events(42);
    PortPolicy port(GetParam(), kQps, gbps(400), 4096, 4150);
    std::set<uint32_t> heard;
    Time now;
    for (int i = 0; i < 20'000; ++i) {
        now += events.pause();
        for (const PortPolicy::Granted& grant : port.run_to(now)) {
            ASSERT_GT(grant.bytes, 0);
            ASSERT_EQ(heard.count(grant.qp), 1U) << "credit for QP " << grant.qp;
        }
        const auto qp = static_cast<uint32_t>(events.below(kQps));
        heard.insert(qp);
        port.trimmed = events.below(8) == 0;
        const auto wanted = static_cast<Bytes>(events.below(4) * events.below(1'000'000));
        port.data(now, qp, port.granted(qp) + wanted, static_cast<Bytes>(1 + events.below(4096)),
                  events.below(3) == 0);
        ASSERT_GE(port.due(), now);
    }
}

TEST_P(EveryReceiver, State)
{
    std::printf("%s: state %zu B\n", GetParam().c_str(), receiver_.ops->slot.state_size);
    EXPECT_LE(receiver_.ops->slot.state_size, size_t{1} << 20);
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryReceiver, testing::ValuesIn(names_of(all_receivers())),
                         [](const auto& tested) { return test_name(tested.param); });
