// SPDX-License-Identifier: GPL-2.0-only
// Tests that ECN comes before PFC: on every built-in topology, at every rate, for every number of senders,
// the queue that a pause needs is one that has been marked. The switches' own buffer and PFC parts are
// filled, packet by packet, with nothing leaving, and say when they pause.
#include "marking/marking_plan.hpp"
#include "pfc/pfc_control.hpp"

#include "hpnsim/bad_input.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

using namespace hpnsim;

namespace
{

FabricSettings automatic(FabricMode mode = FabricMode::LOSSLESS)
{
    FabricSettings settings;
    settings.mode = mode;
    settings.wire = &wire_named("roce", false);
    settings.ecn = settings.markFirst = true;
    return settings;
}

const std::vector<std::string> kRates = {"10", "25", "40", "50", "100", "200", "400", "800"};

/// Lists every built-in topology at every rate, also with slower and faster uplinks.
std::vector<std::string> built_in()
{
    std::vector<std::string> all = {"hpn:segments=1,hosts=1",
                                    "hpn:segments=2,hosts=8",
                                    "hpn:segments=1,hosts=128",
                                    "hpn-single-plane:segments=1,hosts=8",
                                    "hpn-single-tor:segments=1,hosts=8",
                                    "dcn+:hosts=16"};
    for (const std::string& rate : kRates) {
        for (const char* hosts : {"2", "3", "9", "65", "512"})
            all.push_back("star:hosts=" + std::string(hosts) + ",gbps=" + rate);
        for (const char* k : {"4", "8"}) all.push_back("fat-tree:k=" + std::string(k) + ",gbps=" + rate);
        for (const std::string& other : kRates) {
            all.push_back("dumbbell:left=4,right=4,gbps=" + rate + ",bottleneck-gbps=" + other);
            all.push_back("leaf-spine:leaves=4,hosts=8,spines=2,gbps=" + rate + ",uplink-gbps=" + other);
        }
        all.push_back("star:hosts=9,buffer-mb=8,gbps=" + rate);
        for (const char* ns : {"1000", "100000", "5000000"})
            all.push_back("star:hosts=9,gbps=" + rate + ",link-ns=" + ns);
    }
    all.push_back("star:hosts=4096,gbps=10");
    return all;
}

/// One switch of each kind of a plan: switches with the same rates and buffer are alike.
struct SwitchUnderTest {
    SwitchUnderTest(const FabricSettings& settings, const FabricPlan& plan, const FabricIndex& index,
                    uint32_t sw)
        : buffer(settings, plan, index, sw), marking(settings, buffer, plan, index, sw),
          reserve(settings.buffer.reserve), alpha(settings.buffer.alpha)
    {
        const uint32_t node = plan.endpoints + sw;
        for (uint16_t port = 0; port < index.ports(node); ++port)
            if (index.end(node, port).wired) rates.push_back(plan.links[index.end(node, port).link].rate);
        std::sort(rates.begin(), rates.end(), [](Rate a, Rate b) { return b < a; });
    }

    SharedBuffer empty() const
    {
        SharedBuffer shared;
        shared.Configure(buffer.Total(), buffer.Reserved(), reserve, alpha);
        return shared;
    }
    IngressBuffer ingress() const
    {
        IngressBuffer in;
        in.headroomLimit = buffer.Headroom(0);
        in.alphaQ16 = SharedBuffer::InQ16(alpha);
        return in;
    }

    BufferPlan buffer;
    MarkingPlan marking;
    Bytes reserve;
    double alpha;
    std::vector<Rate> rates;  // descending
};

/// Returns the queue of one egress when the first of `senders` ingresses, the fastest there are, is paused;
/// `enough` if none is until then. Each brings packets in proportion to its rate.
Bytes queue_at_pause(const SwitchUnderTest& sw, size_t senders, Bytes enough)
{
    SharedBuffer shared = sw.empty();
    std::vector<IngressBuffer> in(senders, sw.ingress());
    std::vector<double> sent(senders, 0);
    const Bytes frame = sw.buffer.FullFrame();
    for (Bytes queue = 0; queue < enough; queue += frame) {
        size_t next = 0;
        for (size_t i = 1; i < senders; ++i)
            if (sent[i] < sent[next]) next = i;
        if (!shared.AdmitLossless(in[next], frame) || PfcControl::MustPause(shared, in[next])) return queue;
        sent[next] += 1.0 / sw.rates[next].gbps();
    }
    return enough;
}

template <class Check>
void for_each_switch(const FabricSettings& settings, const std::string& text, Check check)
{
    const FabricPlan plan = make_fabric(text, 2);
    const FabricIndex index(plan);
    std::set<std::string> seen;
    for (uint32_t i = 0; i < plan.switches.size(); ++i) {
        const SwitchUnderTest sw(settings, plan, index, i);
        std::string kind = std::to_string(sw.buffer.Total());
        for (const Rate rate : sw.rates) kind += " " + std::to_string(rate.bps);
        if (seen.insert(kind).second) check(sw);
    }
}

}  // namespace

/// Tries every number of senders that can fill the egress: one if an ingress is faster, two of its rate, or
/// more.
TEST(MarkFirst, EveryPacketIsMarkedBeforeTheFirstPause)
{
    const FabricSettings settings = automatic();
    for (const std::string& text : built_in())
        for_each_switch(settings, text, [&](const SwitchUnderTest& sw) {
            const std::set<Rate> egresses(sw.rates.begin(), sw.rates.end());
            for (const Rate rate : egresses)
                for (size_t senders : {1, 2, 3, 8, 64}) {
                    senders = std::min(senders, sw.rates.size());
                    const Bytes kmax = sw.marking.Of(rate).kmax;
                    EXPECT_GE(queue_at_pause(sw, senders, kmax), kmax - sw.buffer.FullFrame())
                        << text << " " << rate.gbps() << " Gb/s, " << senders << " senders";
                }
        });
}

/// Half of the egresses hold kmin, from two ingresses each: still nobody is paused.
TEST(MarkFirst, MarkingBeginsFirstWhileHalfOfTheSwitchIsCongested)
{
    const FabricSettings settings = automatic();
    for (const std::string& text : built_in())
        for_each_switch(settings, text, [&](const SwitchUnderTest& sw) {
            SharedBuffer shared = sw.empty();
            std::vector<IngressBuffer> in(sw.rates.size(), sw.ingress());
            for (size_t egress = 0; egress < in.size() / 2; ++egress) {
                const Bytes kmin = sw.marking.Of(sw.rates[egress]).kmin;
                for (Bytes queue = 0; queue + sw.buffer.FullFrame() <= kmin; queue += sw.buffer.FullFrame())
                    ASSERT_TRUE(shared.AdmitLossless(in[2 * egress + queue / sw.buffer.FullFrame() % 2],
                                                     sw.buffer.FullFrame()));
            }
            for (const IngressBuffer& each : in) EXPECT_FALSE(PfcControl::MustPause(shared, each)) << text;
        });
}

/// A lossy fabric drops where a lossless one pauses: the marks come first there too.
TEST(MarkFirst, OnLossyFabricsMarksComeBeforeDrops)
{
    const FabricSettings settings = automatic(FabricMode::LOSSY);
    for (const std::string& text : built_in())
        for_each_switch(settings, text, [&](const SwitchUnderTest& sw) {
            SharedBuffer shared = sw.empty();
            const Bytes kmax = sw.marking.Of(sw.rates[0]).kmax, frame = sw.buffer.FullFrame();
            for (Bytes queue = 0; queue + frame <= kmax - frame; queue += frame)
                ASSERT_TRUE(shared.AdmitEgress(queue, frame, true)) << text;
        });
}

/// The thresholds are SimAI's at 200G and 400G and HPCC-sim's up to 100G, wherever there is room for them.
TEST(MarkFirst, PublishedThresholdsStayWhereTheyFit)
{
    const std::map<std::string, std::pair<Bytes, Bytes>> table = {{"100", {400'000, 1'600'000}},
                                                                  {"200", {300'000, 1'200'000}},
                                                                  {"400", {800'000, 3'200'000}},
                                                                  {"800", {1'600'000, 6'400'000}}};
    const FabricSettings settings = automatic();
    for (const auto& [rate, expected] : table)
        for (const std::string& text : {"star:hosts=3,gbps=" + rate, "star:hosts=65,gbps=" + rate,
                                        "leaf-spine:gbps=" + rate + ",uplink-gbps=" + rate})
            for_each_switch(settings, text, [&, expected = expected](const SwitchUnderTest& sw) {
                EXPECT_EQ(sw.marking.Of(sw.rates[0]).kmin, expected.first) << text;
                EXPECT_EQ(sw.marking.Of(sw.rates[0]).kmax, expected.second) << text;
            });
}

/// By hand: 4 MiB, three ports of 400G. Headroom of each: 2 x 500 ns + 500 ns + 905 quanta of 1.28 ns at 50
/// B/ns (132,920 B) + 1 + 3 x 4,198 + 84 = 145,599 B, + 4,096 B reserve: 449,085 B; shared 3,745,219 B. An
/// eighth of what is free, for one ingress alone: a ninth, 416,135 B; kmin a quarter of it.
TEST(MarkFirst, ThresholdsComeDownWithASmallBuffer)
{
    for_each_switch(automatic(), "star:hosts=3,buffer-mb=4", [](const SwitchUnderTest& sw) {
        EXPECT_EQ(sw.buffer.Shared(), 3'745'219);
        EXPECT_EQ(sw.marking.Of(gbps(400)).kmax, 416'135);
        EXPECT_EQ(sw.marking.Of(gbps(400)).kmin, 104'033);
    });
}

TEST(MarkFirst, WhatSomebodyChoseStays)
{
    FabricSettings settings = automatic();
    settings.markFirst = false;
    settings.red = [](Rate) { return RedCurve{5'000'000, 9'000'000, 0.1}; };
    for_each_switch(settings, "star:hosts=3,buffer-mb=4",
                    [](const SwitchUnderTest& sw) { EXPECT_EQ(sw.marking.Of(gbps(400)).kmin, 5'000'000); });
    const FabricPlan plan = make_fabric("star:hosts=3,buffer-mb=4", 2);
    const std::string sentence = PauseBeforeMark(settings, plan, FabricIndex(plan));
    // Two senders of the egress's rate: 3,745,219 / 8 / (1/2 + 1/8).
    EXPECT_EQ(sentence.substr(0, 88),
              "tor 0 pauses senders from a queue of 749 KB on, before ECN begins at 5000 KB; lower kmin");
    settings.ecn = false;
    EXPECT_EQ(PauseBeforeMark(settings, plan, FabricIndex(plan)), "");
}

/// A buffer that nobody chose grows with the headroom of long cables; one that somebody chose is refused.
TEST(MarkFirst, BuffersOfLongCablesAreDeep)
{
    const FabricPlan plan = make_fabric("star:hosts=9,link-ns=5000000", 2);
    const FabricSettings settings = automatic();
    const BufferPlan deep(settings, plan, FabricIndex(plan), 0);
    EXPECT_GT(deep.Reserved(), plan.switches[0].buffer);
    EXPECT_EQ(deep.Shared(), plan.switches[0].buffer / 2);
    const FabricPlan own = make_fabric("star:hosts=9,link-ns=5000000,buffer-mb=100", 2);
    EXPECT_THROW(BufferPlan(settings, own, FabricIndex(own), 0), BadInput);
}
