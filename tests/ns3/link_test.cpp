// SPDX-License-Identifier: GPL-2.0-only
// One direction of a link: times exact to the picosecond, worked by hand at 100 Gb/s (80 ps a byte).
#include "model/link-tx.h"
#include "model/radix-heap-scheduler.h"

#include "hpnsim/random.hpp"

#include "ns3/simulator.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

using namespace hpnsim;

namespace
{

/// A radix heap that knows how many events wait.
class CountingScheduler : public RadixHeapScheduler
{
public:
    static ns3::TypeId GetTypeId()
    {
        static ns3::TypeId tid = ns3::TypeId("hpnsim::test::CountingScheduler")
                                     .SetParent<RadixHeapScheduler>()
                                     .AddConstructor<CountingScheduler>();
        return tid;
    }
    void Insert(const Event& ev) override
    {
        most = std::max(most, ++waiting);
        RadixHeapScheduler::Insert(ev);
    }
    Event RemoveNext() override
    {
        --waiting;
        return RadixHeapScheduler::RemoveNext();
    }
    static inline int waiting = 0, most = 0;
};

struct Arrival {
    uint32_t psn;
    Time at;
};

/// Either end of the link: notes what happens to it.
class End : public LinkEnd
{
public:
    explicit End(PacketPool& pool) : pool_(pool) {}
    void Arrive(Packet* packet, uint16_t port, Time now) override
    {
        EXPECT_EQ(port, 7);
        arrivals.push_back({packet->psn, now});
        pool_.give(packet);
    }
    void TxIdle(uint16_t port, Time now) override
    {
        EXPECT_EQ(port, 3);
        idle.push_back(now);
    }
    void Pause(uint16_t port, Priority priority, bool on, Time now) override
    {
        EXPECT_EQ(port, 7);
        EXPECT_EQ(priority, kDataPriority);
        (on ? paused : resumed).push_back(now);
    }
    std::vector<Arrival> arrivals;
    std::vector<Time> idle, paused, resumed;

private:
    PacketPool& pool_;
};

class Link : public testing::Test
{
protected:
    Link()
    {
        if (ns3::Time::GetResolution() != ns3::Time::PS) ns3::Time::SetResolution(ns3::Time::PS);
        ns3::ObjectFactory factory;
        factory.SetTypeId(CountingScheduler::GetTypeId());
        ns3::Simulator::SetScheduler(factory);
        CountingScheduler::waiting = CountingScheduler::most = 0;
        clock_ = std::make_unique<Clock>();
        tx = std::make_unique<LinkTx>(*clock_, pool, &near, 3, 0, 1);
    }
    ~Link() override { ns3::Simulator::Destroy(); }

    void connect(Rate rate, double loss = 0, uint64_t seed = 1)
    {
        tx->Connect(&far, 7, {rate, nanoseconds(800), nanoseconds(300), loss, seed});
    }
    Packet* packet(uint32_t psn, uint32_t bytes)
    {
        Packet* made = pool.take();
        made->psn = psn;
        made->wire_bytes = bytes;
        return made;
    }
    /// Runs `what` at `when`.
    template <class What> void at(Time when, What what)
    {
        ns3::Simulator::Schedule(ns3::TimeStep(when.ps), what);
    }
    Time now() const { return clock_->Now(); }

    PacketPool pool;
    End near{pool}, far{pool};
    std::unique_ptr<LinkTx> tx;

private:
    std::unique_ptr<Clock> clock_;
};

}  // namespace

TEST_F(Link, ArrivalIsSerialisationPlusDelay)
{
    connect(gbps(100));
    at(nanoseconds(5), [&] { tx->Send(packet(1, 1'000), now()); });
    ns3::Simulator::Run();
    ASSERT_EQ(far.arrivals.size(), 1U);
    EXPECT_EQ(far.arrivals[0].at.ps, 5'000 + 80'000 + 800'000);
    EXPECT_EQ(tx->SentBytes(), 1'000);
    EXPECT_EQ(tx->SentPackets(), 1U);
    EXPECT_EQ(pool.in_use(), 0);
}

/// 7 B at 300 Gb/s are 186.67 ps: rounded up.
TEST_F(Link, PartsOfAPicosecondRoundUp)
{
    connect(gbps(300));
    tx->Send(packet(1, 7), now());
    EXPECT_EQ(tx->BusyUntil().ps, 187);
    EXPECT_FALSE(tx->Idle({186}));
    EXPECT_TRUE(tx->Idle({187}));
}

/// 20 packets of 1,000 B back to back take 80 ns each; ten are in flight at a time on 800 ns of cable, under
/// one pending event (and one more for the test's own pump).
TEST_F(Link, PacketsInFlightShareOneEvent)
{
    connect(gbps(100));
    for (uint32_t i = 0; i < 20; ++i)
        at(nanoseconds(80 * i), [this, i] { tx->Send(packet(i, 1'000), now()); });
    const int own = CountingScheduler::waiting;
    ns3::Simulator::Run();
    ASSERT_EQ(far.arrivals.size(), 20U);
    for (uint32_t i = 0; i < 20; ++i) {
        EXPECT_EQ(far.arrivals[i].psn, i);
        EXPECT_EQ(far.arrivals[i].at, nanoseconds(80 * (i + 1) + 800));
    }
    EXPECT_LE(CountingScheduler::most, own);  // one of the test's had run before the first arrival was armed
    EXPECT_EQ(ns3::Simulator::GetEventCount(), 40U);
}

TEST_F(Link, WantIdleAnswersOnceHoweverOftenAsked)
{
    connect(gbps(100));
    tx->Send(packet(1, 1'000), now());
    at(nanoseconds(10), [&] { tx->WantIdle(now()); });
    at(nanoseconds(20), [&] { tx->WantIdle(now()); });
    ns3::Simulator::Run();
    EXPECT_EQ(near.idle, std::vector<Time>{nanoseconds(80)});
}

TEST_F(Link, NobodyAskedNobodyTold)
{
    connect(gbps(100));
    tx->Send(packet(1, 1'000), now());
    ns3::Simulator::Run();
    EXPECT_TRUE(near.idle.empty());
}

/// A PFC frame of 84 B (6.72 ns) goes out after the packet on the wire, reaches the far MAC after the cable
/// alone (300 ns), and whoever waits for the transmitter waits for it too.
TEST_F(Link, PauseFrameGoesInBetween)
{
    connect(gbps(100));
    tx->Send(packet(1, 1'000), now());
    tx->WantIdle(now());
    at(nanoseconds(10), [&] { tx->SendPause(kDataPriority, true, 84, now()); });
    ns3::Simulator::Run();
    EXPECT_EQ(far.paused, std::vector<Time>{Time{80'000 + 6'720 + 300'000}});
    EXPECT_EQ(near.idle, std::vector<Time>{Time{86'720}});
    EXPECT_EQ(far.arrivals.at(0).at, nanoseconds(880));
    EXPECT_EQ(tx->SentPackets(), 2U);
}

TEST_F(Link, PauseAndResumeKeepTheirOrder)
{
    connect(gbps(100));
    at(nanoseconds(10), [&] {
        tx->SendPause(kDataPriority, true, 100, now());
        tx->SendPause(kDataPriority, false, 100, now());
    });
    ns3::Simulator::Run();
    EXPECT_EQ(far.paused, std::vector<Time>{nanoseconds(318)});
    EXPECT_EQ(far.resumed, std::vector<Time>{nanoseconds(326)});
}

namespace
{

/// Which of `count` packets survive a link with that stream.
std::vector<uint32_t> survivors(uint64_t stream, double loss, uint32_t count)
{
    struct Runner : Link {
        void TestBody() override {}
        std::vector<uint32_t> run(uint64_t which, double p, uint32_t n)
        {
            connect(gbps(100), p, which);
            for (uint32_t i = 0; i < n; ++i)
                at(nanoseconds(10 * i), [this, i] { tx->Send(packet(i, 100), now()); });
            ns3::Simulator::Run();
            EXPECT_EQ(far.arrivals.size() + tx->LostPackets(), n);
            EXPECT_EQ(pool.in_use(), 0);
            std::vector<uint32_t> psns;
            for (const Arrival& arrival : far.arrivals) psns.push_back(arrival.psn);
            return psns;
        }
    };
    return Runner().run(stream, loss, count);
}

}  // namespace

/// 1 % of 20,000: 200, give or take five standard deviations (70).
TEST(LinkLoss, FollowsItsRateAndItsOwnStream)
{
    const std::vector<uint32_t> one = survivors(11, 0.01, 20'000);
    EXPECT_NEAR(static_cast<double>(one.size()), 19'800, 70);
    EXPECT_EQ(survivors(11, 0.01, 20'000), one);
    EXPECT_NE(survivors(12, 0.01, 20'000), one);
    EXPECT_EQ(survivors(11, 0, 1'000).size(), 1'000U);
}
