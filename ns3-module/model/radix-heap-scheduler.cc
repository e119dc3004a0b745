// SPDX-License-Identifier: GPL-2.0-only
#include "radix-heap-scheduler.h"

#include "ns3/assert.h"

#include <algorithm>

namespace hpnsim
{

NS_OBJECT_ENSURE_REGISTERED(RadixHeapScheduler);

namespace
{

/// Of two events at the same time: does `a` run after `b`?
bool
RunsAfter(const ns3::Scheduler::Event& a, const ns3::Scheduler::Event& b)
{
    if (a.key.m_context != b.key.m_context)
    {
        return a.key.m_context > b.key.m_context;
    }
    return static_cast<int32_t>(a.key.m_uid - b.key.m_uid) > 0;
}

/// Of any two events: does `a` run before `b`?
bool
RunsBefore(const ns3::Scheduler::Event& a, const ns3::Scheduler::Event& b)
{
    return a.key.m_ts != b.key.m_ts ? a.key.m_ts < b.key.m_ts : RunsAfter(b, a);
}

} // namespace

ns3::TypeId
RadixHeapScheduler::GetTypeId()
{
    static ns3::TypeId tid = ns3::TypeId("hpnsim::RadixHeapScheduler")
                                 .SetParent<ns3::Scheduler>()
                                 .SetGroupName("Hpnsim")
                                 .AddConstructor<RadixHeapScheduler>();
    return tid;
}

int
RadixHeapScheduler::BucketOf(uint64_t ts) const
{
    return ts == m_last ? 0 : 64 - __builtin_clzll(ts ^ m_last);
}

void
RadixHeapScheduler::Insert(const Event& ev)
{
    NS_ASSERT_MSG(ev.key.m_ts >= m_last, "an event in the past");
    const int i = BucketOf(ev.key.m_ts);
    m_bucket[i].push_back(ev);
    if (i == 0)
    {
        std::push_heap(m_bucket[0].begin(), m_bucket[0].end(), RunsAfter);
    }
    else
    {
        m_occupied |= uint64_t{1} << (i - 1);
    }
}

bool
RadixHeapScheduler::IsEmpty() const
{
    return m_bucket[0].empty() && m_occupied == 0;
}

ns3::Scheduler::Event
RadixHeapScheduler::PeekNext() const
{
    // Looks only: time advances in RemoveNext alone, so that a distributed engine may still insert
    // below what it peeked.
    if (!m_bucket[0].empty())
    {
        return m_bucket[0].front();
    }
    const std::vector<Event>& lowest = m_bucket[__builtin_ctzll(m_occupied) + 1];
    return *std::min_element(lowest.begin(), lowest.end(), RunsBefore);
}

void
RadixHeapScheduler::Refill()
{
    const int lowest = __builtin_ctzll(m_occupied) + 1;
    std::vector<Event>& source = m_bucket[lowest];
    uint64_t next = source[0].key.m_ts;
    for (const Event& ev : source)
    {
        next = std::min(next, ev.key.m_ts);
    }
    m_last = next;
    m_occupied &= ~(uint64_t{1} << (lowest - 1));
    for (const Event& ev : source)
    {
        const int i = BucketOf(ev.key.m_ts); // always below `lowest`
        m_bucket[i].push_back(ev);
        if (i != 0)
        {
            m_occupied |= uint64_t{1} << (i - 1);
        }
    }
    source.clear();
    if (m_bucket[0].size() > 1)
    {
        std::make_heap(m_bucket[0].begin(), m_bucket[0].end(), RunsAfter);
    }
}

ns3::Scheduler::Event
RadixHeapScheduler::RemoveNext()
{
    if (m_bucket[0].empty())
    {
        Refill();
    }
    std::vector<Event>& now = m_bucket[0];
    if (now.size() > 1)
    {
        std::pop_heap(now.begin(), now.end(), RunsAfter);
    }
    const Event next = now.back();
    now.pop_back();
    return next;
}

void
RadixHeapScheduler::Remove(const Event& ev)
{
    const int i = BucketOf(ev.key.m_ts);
    std::vector<Event>& bucket = m_bucket[i];
    const auto found = std::find_if(bucket.begin(), bucket.end(), [&](const Event& other) {
        return other.key.m_uid == ev.key.m_uid && other.impl == ev.impl;
    });
    NS_ASSERT_MSG(found != bucket.end(), "removing an event that is not scheduled");
    if (found == bucket.end())
    {
        return;
    }
    *found = bucket.back();
    bucket.pop_back();
    if (i == 0)
    {
        std::make_heap(bucket.begin(), bucket.end(), RunsAfter);
    }
    else if (bucket.empty())
    {
        m_occupied &= ~(uint64_t{1} << (i - 1));
    }
}

} // namespace hpnsim
