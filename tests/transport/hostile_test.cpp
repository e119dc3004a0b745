// SPDX-License-Identifier: GPL-2.0-only
// Sends messages of random sizes over many QPs both ways, through a channel that loses, reorders, repeats and
// trims. What must hold whatever happens: there is one completion a request, in order; what succeeded was
// delivered exactly once; nothing is left in flight, and no packet is lost track of.
#include "rig.hpp"

#include "hpnsim/random_streams.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

constexpr uint32_t kQps = 24;
constexpr int kMessages = 80;  // per QP and direction

struct Case {
    Reliability reliability;
    double loss;
    bool spray;
    uint64_t seed;
    bool credit = false;
};

std::string name_of(const testing::TestParamInfo<Case>& info)
{
    const Case& c = info.param;
    return std::string(c.reliability == Reliability::rud ? "rud" : "gbn") + (c.spray ? "_spray" : "") +
           (c.credit ? "_credit" : "") + "_loss" + std::to_string(static_cast<int>(c.loss * 1000)) + "_seed" +
           std::to_string(c.seed);
}

RigOptions options_of(const Case& c)
{
    RigOptions options;
    options.nic.reliability = c.reliability;
    options.nic.ports = 2;
    options.nic.mtu = 1024;
    options.nic.retry.ack_timeout = microseconds(80);
    options.nic.retry.rto = microseconds(60);
    options.nic.rnr.timer = 2;
    options.nic.acks.every = 1 + c.seed % 4;
    options.nic.selective.reorder = c.seed % 2 == 0 ? 0.3 : 0;
    options.nic.selective.window = 256;
    options.nic.cnp.delay = microseconds(3);
    options.cc.window = 32 * 1024;
    options.cc.rate = gbps(40);
    options.receiver = c.credit ? "credit" : "cnp";
    options.cc.trust = 8 * 1024;
    options.spray = c.spray;
    options.keep = false;
    return options;
}

class Hostile : public testing::TestWithParam<Case>
{
protected:
    struct Side {
        std::vector<Bytes> posted;      // sizes by cookie
        uint64_t completed = 0;         // next cookie that must complete
        std::vector<bool> ok, arrived;  // by cookie
    };

    Fate fate(const Seen& s)
    {
        Fate f;
        f.drop = next_uniform(chance_) < GetParam().loss;
        f.twice = next_uniform(chance_) < 0.02;
        f.mark = next_uniform(chance_) < 0.1;
        f.trim = s.packet.kind == PacketKind::data && next_uniform(chance_) < 0.05;
        f.last_hop = next_uniform(chance_) < 0.5;
        if (next_uniform(chance_) < 0.05) f.late = {static_cast<int64_t>(next_below(chance_, 20'000'000))};
        return f;
    }

    void record(const Done& one)
    {
        const Completion& c = one.completion;
        if (c.kind == Completion::Kind::received && c.status == Status::flushed) return;  // never used
        const bool sender = c.kind == Completion::Kind::sent;
        Side& side = sides_[sender ? one.nic : 1 - one.nic][c.qp];
        ASSERT_LT(c.cookie, side.posted.size());
        ASSERT_EQ(c.bytes, side.posted[c.cookie]);
        if (sender) {
            ASSERT_EQ(c.cookie, side.completed++) << "in order, once";
            side.ok[c.cookie] = c.status == Status::success;
        } else {
            ASSERT_FALSE(side.arrived[c.cookie]) << "delivered twice";
            side.arrived[c.cookie] = true;
        }
    }

    void post_all(Rig& rig)
    {
        for (int i = 0; i < kMessages; ++i)
            for (uint32_t qp = 0; qp < kQps; ++qp)
                for (int nic = 0; nic < 2; ++nic) {
                    const auto most = uint64_t{1} << (1 + next_below(chance_, 15));
                    const auto bytes = static_cast<Bytes>(1 + next_below(chance_, most));
                    const bool send = next_below(chance_, 3) == 0;
                    Side& side = sides_[nic][qp];
                    side.posted.push_back(bytes);
                    side.ok.push_back(false);
                    side.arrived.push_back(false);
                    if (send) rig.post_receive(1 - nic, qp);
                    rig.post(nic, qp, bytes, send ? Verb::send : Verb::write, side.posted.size() - 1);
                    if (next_below(chance_, 8) == 0) rig.run_until(rig.now() + nanoseconds(500));
                }
    }

    uint64_t chance_ = 0;
    std::vector<Side> sides_[2];
};

}  // namespace

TEST_P(Hostile, EveryRequestEndsOnceAndRight)
{
    chance_ = stream_of(GetParam().seed, StreamKind{7}, 7);
    for (auto& side : sides_) side.resize(kQps);
    Rig rig(options_of(GetParam()));
    rig.journal().quiet = true;
    for (uint32_t i = 0; i < kQps; ++i) rig.connect(i % 2, 0xffff00 + i);  // PSNs wrap on the way
    rig.script = [this](const Seen& s) { return fate(s); };
    rig.on_done = [this](const Done& one) { record(one); };
    post_all(rig);
    ASSERT_TRUE(rig.run(milliseconds(60000)));

    uint64_t failed = 0;
    for (int nic = 0; nic < 2; ++nic) {
        Bytes delivered = 0;
        for (uint32_t qp = 0; qp < kQps; ++qp) {
            const Side& side = sides_[nic][qp];
            EXPECT_EQ(side.completed, side.posted.size());
            for (size_t i = 0; i < side.posted.size(); ++i) {
                EXPECT_TRUE(!side.ok[i] || side.arrived[i]) << "acknowledged but not delivered";
                failed += !side.ok[i];
                if (side.arrived[i]) delivered += side.posted[i];
            }
            EXPECT_EQ(rig.nic(nic).flow(qp).in_flight, 0);
            EXPECT_EQ(rig.nic(nic).flow(qp).backlog, 0);
        }
        EXPECT_EQ(rig.nic(1 - nic).counters().delivered, delivered);
    }
    EXPECT_EQ(rig.pool().in_use(), 0);
    RecordProperty("packets", static_cast<int>(rig.carried));
    if (GetParam().loss <= 0.05) {
        EXPECT_EQ(failed, 0u);
    }
    if (GetParam().loss >= 0.5) {
        EXPECT_GT(failed, 0u) << "errors were exercised";
    }
}

std::vector<Case> cases()
{
    std::vector<Case> list;
    uint64_t seed = 0;
    for (double loss : {0.0, 0.01, 0.05, 0.1, 0.2})
        for (bool spray : {false, true}) {
            list.push_back({Reliability::rud, loss, spray, ++seed});
            if (!spray) list.push_back({Reliability::go_back_n, loss, spray, ++seed});
        }
    for (double loss : {0.0, 0.01, 0.05, 0.2})
        for (bool spray : {false, true}) list.push_back({Reliability::rud, loss, spray, ++seed, true});
    // So bad that requests fail.
    list.push_back({Reliability::rud, 0.6, true, ++seed});
    list.push_back({Reliability::go_back_n, 0.5, false, ++seed});
    list.push_back({Reliability::rud, 0.6, true, ++seed, true});
    return list;
}

INSTANTIATE_TEST_SUITE_P(Channels, Hostile, testing::ValuesIn(cases()), name_of);

}  // namespace hpnsim::test
