// SPDX-License-Identifier: GPL-2.0-only
// Moves real bytes over the fake network: collectives end with the right sums, and whatever is done to one
// message is found. Expected values are computed here from the published definition of the contents, not by
// the collective.
#include "by_name.hpp"
#include "fake_carrier.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/random_streams.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <numeric>

namespace hpnsim
{
namespace
{

/// Holds what one kind of run needs: its workload and its contents.
struct Rig {
    const char* name;
    std::function<std::unique_ptr<Workload>()> workload;
    std::function<std::unique_ptr<Contents>()> contents;
    bool reduces = false;
};

Rig collective(const char* name, CollectiveShape shape, Bytes size, uint32_t channels, Bytes chunk,
               uint32_t iterations)
{
    const std::string algorithm = name;
    const bool reduces = algorithm != "alltoall";
    const auto make = [=] {
        return reduces ? make_allreduce(algorithm, shape, size, channels, chunk)
                       : make_alltoall(shape, size, channels);
    };
    return {
        name,
        [=] { return std::make_unique<CollectiveWorkload>(make(), shape, iterations, nanoseconds(700), 3); },
        [=] { return make_collective_contents(reduces ? kAllReduce : kAllToAll, make(), shape.ranks, size); },
        reduces};
}

Rig incast(uint32_t senders, Bytes size, uint32_t rounds)
{
    IncastGroup group;
    group.senders.resize(senders);
    std::iota(group.senders.begin(), group.senders.end(), 1);
    return {"incast", [=] { return std::make_unique<IncastWorkload>(group, size, rounds, Time{}, 1); },
            [=] { return make_incast_contents(group, size); }};
}

Rig flows()
{
    const std::vector<FlowSpec> list = {{0, 1, 3, 10000, {}},
                                        {2, 1, 3, 10000, {}},
                                        {1, 0, 3, 30001, nanoseconds(70)},
                                        {2, 1, 3, 1, nanoseconds(80)},
                                        {0, 1, 3, 10000, microseconds(9)},
                                        {2, 1, 3, 10000, microseconds(9)}};
    return {"flows", [=] { return std::make_unique<FlowsWorkload>(list); },
            [=] { return make_flows_contents(list); }};
}

/// Messages of 0 to 100 us more latency: arrivals in another order.
Time shuffled(const Message& m)
{
    uint64_t stream = stream_of(1, StreamKind{0}, m.id);
    return {static_cast<int64_t>(next_below(stream, 100'000'000))};
}

Verdict run(const Rig& rig, Injection injection, FakeCarrier& carrier)
{
    const auto workload = rig.workload();
    const auto contents = inject(rig.contents(), injection, 64);
    contents->memory().allocate();
    carrier.contents = contents.get();
    carrier.run(*workload);
    EXPECT_TRUE(workload->done());
    return contents->finish(true);
}

std::vector<Rig> rigs()
{
    return {collective("ring", {8, 8, 1}, 64 << 10, 0, 0, 2),
            collective("ring", {16, 8, 2}, 64 << 10, 0, 0, 1),
            collective("ring", {24, 8, 3}, 24 << 10, 3, 200, 3),
            collective("ring", {16, 4, 4}, 50001, 5, 300, 2),
            collective("ring", {6, 1, 6}, 24000, 1, 1000, 2),
            collective("hierarchical", {8, 8, 1}, 64 << 10, 0, 0, 2),
            collective("hierarchical", {32, 8, 4}, 128 << 10, 0, 0, 2),
            collective("hierarchical", {24, 8, 3}, 50001, 2, 1000, 3),
            collective("hierarchical", {6, 1, 6}, 24000, 2, 1024, 1),
            collective("alltoall", {16, 8, 2}, 64 << 10, 0, 0, 3),
            collective("alltoall", {12, 4, 3}, 50001, 2, 0, 2),
            incast(7, 5000, 4),
            flows()};
}

class Verify : public testing::TestWithParam<size_t>
{
protected:
    Rig rig() const { return rigs()[GetParam()]; }
};

TEST_P(Verify, FindsNothingWrongInASoundRun)
{
    FakeCarrier carrier;
    const Verdict verdict = run(rig(), Injection::none, carrier);
    EXPECT_TRUE(verdict.verified()) << verdict.first;
    EXPECT_GT(verdict.checked, 0U);
}

TEST_P(Verify, NorWhereMessagesArriveInAnotherOrder)
{
    FakeCarrier carrier;
    carrier.late = shuffled;
    const Verdict verdict = run(rig(), Injection::none, carrier);
    EXPECT_TRUE(verdict.verified()) << verdict.first;
}

TEST_P(Verify, FindsEveryInjection)
{
    for (const std::string& name : injection_names()) {
        if (name == "reduce-twice" && !rig().reduces) continue;
        for (const bool reorder : {false, true}) {
            FakeCarrier carrier;
            if (reorder) carrier.late = shuffled;
            const Verdict verdict = run(rig(), injection_named("", name), carrier);
            EXPECT_FALSE(verdict.verified()) << rig().name << " " << name;
            EXPECT_GT(verdict.wrong, 0U) << rig().name << " " << name << ": " << verdict.first;
            EXPECT_NE(verdict.first.find("expected 0x"), std::string::npos) << verdict.first;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(All, Verify, testing::Range(size_t{0}, rigs().size()), [](const auto& each) {
    return rigs()[each.param].name + std::string("_") + std::to_string(each.param);
});

/// Returns element i of a rank as contents.hpp defines it: the SplitMix64 stream of (iteration, "contents",
/// rank), two elements a word, low half first.
uint32_t element(uint32_t rank, uint64_t i, uint64_t iteration)
{
    uint64_t stream =
        stream_of(iteration, StreamKind{0x636f6e74656e7473}, rank) + (i / 2) * 0x9e3779b97f4a7c15U;
    return static_cast<uint32_t>(next_random(stream) >> (i % 2 == 0 ? 0 : 32));
}

uint32_t stored(Contents& contents, uint32_t rank, uint64_t i)
{
    const std::byte* bytes = contents.memory().at(rank, EndpointMemory::base(rank) + 4 * i, 4);
    uint32_t v = 0;
    for (int k = 0; k < 4; ++k) v |= static_cast<uint32_t>(bytes[k]) << (8 * k);
    return v;
}

TEST(AllreduceContents, EveryRankEndsWithTheSum)
{
    for (const char* algorithm : {"ring", "hierarchical"}) {
        const Rig rig = collective(algorithm, {16, 8, 2}, 16 << 10, 0, 0, 2);
        const auto workload = rig.workload();
        const auto contents = rig.contents();
        contents->memory().allocate();
        FakeCarrier carrier;
        carrier.contents = contents.get();
        carrier.run(*workload);
        for (uint64_t i = 0; i < 4096; ++i) {
            uint32_t sum = 0;
            for (uint32_t rank = 0; rank < 16; ++rank) sum += element(rank, i, 1);
            for (uint32_t rank = 0; rank < 16; ++rank) ASSERT_EQ(stored(*contents, rank, i), sum) << i;
        }
        EXPECT_TRUE(contents->finish(true).verified());
    }
}

TEST(AlltoallContents, RankRHoldsBlockRofEveryRank)
{
    const Rig rig = collective("alltoall", {8, 4, 2}, 8 * 64, 2, 0, 1);
    const auto workload = rig.workload();
    const auto contents = rig.contents();
    contents->memory().allocate();
    FakeCarrier carrier;
    carrier.contents = contents.get();
    carrier.run(*workload);
    // Blocks of 16 elements; the receive buffer follows the send buffer of 128.
    for (uint32_t rank = 0; rank < 8; ++rank)
        for (uint32_t from = 0; from < 8; ++from)
            for (uint32_t i = 0; i < 16; ++i)
                ASSERT_EQ(stored(*contents, rank, 128 + from * 16 + i), element(from, rank * 16 + i, 0))
                    << rank << " " << from;
}

// 16 ranks x 4,096 elements x 2 iterations. A byte of an element on its way is flipped: the element is wrong
// where it was added, and on all ranks that the sum went to; never two elements.
TEST(Verdict, CountsEveryElementAndNamesTheFirst)
{
    FakeCarrier sound, flipped;
    const Rig rig = collective("ring", {16, 8, 2}, 16 << 10, 0, 0, 2);
    EXPECT_EQ(run(rig, Injection::none, sound).checked, 16U * 4096 * 2);
    const Verdict verdict = run(rig, Injection::flip, flipped);
    EXPECT_EQ(verdict.checked, 16U * 4096 * 2);
    EXPECT_EQ(verdict.wrong, 16U);
    unsigned long long iteration = 0, rank = 0, index = 0, wrong = 0, of = 0;
    unsigned expected = 0, found = 0;
    ASSERT_EQ(std::sscanf(verdict.first.c_str(),
                          "iteration %llu, rank %llu, element %llu: expected 0x%x, found 0x%x; %llu of "
                          "%llu elements differ",
                          &iteration, &rank, &index, &expected, &found, &wrong, &of),
              7)
        << verdict.first;
    uint32_t sum = 0;
    for (uint32_t r = 0; r < 16; ++r) sum += element(r, index, iteration);
    EXPECT_EQ(expected, sum);
    EXPECT_NE(found, sum);
    EXPECT_EQ(wrong, 16U);
    EXPECT_EQ(of, 16U * 4096 * 2);
}

TEST(Verdict, ElementsAreBytesWhereACutDividesAnElement)
{
    FakeCarrier whole, cut;
    EXPECT_EQ(run(collective("ring", {4, 1, 4}, 4096, 1, 0, 1), Injection::none, whole).element_bytes, 4);
    const Verdict bytes = run(collective("ring", {3, 1, 3}, 4096, 1, 0, 1), Injection::none, cut);
    EXPECT_EQ(bytes.element_bytes, 1);
    EXPECT_EQ(bytes.checked, 3U * 4096);
}

TEST(Verdict, OfARunThatWasCutOffIsNotVerified)
{
    const Rig rig = incast(2, 1000, 1);
    const auto contents = rig.contents();
    EXPECT_FALSE(contents->finish(false).verified());
    EXPECT_EQ(contents->finish(false).first, "");
}

TEST(Inject, SaysWhenNoMessageCanBeSpoiled)
{
    FakeCarrier carrier;
    const Verdict verdict = run(incast(3, 10, 1), Injection::offset, carrier);
    EXPECT_FALSE(verdict.verified());
    EXPECT_EQ(verdict.first, "injection: nothing was spoiled, for no message of this run can be");
}

TEST(Inject, UnknownNamesGetTheNearest)
{
    EXPECT_THROW(injection_named("--inject", "flop"), BadInput);
}

TEST(EndpointMemory, AnAddressBelongsToOneEndpoint)
{
    EndpointMemory memory;
    EXPECT_EQ(memory.reserve(3, 100), 0);
    EXPECT_EQ(memory.reserve(5, 10), 0);
    EXPECT_EQ(memory.reserve(3, 50), 100);
    EXPECT_EQ(memory.total(), 160);
    memory.allocate();
    const uint64_t base = EndpointMemory::base(3);
    EXPECT_EQ(memory.at(3, base + 149, 1) - memory.at(3, base, 1), 149);
    EXPECT_THROW(memory.at(3, base + 149, 2), std::logic_error);
    EXPECT_THROW(memory.at(5, base, 1), std::logic_error);
    EXPECT_THROW(memory.at(4, EndpointMemory::base(4), 1), std::logic_error);
    EXPECT_THROW(memory.at(3, base - 1, 1), std::logic_error);
}

/// A machine as its files describe it.
class Machine
{
public:
    Machine(const std::string& meminfo, const std::string& limit, const std::string& used)
    {
        std::string name = std::filesystem::temp_directory_path() / "hpnsim-memory-XXXXXX";
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
        folder_ = name;
        std::ofstream(folder_ / "meminfo") << meminfo;
        std::ofstream(folder_ / "memory.max") << limit;
        std::ofstream(folder_ / "memory.current") << used;
    }
    ~Machine() { std::filesystem::remove_all(folder_); }
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;
    Bytes available() const { return available_memory({folder_ / "meminfo", folder_}); }

private:
    std::filesystem::path folder_;
};

TEST(Memory, IsTheLeastOfMachineAndContainer)
{
    const std::string meminfo =
        "MemTotal:  24000000 kB\nMemFree: 5 kB\nMemAvailable:   2000000 kB\nCached: 1 kB\n";
    EXPECT_EQ(Machine(meminfo, "max\n", "1000\n").available(), Bytes{2'000'000} * 1024);
    EXPECT_EQ(Machine(meminfo, "1000000000\n", "400000000\n").available(), 600'000'000);
    EXPECT_EQ(Machine("", "max\n", "1000\n").available(), 0);
}

TEST(Memory, IsRefusedWithASentence)
{
    EXPECT_NO_THROW(require_memory(1000, 1000));
    EXPECT_NO_THROW(require_memory(Bytes{1} << 50, 0));
    try {
        require_memory(12'300'000'000, 4'500'000'000);
        FAIL();
    } catch (const BadInput& error) {
        EXPECT_STREQ(error.what(), "buffers of 12.3 GB are needed and 4.5 GB are free");
    }
}

}  // namespace
}  // namespace hpnsim
