// SPDX-License-Identifier: GPL-2.0-only
// Tests that a whole network allocates nothing in steady state: it counts operator new between two moments of
// a run, over switches, links, NICs, events and messages that follow each other.
#include "../count_allocations.hpp"
#include "helper/network-defaults.h"
#include "helper/roce-network.h"

#include "ns3/simulator.h"

#include <gtest/gtest.h>

#include <string>

namespace hpnsim
{
namespace
{

struct Exchange {
    const char* name;
    const char* topology;
    const char* cc;
    uint32_t shift;  ///< endpoint i sends to i + shift, or all to endpoint 0
};
constexpr uint32_t kIncast = 0;
constexpr Bytes kMessage = 100'000;

/// Keeps two messages under way on every pair for ever.
class Endless : public CompletionListener
{
public:
    explicit Endless(const Exchange& exchange)
        : plan_(make_fabric(exchange.topology, 2)), network_(plan_, DefaultConfig(plan_, exchange.cc))
    {
        network_.SetListeners(this, nullptr);
        for (uint32_t src = exchange.shift == kIncast ? 1 : 0; src < plan_.endpoints; ++src) {
            const uint32_t dst = exchange.shift == kIncast ? 0 : (src + exchange.shift) % plan_.endpoints;
            for (const uint32_t qp : network_.Qps(src, dst))
                for (int i = 0; i < 2; ++i) network_.Device(src).PostSend(qp, {Verb::write, kMessage, 0});
        }
    }
    void run_until(Time end)
    {
        ns3::Simulator::Stop(ns3::TimeStep((end - network_.GetClock().Now()).ps));
        ns3::Simulator::Run();
    }
    void Completed(RoceNetDevice& device, const Completion& completion, Time) override
    {
        if (completion.kind != Completion::Kind::sent) return;
        ++messages;
        device.PostSend(completion.qp, {Verb::write, kMessage, 0});
    }
    uint64_t messages = 0;

private:
    FabricPlan plan_;
    RoceNetwork network_;
};

class NetworkInSteadyState : public testing::TestWithParam<Exchange>
{
};

}  // namespace

/// The scheduler's 64 buckets are vectors, one of which now and then holds more than it ever did. Nothing
/// else allocates: what a message or a packet allocated would be counted hundreds of times.
TEST_P(NetworkInSteadyState, AllocatesNothingButRoomInTheScheduler)
{
    constexpr uint64_t kBuckets = 64;
    Endless exchange(GetParam());
    exchange.run_until(microseconds(1200));
    const uint64_t messages = exchange.messages;
    const uint64_t before = test::allocations;
    exchange.run_until(microseconds(2000));
    EXPECT_LE(test::allocations - before, kBuckets) << "in " << exchange.messages - messages << " messages";
    EXPECT_GT(exchange.messages - messages, 5 * kBuckets) << "the exchange goes on";
    EXPECT_GT(before, 0u) << "the counter counts";
}

INSTANTIATE_TEST_SUITE_P(
    Laws, NetworkInSteadyState,
    testing::Values(Exchange{"dcqcn_incast", "star:hosts=9", "dcqcn", kIncast},
                    Exchange{"hpcc_incast", "star:hosts=9", "hpcc", kIncast},
                    Exchange{"hpcc_permutation", "leaf-spine:leaves=2,hosts=4,spines=2", "hpcc", 5},
                    Exchange{"nscc_incast", "star:hosts=9", "nscc", kIncast},
                    Exchange{"nscc_permutation", "leaf-spine:leaves=4,hosts=4,spines=4", "nscc", 5}),
    [](const auto& one) { return std::string(one.param.name); });

}  // namespace hpnsim
