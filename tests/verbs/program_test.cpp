// SPDX-License-Identifier: GPL-2.0-only
// Runs random programs on a channel that loses, repeats, delays and corrupts: whatever is posted, modified
// and reset, an accepted request completes once and in order, or a RESET has forgotten it. For a longer run:
// HPNSIM_PROGRAMS=2000 verbs_test --gtest_filter='*RandomPrograms*'
#include "two_hosts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <random>

namespace hpnsim::test
{
namespace
{

using namespace verbs;

constexpr QpType kTypes[] = {QpType::rc, QpType::rc, QpType::uc, QpType::ud};
constexpr int kPairs = 4;
constexpr int kShares = 1;  ///< the pair that receives from a shared queue

/// Tracks a QP, with what it owes its program.
struct Tracked {
    struct Send {
        uint64_t wr_id;
        bool signaled;
    };
    QueuePair* qp = nullptr;
    AddressHandle* ah = nullptr;
    std::deque<Send> sends;
    std::deque<uint64_t> own, *receives = &own;  ///< or the shared queue's

    void forget()
    {
        sends.clear();
        own.clear();
    }
};

class Program
{
public:
    Program(Reliability reliability, uint64_t seed)
        : random_(seed), hosts_(options(reliability)), sides_{{hosts_.context(0), init_of(QpType::rc)},
                                                              {hosts_.context(1), init_of(QpType::rc)}}
    {
        hosts_.rig().script = [this](const Seen&) { return fate(); };
        for (int host = 0; host < 2; ++host)
            for (int i = 0; i < kPairs; ++i) add_qp(host, i);
        for (int i = 0; i < kPairs; ++i) connect(i);
    }

    void run(int steps)
    {
        for (int step = 0; step < steps && !testing::Test::HasFailure(); ++step) act();
        for (int host = 0; host < 2; ++host)
            for (Tracked& each : tracked_[host]) move(each, QpState::err);
        hosts_.settle();
        poll(0);
        poll(1);
        for (const auto& side : tracked_)
            for (const Tracked& each : side) {
                if (each.qp->state() != QpState::err) continue;
                for (const Tracked::Send& send : each.sends) EXPECT_FALSE(send.signaled) << send.wr_id;
                EXPECT_TRUE(each.own.empty());
            }
        for (int host = 0; host < 2; ++host) EXPECT_EQ(srqs_[host]->outstanding(), shared_[host].size());
        EXPECT_EQ(hosts_.rig().pool().in_use(), 0);
    }
    uint64_t completed = 0, failed = 0, refused = 0, resets = 0;

private:
    static RigOptions options(Reliability reliability)
    {
        RigOptions options = short_timeouts(reliability);
        options.keep = false;
        return options;
    }
    uint64_t pick(uint64_t below) { return random_() % below; }
    bool chance(uint64_t percent) { return pick(100) < percent; }

    Fate fate()
    {
        Fate fate;
        fate.drop = chance(3);
        fate.twice = chance(2);
        fate.corrupt = chance(1);
        if (chance(3)) fate.late = nanoseconds(static_cast<int64_t>(pick(5000)));
        return fate;
    }

    void add_qp(int host, int i)
    {
        QpInitAttr init = init_of(kTypes[i]);
        init.cap.max_inline_data = 32;
        init.send_cq = init.recv_cq = &cq(host);
        Tracked& each = tracked_[host][i];
        if (i == kShares) {
            SrqAttr attr;
            attr.max_wr = 16;
            init.srq = srqs_[host] = &sides_[host].pd.create_srq(attr);
            each.receives = &shared_[host];
        }
        each.qp = &sides_[host].pd.create_qp(init);
        AhAttr to;
        to.dest = static_cast<uint32_t>(1 - host);
        each.ah = &sides_[host].pd.create_ah(to);
    }
    CompletionQueue& cq(int host)
    {
        if (cqs_[host] == nullptr) cqs_[host] = &hosts_.context(host).create_cq(kPairs * 32);
        return *cqs_[host];
    }

    void connect(int i)
    {
        for (int host = 0; host < 2; ++host) {
            const QpAttr attr = attributes(tracked_[1 - host][i].qp, static_cast<uint32_t>(1 - host));
            bring_to(*tracked_[host][i].qp, QpState::rts, attr);
        }
    }
    void move(Tracked& each, QpState state)
    {
        QpAttr attr;
        attr.qp_state = state;
        for (int host = 0; host < 2; ++host) poll(host);  // a RESET takes what it has not been told of along
        const bool legal = legal_transition(each.qp->state(), state);
        const Outcome outcome = each.qp->modify(attr, qp_attr::kState);
        const bool plain = state == QpState::reset || state == QpState::err || state == QpState::sqd;
        EXPECT_TRUE(!plain || legal == static_cast<bool>(outcome)) << outcome.why;
        if (outcome && state == QpState::reset) each.forget();
    }
    /// What is still under way must not be taken for packets of the new connection, which begins at the same
    /// PSNs.
    void reset_pair(int i)
    {
        ++resets;
        for (auto& side : tracked_) move(side[i], QpState::reset);
        hosts_.rig().run_until(hosts_.rig().now() + microseconds(50));
        connect(i);
    }

    void act()
    {
        const int host = static_cast<int>(pick(2)), i = static_cast<int>(pick(kPairs));
        Tracked& each = tracked_[host][i];
        const uint64_t what = pick(100);
        if (what < 40)
            post_send(host, each);
        else if (what < 65)
            post_receive(host, each);
        else if (what < 80)
            hosts_.rig().run_until(hosts_.rig().now() + nanoseconds(static_cast<int64_t>(pick(20'000))));
        else if (what < 95)
            poll(host);
        else if (what < 98)
            move(each, static_cast<QpState>(pick(7)));
        else
            reset_pair(i);
    }

    void post_send(int host, Tracked& each)
    {
        Side &here = sides_[host], &there = sides_[1 - host];
        SendWr wr = here.write(static_cast<uint32_t>(pick(4) == 0 ? pick(16'000) : pick(900)), there);
        wr.opcode = static_cast<WrOpcode>(pick(7));
        const bool atomic =
            wr.opcode == WrOpcode::atomic_cmp_and_swp || wr.opcode == WrOpcode::atomic_fetch_and_add;
        if (atomic) here.sge.length = 8;
        wr.ud = {each.ah, tracked_[1 - host][&each - tracked_[host]].qp->qp_num, 0x1234};
        wr.wr_id = 2 * ++posted_;
        wr.send_flags = static_cast<uint32_t>(pick(16));
        if (chance(1)) here.sge.lkey += 256 * 99;
        if (chance(1)) wr.rdma.rkey += 256 * 99;
        if (each.qp->post_send(wr))
            each.sends.push_back({wr.wr_id, (wr.send_flags & send_flags::kSignaled) != 0});
        else
            ++refused;
        EXPECT_LE(each.sends.size(), 1000u);
    }
    void post_receive(int host, Tracked& each)
    {
        RecvWr wr = sides_[host].receive(8192);
        wr.wr_id = 2 * ++posted_ + 1;
        SharedReceiveQueue* srq = each.qp->init_attr().srq;
        if (srq != nullptr ? srq->post_recv(wr) : each.qp->post_recv(wr))
            each.receives->push_back(wr.wr_id);
        else
            ++refused;
        EXPECT_LE(each.receives->size(), srq != nullptr ? 64u : 16u);  // shared: free before it is polled
    }

    void poll(int host)
    {
        WorkCompletion wc[16];
        for (int n = 0; (n = cq(host).poll(16, wc)) > 0;)
            for (int k = 0; k < n; ++k) check(host, wc[k]);
        AsyncEvent event;
        while (hosts_.context(host).get_async_event(event)) EXPECT_NE(event.event_type, EventType::cq_err);
    }
    void check(int host, const WorkCompletion& wc)
    {
        ++completed;
        failed += wc.status != Status::success;
        Tracked* each = nullptr;
        for (Tracked& one : tracked_[host])
            if (one.qp->qp_num == wc.qp_num) each = &one;
        ASSERT_NE(each, nullptr);
        if (wc.wr_id % 2 == 0)
            check_send(*each, wc);
        else
            check_receive(*each, wc);
    }
    /// Checks that those before it have been told of, or wanted no completion.
    void check_send(Tracked& each, const WorkCompletion& wc)
    {
        while (!each.sends.empty() && each.sends.front().wr_id != wc.wr_id) {
            EXPECT_FALSE(each.sends.front().signaled) << each.sends.front().wr_id << " before " << wc.wr_id;
            each.sends.pop_front();
        }
        ASSERT_FALSE(each.sends.empty()) << wc.wr_id << " twice, or never posted";
        EXPECT_TRUE(each.sends.front().signaled || wc.status != Status::success);
        each.sends.pop_front();
    }
    /// Receives complete in any order: under irn and rud messages take them as they arrive.
    void check_receive(Tracked& each, const WorkCompletion& wc)
    {
        const auto found = std::find(each.receives->begin(), each.receives->end(), wc.wr_id);
        ASSERT_TRUE(found != each.receives->end()) << wc.wr_id << " twice, or never posted";
        each.receives->erase(found);
    }

    std::mt19937_64 random_;
    TwoHosts hosts_;
    Side sides_[2];
    CompletionQueue* cqs_[2] = {};
    Tracked tracked_[2][kPairs];
    SharedReceiveQueue* srqs_[2] = {};
    std::deque<uint64_t> shared_[2];
    uint64_t posted_ = 0;
};

uint64_t programs()
{
    const char* wanted = std::getenv("HPNSIM_PROGRAMS");
    return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 20;
}

class RandomPrograms : public testing::TestWithParam<Reliability>
{
};

}  // namespace

TEST_P(RandomPrograms, EveryRequestCompletesOnce)
{
    uint64_t completed = 0, failed = 0, refused = 0, resets = 0;
    for (uint64_t seed = 1; seed <= programs() && !HasFailure(); ++seed) {
        SCOPED_TRACE(seed);
        Program program(GetParam(), seed);
        program.run(3000);
        completed += program.completed;
        failed += program.failed;
        refused += program.refused;
        resets += program.resets;
    }
    EXPECT_GT(completed - failed, 1000u);
    EXPECT_GT(failed, 500u);
    EXPECT_GT(refused, 500u);
    EXPECT_GT(resets, 500u);
    RecordProperty("completed", std::to_string(completed));
    RecordProperty("failed", std::to_string(failed));
}

INSTANTIATE_TEST_SUITE_P(Transports, RandomPrograms,
                         testing::Values(Reliability::go_back_n, Reliability::irn, Reliability::rud),
                         transport_of);

}  // namespace hpnsim::test
