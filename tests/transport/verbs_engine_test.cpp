// SPDX-License-Identifier: GPL-2.0-only
// Tests READ, atomics, immediates, error codes and states of the engine, one behaviour a test.
#include "pair.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

class AnyRc : public testing::TestWithParam<Reliability>
{
};

}  // namespace

TEST_P(AnyRc, ReadBringsTheBytes)
{
    Pair pair(verbs_options(GetParam()));
    pair.rig.post(0, 0, pair.request(Verb::read, 5000));
    ASSERT_TRUE(pair.rig.run());
    EXPECT_EQ(pair.ends(), Ends{Status::success});
    EXPECT_EQ(std::memcmp(pair.here.data(), pair.there.data(), 5000), 0);
    EXPECT_NE(pair.here[5000], pair.there[5000]);
}

TEST_P(AnyRc, AtomicsReturnTheOriginalAndChangeOnce)
{
    Pair pair(verbs_options(GetParam()));
    const uint64_t before = pair.word();
    WorkRequest add = pair.request(Verb::fetch_add, 8);
    add.swap_add = 5;
    WorkRequest swap = pair.request(Verb::compare_swap, 8);
    swap.local = kHere + 8;
    swap.fence = true;
    swap.compare = before + 5;
    swap.swap_add = 77;
    WorkRequest no_swap = swap;
    no_swap.local = kHere + 16;
    for (const WorkRequest& r : {add, swap, no_swap}) pair.rig.post(0, 0, r);
    ASSERT_TRUE(pair.rig.run());
    uint64_t originals[3];
    std::memcpy(originals, pair.here.data(), sizeof originals);
    EXPECT_EQ(originals[0], before);
    EXPECT_EQ(originals[1], before + 5);
    EXPECT_EQ(originals[2], 77u) << "compare failed, so nothing was swapped";
    EXPECT_EQ(pair.word(), 77u);
}

TEST_P(AnyRc, ImmediateArrivesWithItsReceive)
{
    Pair pair(verbs_options(GetParam()));
    ReceiveRequest receive;
    receive.wr_id = 42;
    pair.rig.nic(1).post_receive(0, receive);
    WorkRequest r = pair.request(Verb::write, 3000);
    r.with_immediate = true;
    r.immediate = 0xCAFE;
    pair.rig.post(0, 0, r);
    ASSERT_TRUE(pair.rig.run());
    const auto got = pair.rig.done_of(Completion::Kind::received, 1);
    ASSERT_EQ(got.size(), 1u);
    EXPECT_TRUE(got[0].completion.has_immediate);
    EXPECT_EQ(got[0].completion.immediate, 0xCAFEu);
    EXPECT_EQ(got[0].completion.wr_id, 42u);
    EXPECT_EQ(std::memcmp(pair.here.data(), pair.there.data(), 3000), 0);
}

/// A wrong rkey: NAK 0x62, the request ends with its name, what follows is flushed, both QPs are in error.
TEST_P(AnyRc, RemoteAccessErrorEndsBothQps)
{
    Pair pair(verbs_options(GetParam()));
    WorkRequest bad = pair.request(Verb::write, 100);
    bad.rkey += 256;
    pair.rig.post(0, 0, bad);
    pair.rig.post(0, 0, pair.request(Verb::write, 100));
    ASSERT_TRUE(pair.rig.run());
    EXPECT_EQ(pair.ends(), (Ends{Status::remote_access, Status::flushed}));
    EXPECT_EQ(pair.syndromes(), std::vector<uint8_t>{0x62});
    EXPECT_EQ(pair.rig.nic(0).state(0), QpState::err);
    EXPECT_EQ(pair.rig.nic(1).state(0), QpState::err);
    EXPECT_STREQ(status_name(Status::remote_access), "IBV_WC_REM_ACCESS_ERR");
}

TEST_P(AnyRc, RightsAreChecked)
{
    Pair pair(verbs_options(GetParam()));
    WorkRequest r = pair.request(Verb::read, 100);
    r.rkey = pair.rig.nic(1).memory().add({kThere, 1000, access::kRemoteWrite, nullptr, 0});
    pair.rig.post(0, 0, r);
    ASSERT_TRUE(pair.rig.run());
    EXPECT_EQ(pair.ends(), Ends{Status::remote_access});
}

TEST_P(AnyRc, LocalProtectionErrorWaitsItsTurn)
{
    Pair pair(verbs_options(GetParam()));
    WorkRequest bad = pair.request(Verb::write, 100);
    bad.local = kHere + 16'384 - 99;  // one byte beyond the region
    pair.rig.post(0, 0, pair.request(Verb::write, 5000));
    pair.rig.post(0, 0, bad);
    pair.rig.post(0, 0, pair.request(Verb::write, 100));
    ASSERT_TRUE(pair.rig.run());
    EXPECT_EQ(pair.ends(), (Ends{Status::success, Status::local_protection, Status::flushed}));
}

/// A SEND has no place at the peer to name: what stands in those fields is not looked at.
TEST_P(AnyRc, SendIgnoresRemoteAddressAndKey)
{
    Pair pair(verbs_options(GetParam()));
    WorkRequest r = pair.request(Verb::send, 3 * 4096);
    r.remote = 0x1234;
    r.rkey = 77;
    r.with_immediate = true;
    pair.rig.post_receive(1, 0);
    pair.rig.post(0, 0, r);
    ASSERT_TRUE(pair.rig.run());
    EXPECT_EQ(pair.ends(), Ends{Status::success});
}

TEST_P(AnyRc, TooLongForItsReceive)
{
    Pair pair(verbs_options(GetParam()));
    ReceiveRequest small;
    small.length = 1500;
    pair.rig.nic(1).post_receive(0, small);
    pair.rig.post(0, 0, pair.request(Verb::send, 2000));
    ASSERT_TRUE(pair.rig.run());
    EXPECT_EQ(pair.ends(), Ends{Status::remote_invalid_request});
    const auto got = pair.rig.done_of(Completion::Kind::received, 1);
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].completion.status, Status::local_length);
}

TEST_P(AnyRc, RnrRetriesRunOut)
{
    QpConfig config;
    config.rnr_retries = 2;
    config.rnr_timer = 3;  // 30 us
    Pair pair(verbs_options(GetParam()), config);
    pair.rig.post(0, 0, pair.request(Verb::send, 100));
    ASSERT_TRUE(pair.rig.run());
    EXPECT_EQ(pair.ends(), Ends{Status::rnr_retry_exceeded});
    EXPECT_EQ(pair.syndromes(), (std::vector<uint8_t>{0x23, 0x23, 0x23}));
    EXPECT_GT(pair.rig.now(), microseconds(60)) << "two waits of 30 us";
}

TEST_P(AnyRc, AtMostMaxRdAtomicReadsAreOut)
{
    QpConfig config;
    config.max_rd_atomic = 2;
    Pair pair(verbs_options(GetParam()), config);
    int out = 0, most = 0;
    pair.rig.script = [&](const Seen& s) {
        if (s.packet.opcode == Opcode::read_request) most = std::max(most, ++out);
        return Fate{};
    };
    pair.rig.on_done = [&](const Done& one) { out -= one.completion.kind == Completion::Kind::sent; };
    for (int i = 0; i < 9; ++i) pair.rig.post(0, 0, pair.request(Verb::read, 1500));
    ASSERT_TRUE(pair.rig.run());
    EXPECT_EQ(pair.ends().size(), 9u);
    EXPECT_EQ(most, 2);
}

/// In SQD what has begun is finished and the rest waits; in RTS it goes on.
TEST_P(AnyRc, SendQueueDrains)
{
    Pair pair(verbs_options(GetParam()));
    for (int i = 0; i < 3; ++i) pair.rig.post(0, 0, pair.request(Verb::write, 8000));
    pair.rig.run_until(nanoseconds(300));  // in the middle of the first
    pair.rig.nic(0).modify_qp(0, QpState::sqd, pair.rig.now());
    ASSERT_TRUE(pair.rig.run());
    EXPECT_EQ(pair.ends().size(), 1u);
    pair.rig.nic(0).modify_qp(0, QpState::rts, pair.rig.now());
    pair.rig.post(0, 0, pair.request(Verb::write, 100));
    ASSERT_TRUE(pair.rig.run());
    EXPECT_EQ(pair.ends(), Ends(4, Status::success));
}

TEST_P(AnyRc, ErrorStateFlushesBothQueues)
{
    Pair pair(verbs_options(GetParam()));
    pair.rig.nic(0).post_receive(0, 2);
    pair.rig.post(0, 0, pair.request(Verb::write, 8000));
    pair.rig.nic(0).modify_qp(0, QpState::err, pair.rig.now());
    pair.rig.post(0, 0, pair.request(Verb::write, 100));
    ASSERT_TRUE(pair.rig.run());
    EXPECT_EQ(pair.ends(), Ends(2, Status::flushed));
    EXPECT_EQ(pair.rig.done_of(Completion::Kind::received, 0).size(), 2u);
    EXPECT_EQ(pair.rig.pool().in_use(), 0);
}

TEST_P(AnyRc, SharedReceivesServeSeveralQps)
{
    Pair pair(verbs_options(GetParam()));
    QpConfig config;
    config.srq = pair.rig.nic(1).create_srq();
    ASSERT_EQ(pair.rig.nic(0).create_srq(), config.srq);
    const uint32_t a = pair.rig.connect(config), b = pair.rig.connect(config);
    for (uint64_t i = 0; i < 2; ++i) {
        ReceiveRequest receive;
        receive.wr_id = 100 + i;
        pair.rig.nic(1).post_srq_receive(config.srq, receive);
    }
    pair.rig.post(0, a, pair.request(Verb::send, 10));
    pair.rig.post(0, b, pair.request(Verb::send, 10));
    ASSERT_TRUE(pair.rig.run());
    const auto got = pair.rig.done_of(Completion::Kind::received, 1);
    ASSERT_EQ(got.size(), 2u);
    EXPECT_EQ(got[0].completion.wr_id + got[1].completion.wr_id, 201u);
}

std::string transport_name(const testing::TestParamInfo<Reliability>& info)
{
    const char* names[] = {"gbn", "irn", "rud"};
    return names[static_cast<int>(info.param)];
}

INSTANTIATE_TEST_SUITE_P(Transports, AnyRc,
                         testing::Values(Reliability::go_back_n, Reliability::irn, Reliability::rud),
                         transport_name);

// ---- gbn: on the wire ----

/// 5000 bytes at an MTU of 1024: five PSNs. The third answer is lost: the READ is asked for again from there.
TEST(Read, LostAnswerIsAskedForAgain)
{
    Pair pair;
    int answers = 0;
    pair.rig.script = [&](const Seen& s) {
        Fate fate;
        fate.drop = s.packet.kind == PacketKind::response && ++answers == 3;
        return fate;
    };
    pair.rig.post(0, 0, pair.request(Verb::read, 5000));
    ASSERT_TRUE(pair.rig.run());
    std::vector<uint32_t> asked, lengths;
    for (const Seen& one : pair.rig.seen_of(PacketKind::data, 0)) {
        asked.push_back(one.packet.psn);
        lengths.push_back(one.packet.message_bytes);
    }
    EXPECT_EQ(asked, (std::vector<uint32_t>{0, 2}));
    EXPECT_EQ(lengths, (std::vector<uint32_t>{5000, 5000 - 2048}));
    EXPECT_EQ(pair.rig.nic(0).counters().implied_naks, 1u);
    EXPECT_EQ(pair.rig.nic(0).counters().timeouts, 0u);
    EXPECT_EQ(std::memcmp(pair.here.data(), pair.there.data(), 5000), 0);
}

TEST(Read, OpcodesAndPsnsOfAnswers)
{
    Pair pair;
    pair.rig.post(0, 0, pair.request(Verb::read, 3000));
    pair.rig.post(0, 0, pair.request(Verb::read, 10));
    ASSERT_TRUE(pair.rig.run());
    const auto seen = pair.rig.seen_of(PacketKind::response, 1);
    ASSERT_EQ(seen.size(), 4u);
    const int opcodes[] = {0x0D, 0x0E, 0x0F, 0x10};
    for (uint32_t i = 0; i < 4; ++i) {
        EXPECT_EQ(static_cast<int>(seen[i].packet.opcode), opcodes[i]);
        EXPECT_EQ(seen[i].packet.psn, i);
    }
}

/// The ACK of a WRITE behind a READ must not arrive before the answers: it would look like their loss.
TEST(Read, AcksStayBehindAnswers)
{
    Pair pair;
    pair.rig.post(0, 0, pair.request(Verb::read, 9000));
    pair.rig.post(0, 0, pair.request(Verb::write, 100));
    ASSERT_TRUE(pair.rig.run());
    EXPECT_EQ(pair.rig.nic(0).counters().implied_naks, 0u);
    EXPECT_EQ(pair.ends(), Ends(2, Status::success));
}

TEST(Atomic, DuplicateIsAnsweredFromTheSavedResult)
{
    Pair pair;
    const uint64_t before = pair.word();
    bool lost = false;
    pair.rig.script = [&](const Seen& s) {
        Fate fate;
        fate.drop = s.packet.opcode == Opcode::atomic_acknowledge && !lost;
        lost |= fate.drop;
        return fate;
    };
    WorkRequest add = pair.request(Verb::fetch_add, 8);
    add.swap_add = 3;
    pair.rig.post(0, 0, add);
    ASSERT_TRUE(pair.rig.run());
    uint64_t original = 0;
    std::memcpy(&original, pair.here.data(), 8);
    EXPECT_TRUE(lost);
    EXPECT_EQ(original, before);
    EXPECT_EQ(pair.word(), before + 3) << "once";
}

TEST(Icrc, CorruptedPacketsAreDroppedAndCounted)
{
    Pair pair;
    int packets = 0;
    pair.rig.script = [&](const Seen& s) {
        Fate fate;
        fate.corrupt = s.packet.kind == PacketKind::data && ++packets == 2;
        return fate;
    };
    pair.rig.post(0, 0, pair.request(Verb::write, 4000));
    ASSERT_TRUE(pair.rig.run());
    EXPECT_EQ(pair.rig.nic(1).counters().icrc_errors, 1u);
    EXPECT_EQ(pair.syndromes(), std::vector<uint8_t>{0x60});
    EXPECT_EQ(std::memcmp(pair.here.data(), pair.there.data(), 4000), 0);
}

}  // namespace hpnsim::test
