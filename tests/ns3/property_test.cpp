// SPDX-License-Identifier: GPL-2.0-only
// Tests what must hold whatever the algorithm, path, transport and fabric: every built-in CC with every path
// that it may take, over every fabric, on small topologies with random flows.
#include "run_helper.hpp"

#include "hpnsim/random_streams.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

using namespace hpnsim;

namespace
{

/// Sizes from 1 B to 256 KB, log-uniform; half of the flows start at once, the others within 20 us.
std::vector<FlowSpec> random_flows(uint32_t endpoints, uint32_t count, uint64_t seed)
{
    uint64_t stream = stream_of(seed, StreamKind{1234}, endpoints);
    std::vector<FlowSpec> flows;
    for (uint32_t i = 0; i < count; ++i) {
        FlowSpec flow;
        flow.src = static_cast<uint32_t>(next_below(stream, endpoints));
        flow.dst = static_cast<uint32_t>(next_below(stream, endpoints - 1));
        if (flow.dst >= flow.src) ++flow.dst;
        if (i % 3 == 0) flow.dst = flow.src == 0 ? 1 : 0;  // some incast
        const uint64_t octave = next_below(stream, 18);
        flow.bytes = static_cast<Bytes>((uint64_t{1} << octave) + next_below(stream, uint64_t{1} << octave));
        if (i % 2 == 1) flow.start = nanoseconds(static_cast<int64_t>(next_below(stream, 20'000)));
        flows.push_back(flow);
    }
    std::stable_sort(flows.begin(), flows.end(),
                     [](const FlowSpec& a, const FlowSpec& b) { return a.start < b.start; });
    return flows;
}

struct Case {
    std::string cc, path, transport, fabric;
};

std::vector<Case> all_cases()
{
    std::vector<Case> cases;
    for (const CcOps* cc : all_cc())
        for (const PathOps* path : all_paths())
            for (const char* transport : {"gbn", "rud"})
                for (const char* fabric : {"lossless", "lossy", "trimming"})
                    cases.push_back({cc->slot.info->name, path->slot.info->name, transport, fabric});
    return cases;
}

/// False when the parts cannot work together, which resolve_runs decides.
bool allowed(const Scenario& scenario)
{
    try {
        resolve_runs(scenario.options.common, registry_lookup());
    } catch (const BadInput&) {
        return false;
    }
    return true;
}

void check(Scenario& scenario, const Case& which, size_t flows, const std::string& where)
{
    const Drained got = drain(scenario);
    const std::string name =
        which.cc + " " + which.path + " " + which.transport + " " + which.fabric + " on " + where;
    EXPECT_EQ(got.ends, flows) << name;
    EXPECT_EQ(got.ok, flows) << name;
    EXPECT_EQ(got.posted, got.delivered + got.failed) << name;
    EXPECT_EQ(got.packets_left, 0) << name;
    EXPECT_EQ(got.shared_left, 0) << name;
    EXPECT_GE(got.least_slack, Time{}) << name;
    if (which.fabric == "lossless") {
        EXPECT_EQ(got.drops, 0U) << name;
    }
}

class Properties : public testing::TestWithParam<const char*>
{
};

}  // namespace

TEST_P(Properties, HoldForEveryCombination)
{
    const std::string topology = GetParam();
    size_t combinations = 0;
    for (const Case& which : all_cases()) {
        const std::vector<std::string> words = {"--topology",  topology,       "--cc",     which.cc,
                                                "--path",      which.path,     "--fabric", which.fabric,
                                                "--transport", which.transport};
        const std::unique_ptr<Scenario> scenario = scenario_of(words, {});
        if (!allowed(*scenario)) continue;
        for (uint64_t seed = 1; seed <= 3; ++seed) {
            const auto flows = random_flows(scenario->plan.endpoints, 40, 100 * combinations + seed);
            check(*scenario_of(words, flows), which, flows.size(), topology);
        }
        ++combinations;
    }
    EXPECT_GE(combinations, 12U);
}

INSTANTIATE_TEST_SUITE_P(Topologies, Properties,
                         testing::Values("star:hosts=6,gbps=100",
                                         "dumbbell:left=3,right=3,bottleneck-gbps=100",
                                         "leaf-spine:leaves=3,hosts=2,spines=2,gbps=200",
                                         "hpn:segments=2,hosts=2"));

/// Switches that balance load lose, double or leak nothing either, whatever CC runs over them.
TEST(BalancingSwitches, HoldTheSameProperties)
{
    size_t combinations = 0;
    for (const CcOps* cc : all_cc())
        for (const char* lb :
             {"adaptive", "adaptive:levels=32,step-kb=1", "flowlet:gap-us=1", "rotation", "round-robin"})
            for (const char* transport : {"gbn", "rud"})
                for (const char* fabric : {"lossless", "trimming"})
                    for (const char* topology : {"leaf-spine:leaves=3,hosts=2,spines=4,gbps=200",
                                                 "hpn-single-plane:segments=2,hosts=2"}) {
                        const Case which{cc->slot.info->name, lb, transport, fabric};
                        const std::vector<std::string> words = {
                            "--topology", topology, "--cc",        which.cc,  "--switch-lb", lb,
                            "--fabric",   fabric,   "--transport", transport, "--path",      "ecmp"};
                        const std::unique_ptr<Scenario> scenario = scenario_of(words, {});
                        if (!allowed(*scenario)) continue;
                        const auto endpoints = scenario->plan.endpoints;
                        const auto flows = random_flows(endpoints, 40, ++combinations);
                        check(*scenario_of(words, flows), which, flows.size(), topology);
                    }
    EXPECT_GE(combinations, 12U);
}

namespace
{

const std::string kLeafSpine = "leaf-spine:leaves=2,hosts=4,spines=2";

/// 60 flows under 1 % loss a link: about one packet in 50 to 25 never arrives.
void survives_loss(const std::string& cc, const std::string& transport)
{
    const std::unique_ptr<Scenario> scenario =
        scenario_of({"--topology", kLeafSpine, "--cc", cc, "--transport", transport, "--fabric", "lossy",
                     "--loss", "0.01"},
                    random_flows(8, 60, 5));
    const Outcome outcome = simulate_first(*scenario);
    EXPECT_EQ(outcome.ending, Ending::complete) << cc;
    EXPECT_GT(outcome.record.extra["faults"]["lost_random"], 0U);
    EXPECT_GT(outcome.record.retransmitted, 0);
    EXPECT_EQ(outcome.record.flows.size(), 60U);
    for (const FlowRow& row : outcome.record.flows) {
        EXPECT_EQ(row.status, FlowStatus::ok) << cc << " " << row.id;
        EXPECT_GE(row.fct(), row.ideal) << cc << " " << row.id;
    }
    const Drained left = drain(*scenario);
    EXPECT_EQ(left.packets_left, 0);
    EXPECT_EQ(left.posted, left.delivered);
}

}  // namespace

TEST(Loss, GoBackNCompletesEveryFlow)
{
    survives_loss("dcqcn", "gbn");
    survives_loss("hpcc", "gbn");
}

TEST(Loss, RudCompletesEveryFlow)
{
    survives_loss("nscc", "rud");
}

/// A link that loses everything: retries run out, the flow ends in the verbs error, the books still balance.
TEST(Loss, EverythingLostIsAnErrorNotAHang)
{
    FlowSpec flow;
    flow.src = 1;
    flow.bytes = 10'000;
    const Outcome outcome = simulate_first(*scenario_of(
        {"--topology", "star", "--loss", "1", "--transport", "gbn:ack-timeout=1,retry=2"}, {flow}));
    EXPECT_EQ(outcome.ending, Ending::failed);
    ASSERT_EQ(outcome.record.flows.size(), 1U);
    EXPECT_EQ(outcome.record.flows[0].status, FlowStatus::retry_exceeded);
}

/// 4.5 GB are three work requests and one row. 488,282 packets, 9,298 B each at 400 Gb/s take 90.8 ms.
TEST(Large, AFlowBeyondFourGigabytes)
{
    FlowSpec flow;
    flow.src = 1;
    flow.bytes = 4'500'000'000;
    const Outcome outcome =
        simulate_first(*scenario_of({"--topology", "star", "--cc", "fixed", "--mtu", "9216"}, {flow}));
    EXPECT_EQ(outcome.ending, Ending::complete);
    ASSERT_EQ(outcome.record.flows.size(), 1U);
    EXPECT_EQ(outcome.record.flows[0].bytes, 4'500'000'000);
    EXPECT_EQ(outcome.record.retransmitted, 0);
    // Requests of 2^31 B do not end with a full packet: ceil(2^31 / 9216) = 233,017, twice, and 22,248 more.
    EXPECT_EQ(outcome.record.data_packets, 488'282U);
    EXPECT_GE(outcome.record.flows[0].slowdown(), 1.0);
    EXPECT_LT(outcome.record.flows[0].slowdown(), 1.001);
}
