// SPDX-License-Identifier: GPL-2.0-only
// Tests that a collective which says that it must send more between hosts does so before it ends.
#include "fake_carrier.hpp"
#include "graph/sends_left.hpp"
#include "hpnsim/collective_table.hpp"
#include "hpnsim/random_streams.hpp"
#include "hpnsim/workloads.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

struct Told {
    uint64_t sends = 0, early = 0;  ///< between hosts; of these, those after which more were said to come
    uint64_t all = 0, early_of_all = 0;  ///< the same with those inside hosts
    bool at_end = false, done = false;
};

Told told_by(const CollectiveOps& ops, const CollectiveCall& call, FlowStatus status = FlowStatus::ok)
{
    CollectiveWorkload workload(make_collective(ops, call), call.shape, 2, nanoseconds(500), 1);
    FakeCarrier carrier;
    Told told;
    carrier.status = [status](const Message&) { return status; };
    carrier.on_send = [&](const Message& m) {
        ++told.all;
        told.early_of_all += workload.must_send_more_or_inside() ? 1 : 0;
        if (m.nvlink) return;
        ++told.sends;
        told.early += workload.must_send_more() ? 1 : 0;
    };
    carrier.run(workload);
    told.at_end = workload.must_send_more() || workload.must_send_more_or_inside();
    told.done = workload.done();
    return told;
}

/// A code that is never sent would be awaited for ever.
TEST(MustSendMore, IsOverWhenTheCollectiveIs)
{
    uint64_t stream = stream_of(7, StreamKind{2}, 4);
    for (const CollectiveOps* ops : all_collectives()) {
        if (*ops->info.file != '\0') continue;  // it needs one
        for (int i = 0; i < 40; ++i) {
            const auto gpus = static_cast<uint32_t>(1 + next_below(stream, 4));
            const auto hosts = static_cast<uint32_t>(2 + next_below(stream, 4));
            CollectiveCall call{{gpus * hosts, gpus, hosts}};
            call.size = 1 + static_cast<Bytes>(next_below(stream, i % 2 == 0 ? 10 : 50'000));
            const Told told = told_by(*ops, call);
            ASSERT_TRUE(told.done) << ops->info.name;
            ASSERT_FALSE(told.at_end)
                << ops->info.name << ", " << hosts << " x " << gpus << ", " << call.size;
            // The last of each iteration is the only one after which there is none, if anything is known.
            if (told.early > 0) {
                ASSERT_EQ(told.early + 2, told.sends) << ops->info.name;
            }
            if (told.early_of_all > 0) {
                ASSERT_EQ(told.early_of_all + 2, told.all) << ops->info.name;
            }
        }
    }
}

TEST(MustSendMore, IsKnownOfRingsAndOfHierarchicalOnes)
{
    const CollectiveOps& ring = find_collective("algorithm", find_operation("op", "all_reduce"), "ring");
    const Told told = told_by(ring, {{64, 1, 64}, 1 << 20, 2});
    EXPECT_TRUE(told.done);
    EXPECT_FALSE(told.at_end);
    EXPECT_EQ(told.sends, 2U * 2 * 2 * 63 * 64);
    EXPECT_EQ(told.early, told.sends - 2);
    const CollectiveOps& both =
        find_collective("algorithm", find_operation("op", "all_reduce"), "hierarchical");
    const Told levels = told_by(both, {{32, 4, 8}, 1 << 20});
    EXPECT_GT(levels.sends, 1000U);
    EXPECT_EQ(levels.early, levels.sends - 2);
    EXPECT_GT(levels.all, levels.sends);
    EXPECT_EQ(levels.early_of_all, levels.all - 2);
}

TEST(MustSendMore, IsNotSaidAfterAnError)
{
    const CollectiveOps& ring = find_collective("algorithm", find_operation("op", "all_reduce"), "ring");
    EXPECT_FALSE(told_by(ring, {{8, 1, 8}, 1 << 20, 1}, FlowStatus::retry_exceeded).at_end);
}

/// Codes of which each `every`-th is a transfer: from rank 0 to rank 1, or to rank 2, which is on another
/// host.
class Scattered : public Collective
{
public:
    uint64_t all = 0, every = 1, counted = 0;
    bool names = true;

    uint64_t code_limit() const override { return all; }
    Transfer transfer(uint64_t code) const override
    {
        Transfer t;
        t.bytes = code % every == 0 ? 1 : 0;
        t.dst = code / every % 2 == 0 ? 1 : 2;
        return t;
    }
    Bytes memory_bytes(uint32_t) const override { return all; }
    uint64_t transfers() const override { return counted; }
    uint64_t share(uint32_t) const override { return counted; }
    void begin(uint32_t, Codes&) const override {}
    void enables(uint64_t, Codes&) const override {}
    bool names_all() const override { return names; }
};

/// Counts how many sends, of at most `most`, take SendsLeft to none.
uint64_t sends_until_none(SendsLeft& left, uint64_t most)
{
    uint64_t sends = 0;
    for (; left.any() && sends < most; ++sends) left.sent(1, 0);
    return sends;
}

TEST(SendsLeft, CountsAllOfThemHoweverFarApartTheyAre)
{
    const RankPlaces places{{0, 1, 2}, {0, 0, 1}};
    for (const uint64_t every : {1, 3, 10'000})
        for (const uint64_t all : {1, 2, 4'096, 4'097, 100'000}) {
            const auto codes = std::make_shared<Scattered>();
            codes->all = all;
            codes->every = every;
            const uint64_t transfers = (all - 1) / every + 1;
            codes->counted = transfers;
            SendsLeft left;
            for (int iteration = 0; iteration < 3; ++iteration) {
                left.begin(codes, places);
                EXPECT_EQ(sends_until_none(left, all), transfers / 2) << every << " " << all;
                EXPECT_TRUE(left.any_or_inside());
                left.sent(0, transfers - transfers / 2);
                EXPECT_FALSE(left.any_or_inside());
                left.begin(codes, places);  // an iteration that ends early
                sends_until_none(left, transfers / 3);
            }
        }
}

/// What is in part never sent says nothing of what must still be sent.
TEST(SendsLeft, ClaimsNothingOfCodesThatAreNotAllSent)
{
    const RankPlaces places{{0, 1, 2}, {0, 0, 1}};
    for (const uint64_t missing : {0, 1}) {
        const auto codes = std::make_shared<Scattered>();
        codes->all = 10'000;
        codes->counted = 10'000 - missing;
        codes->names = false;
        SendsLeft left;
        for (int iteration = 0; iteration < 2; ++iteration) {
            left.begin(codes, places);
            EXPECT_EQ(sends_until_none(left, 10'000), missing > 0 ? 0U : 5'000U);
            EXPECT_EQ(left.any_or_inside(), missing == 0);
        }
    }
}

}  // namespace
}  // namespace hpnsim
