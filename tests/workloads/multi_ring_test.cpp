// SPDX-License-Identifier: GPL-2.0-only
// Compares the rings of Multi-AllReduce with what the HPN paper says of them: each rail reduces a buffer of
// its own over its NICs alone. Sums are those of a rail, and a check that takes them for others' says so.
#include "collective_load.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace hpnsim
{
namespace
{

constexpr Bytes kMib = 1 << 20;

CollectiveLoad multi_ring(CollectiveShape shape, Bytes size, Bytes chunk = 0)
{
    return load_of(kAllReduce, "multi-ring", {shape, size, 0, chunk});
}

// Eight hosts: 2 x 7/8 S by every NIC, eight times as much as in one AllReduce.
TEST(MultiRing, EveryNicCarriesAWholeBuffer)
{
    const CollectiveLoad load = multi_ring({64, 8, 8}, 64 * kMib);
    for (const RankLoad& rank : load.ranks) {
        EXPECT_EQ(rank.nic[0], 2 * 7 * 8 * kMib);
        EXPECT_EQ(rank.nic[1], 2 * 7 * 8 * kMib);
        EXPECT_EQ(rank.nvlink[0], 0);
    }
    EXPECT_EQ(load.pairs.size(), 64U);
    for (const auto& [src, dst] : load.pairs) EXPECT_EQ(src % 8, dst % 8);
}

TEST(MultiRing, InOneHostThereIsOneGroup)
{
    const CollectiveLoad load = multi_ring({8, 8, 1}, 8 * kMib);
    EXPECT_EQ(load.busiest(&RankLoad::nic), 0);
    for (const RankLoad& rank : load.ranks) EXPECT_EQ(rank.nvlink[0], 2 * 7 * kMib);
}

TEST(MultiRing, TakesTwiceTheHostsButOneSteps)
{
    EXPECT_NEAR(multi_ring({24, 8, 3}, 3).end.us(), 2 * 2 * 3, 1e-3);
}

// Four hosts, 200,000 B: six steps of 50,000 B, 1 us each and 3 us of latency.
TEST(MultiRing, TakesTheTimeThatHandReckoningGives)
{
    EXPECT_EQ(multi_ring({8, 2, 4}, 200'000).end, microseconds(6 * 4));
}

TEST(MultiRing, ComesNearItsBound)
{
    for (const uint32_t hosts : {8U, 3U})
        for (const Bytes size : {kMib, 256 * kMib})
            EXPECT_GT(multi_ring({hosts * 8, 8, hosts}, size).efficiency(), 0.99) << hosts << " " << size;
}

uint32_t first_element(Contents& contents, uint32_t rank)
{
    uint32_t v = 0;
    std::memcpy(&v, contents.memory().at(rank, EndpointMemory::base(rank), 4), 4);
    return v;
}

/// Takes the place of another collective's groups: all ranks are one.
class AsOneGroup : public Collective
{
public:
    explicit AsOneGroup(std::unique_ptr<Collective> real) : real_(std::move(real)) {}
    uint64_t code_limit() const override { return real_->code_limit(); }
    Transfer transfer(uint64_t code) const override { return real_->transfer(code); }
    Bytes memory_bytes(uint32_t rank) const override { return real_->memory_bytes(rank); }
    uint64_t transfers() const override { return real_->transfers(); }
    uint64_t share(uint32_t rank) const override { return real_->share(rank); }
    void begin(uint32_t rank, Codes& out) const override { real_->begin(rank, out); }
    void enables(uint64_t code, Codes& out) const override { real_->enables(code, out); }

private:
    std::unique_ptr<Collective> real_;
};

TEST(MultiRing, EveryRailHasASumOfItsOwn)
{
    const CollectiveShape shape{8, 4, 2};
    const auto make = [&] {
        return make_collective(find_collective("algorithm", kAllReduce, "multi-ring"), {shape, 4096});
    };
    EXPECT_EQ(make()->groups().count, 4U);
    const auto contents = make_collective_contents(kAllReduce, make(), shape.ranks, 4096);
    const auto of_all =
        make_collective_contents(kAllReduce, std::make_unique<AsOneGroup>(make()), shape.ranks, 4096);
    for (Contents* each : {contents.get(), of_all.get()}) {
        each->memory().allocate();
        CollectiveWorkload workload(make(), shape, 1, {}, 1);
        FakeCarrier carrier;
        carrier.contents = each;
        carrier.run(workload);
        for (uint32_t rank = 0; rank < 4; ++rank) {
            EXPECT_EQ(first_element(*each, rank), first_element(*each, rank + 4));
            EXPECT_NE(first_element(*each, rank), first_element(*each, (rank + 1) % 4));
        }
    }
    EXPECT_TRUE(contents->finish(true).verified());
    EXPECT_EQ(of_all->finish(true).wrong, 8U * 1024);
}

}  // namespace
}  // namespace hpnsim
