// SPDX-License-Identifier: GPL-2.0-only
// Tests that slots of messages stay where they are, and that lanes do not take each other's.
#include "run/message_slots.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace hpnsim
{
namespace
{

struct Slot {
    uint64_t number = 0;
    bool used = false;
    int fill[7] = {};
};

TEST(MessageSlots, StayWhereTheyAre)
{
    MessageSlots<Slot> slots;
    std::map<uint64_t, Slot*> taken;
    for (uint64_t i = 0; i < 20'000; ++i) {
        this_lane = i % 3;
        const uint64_t number = slots.take();
        Slot& slot = slots.at(number);
        ASSERT_FALSE(slot.used);
        slot.used = true;
        slot.number = number;
        ASSERT_TRUE(taken.emplace(number, &slot).second);
    }
    this_lane = 0;
    std::set<const Slot*> different;
    for (const auto& [number, slot] : taken) {
        EXPECT_EQ(&slots.at(number), slot);
        EXPECT_EQ(slot->number, number);
        different.insert(slot);
    }
    EXPECT_EQ(different.size(), 20'000U);
    size_t all = 0;
    slots.for_each([&all](const Slot& slot) { all += slot.used ? 1 : 0; });
    EXPECT_EQ(all, 20'000U);
}

/// The last one that a lane has given back comes first, as new, also if another lane had taken it.
TEST(MessageSlots, AreTakenAgain)
{
    MessageSlots<Slot> slots;
    const uint64_t first = slots.take();
    this_lane = 5;
    const uint64_t other = slots.take();
    slots.at(first).used = true;
    slots.give(other);
    slots.give(first);
    EXPECT_EQ(slots.take(), first);
    EXPECT_FALSE(slots.at(first).used);
    EXPECT_EQ(slots.take(), other);
    EXPECT_NE(slots.take(), first);
    this_lane = 0;
}

TEST(MessageSlots, ANumberThatIsNoneMayBeAskedFor)
{
    MessageSlots<Slot> slots;
    for (const uint64_t number : {uint64_t{0}, ~uint64_t{0}, uint64_t{77} << 56, uint64_t{3} << 56})
        slots.warm(number);
    slots.warm(slots.take());
}

}  // namespace
}  // namespace hpnsim
