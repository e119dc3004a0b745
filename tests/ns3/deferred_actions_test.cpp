// SPDX-License-Identifier: GPL-2.0-only
// Compares the order in which deferred actions are taken with a sorted list.
#include "model/deferred-actions.h"

#include "hpnsim/random_streams.hpp"

#include <gtest/gtest.h>

#include <tuple>
#include <vector>

namespace hpnsim
{
namespace
{

using Place = std::tuple<uint64_t, uint32_t, uint32_t>;

Place place_of(const DeferredEvent& event)
{
    return {event.event.ts, static_cast<uint32_t>(event.event.order), event.turn};
}

/// Each that is taken may bring others, no earlier than itself, as a node does that goes on.
TEST(DeferredActions, AreTakenInOrderWithWhatComesUp)
{
    uint64_t stream = stream_of(3, StreamKind{0}, 0);
    for (int window = 0; window < 200; ++window) {
        DeferredActions actions;
        std::vector<DeferredEvent> events;
        uint32_t turn = 0;
        const auto add = [&](uint64_t from) {
            const auto order = static_cast<uint32_t>(next_below(stream, 6));
            events.push_back({{from + next_below(stream, 20), EventOrder{order}, 0, nullptr}, order, turn++});
        };
        const size_t known = next_below(stream, 40);
        while (events.size() < known) add(0);
        actions.Fill(events);
        EXPECT_TRUE(events.empty());
        actions.Sort();
        EXPECT_EQ(actions.Ahead(known), nullptr);
        size_t taken = 0, came = known;
        Place last{0, 0, 0};
        while (!actions.Empty()) {
            const DeferredEvent* first = actions.Ahead(0);
            const DeferredEvent next = actions.Take();
            EXPECT_LE(last, place_of(next));
            EXPECT_TRUE(first != nullptr || taken >= known);
            last = place_of(next);
            ++taken;
            if (came > 300 || next_below(stream, 3) != 0) continue;
            add(next.event.ts + 1);
            ++came;
            actions.Add(events);
        }
        EXPECT_EQ(taken, came);
    }
}

TEST(DeferredActions, AreKnownAhead)
{
    DeferredActions actions;
    std::vector<DeferredEvent> events;
    for (const uint64_t ts : {30U, 10U, 20U}) events.push_back({{ts, EventOrder{1}, 0, nullptr}, 0, 0});
    actions.Fill(events);
    actions.Sort();
    ASSERT_NE(actions.Ahead(2), nullptr);
    EXPECT_EQ(actions.Ahead(0)->event.ts, 10U);
    EXPECT_EQ(actions.Ahead(2)->event.ts, 30U);
    actions.Take();
    EXPECT_EQ(actions.Ahead(0)->event.ts, 20U);
    EXPECT_EQ(actions.Ahead(2), nullptr);
}

/// What one event defers stays together, also if a part of it comes up later.
TEST(DeferredActions, AnEventGoesOnUntilItsLast)
{
    const auto of = [](uint64_t ts, uint32_t turn) {
        return DeferredEvent{{ts, EventOrder{1}, 0, nullptr}, 0, turn};
    };
    DeferredActions actions;
    std::vector<DeferredEvent> events{of(20, 2), of(10, 1), of(10, 0)};
    actions.Fill(events);
    actions.Sort();
    const DeferredEvent first = actions.Take();
    EXPECT_EQ(first.turn, 0U);
    EXPECT_TRUE(actions.GoesOn(first));
    const DeferredEvent second = actions.Take();
    EXPECT_EQ(second.turn, 1U);
    EXPECT_FALSE(actions.GoesOn(second));
    events = {of(10, 3)};
    actions.Add(events);
    EXPECT_TRUE(actions.GoesOn(second));
    actions.Take();
    EXPECT_FALSE(actions.GoesOn(actions.Take()));
}

}  // namespace
}  // namespace hpnsim
