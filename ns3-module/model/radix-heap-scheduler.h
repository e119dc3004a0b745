// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "ns3/scheduler.h"

#include <array>
#include <vector>

namespace hpnsim
{

/**
 * \brief A monotone radix heap: the event scheduler that packet simulations want.
 *
 * Events live in buckets by the highest 6-bit digit in which their time differs from the last
 * time removed, and by the value of that digit (after Ahuja, Mehlhorn, Orlin, Tarjan, JACM 1990).
 * Events of equal time run in the order of their context, then of insertion: contexts of hpnsim's
 * own events are canonical order numbers (hot-event.h), so that simultaneous work never depends on
 * who happened to schedule first. ns-3's event uid is 32 bits and wraps; it is compared modulo
 * 2^32.
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
    static constexpr int kDigitBits = 6;
    static constexpr int kDigits = (64 + kDigitBits - 1) / kDigitBits;
    static constexpr int kValues = 1 << kDigitBits;
    using Bucket = std::vector<Event>;

    Bucket& BucketOf(uint64_t ts, int& digit, int& value);
    void Place(const Event& ev);
    /// The events that run next, unless some are due right now. The scheduler must not be empty.
    const Bucket& Earliest(int& digit, int& value) const;
    void Refill();

    Bucket m_now; // events at m_last, the next one last
    std::array<std::array<Bucket, kValues>, kDigits> m_later;
    std::array<uint64_t, kDigits> m_values{}; // per digit: which of its buckets hold something
    uint32_t m_digits{0};                     // which digits have any
    uint64_t m_last{0};                       // time of the last event removed
};

/// The same, but that events of equal time run in the order in which they were scheduled, as in
/// ns-3's own schedulers. Contexts do not count; it forgets them.
class ScheduledOrderScheduler : public RadixHeapScheduler
{
  public:
    static ns3::TypeId GetTypeId();

    void Insert(const Event& ev) override;
};

} // namespace hpnsim
