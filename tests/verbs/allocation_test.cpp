// SPDX-License-Identifier: GPL-2.0-only
// Posting and polling allocate nothing in steady state: counts operator new over the second half of an
// exchange.
#include "../count_allocations.hpp"
#include "two_hosts.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{

using namespace verbs;

TEST(VerbsAllocation, NoneInSteadyState)
{
    RigOptions options = short_timeouts();
    options.keep = false;
    Linked pair(options);
    pair.hosts.rig().journal().quiet = true;
    WorkCompletion wc[8];
    uint64_t before = 0;
    int completed = 0;
    for (int round = 0; round < 400; ++round) {
        if (round == 200) before = allocations;
        for (int i = 0; i < 4; ++i) ASSERT_TRUE(pair.b.qp.post_recv(pair.b.receive(2000)));
        for (int i = 0; i < 4; ++i) ASSERT_TRUE(pair.a.post(pair.a.send(2000)));
        pair.settle();
        completed += pair.a.cq.poll(8, wc) + pair.b.cq.poll(8, wc);
    }
    const uint64_t after = allocations;
    EXPECT_EQ(completed, 400 * 8);
    EXPECT_EQ(after - before, 0u);
    EXPECT_GT(before, 0u) << "the counter counts";
}

}  // namespace hpnsim::test
