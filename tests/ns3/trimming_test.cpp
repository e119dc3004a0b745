// SPDX-License-Identifier: GPL-2.0-only
// Tests trimming in whole networks: headers overtake the data that they were in, and the sender learns where.
#include "../transport/recorder.hpp"
#include "small_network.hpp"

#include <gtest/gtest.h>

#include <map>

using namespace hpnsim;

namespace
{

NetworkConfig trimming(test::Journal& journal, std::unique_ptr<test::Recorder::Params>& params)
{
    params = std::make_unique<test::Recorder::Params>();
    params->journal = &journal;
    NetworkConfig config = plain_config();
    config.fabric.mode = FabricMode::TRIMMING;
    config.fabric.wire = config.nic.wire = &wire_named("roce", true);
    config.fabric.trim = [](Rate, bool) { return Bytes{40'000}; };
    config.nic.reliability = Reliability::rud;
    config.nic.retry.rto = milliseconds(1);
    config.nic.cc = {&test::kRecorder, params.get()};
    return config;
}

/// Follows the packets through one switch, and notes how long each waited and what it overtook.
class Watch
{
public:
    explicit Watch(SmallNetwork& net) : net_(net)
    {
        RoceSwitch& sw = net.network.Switch(0);
        sw.TraceConnectWithoutContext("Rx", ns3::MakeBoundCallback(&Watch::on_rx, this));
        sw.TraceConnectWithoutContext("Tx", ns3::MakeBoundCallback(&Watch::on_tx, this));
    }

    int headers = 0, overtaking = 0;
    Time longest;  ///< that a header waited

private:
    static void on_rx(Watch* self, uint16_t, const Packet& packet)
    {
        if (packet.kind == PacketKind::data) self->since_[&packet] = self->net_.network.GetClock().Now();
    }
    static void on_tx(Watch* self, uint16_t, const Packet& packet)
    {
        const auto found = self->since_.find(&packet);
        if (found == self->since_.end()) return;
        const Time arrived = found->second;
        self->since_.erase(found);
        if (!packet.trimmed) return;
        ++self->headers;
        self->longest = std::max(self->longest, self->net_.network.GetClock().Now() - arrived);
        for (const auto& waiting : self->since_)
            if (waiting.second < arrived) {
                ++self->overtaking;
                return;
            }
    }

    SmallNetwork& net_;
    std::map<const Packet*, Time> since_;
};

std::vector<Nack> nacks(const test::Journal& journal)
{
    std::vector<Nack> all;
    for (const test::Event& event : journal.of(test::Event::Kind::nack)) all.push_back(event.nack);
    return all;
}

}  // namespace

/// Three senders at line rate into one port of 100G, whose limit of 40 KB is 3.2 us of data. A header waits
/// for the packet on the wire (0.34 us) and for the few headers before it, never for the queue.
TEST(Trimming, HeadersOvertakeTheData)
{
    test::Journal journal;
    std::unique_ptr<test::Recorder::Params> params;
    SmallNetwork net("star:hosts=4,gbps=100", trimming(journal, params));
    Watch watch(net);
    for (uint32_t src = 1; src <= 3; ++src) net.post(src, 0, 200'000, src);
    net.run();
    EXPECT_GT(watch.headers, 50);
    EXPECT_EQ(watch.overtaking, watch.headers);
    EXPECT_LT(watch.longest, nanoseconds(450));
    for (uint32_t src = 1; src <= 3; ++src) net.completed(src);
    EXPECT_EQ(net.drops(), 0U);
    net.expect_empty();
}

/// On a star every egress is the last hop.
TEST(Trimming, TheSenderLearnsOfATrimAtTheLastHop)
{
    test::Journal journal;
    std::unique_ptr<test::Recorder::Params> params;
    SmallNetwork net("star:hosts=4,gbps=100", trimming(journal, params));
    for (uint32_t src = 1; src <= 3; ++src) net.post(src, 0, 200'000, src);
    net.run();
    ASSERT_GT(nacks(journal).size(), 50U);
    for (const Nack& nack : nacks(journal)) {
        EXPECT_EQ(nack.why, Loss::trimmed_at_last_hop);
        EXPECT_EQ(nack.lost, nack.psn == 48 ? 200'000 - 48 * 4'096 : 4'096);
    }
}

/// Two pairs share the link between the switches: what is trimmed there is trimmed inside the fabric.
TEST(Trimming, TheSenderLearnsOfATrimInsideTheFabric)
{
    test::Journal journal;
    std::unique_ptr<test::Recorder::Params> params;
    SmallNetwork net("dumbbell:left=2,right=2,gbps=100,bottleneck-gbps=100", trimming(journal, params));
    net.post(0, 2, 400'000, 0);
    net.post(1, 3, 400'000, 1);
    net.run();
    ASSERT_GT(nacks(journal).size(), 20U);
    for (const Nack& nack : nacks(journal)) EXPECT_EQ(nack.why, Loss::trimmed);
}
