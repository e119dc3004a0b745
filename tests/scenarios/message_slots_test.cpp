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
        const uint64_t number = slots.take(i % 3);
        Slot& slot = slots.at(number);
        ASSERT_FALSE(slot.used);
        slot.used = true;
        slot.number = number;
        ASSERT_TRUE(taken.emplace(number, &slot).second);
    }
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

/// The last one that was given back to a lane comes first, as new, also if another lane had taken it.
TEST(MessageSlots, AreTakenAgain)
{
    MessageSlots<Slot> slots;
    const uint64_t first = slots.take(0);
    const uint64_t other = slots.take(5);
    slots.at(first).used = true;
    slots.give(other, 5);
    slots.give(first, 5);
    EXPECT_EQ(slots.take(5), first);
    EXPECT_FALSE(slots.at(first).used);
    EXPECT_EQ(slots.take(5), other);
    EXPECT_NE(slots.take(5), first);
}

TEST(MessageSlots, ANumberThatIsNoneMayBeAskedFor)
{
    MessageSlots<Slot> slots;
    for (const uint64_t number : {uint64_t{0}, ~uint64_t{0}, uint64_t{77} << 56, uint64_t{3} << 56})
        slots.warm(number);
    slots.warm(slots.take(0));
}

}  // namespace
}  // namespace hpnsim
