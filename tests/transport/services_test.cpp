// SPDX-License-Identifier: GPL-2.0-only
// Tests the other services, UC and UD, timers, and what irn does that gbn and rud do not.
#include "pair.hpp"

#include "hpnsim/timers.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{

// ---- UC and UD ----

TEST(Uc, MessageWithAGapVanishesTheNextArrives)
{
    QpConfig config;
    config.service = Service::uc;
    Pair pair(verbs_options(), config);
    int packets = 0;
    pair.rig.script = [&](const Seen&) {
        Fate fate;
        fate.drop = ++packets == 2;
        return fate;
    };
    pair.rig.post(0, 0, pair.request(Verb::write, 3000));
    WorkRequest second = pair.request(Verb::write, 3000);
    second.remote += 4000;
    pair.rig.post(0, 0, second);
    ASSERT_TRUE(pair.rig.run());
    EXPECT_EQ(pair.ends(), Ends(2, Status::success)) << "UC completes when it has left";
    EXPECT_EQ(pair.rig.done_of(Completion::Kind::placed, 1).size(), 1u);
    EXPECT_EQ(std::memcmp(pair.here.data(), pair.there.data() + 4000, 3000), 0);
    EXPECT_EQ(pair.rig.seen_of(PacketKind::ack, 1).size(), 0u);
    EXPECT_EQ(static_cast<int>(pair.rig.seen[0].packet.opcode), 0x26);
}

TEST(Uc, HasNoReads)
{
    QpConfig config;
    config.service = Service::uc;
    Pair pair(verbs_options(), config);
    pair.rig.post(0, 0, pair.request(Verb::read, 100));
    ASSERT_TRUE(pair.rig.run());
    EXPECT_EQ(pair.ends(), Ends{Status::local_qp_operation});
    EXPECT_EQ(pair.rig.nic(0).state(0), QpState::sqe);
}

TEST(Ud, DatagramBehindFortyBytesOfHeader)
{
    QpConfig config;
    config.service = Service::ud;
    config.qkey = 0x1111;
    Pair pair(verbs_options(), config);
    ReceiveRequest receive;
    receive.address = kThere;
    receive.lkey = pair.rkey;
    receive.length = 2000;
    pair.rig.nic(1).post_receive(0, receive);
    WorkRequest r = pair.request(Verb::send, 500);
    r.ud_peer = 1;
    r.ud_qkey = 0x1111;
    pair.rig.post(0, 0, r);
    r.ud_qkey = 0x2222;  // nobody listens to this key
    pair.rig.post(0, 0, r);
    ASSERT_TRUE(pair.rig.run());
    const auto got = pair.rig.done_of(Completion::Kind::received, 1);
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(pair.ends(), Ends(2, Status::success));
    EXPECT_EQ(got[0].completion.bytes, 540);
    EXPECT_EQ(std::memcmp(pair.here.data(), pair.there.data() + 40, 500), 0);
    EXPECT_EQ(pair.rig.nic(1).counters().strays, 1u);
    EXPECT_EQ(static_cast<int>(pair.rig.seen[0].packet.opcode), 0x64);
}

// ---- timers ----

/// 4.096 us x 2^14 = 67.1 ms; code 12: 0.64 ms; code 0: 655.36 ms (IBTA).
TEST(Timers, CodesMeanTheirTimes)
{
    EXPECT_EQ(ack_timeout(14).ps, 67'108'864'000);
    EXPECT_EQ(ack_timeout(0), Time::max());
    EXPECT_EQ(rnr_wait(12), microseconds(640));
    EXPECT_EQ(rnr_wait(0), microseconds(655'360));
    EXPECT_EQ(rnr_wait(31), microseconds(491'520));
}

/// Base RTT 10 us: waits of 65.5 us (the least 4.096 x 2^k of four round trips), doubling up to the timeout.
TEST(Timers, AdaptiveTimeoutsDouble)
{
    RigOptions options = verbs_options();
    options.nic.retry.adaptive = true;
    options.nic.retry.ack_timeout = ack_timeout(6);  // 262 us
    options.nic.retry.retries = 3;
    Pair pair(options);
    std::vector<Time> sent;
    pair.rig.script = [&](const Seen& s) {
        sent.push_back(s.at);
        Fate fate;
        fate.drop = true;
        return fate;
    };
    pair.rig.post(0, 0, pair.request(Verb::write, 10));
    ASSERT_TRUE(pair.rig.run());
    EXPECT_EQ(pair.ends(), Ends{Status::retry_exceeded});
    ASSERT_GE(sent.size(), 4u);
    EXPECT_EQ(sent[1] - sent[0], ack_timeout(4));
    EXPECT_EQ(sent[2] - sent[1], ack_timeout(5));
    EXPECT_EQ(sent[3] - sent[2], ack_timeout(6));
}

// ---- irn ----

/// One loss among many: one packet goes again, and the two timeouts stay unused.
TEST(Irn, RepairsOnlyWhatIsMissing)
{
    Pair pair(verbs_options(Reliability::irn));
    int packets = 0;
    pair.rig.script = [&](const Seen& s) {
        Fate fate;
        fate.drop = s.packet.kind == PacketKind::data && ++packets == 3;
        return fate;
    };
    pair.rig.post(0, 0, pair.request(Verb::write, 16'000));
    ASSERT_TRUE(pair.rig.run());
    EXPECT_EQ(pair.rig.nic(0).counters().retransmitted, 1024);
    EXPECT_EQ(pair.rig.nic(0).counters().timeouts, 0u);
    EXPECT_EQ(std::memcmp(pair.here.data(), pair.there.data(), 16'000), 0);
}

/// BDP of 10 us at 100 Gb/s: 125,000 B.
TEST(Irn, KeepsOneBdpInFlight)
{
    Rig rig(verbs_options(Reliability::irn));
    rig.connect();
    Bytes most = 0;
    rig.script = [&](const Seen&) {
        most = std::max(most, rig.nic(0).flow(0).in_flight);
        return Fate{};
    };
    rig.post(0, 0, 1 << 20);
    rig.run_until(microseconds(9));
    EXPECT_LE(most, 125'000);
    ASSERT_TRUE(rig.run());
}

/// The last packet is lost: nothing behind it tells. Fewer than three in flight: the low timeout.
TEST(Irn, LowTimeoutForTheTail)
{
    RigOptions options = verbs_options(Reliability::irn);
    options.nic.retry.rto_low = microseconds(30);
    options.nic.retry.rto = microseconds(300);
    Pair pair(options);
    int packets = 0;
    pair.rig.script = [&](const Seen& s) {
        Fate fate;
        fate.drop = s.packet.kind == PacketKind::data && ++packets == 8;
        return fate;
    };
    pair.rig.post(0, 0, pair.request(Verb::write, 8192));
    ASSERT_TRUE(pair.rig.run());
    EXPECT_EQ(pair.rig.nic(0).counters().timeouts, 1u);
    EXPECT_LT(pair.rig.done_of(Completion::Kind::sent, 0)[0].at, microseconds(60));
}

}  // namespace hpnsim::test
