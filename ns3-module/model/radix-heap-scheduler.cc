// SPDX-License-Identifier: GPL-2.0-only
// Implements the radix heap: inserting, removing the earliest event, and asking the watcher between
// events.
#include "radix-heap-scheduler.h"

#include "ns3/assert.h"

#include <algorithm>

namespace hpnsim
{

NS_OBJECT_ENSURE_REGISTERED(RadixHeapScheduler);
NS_OBJECT_ENSURE_REGISTERED(ScheduledOrderScheduler);

namespace
{

/// Tells of two events at the same time whether `a` runs after `b`.
bool
RunsAfter(const ns3::Scheduler::Event& a, const ns3::Scheduler::Event& b)
{
    if (a.key.m_context != b.key.m_context)
    {
        return a.key.m_context > b.key.m_context;
    }
    return static_cast<int32_t>(a.key.m_uid - b.key.m_uid) > 0;
}

/// Tells of any two events whether `a` runs before `b`.
bool
RunsBefore(const ns3::Scheduler::Event& a, const ns3::Scheduler::Event& b)
{
    return a.key.m_ts != b.key.m_ts ? a.key.m_ts < b.key.m_ts : RunsAfter(b, a);
}

} // namespace

ns3::TypeId
RadixHeapScheduler::GetTypeId()
{
    static ns3::TypeId tid =
        ns3::TypeId("hpnsim::RadixHeapScheduler")
            .SetParent<ns3::Scheduler>()
            .SetGroupName("Hpnsim")
            .AddConstructor<RadixHeapScheduler>()
            .AddAttribute("Made",
                          "Called with the scheduler when it has been made",
                          ns3::CallbackValue(),
                          ns3::MakeCallbackAccessor(&RadixHeapScheduler::TellMade,
                                                    &RadixHeapScheduler::GetMade),
                          ns3::MakeCallbackChecker());
    return tid;
}

void
RadixHeapScheduler::TellMade(const Made& made)
{
    if (!made.IsNull())
    {
        made(this);
    }
}

RadixHeapScheduler::Made
RadixHeapScheduler::GetMade() const
{
    return {};
}

void
RadixHeapScheduler::Watch(EventWatcher* watcher)
{
    m_watcher = watcher;
    m_lookAt = kNever;
    m_left = 1;
    m_lookIn = 0;
}

/// Asks the watcher, and returns how many events may run before it is asked again.
uint64_t
RadixHeapScheduler::Look()
{
    if (m_watcher == nullptr)
    {
        m_lookAt = kNever;
        return kNever;
    }
    const EventWatcher::Next next = m_watcher->Look(PeekNext().key);
    m_lookAt = next.at;
    return next.events;
}

RadixHeapScheduler::Bucket&
RadixHeapScheduler::BucketOf(uint64_t ts, int& digit, int& value)
{
    digit = (63 - __builtin_clzll(ts ^ m_last)) / kDigitBits;
    value = static_cast<int>(ts >> (digit * kDigitBits)) & (kValues - 1);
    return m_later[digit][value];
}

void
RadixHeapScheduler::Place(const Event& ev)
{
    int digit;
    int value;
    BucketOf(ev.key.m_ts, digit, value).push_back(ev);
    m_values[digit] |= uint64_t{1} << value;
    m_digits |= 1U << digit;
}

void
RadixHeapScheduler::Insert(const Event& ev)
{
    NS_ASSERT_MSG(ev.key.m_ts >= m_last, "an event in the past");
    if (ev.key.m_ts != m_last)
    {
        Place(ev);
        return;
    }
    InsertNow(ev);
}

void
RadixHeapScheduler::InsertNow(const Event& ev)
{
    if (m_now.size() < kRow)
    {
        m_now.insert(std::upper_bound(m_now.begin(), m_now.end(), ev, RunsAfter), ev);
        return;
    }
    if (m_crowd.empty())
    {
        m_lookIn = m_left - 1;
        m_left = 1; // until the crowd is gone, every event is taken carefully
    }
    m_crowd.push_back(ev);
    std::push_heap(m_crowd.begin(), m_crowd.end(), RunsAfter);
}

/// Tells whether the next event of the current time is in the crowd, and not in m_now.
bool
RadixHeapScheduler::CrowdIsNext() const
{
    return m_now.empty() || RunsAfter(m_now.back(), m_crowd.front());
}

ns3::Scheduler::Event
RadixHeapScheduler::PopCrowd()
{
    std::pop_heap(m_crowd.begin(), m_crowd.end(), RunsAfter);
    const Event next = m_crowd.back();
    m_crowd.pop_back();
    return next;
}

bool
RadixHeapScheduler::IsEmpty() const
{
    return m_now.empty() && m_digits == 0 && m_crowd.empty();
}

const RadixHeapScheduler::Bucket&
RadixHeapScheduler::Earliest(int& digit, int& value) const
{
    digit = __builtin_ctz(m_digits);
    value = __builtin_ctzll(m_values[digit]);
    return m_later[digit][value];
}

ns3::Scheduler::Event
RadixHeapScheduler::PeekNext() const
{
    // This only looks. Time advances in RemoveNext alone, so that a distributed engine may still
    // insert below what it peeked.
    if (!m_crowd.empty() && CrowdIsNext())
    {
        return m_crowd.front();
    }
    if (!m_now.empty())
    {
        return m_now.back();
    }
    int digit;
    int value;
    const Bucket& earliest = Earliest(digit, value);
    return *std::min_element(earliest.begin(), earliest.end(), RunsBefore);
}

/// Advances to the earliest time, and sorts its bucket into nearer ones.
void
RadixHeapScheduler::Refill()
{
    int digit;
    int value;
    auto& source = const_cast<Bucket&>(Earliest(digit, value));
    uint64_t earliest = source[0].key.m_ts;
    for (const Event& ev : source)
    {
        earliest = std::min(earliest, ev.key.m_ts);
    }
    if (earliest >= m_lookAt)
    {
        m_left = Look();
    }
    m_last = earliest;
    m_values[digit] &= ~(uint64_t{1} << value);
    if (m_values[digit] == 0)
    {
        m_digits &= ~(1U << digit);
    }
    for (const Event& ev : source)
    {
        if (ev.key.m_ts == m_last)
        {
            m_now.push_back(ev);
        }
        else
        {
            Place(ev); // at a lower digit than `source`
        }
    }
    source.clear();
    if (m_now.size() > 1)
    {
        std::sort(m_now.begin(), m_now.end(), RunsAfter);
    }
}

ns3::Scheduler::Event
RadixHeapScheduler::RemoveNext()
{
    return --m_left == 0 ? RemoveCarefully() : PopNow();
}

ns3::Scheduler::Event
RadixHeapScheduler::PopNow()
{
    if (m_now.empty())
    {
        Refill();
    }
    const Event next = m_now.back();
    m_now.pop_back();
    return next;
}

/// Takes the next event when the watcher is to be asked or there is a crowd.
ns3::Scheduler::Event
RadixHeapScheduler::RemoveCarefully()
{
    m_left = m_lookIn == 0 ? Look() : m_lookIn;
    const bool crowded = !m_crowd.empty() && CrowdIsNext();
    const Event next = crowded ? PopCrowd() : PopNow();
    m_lookIn = 0;
    if (!m_crowd.empty())
    {
        m_lookIn = m_left - 1;
        m_left = 1;
    }
    return next;
}

void
RadixHeapScheduler::Remove(const Event& ev)
{
    int digit = -1;
    int value = -1;
    const auto same = [&](const Event& other) {
        return other.key.m_uid == ev.key.m_uid && other.impl == ev.impl;
    };
    const auto crowded = std::find_if(m_crowd.begin(), m_crowd.end(), same);
    if (crowded != m_crowd.end())
    {
        m_crowd.erase(crowded);
        std::make_heap(m_crowd.begin(), m_crowd.end(), RunsAfter);
        return;
    }
    Bucket& bucket = ev.key.m_ts == m_last ? m_now : BucketOf(ev.key.m_ts, digit, value);
    const auto found = std::find_if(bucket.begin(), bucket.end(), same);
    NS_ASSERT_MSG(found != bucket.end(), "removing an event that is not scheduled");
    if (found == bucket.end())
    {
        return;
    }
    bucket.erase(found);
    if (digit >= 0 && bucket.empty())
    {
        m_values[digit] &= ~(uint64_t{1} << value);
        if (m_values[digit] == 0)
        {
            m_digits &= ~(1U << digit);
        }
    }
}

ns3::TypeId
ScheduledOrderScheduler::GetTypeId()
{
    static ns3::TypeId tid = ns3::TypeId("hpnsim::ScheduledOrderScheduler")
                                 .SetParent<RadixHeapScheduler>()
                                 .SetGroupName("Hpnsim")
                                 .AddConstructor<ScheduledOrderScheduler>();
    return tid;
}

void
ScheduledOrderScheduler::Insert(const Event& ev)
{
    Event alike = ev;
    alike.key.m_context = 0;
    RadixHeapScheduler::Insert(alike);
}

} // namespace hpnsim
