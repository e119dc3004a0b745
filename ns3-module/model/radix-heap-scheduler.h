// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "ns3/scheduler.h"

#include <vector>

namespace hpnsim
{

/**
 * \brief A monotone radix heap: the event scheduler that packet simulations want.
 *
 * Events live in buckets by the highest bit in which their time differs from the last time removed
 * (Ahuja, Mehlhorn, Orlin, Tarjan, JACM 1990). Events of equal time run in the order of their
 * context, then of insertion: contexts of hpnsim's own events are canonical order numbers
 * (hot-event.h), so that simultaneous work never depends on who happened to schedule first. ns-3's
 * event uid is 32 bits and wraps; it is compared modulo 2^32.
 */
class RadixHeapScheduler : public ns3::Scheduler
{
  public:
    static ns3::TypeId GetTypeId();

    void Insert(const Event& ev) override;
    bool IsEmpty() const override;
    Event PeekNext() const override;
    Event RemoveNext() override;
    void Remove(const Event& ev) override;

  private:
    static constexpr int kBuckets = 65;

    int BucketOf(uint64_t ts) const;
    void Refill();

    std::vector<Event>
        m_bucket[kBuckets]; // [0]: a heap of the events at m_last; [i]: bit i-1 differs
    uint64_t m_occupied{0}; // bit i: bucket i+1 holds something
    uint64_t m_last{0};     // time of the last event removed
};

} // namespace hpnsim
