// SPDX-License-Identifier: GPL-2.0-only
// Tests that the memory of a run is estimated before it begins, and that what cannot fit is refused.
//
// The bytes of a connection, a message and a row were measured as growth of `peak_rss_mb`:
//   alltoall --topology leaf-spine:leaves=16,hosts=32,spines=4 --ranks 512 --size 512K --qps 1 (and 4)
//   --stop-us 50 allreduce --topology star:hosts=64 --ranks 64 --size 256M --chunk 1K (and 16M, 64K)
//   --stop-us 1 incast --topology star --senders 16 --size 1 --rounds 1000 (and 100000) --cc fixed
#include "hpnsim/bad_input.hpp"
#include "hpnsim/footprint.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

constexpr Bytes kGigabyte = 1'000'000'000;

std::string sentence_of(const Footprint& run, uint32_t qps, Bytes available)
{
    try {
        require_room(run, qps, available);
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST(Footprint, WhatFitsPasses)
{
    EXPECT_EQ(sentence_of({1000, 1000, 1000}, 2, kGigabyte), "");
    EXPECT_EQ(sentence_of({1e30, 1e30, 1e30}, 256, 0), "") << "nobody knows how much is free";
}

TEST(Footprint, TheGreatestPartNamesItsRemedy)
{
    // 1,024 ranks with 256 QPs to each rank of another host of eight
    EXPECT_EQ(sentence_of({1024. * 1016, 8. * 1024, 1}, 256, 20 * kGigabyte),
              "this run would take at least 372.9 GB of memory, most of it for 266.34 million connections, "
              "but only 20 GB are free; use fewer --ranks, --senders or --qps");
    EXPECT_NE(sentence_of({128, 64. * 8 * 65536, 1}, 1, kGigabyte).find("a larger --chunk"),
              std::string::npos);
    EXPECT_NE(sentence_of({16, 16, 16e6 * 10}, 1, kGigabyte).find("fewer --rounds"), std::string::npos);
}
