// SPDX-License-Identifier: GPL-2.0-only
// Judges AllReduce by what it is for: every byte of every rank ends as the sum over all ranks, each counted
// exactly once. The reduction is done symbolically, with a count per byte and contributing rank.
#include "by_name.hpp"
#include "fake_carrier.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/random_streams.hpp"
#include "hpnsim/workloads.hpp"

#include <gtest/gtest.h>

#include <set>

namespace hpnsim
{
namespace
{

struct Case {
    const char* algorithm;
    uint32_t ranks, gpus;
    Bytes size;
    uint32_t channels;
    Bytes chunk;
    int64_t jitter_ns;
};

CollectiveShape shape_of(const Case& c)
{
    return {c.ranks, c.gpus, c.ranks / c.gpus};
}

CollectiveWorkload workload_of(const Case& c, uint32_t iterations)
{
    return CollectiveWorkload(make_allreduce(c.algorithm, shape_of(c), c.size, c.channels, c.chunk),
                              shape_of(c), iterations, nanoseconds(c.jitter_ns), 7);
}

/// Counts in counts[rank][byte][contributor] how often the contributor's value is in the rank's byte.
class Buffers
{
public:
    Buffers(uint32_t ranks, Bytes size) : ranks_(ranks), size_(size)
    {
        for (uint32_t r = 0; r < ranks; ++r) {
            counts_.emplace_back(static_cast<size_t>(size) * ranks, 0);
            for (Bytes b = 0; b < size; ++b) at(r, b)[r] = 1;
        }
    }
    std::vector<uint16_t> read(const Transfer& t) const
    {
        const auto first = counts_[t.src].begin() + t.offset * ranks_;
        return {first, first + t.bytes * ranks_};
    }
    void write(const Transfer& t, const std::vector<uint16_t>& data)
    {
        for (size_t i = 0; i < data.size(); ++i) {
            uint16_t& own = counts_[t.dst][static_cast<size_t>(t.offset) * ranks_ + i];
            own = static_cast<uint16_t>(t.reduce ? own + data[i] : data[i]);
        }
    }
    /// How many (rank, byte, contributor) are not counted exactly once.
    size_t wrong() const
    {
        size_t count = 0;
        for (const auto& rank : counts_)
            for (const uint16_t value : rank) count += value != 1 ? 1 : 0;
        return count;
    }

private:
    uint16_t* at(uint32_t rank, Bytes byte) { return &counts_[rank][static_cast<size_t>(byte) * ranks_]; }

    uint32_t ranks_;
    Bytes size_;
    std::vector<std::vector<uint16_t>> counts_;
};

class AllreduceCases : public ::testing::TestWithParam<Case>
{
};

/// Runs one iteration and reduces as the messages say.
void expect_exact_sum(const Case& c, FakeCarrier& carrier)
{
    CollectiveWorkload workload = workload_of(c, 1);
    Buffers buffers(c.ranks, c.size);
    std::map<uint64_t, std::vector<uint16_t>> in_flight;
    carrier.on_send = [&](const Message& m) {
        const Transfer t = workload.transfer(m);
        ASSERT_EQ(std::make_pair(t.src, t.dst), std::make_pair(m.src, m.dst));
        ASSERT_TRUE(t.offset >= 0 && t.offset + t.bytes <= c.size && t.bytes == m.bytes);
        ASSERT_EQ(m.nvlink, m.src / c.gpus == m.dst / c.gpus);
        ASSERT_TRUE(in_flight.emplace(m.id, buffers.read(t)).second) << "id used twice";
    };
    carrier.on_arrival = [&](const Message& m) {
        const Transfer t = workload.transfer(m);
        // A retransmission would read the memory now: it must still hold what was sent.
        ASSERT_EQ(buffers.read(t), in_flight[m.id]) << "the sender's memory changed under way";
        buffers.write(t, in_flight[m.id]);
    };
    carrier.run(workload);
    EXPECT_TRUE(workload.done());
    EXPECT_EQ(buffers.wrong(), 0U);
    EXPECT_EQ(workload.progress(), 1);
}

TEST_P(AllreduceCases, EveryByteIsTheSumOverAllRanksExactlyOnce)
{
    FakeCarrier carrier;
    expect_exact_sum(GetParam(), carrier);
}

// Latencies are 0 to 1 ms and differ for every message, so that nothing may rely on the order of arrival.
TEST_P(AllreduceCases, AndSoOnANetworkThatReorders)
{
    for (uint64_t seed = 0; seed < 5; ++seed) {
        FakeCarrier carrier;
        carrier.late = [seed](const Message& m) {
            uint64_t stream = stream_of(seed, StreamKind{0}, m.id);
            return next_below(stream, 4) == 0 ? Time{static_cast<int64_t>(next_below(stream, 1'000'000'000))}
                                              : Time{};
        };
        expect_exact_sum(GetParam(), carrier);
    }
}

TEST_P(AllreduceCases, ARankBeginsWithItsOwnTransfers)
{
    const Case c = GetParam();
    const auto collective = make_allreduce(c.algorithm, shape_of(c), c.size, c.channels, c.chunk);
    for (uint32_t rank = 0; rank < c.ranks; ++rank) {
        Collective::Codes codes;
        collective->begin(rank, codes);
        for (const uint64_t code : codes) {
            EXPECT_EQ(collective->transfer(code).src, rank);
            EXPECT_LT(code, collective->code_limit());
        }
    }
}

TEST_P(AllreduceCases, IterationsFollowEachOtherAndIdsStayUnique)
{
    const Case c = GetParam();
    CollectiveWorkload workload = workload_of(c, 3);
    std::set<uint64_t> ids;
    Time last_arrival;
    FakeCarrier carrier;
    carrier.on_send = [&](const Message& m) { EXPECT_TRUE(ids.insert(m.id).second); };
    carrier.on_arrival = [&](const Message&) { last_arrival = carrier.now(); };
    carrier.run(workload);
    ASSERT_EQ(workload.periods().size(), 3U);
    EXPECT_EQ(workload.periods()[1].start, workload.periods()[0].end);
    EXPECT_EQ(workload.periods()[2].end, last_arrival);
    EXPECT_EQ(carrier.sent % 3, 0U);
    EXPECT_GT(carrier.sent, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    All, AllreduceCases,
    ::testing::Values(Case{"ring", 2, 1, 10, 1, 0, 0}, Case{"ring", 5, 1, 1003, 1, 0, 0},
                      Case{"ring", 3, 3, 100, 0, 0, 0}, Case{"ring", 8, 8, 4096, 0, 0, 0},
                      Case{"ring", 16, 8, 4099, 0, 0, 0}, Case{"ring", 24, 8, 1001, 0, 0, 0},
                      Case{"ring", 16, 4, 777, 3, 5, 0}, Case{"ring", 8, 2, 333, 5, 3, 4000},
                      Case{"ring", 16, 4, 3, 0, 0, 0}, Case{"ring", 12, 2, 640, 2, 1, 900},
                      Case{"hierarchical", 2, 1, 10, 0, 0, 0}, Case{"hierarchical", 6, 1, 601, 2, 20, 0},
                      Case{"hierarchical", 8, 8, 1001, 0, 0, 0}, Case{"hierarchical", 16, 8, 4099, 0, 0, 0},
                      Case{"hierarchical", 16, 4, 3, 0, 0, 0}, Case{"hierarchical", 24, 8, 2000, 1, 17, 0},
                      Case{"hierarchical", 16, 2, 999, 2, 10, 5000},
                      Case{"hierarchical", 9, 3, 500, 3, 1, 900}, Case{"hierarchical", 6, 2, 13, 1, 1, 2000},
                      Case{"hierarchical", 5, 1, 7, 1, 1, 3000}, Case{"hierarchical", 4, 1, 30, 1, 1, 0}));

/// Counts the bytes sent per endpoint: [0] over its NIC, [1] over NVLink.
std::vector<std::array<Bytes, 2>> bytes_sent(const Case& c, FakeCarrier& carrier)
{
    CollectiveWorkload workload = workload_of(c, 1);
    std::vector<std::array<Bytes, 2>> sent(c.ranks);
    carrier.on_send = [&](const Message& m) { sent[m.src][m.nvlink ? 1 : 0] += m.bytes; };
    carrier.run(workload);
    return sent;
}

// n = 32 ranks, 4 hosts, S = 8 x 32 x 1024: every NIC carries one channel, 2(n-1)/n S/8 = 2 x 31 x 1024;
// NVLink the seven others.
TEST(RingAllreduce, EveryNicCarriesOneChannel)
{
    FakeCarrier carrier;
    for (const auto& [nic, nvlink] : bytes_sent({"ring", 32, 8, 8 * 32 * 1024, 0, 0, 0}, carrier)) {
        EXPECT_EQ(nic, 2 * 31 * 1024);
        EXPECT_EQ(nvlink, 7 * 2 * 31 * 1024);
    }
}

// H = 4 hosts: a NIC carries 2(H-1)/H of its shard, 2 x 3/4 x S/8; NVLink 2 x 7/8 S.
TEST(HierarchicalAllreduce, LoadsNicAndNvlinkAsTheFormulaSays)
{
    const Bytes size = 8 * 4 * 16384;
    FakeCarrier carrier;
    for (const auto& [nic, nvlink] : bytes_sent({"hierarchical", 32, 8, size, 4, 4096, 0}, carrier)) {
        EXPECT_EQ(nic, size / 8 * 2 * 3 / 4);
        EXPECT_EQ(nvlink, size * 2 * 7 / 8);
    }
}

size_t rail_crossings(const Case& c)
{
    FakeCarrier carrier;
    CollectiveWorkload workload = workload_of(c, 1);
    std::set<std::pair<uint32_t, uint32_t>> crossing;
    carrier.on_send = [&](const Message& m) {
        if (!m.nvlink && m.src % c.gpus != m.dst % c.gpus) crossing.emplace(m.src, m.dst);
    };
    carrier.run(workload);
    return crossing.size();
}

TEST(RingAllreduce, StaysOnItsRailWithAnEvenNumberOfHosts)
{
    EXPECT_EQ(rail_crossings({"ring", 16, 8, 4096, 0, 0, 0}), 0U);
    EXPECT_EQ(rail_crossings({"ring", 48, 8, 4096, 0, 0, 0}), 0U);
    EXPECT_EQ(rail_crossings({"hierarchical", 24, 8, 4096, 0, 0, 0}), 0U);
}

TEST(RingAllreduce, ClosesAcrossRailsWithAnOddNumberOfHosts)
{
    EXPECT_EQ(rail_crossings({"ring", 24, 8, 4096, 0, 0, 0}), 8U);
}

TEST(RingAllreduce, SendsAStepOnlyAfterItReceivedTheOneBefore)
{
    const Case c{"ring", 16, 4, 64 * 1024, 0, 512, 0};
    CollectiveWorkload workload = workload_of(c, 1);
    std::map<std::pair<uint32_t, Bytes>, int> received;  // (rank, offset): how often that range arrived
    std::map<std::pair<uint32_t, Bytes>, int> sent;
    FakeCarrier carrier;
    carrier.on_arrival = [&](const Message& m) { ++received[{m.dst, workload.transfer(m).offset}]; };
    carrier.on_send = [&](const Message& m) {
        const auto key = std::make_pair(m.src, workload.transfer(m).offset);
        // Only where a segment starts is it sent before it was received; there its first pass needs nothing.
        const bool origin = received[key] == 0 && carrier.now() == Time{};
        EXPECT_TRUE(origin || received[key] > 0);
        EXPECT_LE(++sent[key], 2);
    };
    carrier.run(workload);
    EXPECT_TRUE(workload.done());
}

// 16 ranks of one GPU each, S = 16 x 1 MiB, 400 Gb/s, 3 us: 30 steps of (20.97152 + 3) us. Worked by hand.
TEST(RingAllreduce, TakesStepsTimesTransferAndLatency)
{
    FakeCarrier carrier;
    CollectiveWorkload workload = workload_of({"ring", 16, 1, 16 << 20, 1, 0, 0}, 1);
    carrier.run(workload);
    EXPECT_EQ(workload.periods()[0].end, Time{30 * (20'971'520 + 3'000'000)});
}

TEST(HierarchicalAllreduce, ChunksOverlapNvlinkWithTheNetwork)
{
    FakeCarrier whole, chunked;
    CollectiveWorkload slow = workload_of({"hierarchical", 32, 8, 64 << 20, 1, 64 << 20, 0}, 1);
    CollectiveWorkload fast = workload_of({"hierarchical", 32, 8, 64 << 20, 0, 0, 0}, 1);
    whole.run(slow);
    chunked.run(fast);
    EXPECT_LT(fast.periods()[0].end.us(), 0.75 * slow.periods()[0].end.us());
}

TEST(CollectiveWorkload, EndsWhenAMessageFails)
{
    FakeCarrier carrier;
    carrier.status = [](const Message& m) { return m.id == 3 ? FlowStatus::retry_exceeded : FlowStatus::ok; };
    CollectiveWorkload workload = workload_of({"ring", 8, 1, 4096, 1, 0, 0}, 5);
    carrier.run(workload);
    EXPECT_TRUE(workload.done());
    EXPECT_EQ(workload.periods().back().end, Time::max());
}

TEST(CollectiveWorkload, JitterDelaysStartsAndDependsOnTheSeed)
{
    const auto first_sends = [](uint64_t seed) {
        std::map<uint32_t, Time> first;
        FakeCarrier carrier;
        carrier.on_send = [&](const Message& m) { first.emplace(m.src, carrier.now()); };
        CollectiveWorkload workload(make_allreduce("ring", {8, 1, 8}, 8 << 10, 1, 0), {8, 1, 8}, 1,
                                    microseconds(100), seed);
        carrier.run(workload);
        std::vector<int64_t> times;
        for (const auto& [rank, time] : first) times.push_back(time.ps);
        return times;
    };
    EXPECT_EQ(first_sends(1), first_sends(1));
    EXPECT_NE(first_sends(1), first_sends(2));
    for (const int64_t ps : first_sends(1)) EXPECT_LE(ps, 100'000'000);
    const std::vector<int64_t> sends = first_sends(1);
    ASSERT_GE(sends.size(), 2U);
    EXPECT_NE(sends[0], sends[1]);
}

FabricPlan hpn_like(uint32_t hosts)
{
    FabricPlan plan;
    plan.name = "hpn";
    plan.endpoints = hosts * 8;
    plan.nics_per_host = 8;
    plan.nvlink.rate = gbps(3600);
    return plan;
}

std::string sentence_of(const std::function<void()>& act)
{
    try {
        act();
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

TEST(CollectiveShape, FillsHostsInOrder)
{
    const CollectiveShape whole = group_shape(places_in_order(hpn_like(4), 32).host_of),
                          part = group_shape(places_in_order(hpn_like(4), 5).host_of);
    EXPECT_EQ(whole.hosts, 4U);
    EXPECT_EQ(whole.gpus, 8U);
    EXPECT_EQ(part.hosts, 1U);
    EXPECT_EQ(part.gpus, 5U);
    FabricPlan no_nvlink = hpn_like(4);
    no_nvlink.nvlink.rate = {};
    EXPECT_EQ(group_shape(places_in_order(no_nvlink, 5).host_of).hosts, 5U);
}

TEST(CollectiveShape, RefusesWhatDoesNotFit)
{
    EXPECT_EQ(sentence_of([] { places_in_order(hpn_like(4), 33); }),
              "ranks: 33 ranks need as many GPUs, and 'hpn' has 32");
    EXPECT_NE(sentence_of([] { places_in_order(hpn_like(4), 1); }), "");
    EXPECT_NE(sentence_of([] {
                  make_allreduce("ring", {8, 8, 1}, Bytes{1} << 40, 1, 1);
              }).find("at most 65536"),
              std::string::npos);
}

}  // namespace
}  // namespace hpnsim
