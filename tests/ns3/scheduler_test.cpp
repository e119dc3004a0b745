// SPDX-License-Identifier: GPL-2.0-only
// Compares the radix-heap scheduler with ns-3's own MapScheduler, which is std::map over (time, uid), and
// with a sorted list for the order among equal times, which is hpnsim's own: context, then insertion.
#include "model/radix-heap-scheduler.h"

#include "hpnsim/random_streams.hpp"

#include "ns3/default-simulator-impl.h"
#include "ns3/event-impl.h"
#include "ns3/map-scheduler.h"
#include "ns3/object-factory.h"
#include "ns3/simulator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

using namespace hpnsim;
using Event = ns3::Scheduler::Event;

namespace
{

Event event(uint64_t ts, uint32_t uid, uint32_t context = 0)
{
    Event made{};
    made.key.m_ts = ts;
    made.key.m_uid = uid;
    made.key.m_context = context;
    return made;
}

/// Times near and far: every bucket of the heap gets its turn.
uint64_t random_gap(uint64_t& stream)
{
    const uint64_t bits = next_below(stream, 40);
    return next_below(stream, uint64_t{1} << bits);
}

std::vector<uint32_t> uids_in_order(RadixHeapScheduler& heap)
{
    std::vector<uint32_t> uids;
    while (!heap.IsEmpty()) uids.push_back(heap.RemoveNext().key.m_uid);
    return uids;
}

/// Runs the two schedulers side by side under the same random operations.
class Pair
{
public:
    explicit Pair(uint64_t stream) : stream_(stream) {}

    void step()
    {
        const uint64_t dice = next_below(stream_, 10);
        if (live_.empty() || dice < 5)
            insert();
        else if (dice < 8)
            remove_next();
        else
            remove_any();
        ASSERT_EQ(heap_.IsEmpty(), map_.IsEmpty());
        if (!map_.IsEmpty()) {
            ASSERT_EQ(heap_.PeekNext().key.m_uid, map_.PeekNext().key.m_uid);
        }
    }
    void drain()
    {
        while (!live_.empty()) remove_next();
        EXPECT_TRUE(heap_.IsEmpty());
    }

private:
    void insert()
    {
        const Event made = event(now_ + random_gap(stream_), ++uid_);
        heap_.Insert(made);
        map_.Insert(made);
        live_.push_back(made);
    }
    void remove_next()
    {
        const Event want = map_.RemoveNext(), got = heap_.RemoveNext();
        ASSERT_EQ(got.key.m_uid, want.key.m_uid);
        ASSERT_EQ(got.key.m_ts, want.key.m_ts);
        now_ = want.key.m_ts;
        forget(want.key.m_uid);
    }
    void remove_any()
    {
        const Event victim = live_[next_below(stream_, live_.size())];
        heap_.Remove(victim);
        map_.Remove(victim);
        forget(victim.key.m_uid);
    }
    void forget(uint32_t uid)
    {
        live_.erase(
            std::find_if(live_.begin(), live_.end(), [uid](const Event& ev) { return ev.key.m_uid == uid; }));
    }

    uint64_t stream_, now_ = 0;
    uint32_t uid_ = 0;
    RadixHeapScheduler heap_;
    ns3::MapScheduler map_;
    std::vector<Event> live_;
};

/// ns-3's own engine, on which schedulers matter.
void use_default_engine()
{
    ns3::Simulator::SetImplementation(ns3::CreateObject<ns3::DefaultSimulatorImpl>());
}

void use_radix_heap()
{
    ns3::ObjectFactory factory;
    factory.SetTypeId(RadixHeapScheduler::GetTypeId());
    ns3::Simulator::SetScheduler(factory);
}

}  // namespace

TEST(RadixHeap, AgreesWithTheMapScheduler)
{
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        Pair pair(stream_of(seed, StreamKind{0}, 0));
        for (int i = 0; i < 3000 && !testing::Test::HasFatalFailure(); ++i) pair.step();
        pair.drain();
    }
}

TEST(RadixHeap, TiesRunByContextThenInsertion)
{
    uint64_t stream = 7;
    RadixHeapScheduler heap;
    std::vector<std::tuple<uint64_t, uint32_t, uint32_t>> sorted;
    for (uint32_t uid = 1; uid <= 2000; ++uid) {
        const uint64_t ts = 1000 + next_below(stream, 5);
        const auto context = static_cast<uint32_t>(0x80000000U + next_below(stream, 7));
        heap.Insert(event(ts, uid, context));
        sorted.emplace_back(ts, context, uid);
    }
    std::sort(sorted.begin(), sorted.end());
    std::vector<uint32_t> want;
    for (const auto& entry : sorted) want.push_back(std::get<2>(entry));
    EXPECT_EQ(uids_in_order(heap), want);
}

TEST(ScheduledOrder, TiesRunByInsertionAlone)
{
    ScheduledOrderScheduler heap;
    heap.Insert(event(10, 1, 9));
    heap.Insert(event(10, 2, 3));
    heap.Insert(event(5, 3, 9));
    EXPECT_EQ(heap.RemoveNext().key.m_uid, 3U);
    heap.Insert(event(5, 4, 8));
    heap.Insert(event(5, 5, 1));
    EXPECT_EQ(heap.PeekNext().key.m_uid, 4U);
    EXPECT_EQ(uids_in_order(heap), (std::vector<uint32_t>{4, 5, 1, 2}));
}

TEST(RadixHeap, UidMayWrap)
{
    RadixHeapScheduler heap;
    heap.Insert(event(5, 1));
    heap.Insert(event(5, 0xfffffffe));  // older than the two others, though its number is larger
    heap.Insert(event(5, 0xffffffff));
    EXPECT_EQ(uids_in_order(heap), (std::vector<uint32_t>{0xfffffffe, 0xffffffff, 1}));
}

TEST(RadixHeap, InsertionAtTheCurrentTimeRunsBeforeLaterTimes)
{
    RadixHeapScheduler heap;
    heap.Insert(event(10, 1, 5));
    heap.Insert(event(10, 2, 9));
    heap.Insert(event(11, 3, 0));
    EXPECT_EQ(heap.RemoveNext().key.m_uid, 1U);
    heap.Insert(event(10, 4, 9));  // same time and context as 2, inserted later
    heap.Insert(event(10, 5, 7));  // same time, smaller context than 2
    EXPECT_EQ(uids_in_order(heap), (std::vector<uint32_t>{5, 2, 4, 3}));
}

TEST(RadixHeap, PeekDoesNotAdvanceTime)
{
    RadixHeapScheduler heap;
    heap.Insert(event(100, 1));
    EXPECT_EQ(heap.RemoveNext().key.m_ts, 100U);
    heap.Insert(event(1'000'000, 2));
    EXPECT_EQ(heap.PeekNext().key.m_uid, 2U);
    heap.Insert(event(101, 3));  // below what was peeked
    EXPECT_EQ(heap.PeekNext().key.m_uid, 3U);
    EXPECT_EQ(uids_in_order(heap), (std::vector<uint32_t>{3, 2}));
}

TEST(RadixHeap, RemoveFindsEventsOfTheCurrentTimeAndOfAnyBucket)
{
    RadixHeapScheduler heap;
    for (uint32_t uid = 1; uid <= 4; ++uid) heap.Insert(event(8, uid));
    heap.Insert(event(9, 5));
    heap.Insert(event(uint64_t{1} << 62, 6));
    EXPECT_EQ(heap.RemoveNext().key.m_uid, 1U);
    heap.Remove(event(8, 3));                  // in the bucket of the current time
    heap.Remove(event(uint64_t{1} << 62, 6));  // empties a far bucket
    EXPECT_EQ(uids_in_order(heap), (std::vector<uint32_t>{2, 4, 5}));
}

TEST(RadixHeap, ServesTheSimulator)
{
    use_default_engine();
    use_radix_heap();
    std::vector<int> ran;
    const auto note = [&ran](int what) { return [&ran, what] { ran.push_back(what); }; };
    ns3::Simulator::Schedule(ns3::NanoSeconds(30), note(3));
    ns3::Simulator::Schedule(ns3::NanoSeconds(10), note(1));
    const ns3::EventId removed = ns3::Simulator::Schedule(ns3::NanoSeconds(10), note(99));
    const ns3::EventId cancelled = ns3::Simulator::Schedule(ns3::NanoSeconds(20), note(98));
    ns3::Simulator::Schedule(ns3::NanoSeconds(10), [&] {
        ran.push_back(2);
        ns3::Simulator::ScheduleNow(note(20));
        ns3::Simulator::Schedule(ns3::NanoSeconds(5), note(25));
    });
    ns3::Simulator::Remove(removed);
    ns3::Simulator::Cancel(cancelled);
    EXPECT_TRUE(cancelled.IsExpired());
    ns3::Simulator::Run();
    EXPECT_EQ(ran, (std::vector<int>{1, 2, 20, 25, 3}));
    EXPECT_EQ(ns3::Simulator::Now(), ns3::NanoSeconds(30));
    ns3::Simulator::Destroy();
}

TEST(RadixHeap, TakesOverPendingEventsOfAnotherScheduler)
{
    use_default_engine();
    std::vector<int> ran;
    const auto note = [&ran](int what) { return [&ran, what] { ran.push_back(what); }; };
    for (const int at : {5, 3, 9, 1}) ns3::Simulator::Schedule(ns3::NanoSeconds(at), note(at));
    use_radix_heap();
    ns3::Simulator::Run();
    EXPECT_EQ(ran, (std::vector<int>{1, 3, 5, 9}));
    ns3::Simulator::Destroy();
}

/// There are more events of the current time than are sorted one by one, and some of them come while others
/// run.
TEST(RadixHeap, ACrowdAtTheCurrentTimeRunsInOrder)
{
    uint64_t stream = 11;
    RadixHeapScheduler heap;
    std::vector<std::pair<uint32_t, uint32_t>> waiting;
    uint32_t uid = 0;
    const auto insert = [&](int count) {
        for (int i = 0; i < count; ++i) {
            const auto context = static_cast<uint32_t>(next_below(stream, 50));
            heap.Insert(event(0, ++uid, context));
            waiting.emplace_back(context, uid);
        }
    };
    insert(1000);
    while (!waiting.empty()) {
        const auto next = std::min_element(waiting.begin(), waiting.end());
        ASSERT_EQ(heap.PeekNext().key.m_uid, next->second);
        if (next_below(stream, 5) == 0) {
            const auto victim = waiting.begin() + static_cast<int64_t>(next_below(stream, waiting.size()));
            heap.Remove(event(0, victim->second, victim->first));
            waiting.erase(victim);
            continue;
        }
        ASSERT_EQ(heap.RemoveNext().key.m_uid, next->second);
        waiting.erase(next);
        if (uid < 3000) insert(1);
    }
    EXPECT_TRUE(heap.IsEmpty());
}

namespace
{

/// Notes before which events it was asked, and asks for what the test says.
struct Looker : EventWatcher {
    std::vector<uint32_t> asked;
    Next wish{};
    Next Look(const ns3::Scheduler::EventKey& event) override
    {
        asked.push_back(event.m_uid);
        return wish;
    }
};

constexpr uint64_t kNever = ~uint64_t{0};

}  // namespace

TEST(Watching, ByTimeAndByEvents)
{
    for (const bool by_time : {true, false}) {
        RadixHeapScheduler heap;
        for (uint32_t uid = 1; uid <= 8; ++uid) heap.Insert(event(uid * 10, uid));
        Looker looker;
        looker.wish = by_time ? EventWatcher::Next{55, kNever} : EventWatcher::Next{kNever, 3};
        heap.Watch(&looker);
        for (int i = 0; i < 6; ++i) heap.RemoveNext();
        EXPECT_EQ(looker.asked, by_time ? (std::vector<uint32_t>{1, 6}) : (std::vector<uint32_t>{1, 4}));
        heap.Watch(nullptr);
        heap.RemoveNext();
        EXPECT_EQ(looker.asked.size(), 2U);
    }
}

/// Crowds come and go between two looks.
TEST(Watching, CountsThroughCrowds)
{
    for (const uint64_t every : {1, 2, 7, 100, 1000}) {
        RadixHeapScheduler heap;
        Looker looker;
        looker.wish = {kNever, every};
        for (uint32_t uid = 1; uid <= 20; ++uid) heap.Insert(event(uid * 10, uid));
        for (uint32_t uid = 21; uid <= 520; ++uid) heap.Insert(event(0, uid));
        heap.Watch(&looker);
        for (int i = 0; i < 510; ++i) heap.RemoveNext();
        for (uint32_t uid = 521; uid <= 1020; ++uid) heap.Insert(event(100, uid));
        for (int i = 0; i < 510; ++i) heap.RemoveNext();
        EXPECT_TRUE(heap.IsEmpty());
        EXPECT_EQ(looker.asked.size(), (1020 + every - 1) / every) << every;
    }
}
