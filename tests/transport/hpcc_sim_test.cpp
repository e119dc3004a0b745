// SPDX-License-Identifier: GPL-2.0-only
// Tests what `--profile hpcc-sim` asks of a NIC: whole nanoseconds, windows that are overrun, queue pairs in
// a ring, and replies, NAKs and marks by its rules.
#include "rig.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

std::vector<uint32_t> qps_of(const std::vector<Seen>& seen)
{
    std::vector<uint32_t> list;
    for (const Seen& one : seen) list.push_back(one.packet.dst_qp);
    return list;
}

std::vector<Time> times_of(const std::vector<Seen>& seen)
{
    std::vector<Time> list;
    for (const Seen& one : seen) list.push_back(one.at);
    return list;
}

/// Halves the rate from 30 Gb/s when the first ACK arrives, after 2.34 us and more.
void halve_at_first_ack(Journal& journal)
{
    journal.react = [](Flow& flow, const Event& event) {
        if (event.kind == Event::Kind::ack) flow.rate = gbps(15);
    };
}

}  // namespace

// 4,194 B at 30 Gb/s: 1,118.4 ns, cut; 4,178 B: 1,114.1 ns. At 15 Gb/s 4,178 B take 2,228.3 ns.
TEST(HpccSimPacing, ByTheRateWhenThePacketLeft)
{
    RigOptions options;
    options.cc.rate = gbps(30);
    options.nic.quirks.pacing = Pacing::rate_then;
    Rig rig(options);
    halve_at_first_ack(rig.journal());
    rig.connect();
    rig.post(0, 0, 5 * 4096);
    ASSERT_TRUE(rig.run());
    const int64_t third = 1'118 + 1'114;  // leaves before the first ACK comes
    EXPECT_EQ(times_of(rig.seen_of(PacketKind::data, 0)),
              (std::vector<Time>{{},
                                 nanoseconds(1'118),
                                 nanoseconds(third),
                                 nanoseconds(third + 1'114),
                                 nanoseconds(third + 1'114 + 2'228)}));
}

TEST(HpccSimPacing, RetimedByTheRateAsItIs)
{
    RigOptions options;
    options.cc.rate = gbps(30);
    options.nic.quirks.pacing = Pacing::rate_retimed;
    options.nic.quirks.rotation = Rotation::ring;
    Rig rig(options);
    halve_at_first_ack(rig.journal());
    rig.connect();
    rig.post(0, 0, 5 * 4096);
    ASSERT_TRUE(rig.run());
    const int64_t third = 1'118 + 1'114;
    EXPECT_EQ(times_of(rig.seen_of(PacketKind::data, 0)),
              (std::vector<Time>{{},
                                 nanoseconds(1'118),
                                 nanoseconds(third),
                                 nanoseconds(third + 2'228),
                                 nanoseconds(third + 2 * 2'228)}));
}

TEST(HpccSimWindow, IsFullWhenReached)
{
    for (const bool overshoot : {false, true}) {
        RigOptions options;
        options.cc.window = 5'000;
        options.nic.quirks.overshoot = overshoot;
        Rig rig(options);
        rig.connect();
        rig.post(0, 0, 4 * 4096);
        rig.run_until(microseconds(1));  // before any ACK
        EXPECT_EQ(rig.seen_of(PacketKind::data, 0).size(), overshoot ? 2u : 1u);
    }
}

TEST(HpccSimRotation, InTheOrderInWhichTheyGotWork)
{
    RigOptions options;
    options.nic.quirks.rotation = Rotation::ring;
    options.nic.quirks.pacing = Pacing::rate_then;
    Rig rig(options);
    for (int i = 0; i < 4; ++i) rig.connect();
    // QP 1 ends early and drops out.
    for (const auto& [qp, packets] : {std::pair{2, 3}, {1, 1}, {3, 3}, {0, 3}})
        rig.post(0, static_cast<uint32_t>(qp), packets * 4096);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(qps_of(rig.seen_of(PacketKind::data, 0)),
              (std::vector<uint32_t>{2, 1, 3, 0, 2, 3, 0, 2, 3, 0}));
}

// This is HPCC-sim's oversight: QP 0 waits for its window, and its pacing time is past. When QP 1's pacing
// time is all that the NIC could wait for, it waits for nothing, and QP 1 cannot send until an ACK arrives.
TEST(HpccSimRotation, APastPacingTimePlansNoWakeUp)
{
    RigOptions options;
    options.delay = microseconds(5);
    options.cc.rate = gbps(20);
    options.cc.window = 2 * 4096;
    options.nic.quirks.rotation = Rotation::ring;
    options.nic.quirks.pacing = Pacing::rate_then;
    Rig rig(options);
    rig.connect();
    rig.connect();
    rig.post(0, 0, 4 * 4096);  // leave at 0 and 1,677 ns; then the window is full; may go on at 3,348
    rig.run_until(nanoseconds(2'500));
    rig.post(0, 1, 2 * 4096);  // leave at 2,500, and could at 4,177
    ASSERT_TRUE(rig.run());
    Time first_ack = Time::max();
    for (const Event& event : rig.journal().of(Event::Kind::ack)) first_ack = std::min(first_ack, event.now);
    std::vector<Time> second;
    for (const Seen& seen : rig.seen_of(PacketKind::data, 0))
        if (seen.packet.dst_qp == 1) second.push_back(seen.at);
    ASSERT_EQ(second.size(), 2u);
    EXPECT_EQ(second[0], nanoseconds(2'500));
    EXPECT_GT(first_ack, microseconds(10));
    EXPECT_GE(second[1], first_ack);
}

TEST(HpccSimReplies, MayPassAPausedPriority)
{
    for (const int obey : {-1, 0, static_cast<int>(priority_bit(kDataPriority))}) {
        RigOptions options;
        options.nic.ack_in_data_class = true;
        options.nic.quirks.replies_obey = obey;
        Rig rig(options);
        rig.connect();
        rig.pause(1, 0, kDataPriority, true);
        rig.post(0, 0, 4096);
        rig.run_until(microseconds(20));
        EXPECT_EQ(rig.seen_of(PacketKind::ack, 1).size(), obey == 0 ? 1u : 0u) << obey;
    }
}

TEST(HpccSimMarks, AnAckWithAMarkIsACnp)
{
    RigOptions options;
    options.nic.ecn_capable = options.nic.quirks.marks_are_cnps = true;
    Rig rig(options);
    rig.script = [](const Seen& seen) {
        Fate fate;
        fate.mark = seen.packet.kind == PacketKind::data && seen.packet.psn % 2 == 1;
        return fate;
    };
    rig.connect();
    rig.post(0, 0, 6 * 4096);
    ASSERT_TRUE(rig.run());
    EXPECT_EQ(rig.journal().of(Event::Kind::cnp).size(), 3u);
    EXPECT_TRUE(rig.seen_of(PacketKind::cnp, 1).empty());
}

namespace
{

/// Loses packet 1 whenever it is sent before `until`.
auto lose_one(Time until)
{
    return [until](const Seen& seen) {
        Fate fate;
        fate.drop = seen.packet.kind == PacketKind::data && seen.packet.psn == 1 && seen.at < until;
        return fate;
    };
}

}  // namespace

TEST(HpccSimNaks, RepeatedAfterItsTimeAndTakenForAcks)
{
    RigOptions options;
    options.nic.quirks.nak_repeat = microseconds(20);
    options.nic.quirks.naks_are_acks = true;
    options.nic.retry.ack_timeout = Time::max();  // never
    options.cc.rate = gbps(1);                    // a packet in 33 us
    Rig rig(options);
    rig.script = lose_one(microseconds(150));
    rig.connect();
    rig.post(0, 0, 4 * 4096);
    ASSERT_TRUE(rig.run());
    const auto naks = rig.seen_of(PacketKind::nak, 1);
    ASSERT_GE(naks.size(), 2u);
    for (const Seen& nak : naks) EXPECT_EQ(nak.packet.psn, 1u);
    for (size_t i = 1; i < naks.size(); ++i) EXPECT_GE(naks[i].at - naks[i - 1].at, microseconds(20));
    EXPECT_EQ(rig.done_of(Completion::Kind::sent, 0).size(), 1u);
    EXPECT_TRUE(rig.journal().of(Event::Kind::nack).empty());
    EXPECT_EQ(rig.journal().of(Event::Kind::ack).size(), 4 + naks.size());
    EXPECT_EQ(rig.nic(0).counters().timeouts, 0u);
}

TEST(HpccSimDuplicates, HaveNoAnswer)
{
    for (const bool answer : {true, false}) {
        RigOptions options;
        options.nic.quirks.answer_duplicates = answer;
        Rig rig(options);
        rig.script = [](const Seen& seen) {
            Fate fate;
            fate.twice = seen.packet.kind == PacketKind::data;
            return fate;
        };
        rig.connect();
        rig.post(0, 0, 3 * 4096);
        ASSERT_TRUE(rig.run());
        EXPECT_EQ(rig.nic(1).counters().acks, answer ? 6u : 3u);
        EXPECT_EQ(rig.nic(1).counters().duplicates, 3u);
    }
}

}  // namespace hpnsim::test
