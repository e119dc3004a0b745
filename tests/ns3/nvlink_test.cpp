// SPDX-License-Identifier: GPL-2.0-only
// Tests the NVLink side of a host at 800 Gb/s (10 ps a byte, 327.68 ns a piece of 32,768 B) and 25 ns a link.
#include "model/nvlink-host.h"

#include "ns3/object-factory.h"
#include "ns3/simulator.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

using namespace hpnsim;

namespace
{

struct Arrived {
    uint64_t cookie;
    Time at;
};

class Nvlink : public testing::Test, public NvlinkListener
{
protected:
    Nvlink()
    {
        if (ns3::Time::GetResolution() != ns3::Time::PS) ns3::Time::SetResolution(ns3::Time::PS);
        clock_ = std::make_unique<Clock>();
        host = std::make_unique<NvlinkHost>(*clock_, 4, NvlinkPlan{gbps(800), nanoseconds(25)}, 0, this);
    }
    ~Nvlink() override { ns3::Simulator::Destroy(); }
    void TransferArrived(uint64_t cookie, Time now) override { arrived.push_back({cookie, now}); }
    static void run() { ns3::Simulator::Run(); }

    std::unique_ptr<NvlinkHost> host;
    std::vector<Arrived> arrived;
    static constexpr int64_t kPieceTime = 327'680;

private:
    std::unique_ptr<Clock> clock_;
};

}  // namespace

TEST_F(Nvlink, OneByte)
{
    host->Send(0, 1, 1, 9, {});
    run();
    ASSERT_EQ(arrived.size(), 1U);
    EXPECT_EQ(arrived[0].cookie, 9U);
    EXPECT_EQ(arrived[0].at.ps, 10 + 25'000 + 10 + 25'000);
    EXPECT_EQ(host->Hops(), 2U);
}

/// 100,000 B are three pieces and 1,696 B. The third piece is at the NVSwitch at 3 x 327.68 + 25 ns and down
/// one piece later; the rest (16.96 ns) follows it, and 25 ns of link.
TEST_F(Nvlink, PiecesAreStoredAndForwarded)
{
    host->Send(0, 1, 100'000, 9, {});
    run();
    ASSERT_EQ(arrived.size(), 1U);
    EXPECT_EQ(arrived[0].at.ps, 3 * kPieceTime + 25'000 + kPieceTime + 16'960 + 25'000);
    EXPECT_EQ(host->Hops(), 8U);
}

/// Three peers at once. The first piece is out before the others are posted; from then on 1, 2, 3 in turn:
/// peer 1 has its tenth piece as the 26th on the link, after eight full turns, and the others end the 30.
TEST_F(Nvlink, PeersShareTheSender)
{
    for (uint32_t peer = 1; peer <= 3; ++peer) host->Send(0, peer, 10 * NvlinkSender::kPiece, peer, {});
    run();
    ASSERT_EQ(arrived.size(), 3U);
    const int64_t place[] = {26, 29, 30};
    for (uint32_t i = 0; i < 3; ++i) {
        EXPECT_EQ(arrived[i].cookie, i + 1);
        EXPECT_EQ(arrived[i].at.ps, (place[i] + 1) * kPieceTime + 50'000);
    }
}

/// Three senders into one GPU: its link is the bottleneck and all finish together, within three pieces.
TEST_F(Nvlink, SendersShareTheReceiver)
{
    for (uint32_t sender = 1; sender <= 3; ++sender)
        host->Send(sender, 0, 10 * NvlinkSender::kPiece, sender, {});
    run();
    ASSERT_EQ(arrived.size(), 3U);
    const int64_t all = kPieceTime + 25'000 + 30 * kPieceTime + 25'000;
    EXPECT_EQ(arrived[2].at.ps, all);
    EXPECT_GE(arrived[0].at.ps, all - 2 * kPieceTime);
}

/// Transfers of one pair end in the order of posting, also beyond the three places of a host of four GPUs.
TEST_F(Nvlink, OldestTransfersFirst)
{
    for (uint64_t i = 0; i < 8; ++i) host->Send(0, 1, 5 * NvlinkSender::kPiece, i, {});
    run();
    ASSERT_EQ(arrived.size(), 8U);
    for (uint64_t i = 0; i < 8; ++i) EXPECT_EQ(arrived[i].cookie, i);
    EXPECT_EQ(arrived[7].at.ps, 40 * kPieceTime + 25'000 + kPieceTime + 25'000);
    // Three places: 0 | 0 1 2 | 0 1 2 | 0 1 2 | 0, whose place 3 takes: 1 2 3 | 1 2 ...
    EXPECT_EQ(arrived[0].at.ps, (11 + 1) * kPieceTime + 50'000);
    EXPECT_EQ(arrived[2].at.ps, (16 + 1) * kPieceTime + 50'000);
}

/// What NVSwitch copies loads the sender's link less than the receivers'. Eight pieces reach each of three
/// peers, and of each the sender's link carries an eighth.
TEST_F(Nvlink, AMulticastLoadsTheSenderLess)
{
    const Bytes whole = 8 * NvlinkSender::kPiece, part = whole / 8;
    for (uint32_t peer = 1; peer <= 3; ++peer) host->Send(0, peer, {part, whole}, peer, {});
    run();
    ASSERT_EQ(arrived.size(), 3U);
    const int64_t place[] = {1, 3,
                             4};  // of each peer's first piece on the sender's link; the others wait less
    for (uint32_t i = 0; i < 3; ++i) {
        EXPECT_EQ(arrived[i].cookie, i + 1);
        EXPECT_EQ(arrived[i].at.ps, place[i] * kPieceTime / 8 + 25'000 + 8 * kPieceTime + 25'000);
    }
}

/// What NVSwitch adds up loads the receiver's link less: of eight pieces an eighth comes down.
TEST_F(Nvlink, ASumLoadsTheReceiverLess)
{
    host->Send(0, 1, {8 * NvlinkSender::kPiece, NvlinkSender::kPiece}, 1, {});
    run();
    ASSERT_EQ(arrived.size(), 1U);
    EXPECT_EQ(arrived[0].at.ps, 8 * kPieceTime + 25'000 + kPieceTime / 8 + 25'000);
}

/// Both directions of a GPU's link are its own.
TEST_F(Nvlink, FullDuplex)
{
    host->Send(0, 1, 10 * NvlinkSender::kPiece, 1, {});
    host->Send(1, 0, 10 * NvlinkSender::kPiece, 2, {});
    run();
    for (const Arrived& each : arrived) EXPECT_EQ(each.at.ps, 11 * kPieceTime + 50'000);
}

/// What is posted when a piece ends takes its turn before the next piece or after it, by the order of events:
/// a timer of the workload comes before the ends of pieces, an event of a later port after them.
TEST_F(Nvlink, PostedWhenAPieceEnds)
{
    struct Post {
        NvlinkHost& host;
        void run() { host.Send(0, 2, NvlinkSender::kPiece, 2, Time{kPieceTime}); }
    };
    const std::pair<EventOrder, int64_t> cases[] = {{EventOrder::WORKLOAD, 3},
                                                    {CanonicalOrder(20, EventType::ARRIVAL), 4}};
    for (const auto& [order, place] : cases) {
        arrived.clear();
        ns3::Simulator::Destroy();
        const Clock clock;
        NvlinkHost own(clock, 4, NvlinkPlan{gbps(800), nanoseconds(25)}, 0, this);
        Post post{own};
        own.Send(0, 1, 10 * NvlinkSender::kPiece, 1, {});
        HotEvent<Post, &Post::run>::Arm(clock, order, Time{kPieceTime}, &post);
        run();
        ASSERT_EQ(arrived.size(), 2U);
        EXPECT_EQ(arrived[0].cookie, 2U);
        EXPECT_EQ(arrived[0].at.ps, (place + 1) * kPieceTime + 50'000);
    }
    ns3::Simulator::Destroy();
}
