// SPDX-License-Identifier: GPL-2.0-only
// Compares EventQueue with a sorted list: every event comes in the order of time, then of EventOrder, then of
// insertion, however many there are and whenever they come.
#include "model/event-queue.h"

#include "hpnsim/random_streams.hpp"

#include <gtest/gtest.h>

#include <set>
#include <tuple>
#include <utility>

namespace hpnsim
{
namespace
{

/// Holds the queue and what it should hold; objects are numbers that count insertions.
class Both
{
public:
    explicit Both(uint64_t stream) : stream_(stream) {}

    void push(uint64_t ts, uint32_t order)
    {
        const uintptr_t number = ++inserted_;
        queue_.Push({ts, EventOrder{order}, 1, reinterpret_cast<void*>(number)});
        want_.emplace(ts, order, number);
    }
    /// Times near and far, so that every bucket gets its turn; few orders, so that many tie.
    void push_random(int most_bits)
    {
        const uint64_t bits = next_below(stream_, static_cast<uint64_t>(most_bits));
        push(now_ + next_below(stream_, uint64_t{1} << bits), static_cast<uint32_t>(next_below(stream_, 5)));
    }
    void pop()
    {
        ASSERT_FALSE(queue_.Empty());
        const auto [ts, order, number] = *want_.begin();
        const PendingEvent front = queue_.Front();
        const PendingEvent got = queue_.Pop();
        ASSERT_EQ(front.object, got.object);
        ASSERT_EQ(got.ts, ts);
        ASSERT_EQ(static_cast<uint32_t>(got.order), order);
        ASSERT_EQ(reinterpret_cast<uintptr_t>(got.object), number);
        want_.erase(want_.begin());
        now_ = ts;
    }
    void remove_any()
    {
        auto victim = want_.begin();
        std::advance(victim, next_below(stream_, want_.size()));
        const auto [ts, order, number] = *victim;
        want_.erase(victim);
        EXPECT_TRUE(queue_.Remove(ts, reinterpret_cast<void*>(number)));
        EXPECT_FALSE(queue_.Remove(ts, reinterpret_cast<void*>(number)));
    }
    void drain()
    {
        while (!want_.empty() && !testing::Test::HasFatalFailure()) pop();
        EXPECT_TRUE(queue_.Empty());
        EXPECT_EQ(queue_.Size(), 0U);
    }
    uint64_t dice(uint64_t sides) { return next_below(stream_, sides); }
    bool empty() const { return want_.empty(); }
    size_t size() const { return want_.size(); }
    EventQueue& queue() { return queue_; }
    uint64_t now() const { return now_; }

private:
    uint64_t stream_, now_ = 0;
    uintptr_t inserted_ = 0;
    EventQueue queue_;
    std::set<std::tuple<uint64_t, uint32_t, uintptr_t>> want_;
};

TEST(EventQueue, AgreesWithASortedListUnderRandomOperations)
{
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        Both both(stream_of(seed, StreamKind{0}, 0));
        for (int i = 0; i < 4000 && !HasFatalFailure(); ++i) {
            const uint64_t dice = both.dice(10);
            if (both.empty() || dice < 5)
                both.push_random(40);
            else if (dice < 9)
                both.pop();
            else
                both.remove_any();
            ASSERT_EQ(both.queue().Size(), both.size());
        }
        both.drain();
    }
}

/// As a fabric does: many ports whose next event follows soon after the last.
TEST(EventQueue, AgreesWithASortedListWhenThousandsRunClosely)
{
    Both both(7);
    for (uint32_t port = 0; port < 3000; ++port) both.push(0, port);
    for (int i = 0; i < 20'000 && !HasFatalFailure(); ++i) {
        both.pop();
        both.push_random(20);
    }
    both.drain();
}

/// More events of the current time than are moved one by one, and some of them come while others run, both
/// before and behind what waits.
TEST(EventQueue, ACrowdAtTheCurrentTimeRunsInOrder)
{
    Both both(11);
    for (int i = 0; i < 2000; ++i) both.push(0, static_cast<uint32_t>(both.dice(50)));
    for (int i = 0; i < 3000 && !HasFatalFailure(); ++i) {
        both.pop();
        both.push(both.now(), static_cast<uint32_t>(both.dice(50)));
        if (i % 7 == 0) both.remove_any();
    }
    both.drain();
}

/// Whoever has looked at a far event, and stopped, may still insert what comes before it.
TEST(EventQueue, TakesEventsBeforeTheOneThatFrontHasShown)
{
    EventQueue queue;
    int far = 0, near = 0;
    queue.Push({uint64_t{1} << 50, EventOrder{1}, 1, &far});
    EXPECT_EQ(queue.Front().object, &far);
    queue.Push({100, EventOrder{1}, 1, &near});
    queue.Push({100, EventOrder{0}, 1, &far});
    EXPECT_EQ(queue.Front().object, &far);
    EXPECT_EQ(queue.Pop().ts, 100U);
    EXPECT_EQ(queue.Front().object, &near);
    queue.Pop();
    EXPECT_EQ(queue.Front().ts, uint64_t{1} << 50);
}

/// Orders are turns, which begin again at 0. Some events wait for much longer than turns are remembered.
TEST(EventQueue, KeepsTheOrderOfTurnsThatGoRound)
{
    constexpr uint32_t kRemembered = 300;
    for (uint64_t seed = 1; seed <= 10; ++seed) {
        uint64_t stream = stream_of(seed, StreamKind{0}, 0), now = 0;
        EventQueue queue;
        uint32_t turn = ~uint32_t{0} - 1000;
        queue.SetOldest(EventOrder{turn - kRemembered});
        std::set<std::pair<uint64_t, uintptr_t>> want;  // by time, then insertion
        for (uintptr_t number = 1; number < 6000; ++number) {
            const uint64_t far = uint64_t{1} << next_below(stream, 14);
            const uint64_t ts = (now + next_below(stream, far)) / 64 * 64 + 64;  // many tie
            queue.Push({ts, EventOrder{turn++}, 1, reinterpret_cast<void*>(number)});
            want.emplace(ts, number);
            if (number % kRemembered == 0) queue.SetOldest(EventOrder{turn - 2 * kRemembered});
            if (next_below(stream, 8) == 0 && number > 500) continue;
            ASSERT_EQ(queue.Front().ts, want.begin()->first);
            ASSERT_EQ(reinterpret_cast<uintptr_t>(queue.Pop().object), want.begin()->second);
            now = want.begin()->first;
            want.erase(want.begin());
        }
        EXPECT_GT(want.size(), 500U);
        for (const auto& [ts, number] : want) {
            queue.Front();
            ASSERT_EQ(reinterpret_cast<uintptr_t>(queue.Pop().object), number) << seed << " at " << ts;
        }
    }
}

TEST(EventQueue, AnEventIsThreeWords)
{
    EXPECT_EQ(sizeof(PendingEvent), 24U);
}

}  // namespace
}  // namespace hpnsim
