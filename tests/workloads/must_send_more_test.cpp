// SPDX-License-Identifier: GPL-2.0-only
// Tests that a collective which says that it must send more between hosts does so before it ends.
#include "fake_carrier.hpp"
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
    bool at_end = false, done = false;
};

Told told_by(const CollectiveOps& ops, const CollectiveCall& call, FlowStatus status = FlowStatus::ok)
{
    CollectiveWorkload workload(make_collective(ops, call), call.shape, 2, nanoseconds(500), 1);
    FakeCarrier carrier;
    Told told;
    carrier.status = [status](const Message&) { return status; };
    carrier.on_send = [&](const Message& m) {
        if (m.nvlink) return;
        ++told.sends;
        told.early += workload.must_send_more() ? 1 : 0;
    };
    carrier.run(workload);
    told.at_end = workload.must_send_more();
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
}

TEST(MustSendMore, IsNotSaidAfterAnError)
{
    const CollectiveOps& ring = find_collective("algorithm", find_operation("op", "all_reduce"), "ring");
    EXPECT_FALSE(told_by(ring, {{8, 1, 8}, 1 << 20, 1}, FlowStatus::retry_exceeded).at_end);
}

}  // namespace
}  // namespace hpnsim
