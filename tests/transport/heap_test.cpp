// SPDX-License-Identifier: GPL-2.0-only
// Compares the deadline heap with a plain search.
#include "hpnsim/deadline_heap.hpp"
#include "hpnsim/random_streams.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace hpnsim::test
{

TEST(DeadlineHeap, AgreesWithAPlainSearch)
{
    constexpr uint32_t kQps = 100;
    DeadlineHeap heap;
    std::vector<int64_t> stands(kQps, -1);
    for (uint32_t i = 0; i < kQps; ++i) heap.add();
    uint64_t stream = stream_of(1, StreamKind{2}, 3);
    for (int step = 0; step < 20000; ++step) {
        const auto qp = static_cast<uint32_t>(next_below(stream, kQps));
        const auto when = static_cast<int64_t>(next_below(stream, 500));  // many ties
        if (stands[qp] < 0 || when < stands[qp]) {
            heap.pull_in(qp, {when});
            stands[qp] = when;
        }
        if (next_below(stream, 3) != 0) continue;
        uint32_t first = kQps;
        for (uint32_t i = 0; i < kQps; ++i)
            if (stands[i] >= 0 && (first == kQps || stands[i] < stands[first])) first = i;
        ASSERT_EQ(heap.empty(), first == kQps);
        if (heap.empty()) continue;
        ASSERT_EQ(heap.first(), first) << "ties go to the lower number";
        ASSERT_EQ(heap.first_time().ps, stands[first]);
        heap.pop();
        stands[first] = -1;
    }
}

}  // namespace hpnsim::test
