// SPDX-License-Identifier: GPL-2.0-only
// Tests what is wrong with one direction of a link: times by hand at 100 Gb/s (80 ps a byte), 800 ns of delay
// and 300 ns of cable; shares within five standard deviations of what the model says.
#include "link_fixture.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

using namespace hpnsim;

namespace
{

using What = Impairment::What;

Impairment impairment(What what, double rate = 0)
{
    Impairment made;
    made.what = what;
    made.rate = rate;
    return made;
}

class FaultyLink : public Link
{
protected:
    FaultyLink() { connect(gbps(100)); }

    /// Sends `count` packets of 100 B, one every 8 ns (their own length), and runs until all is over.
    void send(uint32_t count, PacketKind kind = PacketKind::data)
    {
        for (uint32_t i = 0; i < count; ++i)
            at(nanoseconds(8 * i), [this, i, kind] {
                Packet* made = packet(i, 100);
                made->kind = kind;
                tx->Send(made, now());
            });
        ns3::Simulator::Run();
    }
    uint64_t counted(FaultEffect effect) { return tx->Faults().Counts()[static_cast<int>(effect)]; }
    std::vector<uint32_t> psns() const
    {
        std::vector<uint32_t> all;
        for (const Arrival& arrival : far.arrivals) all.push_back(arrival.psn);
        return all;
    }
    /// When packet `psn` arrives on a link without faults.
    static Time due(uint32_t psn) { return nanoseconds(8 * psn + 8 + 800); }
};

}  // namespace

TEST_F(FaultyLink, EveryKthPacketIsLost)
{
    Impairment every = impairment(What::every);
    every.period = 3;
    tx->Faults().Begin(every);
    send(9);
    EXPECT_EQ(psns(), (std::vector<uint32_t>{0, 1, 3, 4, 6, 7}));
    EXPECT_EQ(counted(FaultEffect::LOST_PERIODIC), 3U);
    EXPECT_EQ(tx->LostPackets(), 3U);
    EXPECT_EQ(pool.in_use(), 0);
}

TEST_F(FaultyLink, OnlyTheKindsThatWereNamed)
{
    Impairment loss = impairment(What::loss, 1);
    loss.of = set_of(PacketKind::ack) | set_of(PacketKind::nak);
    tx->Faults().Begin(loss);
    const PacketKind kinds[] = {PacketKind::data, PacketKind::ack, PacketKind::cnp, PacketKind::nak,
                                PacketKind::response};
    for (uint32_t i = 0; i < 5; ++i)
        at(nanoseconds(8 * i), [this, i, &kinds] {
            Packet* made = packet(i, 100);
            made->kind = kinds[i];
            tx->Send(made, now());
        });
    ns3::Simulator::Run();
    EXPECT_EQ(psns(), (std::vector<uint32_t>{0, 2, 4}));
}

/// Gilbert-Elliott with p = 0.01, r = 0.25 (bursts of four), loss only in the bad state: the share lost is
/// p / (p + r) = 1/26. Runs of losses have the mean length 1 / r = 4.
TEST_F(FaultyLink, BurstsHaveTheirShareAndLength)
{
    Impairment burst = impairment(What::burst);
    burst.to_bad = 0.01;
    burst.to_good = 0.25;
    tx->Faults().Begin(burst);
    constexpr uint32_t kPackets = 200'000;
    send(kPackets);
    const double lost = static_cast<double>(counted(FaultEffect::LOST_BURST));
    const auto arrived = psns();
    double bursts = 0;
    for (size_t i = 1; i < arrived.size(); ++i) bursts += arrived[i] != arrived[i - 1] + 1 ? 1 : 0;
    // Losses come in bursts of variance about 2/r - 1: five deviations of their sum.
    EXPECT_NEAR(lost, kPackets / 26.0, 5 * std::sqrt(kPackets / 26.0 * 7));
    EXPECT_NEAR(lost / bursts, 4.0, 5 * 3.5 / std::sqrt(bursts));
    EXPECT_EQ(pool.in_use(), 0);
}

TEST_F(FaultyLink, CorruptedPacketsArriveAndSaySo)
{
    tx->Faults().Begin(impairment(What::corrupt, 0.1));
    send(10'000);
    ASSERT_EQ(far.arrivals.size(), 10'000U);
    const auto marked = static_cast<double>(std::count_if(
        far.arrivals.begin(), far.arrivals.end(), [](const Arrival& arrival) { return arrival.corrupted; }));
    EXPECT_NEAR(marked, 1'000, 150);
    EXPECT_EQ(counted(FaultEffect::CORRUPTED), static_cast<uint64_t>(marked));
}

TEST_F(FaultyLink, DuplicatesArriveRightAfter)
{
    tx->Faults().Begin(impairment(What::duplicate, 1));
    send(2);
    EXPECT_EQ(psns(), (std::vector<uint32_t>{0, 0, 1, 1}));
    EXPECT_EQ(far.arrivals[0].at, due(0));
    EXPECT_EQ(far.arrivals[1].at, due(0));
    EXPECT_EQ(tx->SentPackets(), 2U);
    EXPECT_EQ(counted(FaultEffect::DUPLICATED), 2U);
    EXPECT_EQ(pool.in_use(), 0);
}

/// One in ten is 100 ns late, twelve packet times: those behind it arrive when they always would.
TEST_F(FaultyLink, ReorderedPacketsAreOvertaken)
{
    Impairment reorder = impairment(What::reorder, 0.1);
    reorder.delay = nanoseconds(100);
    tx->Faults().Begin(reorder);
    send(10'000);
    ASSERT_EQ(far.arrivals.size(), 10'000U);
    double late = 0;
    for (const Arrival& arrival : far.arrivals) {
        const Time by = arrival.at - due(arrival.psn);
        EXPECT_TRUE(by == Time{} || by == nanoseconds(100)) << arrival.psn;
        late += by.ps > 0 ? 1 : 0;
    }
    EXPECT_NEAR(late, 1'000, 150);
    EXPECT_EQ(counted(FaultEffect::REORDERED), static_cast<uint64_t>(late));
    const auto order = psns();
    EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
    EXPECT_EQ(pool.in_use(), 0);
}

/// Whichever has its event first: a late packet comes before one in order that arrives at the same time. The
/// first two packets are held up until 900 ns by one before them; of the others, two are late by 76 and 68
/// ns.
TEST_F(FaultyLink, OfThoseThatArriveAtTheSameTimeLateOnesComeFirst)
{
    Impairment reorder = impairment(What::reorder, 1);
    tx->Faults().lastArrival = nanoseconds(900);
    for (const int late : {76, 68})
        at(nanoseconds(late == 76 ? 12 : 20), [this, late, reorder]() mutable {
            reorder.delay = nanoseconds(late);
            tx->Faults().Begin(reorder);
        });
    at(nanoseconds(28), [&] { tx->Faults().Clear(); });
    send(5);
    EXPECT_EQ(psns(), (std::vector<uint32_t>{2, 3, 0, 1, 4}));
    for (const Arrival& arrival : far.arrivals) EXPECT_EQ(arrival.at, nanoseconds(900)) << arrival.psn;
    EXPECT_EQ(pool.in_use(), 0);
}

/// 0 to 50 ns more, each its own; in order a packet also waits for the one before it.
TEST_F(FaultyLink, JitterWithoutOrder)
{
    Impairment jitter = impairment(What::jitter);
    jitter.delay = nanoseconds(50);
    tx->Faults().Begin(jitter);
    send(10'000);
    ASSERT_EQ(far.arrivals.size(), 10'000U);
    double sum = 0;
    for (const Arrival& arrival : far.arrivals) {
        const Time by = arrival.at - due(arrival.psn);
        EXPECT_TRUE(by >= Time{} && by <= nanoseconds(50)) << arrival.psn;
        sum += by.ns();
    }
    EXPECT_NEAR(sum / 10'000, 25, 5 * 50 / std::sqrt(12.0 * 10'000));
    const auto order = psns();
    EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
}

TEST_F(FaultyLink, JitterThatKeepsOrder)
{
    Impairment jitter = impairment(What::jitter);
    jitter.delay = nanoseconds(50);
    jitter.keep_order = true;
    tx->Faults().Begin(jitter);
    send(10'000);
    ASSERT_EQ(far.arrivals.size(), 10'000U);
    for (uint32_t i = 0; i < 10'000; ++i) {
        EXPECT_EQ(far.arrivals[i].psn, i);
        EXPECT_GE(far.arrivals[i].at, due(i));
        EXPECT_LE(far.arrivals[i].at, due(i) + nanoseconds(50));
    }
}

/// Packets leave at 0, 8, 16, ... and arrive from 808 on. Cut at 900: what arrives at 904 and later and had
/// left by then is void. Mended at 1,000: what leaves from then on arrives; nothing before it does.
TEST_F(FaultyLink, ACutVoidsWhatIsOnTheWire)
{
    at(nanoseconds(900), [&] { tx->SetUp(false, now()); });
    at(nanoseconds(1'000), [&] { tx->SetUp(true, now()); });
    send(200);
    std::vector<uint32_t> expected;
    for (uint32_t i = 0; i < 200; ++i)
        if (due(i) <= nanoseconds(900) || 8 * i >= 1'000) expected.push_back(i);
    EXPECT_EQ(psns(), expected);
    EXPECT_EQ(counted(FaultEffect::LOST_DOWN), 200 - expected.size());
    EXPECT_EQ(near.forgotten, 1);
    EXPECT_EQ(pool.in_use(), 0);
}

/// The same holds for packets that a fault let others overtake.
TEST_F(FaultyLink, ACutVoidsLatePacketsToo)
{
    Impairment reorder = impairment(What::reorder, 1);
    reorder.delay = nanoseconds(100);
    tx->Faults().Begin(reorder);
    at(nanoseconds(950), [&] { tx->SetUp(false, now()); });
    at(nanoseconds(960), [&] { tx->SetUp(true, now()); });
    send(10);
    EXPECT_EQ(psns(), (std::vector<uint32_t>{0, 1, 2, 3, 4, 5}));  // 908 + 8 i
    EXPECT_EQ(counted(FaultEffect::LOST_DOWN), 4U);
    EXPECT_EQ(pool.in_use(), 0);
}

/// 100 B take 8 ns, and 32 ns at a quarter of the rate. The link is busy for the sum, whatever its rates
/// were.
TEST_F(FaultyLink, ADegradedLinkKeepsAShareOfItsRate)
{
    const auto send_at = [&](int64_t ns, uint32_t psn) {
        at(nanoseconds(ns), [this, psn] { tx->Send(packet(psn, 100), now()); });
    };
    send_at(0, 0);
    at(nanoseconds(50), [&] { tx->Degrade(0.25, now()); });
    send_at(100, 1);
    at(nanoseconds(150), [&] { EXPECT_EQ(tx->BusyTime(now()), nanoseconds(40)); });
    at(nanoseconds(160), [&] { tx->Degrade(0.5, now()); });  // of the planned rate
    send_at(200, 2);
    at(nanoseconds(250), [&] { tx->Degrade(1, now()); });
    send_at(300, 3);
    ns3::Simulator::Run();
    std::vector<Time> times;
    for (const Arrival& arrival : far.arrivals) times.push_back(arrival.at);
    EXPECT_EQ(times,
              (std::vector<Time>{nanoseconds(808), nanoseconds(932), nanoseconds(1016), nanoseconds(1108)}));
    EXPECT_EQ(tx->BusyTime(now()), nanoseconds(8 + 32 + 16 + 8));
    EXPECT_EQ(tx->LinkRate(), gbps(100));
}

TEST_F(FaultyLink, PauseFramesCanBeLostAndVoided)
{
    Impairment loss = impairment(What::loss, 1);
    loss.of = kPfcFrames;
    at(nanoseconds(0), [&] { tx->SendPause(kDataPriority, true, 100, now()); });  // arrives
    at(nanoseconds(400), [&] { tx->Faults().Begin(loss); });
    at(nanoseconds(410), [&] { tx->SendPause(kDataPriority, true, 100, now()); });  // lost
    at(nanoseconds(500), [&] { tx->Faults().Clear(); });
    at(nanoseconds(600), [&] { tx->SendPause(kDataPriority, false, 100, now()); });  // cut while under way
    at(nanoseconds(700), [&] { tx->SetUp(false, now()); });
    ns3::Simulator::Run();
    EXPECT_EQ(far.paused, std::vector<Time>{nanoseconds(308)});
    EXPECT_TRUE(far.resumed.empty());
    EXPECT_EQ(counted(FaultEffect::LOST_PAUSE), 2U);
    EXPECT_EQ(tx->SentPackets(), 3U);
}

namespace
{

/// Lists which packets a link loses that has `extra` besides 1 % random loss.
std::vector<uint32_t> lossy(uint64_t seed, bool extra)
{
    struct Runner : FaultyLink {
        void TestBody() override {}
        std::vector<uint32_t> run(uint64_t which, bool jitter)
        {
            connect(gbps(100), 0.01, which);
            if (jitter) {
                tx->Faults().Begin(impairment(What::corrupt, 0.5));
                tx->Faults().Begin(impairment(What::duplicate, 0));
            }
            send(5'000);
            return psns();
        }
    };
    return Runner().run(seed, extra);
}

}  // namespace

/// Each fault has dice of its own: what else is wrong with the link does not move the losses.
TEST(LinkFaultDice, AreIndependent)
{
    EXPECT_EQ(lossy(1, false), lossy(1, true));
    EXPECT_NE(lossy(1, false), lossy(2, false));
}
