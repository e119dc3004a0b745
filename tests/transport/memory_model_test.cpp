// SPDX-License-Identifier: GPL-2.0-only
// Two NICs move real bytes through a channel that loses, reorders, repeats, corrupts and trims; a model that
// knows nothing of packets says what both memories must hold in the end, byte for byte. Every operation has
// a place of its own, so that the model needs no order; the atomics share one word, and must count exactly.
#include "rig.hpp"

#include "hpnsim/random_streams.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <iostream>

namespace hpnsim::test
{
namespace
{

constexpr uint32_t kQps = 8;
constexpr Bytes kLongest = 24'000;
constexpr uint64_t kBase = 0x7f0000000000;  // virtual address of every region

struct Case {
    Reliability reliability;
    double loss;
    uint64_t seed;
    int operations;  ///< per QP and direction
    bool credit = false;
};

std::string name_of(const testing::TestParamInfo<Case>& info)
{
    const char* names[] = {"gbn", "irn", "rud"};
    return std::string(names[static_cast<int>(info.param.reliability)]) +
           (info.param.credit ? "_credit" : "") + "_loss" +
           std::to_string(static_cast<int>(info.param.loss * 1000)) + "_seed" +
           std::to_string(info.param.seed);
}

/// Counts the packets that went through the channels, over all tests.
uint64_t& carried()
{
    static uint64_t packets = 0;
    return packets;
}

/// Holds one side's memory and what the model says of it.
struct Memory {
    std::vector<std::byte> source, target, expected;
    uint32_t source_key = 0, target_key = 0;
    uint64_t next_source = 0, next_target = 8;  ///< the first word of `target` is for atomics
    uint64_t sum = 0;
};

class MemoryModel : public testing::TestWithParam<Case>
{
protected:
    void register_memory(Rig& rig)
    {
        const auto size = static_cast<size_t>(GetParam().operations) * kQps * kLongest / 2 + 65'536;
        for (int nic = 0; nic < 2; ++nic) {
            Memory& m = memory_[nic];
            m.source.resize(size);
            for (auto& byte : m.source) byte = static_cast<std::byte>(next_random(chance_));
            m.target.resize(size);
            m.expected.resize(size);
            m.source_key = rig.nic(nic).memory().add({kBase, size, access::kAll, m.source.data(), 0});
            m.target_key = rig.nic(nic).memory().add({kBase, size, access::kAll, m.target.data(), 0});
        }
    }

    Fate fate(const Seen& s)
    {
        const Case& c = GetParam();
        Fate f;
        f.drop = next_uniform(chance_) < c.loss;
        f.corrupt = next_uniform(chance_) < c.loss / 4;
        f.twice = next_uniform(chance_) < 0.02;
        f.trim = s.packet.kind == PacketKind::data && next_uniform(chance_) < c.loss / 4;
        if (next_uniform(chance_) < 0.02) f.late = {static_cast<int64_t>(next_below(chance_, 5'000'000))};
        return f;
    }

    /// Posts one random operation of side `nic`, and tells the model.
    void post(Rig& rig, int nic, uint32_t qp)
    {
        Memory& mine = memory_[nic];
        Memory& theirs = memory_[1 - nic];
        WorkRequest r;
        r.cookie = posted_++;
        r.bytes = static_cast<Bytes>(next_below(chance_, next_below(chance_, 4) == 0 ? kLongest : 3000));
        const uint64_t kind = next_below(chance_, 10);
        if (kind < 4) {
            r.verb = Verb::write;
            r.with_immediate = kind == 0;
            move(r, mine, theirs);
            if (r.with_immediate) receive(rig, 1 - nic, qp, ReceiveRequest());
        } else if (kind < 7) {
            r.verb = Verb::read;
            r.remote = kBase + theirs.next_source;
            r.rkey = theirs.source_key;
            r.local = kBase + mine.next_target;
            r.lkey = mine.target_key;
            copy(theirs, mine, r.bytes);
        } else if (kind < 9) {
            r.verb = Verb::send;
            send(rig, r, nic, qp);
        } else {
            r.verb = Verb::fetch_add;
            r.bytes = 8;
            r.remote = kBase;
            r.rkey = theirs.target_key;
            r.swap_add = next_below(chance_, 1000);
            theirs.sum += r.swap_add;
        }
        rig.post(nic, qp, r);
    }

    void send(Rig& rig, WorkRequest& r, int nic, uint32_t qp)
    {
        Memory& theirs = memory_[1 - nic];
        ReceiveRequest buffer;
        buffer.wr_id = r.cookie;
        buffer.address = kBase + theirs.next_target;
        buffer.lkey = theirs.target_key;
        buffer.length = static_cast<uint32_t>(r.bytes);
        // rud keeps no order among messages: any of them may take any receive.
        if (GetParam().reliability == Reliability::rud) {
            buffer.lkey = 0;
            buffer.length = 1 << 20;
            receive(rig, 1 - nic, qp, buffer);
            return;
        }
        receive(rig, 1 - nic, qp, buffer);
        r.local = kBase + memory_[nic].next_source;
        r.lkey = memory_[nic].source_key;
        copy(memory_[nic], theirs, r.bytes);
    }

    void move(WorkRequest& r, Memory& from, Memory& to)
    {
        r.local = kBase + from.next_source;
        r.lkey = from.source_key;
        r.remote = kBase + to.next_target;
        r.rkey = to.target_key;
        copy(from, to, r.bytes);
    }

    static void copy(Memory& from, Memory& to, Bytes bytes)
    {
        const auto count = static_cast<size_t>(bytes);
        ASSERT_LE(to.next_target + count, to.target.size());
        ASSERT_LE(from.next_source + count, from.source.size());
        std::memcpy(to.expected.data() + to.next_target, from.source.data() + from.next_source, count);
        from.next_source += count;
        to.next_target += count;
    }

    void receive(Rig& rig, int nic, uint32_t qp, const ReceiveRequest& request)
    {
        // Some receives are posted late, so that the sender meets a receiver that is not ready.
        if (next_below(chance_, 4) != 0 || !late_.empty())
            late_.push_back({nic, qp, request});
        else
            rig.nic(nic).post_receive(qp, request);
        if (late_.size() > 3) post_late(rig);
    }

    void post_late(Rig& rig)
    {
        for (const auto& [nic, qp, request] : late_) rig.nic(nic).post_receive(qp, request);
        late_.clear();
    }

    struct Late {
        int nic;
        uint32_t qp;
        ReceiveRequest request;
    };
    uint64_t chance_ = 0, posted_ = 0, succeeded_ = 0, failed_ = 0;
    std::vector<Late> late_;
    Memory memory_[2];
};

RigOptions options_of(const Case& c)
{
    RigOptions options;
    options.nic.reliability = c.reliability;
    options.nic.mtu = 1024;
    options.nic.retry.ack_timeout = microseconds(80);
    options.nic.retry.rto = microseconds(80);
    options.nic.retry.rto_low = microseconds(40);
    options.nic.selective.reorder =
        c.seed % 2 == 0 ? 0.1 : 0;  // 1 us: often wrong, for packets are up to 5 us late
    options.nic.retry.retries = 1000;
    options.nic.rnr.timer = 2;
    options.nic.reads.outstanding = 4;
    options.nic.selective.window = 512;
    options.nic.acks.every = 1 + c.seed % 3;
    options.cc.window = 64 * 1024;
    options.cc.trust = 16 * 1024;
    if (c.credit) options.receiver = "credit";
    options.keep = false;
    return options;
}

}  // namespace

TEST_P(MemoryModel, BothMemoriesEndAsTheModelSays)
{
    chance_ = stream_of(GetParam().seed, StreamKind{11}, 11);
    Rig rig(options_of(GetParam()));
    rig.journal().quiet = true;
    for (uint32_t i = 0; i < kQps; ++i) rig.connect(0, 0xfffe00 + i);  // PSNs wrap on the way
    register_memory(rig);
    rig.script = [this](const Seen& s) { return fate(s); };
    rig.on_done = [this](const Done& one) {
        if (one.completion.kind != Completion::Kind::sent) return;
        const bool ok = one.completion.status == Status::success;
        ++(ok ? succeeded_ : failed_);
        if (!ok && failed_ == 1)
            ADD_FAILURE() << status_name(one.completion.status) << " of request " << one.completion.cookie;
    };
    for (int i = 0; i < GetParam().operations; ++i)
        for (uint32_t qp = 0; qp < kQps; ++qp) {
            post(rig, 0, qp);
            post(rig, 1, qp);
            if (next_below(chance_, 4) == 0) rig.run_until(rig.now() + microseconds(2));
        }
    post_late(rig);
    ASSERT_TRUE(rig.run(milliseconds(600'000)));
    EXPECT_EQ(failed_, 0u);
    EXPECT_EQ(succeeded_, posted_);
    for (Memory& m : memory_) {
        std::memcpy(m.expected.data(), &m.sum, 8);
        const auto [found, wanted] = std::mismatch(m.target.begin(), m.target.end(), m.expected.begin());
        EXPECT_TRUE(found == m.target.end()) << "first difference at " << found - m.target.begin();
    }
    EXPECT_EQ(rig.pool().in_use(), 0);
    carried() += rig.carried;
}

/// Reads HPNSIM_CHANNELS=N: N long cases of each transport (default 3).
int long_cases()
{
    const char* asked = std::getenv("HPNSIM_CHANNELS");
    return asked != nullptr ? std::atoi(asked) : 3;
}

std::vector<Case> cases()
{
    std::vector<Case> list;
    uint64_t seed = 0;
    const int cases = long_cases();
    for (const Reliability r : {Reliability::go_back_n, Reliability::irn, Reliability::rud}) {
        for (const double loss : {0.0, 0.01, 0.1}) list.push_back({r, loss, ++seed, 60});
        for (int i = 0; i < cases; ++i) list.push_back({r, 0.03, ++seed, 600});
    }
    for (const double loss : {0.0, 0.01, 0.05, 0.1})
        list.push_back({Reliability::rud, loss, ++seed, loss == 0.05 ? 600 : 60, true});
    return list;
}

/// Says in the end how much was tried.
class Tally : public testing::Environment
{
public:
    void TearDown() override { std::cout << carried() << " packets through the channels\n"; }
};
const auto* const tally = testing::AddGlobalTestEnvironment(new Tally);

INSTANTIATE_TEST_SUITE_P(Channels, MemoryModel, testing::ValuesIn(cases()), name_of);

}  // namespace hpnsim::test
