// SPDX-License-Identifier: GPL-2.0-only
// Tests that whoever draws random numbers in a run never meets the numbers of another.
#include "hpnsim/random_streams.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace hpnsim
{
namespace
{

TEST(RandomStreams, KindsWithTheSameSeedAndNumberDiffer)
{
    for (const uint64_t seed : {1U, 2U}) {
        for (const uint64_t which : {0U, 1U, 7U}) {
            std::map<uint64_t, StreamKind> first_draws;
            for (const StreamKind kind : kStreamKinds) {
                uint64_t stream = stream_of(seed, kind, which);
                const auto [other, fresh] = first_draws.emplace(next_random(stream), kind);
                EXPECT_TRUE(fresh) << "kinds " << static_cast<uint64_t>(kind) << " and "
                                   << static_cast<uint64_t>(other->second) << " draw the same";
            }
        }
    }
}

TEST(RandomStreams, NumbersAndSeedsOfOneKindDiffer)
{
    std::set<uint64_t> starts;
    for (uint64_t seed = 0; seed < 10; ++seed)
        for (uint64_t which = 0; which < 100; ++which)
            EXPECT_TRUE(starts.insert(stream_of(seed, StreamKind::qp, which)).second);
}

/// What a seed means: results of earlier versions are made again.
TEST(RandomStreams, ASeedMeansTheSameInEveryVersion)
{
    EXPECT_EQ(stream_of(1, StreamKind::qp, 0), 0xfe0a78c1ca7dbf00U);
}

}  // namespace
}  // namespace hpnsim
