// SPDX-License-Identifier: GPL-2.0-only
// Tests that objects of a FreeList are lent once at a time, and find their way from a lane that is given many
// to one that needs them.
#include "hpnsim/free_list.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace hpnsim
{
namespace
{

struct Thing {
    Thing* next = nullptr;
    int value = 0;
};

/// Runs `act` as another lane would.
template <class Act> void in_lane(uint32_t lane, Act act)
{
    std::thread([lane, &act] {
        this_lane = lane;
        act();
    }).join();
}

}  // namespace

TEST(FreeList, LendsEachThingOnceAtATime)
{
    FreeList<Thing, 8> list;
    std::set<Thing*> lent;
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(lent.insert(list.take()).second);
    EXPECT_EQ(list.in_use(), 100);
    for (Thing* each : lent) list.give(each);
    EXPECT_EQ(list.in_use(), 0);
    std::set<Thing*> again;
    for (int i = 0; i < 104; ++i) again.insert(list.take());  // 13 slabs
    for (Thing* each : lent) EXPECT_EQ(again.count(each), 1U);
}

/// Lane 0 takes, lane 1 gives back: after some rounds nothing new is made.
TEST(FreeList, BringsThingsBackFromTheLaneThatIsGivenThem)
{
    FreeList<Thing, 8> list;
    std::set<Thing*> all;
    for (int round = 0; round < 50; ++round) {
        std::vector<Thing*> lent;
        for (int i = 0; i < 20; ++i) lent.push_back(list.take());
        all.insert(lent.begin(), lent.end());
        in_lane(1, [&] {
            for (Thing* each : lent) list.give(each);
        });
        EXPECT_EQ(list.in_use(), 0);
    }
    EXPECT_LE(all.size(), 56U);  // 20 are lent; each lane may keep two batches of 8
}

}  // namespace hpnsim
