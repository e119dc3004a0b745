// SPDX-License-Identifier: GPL-2.0-only
// Puts every CC of the registry on one bottleneck of 100 Gb/s, with packets of 1,000 B and a base RTT of 100
// of them (8 us): does it fill the link, share it, hold the queue, and answer to less capacity, a burst, loss
// and silence? A new CC joins by being registered, or by a plug-in that HPNSIM_PLUGINS names (a list of
// files, separated by colons); the bounds are loose, and CCs that miss one by design are named with the
// reason.
#include "bottleneck.hpp"
#include "hpnsim/plugin_files.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <sstream>

using namespace hpnsim;
using hpnsim::test::Bottleneck;

namespace
{

constexpr int kRtt = 100;

/// Marks as suits the CC's kind: by DCQCN's curve (HPCC-sim's 400/1600 KB at 100G, 0.2), else from 0.2 to 0.8
/// BDP.
Bottleneck network(const std::string& spec, int senders)
{
    const Info info = choose_cc(spec).info();
    Bottleneck net(spec, senders, gbps(100), kRtt, INT32_MAX);
    net.jitter(3);
    if (has(info.needs, Needs::cnp))
        net.red(400, 1600, 0.2);
    else if (has(info.needs, Needs::ecn))
        net.red(20, 80, 1);
    return net;
}

void load_plugins_of_environment()
{
    const char* const files = std::getenv("HPNSIM_PLUGINS");
    std::istringstream list(files != nullptr ? files : "");
    try {
        for (std::string file; std::getline(list, file, ':');) load_plugin("HPNSIM_PLUGINS", file);
    } catch (const BadInput& error) {
        std::fprintf(stderr, "%s\n", error.what());
        std::exit(2);
    }
}

std::vector<std::string> names()
{
    load_plugins_of_environment();
    std::vector<std::string> all;
    for (const CcOps* ops : all_cc()) all.emplace_back(ops->slot.info->name);
    return all;
}

/// No more packets may wait than where the marking curve ends (CCs with CNPs), or three BDP. The null
/// algorithm has no bound.
int queue_bound(const std::string& name)
{
    if (name == "fixed") return INT32_MAX;
    return has(choose_cc(name).info().needs, Needs::cnp) ? 1600 : 3 * kRtt;
}

/// Receiver credit knows only the receiver's port. When the queue serves less than that, its senders' first
/// windows of 1.5 BDP stay there, as under the null algorithm.
bool minds_only_the_receiver(const std::string& name)
{
    return has(choose_cc(name).info().needs, Needs::credits);
}

/// Runs `slots` slots and collects figures, after `before` slots in which the rig may settle.
void watch(Bottleneck& net, int before, int slots)
{
    net.run(before);
    net.forget();
    net.run(slots);
}

}  // namespace

class Behaviour : public testing::TestWithParam<std::string>
{
};

TEST_P(Behaviour, FillsALinkAlone)
{
    Bottleneck net = network(GetParam(), 1);
    watch(net, 20'000, 100'000);
    EXPECT_GT(net.utilisation(), 0.94);  // HPCC means to leave 5 %, and a digest is rounded
    EXPECT_LE(net.most(), 1);
}

TEST_P(Behaviour, SharesALinkAndHoldsItsQueue)
{
    for (const int n : {8, 32}) {
        Bottleneck net = network(GetParam(), n);
        watch(net, 800'000, 400'000);
        EXPECT_GT(net.utilisation(), n == 8 ? 0.9 : 0.8) << n;
        EXPECT_GT(net.fairness(), 0.95) << n;
        EXPECT_LT(net.most(), queue_bound(GetParam())) << n;
    }
}

// Four senders have the link for 4 ms; then four more come, at line rate or with a full window as their CC
// begins. Jain's index of every 4 ms afterwards.
TEST_P(Behaviour, MakesRoomForNewcomersAndStaysFair)
{
    constexpr int kWindow = 50'000, kWindows = 12;
    Bottleneck net = network(GetParam(), 8);
    for (int i = 4; i < 8; ++i) net.begin_at(i, kWindow);
    net.run(kWindow);
    std::printf("%s: Jain's index", GetParam().c_str());
    for (int i = 0; i < kWindows; ++i) {
        watch(net, 0, kWindow);
        std::printf(" %.3f", net.fairness());
        EXPECT_TRUE(i < kWindows / 2 || net.fairness() > 0.95) << "window " << i;
    }
    std::printf("\n");
}

TEST_P(Behaviour, AnswersToHalfTheCapacity)
{
    Bottleneck net = network(GetParam(), 8);
    net.run(400'000);
    net.serve_every(2);
    watch(net, 200'000, 200'000);
    EXPECT_GT(net.utilisation(), 0.85);
    if (!minds_only_the_receiver(GetParam())) {
        EXPECT_LT(net.most(), queue_bound(GetParam()));
    }
    net.serve_every(1);
    watch(net, 800'000, 200'000);
    EXPECT_GT(net.utilisation(), 0.9);  // and takes it back
}

TEST_P(Behaviour, OutlastsABurst)  // ten BDP of somebody else's packets, once
{
    Bottleneck net = network(GetParam(), 8);
    net.run(400'000);
    net.burst(1000);
    watch(net, 0, 400'000);
    EXPECT_GT(net.utilisation(), 0.85);
    EXPECT_LT(net.depth(), queue_bound(GetParam()));
}

// Every hundredth packet is lost. CCs that take a loss for congestion hold the windows of TCP's 1.22 /
// sqrt(p) = 12 packets, of which two senders make a quarter of the link.
TEST_P(Behaviour, GoesOnUnderLoss)
{
    for (const int n : {2, 32}) {
        Bottleneck net = network(GetParam(), n);
        net.lose_every(100);
        watch(net, 800'000, 200'000);
        EXPECT_GT(net.utilisation(), n == 2 ? 0.18 : 0.8) << n;
        EXPECT_LT(net.most(), queue_bound(GetParam())) << n;
    }
}

TEST_P(Behaviour, SurvivesSilence)  // for 8 ms no ACK comes, and a timeout every millisecond
{
    Bottleneck net = network(GetParam(), 8);
    net.run(400'000);
    const Rate rate = net.qp(0).flow.rate;
    const Bytes window = net.qp(0).flow.window;
    net.silence(true);
    for (int i = 1; i <= 8; ++i) {
        net.run(12'500);
        net.time_out(i);
    }
    const bool silence_is_good_news = has(choose_cc(GetParam()).info().needs, Needs::cnp);
    if (!silence_is_good_news) {
        EXPECT_LE(net.qp(0).flow.rate, rate);
        EXPECT_LE(net.qp(0).flow.window, window);
    }
    net.silence(false);
    watch(net, 800'000, 200'000);
    EXPECT_GT(net.utilisation(), 0.9);
    EXPECT_GT(net.fairness(), 0.9);
}

// The time is printed for people; no test may depend on it.
TEST_P(Behaviour, StateAndCostPerAck)
{
    const Chosen<CcOps> cc = choose_cc(GetParam());
    EXPECT_LE(cc.ops->slot.state_size, 512U);
    if (cc.ops->on_ack == nullptr) return;
    hpnsim::test::Qp qp(GetParam(), gbps(100), microseconds(8), 1000);
    IntHop hop{1, {}, 0, 0, gbps(100)};
    Ack ack;
    ack.acked = ack.received = 1000;
    ack.rtt = microseconds(9);
    ack.rtt_valid = true;
    ack.hops = &hop;
    ack.hop_count = 1;
    constexpr int kCount = 100'000;
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < kCount; ++i) {
        hop.ts = qp.flow.now = nanoseconds(80) * i;
        hop.tx_bytes += 900;
        ack.psn = static_cast<Psn>(i);
        qp.flow.next_psn = ack.psn + 100;
        cc.ops->on_ack(qp.state(), qp.flow, qp.params(), ack);
    }
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
    std::printf("%s: state %zu B, %.1f ns per ACK\n", GetParam().c_str(), cc.ops->slot.state_size,
                took.count() / kCount);
}

// The bound tells control from none: a constant window of 1.5 BDP keeps 12 BDP less one waiting.
TEST(BehaviourBound, TellsTheNullAlgorithmApart)
{
    Bottleneck net = network("fixed", 8);
    watch(net, 100'000, 100'000);
    EXPECT_GT(net.most(), 3 * queue_bound("dctcp"));
}

INSTANTIATE_TEST_SUITE_P(Registry, Behaviour, testing::ValuesIn(names()), [](const auto& tested) {
    std::string name = tested.param;
    for (char& c : name)
        if (!isalnum(static_cast<unsigned char>(c))) c = '_';
    return name;
});
