// SPDX-License-Identifier: GPL-2.0-only
// RadixHeapScheduler is the scheduler of runs on an engine other than EventKernel, such as ns-3's
// own: it gives simultaneous events the same order, which does not depend on who scheduled first.
#pragma once

#include "event-watcher.h"

#include "ns3/callback.h"

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
 * own events are EventOrders (event-order.h), so that simultaneous work never depends on
 * who happened to schedule first. ns-3's event uid is 32 bits and wraps; it is compared modulo
 * 2^32.
 *
 * It can be watched: what looks at a network now and then needs no events of its own. So time in
 * which nothing happens costs nothing, and a simulation with nothing left to do ends.
 */
class RadixHeapScheduler : public ns3::Scheduler
{
  public:
    /// ns-3 makes its scheduler by itself; to get hold of it, set the attribute "Made".
    using Made = ns3::Callback<void, RadixHeapScheduler*>;

    static ns3::TypeId GetTypeId();

    /// Asks `watcher` (null: nobody) before the next event, and then as often as it says.
    void Watch(EventWatcher* watcher);

    void Insert(const Event& ev) override;
    bool IsEmpty() const override;
    Event PeekNext() const override;
    Event RemoveNext() override;
    void Remove(const Event& ev) override;

  private:
    static constexpr uint64_t kNever = ~uint64_t{0};
    /// Beyond this many events of the current time, the others are kept in a heap, because making a
    /// sorted row of n takes n^2 moves.
    static constexpr size_t kRow = 64;
    static constexpr int kDigitBits = 6;
    static constexpr int kDigits = (64 + kDigitBits - 1) / kDigitBits;
    static constexpr int kValues = 1 << kDigitBits;
    using Bucket = std::vector<Event>;

    Bucket& BucketOf(uint64_t ts, int& digit, int& value);
    void Place(const Event& ev);
    /// Returns the events that run next, unless some are due right now. The scheduler must not be
    /// empty.
    const Bucket& Earliest(int& digit, int& value) const;
    void Refill();
    void InsertNow(const Event& ev);
    bool CrowdIsNext() const;
    Event PopCrowd();
    Event RemoveCarefully();
    Event PopNow();
    uint64_t Look();
    void TellMade(const Made& made);
    Made GetMade() const;

    Bucket m_now;   // events at m_last, the next one last
    Bucket m_crowd; // more of them, as a heap: the next one first
    std::array<std::array<Bucket, kValues>, kDigits> m_later;
    std::array<uint64_t, kDigits> m_values{}; // per digit: which of its buckets hold something
    uint32_t m_digits{0};                     // which digits have any
    uint64_t m_last{0};                       // time of the last event removed
    uint64_t m_lookAt{kNever};                // the watcher is asked before an event of that time
    uint64_t m_left{kNever};                  // before that many events something special is due
    uint64_t m_lookIn{0};                     // with a crowd: events until the watcher is asked
    EventWatcher* m_watcher{nullptr};
};

/// Runs events of equal time in the order in which they were scheduled, as ns-3's own schedulers
/// do. Contexts do not count; it forgets them.
class ScheduledOrderScheduler : public RadixHeapScheduler
{
  public:
    static ns3::TypeId GetTypeId();

    void Insert(const Event& ev) override;
};

} // namespace hpnsim
