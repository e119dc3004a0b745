// SPDX-License-Identifier: GPL-2.0-only
// Knows when each queue pair must be looked at again. It is a binary heap with at most one entry per queue
// pair, so it never outgrows their number however often deadlines move. An entry only moves earlier; that a
// deadline moved later is found out when its entry comes up, and the entry is put back.
#pragma once

#include "hpnsim/units.hpp"

#include <cstdint>
#include <vector>

namespace hpnsim
{

class DeadlineHeap
{
public:
    /// Makes room for one more queue pair; they are numbered from 0.
    void add()
    {
        place_.push_back(kNone);
        heap_.reserve(place_.size());
    }
    bool empty() const { return heap_.empty(); }
    /// Asks the caches for the first entry.
    void warm() const { __builtin_prefetch(heap_.data()); }
    Time first_time() const { return heap_.front().when; }
    uint32_t first() const { return heap_.front().qp; }

    /// Enters `qp` at `when`, or moves it there, but never to a later time than it has.
    void pull_in(uint32_t qp, Time when)
    {
        uint32_t at = place_[qp];
        if (at == kNone) {
            at = static_cast<uint32_t>(heap_.size());
            heap_.push_back({when, qp});
        }
        sift_up(at, {when, qp});
    }

    void pop()
    {
        place_[heap_.front().qp] = kNone;
        const Entry last = heap_.back();
        heap_.pop_back();
        if (!heap_.empty()) sift_down(last);
    }

private:
    static constexpr uint32_t kNone = ~uint32_t{0};
    struct Entry {
        Time when;
        uint32_t qp;
    };
    /// Simultaneous deadlines come in the order of QP numbers.
    static bool before(const Entry& a, const Entry& b)
    {
        return a.when != b.when ? a.when < b.when : a.qp < b.qp;
    }
    void put(uint32_t at, const Entry& entry)
    {
        heap_[at] = entry;
        place_[entry.qp] = at;
    }
    void sift_up(uint32_t at, const Entry& entry)
    {
        while (at > 0 && before(entry, heap_[(at - 1) / 2])) {
            put(at, heap_[(at - 1) / 2]);
            at = (at - 1) / 2;
        }
        put(at, entry);
    }
    void sift_down(const Entry& entry)
    {
        const auto size = static_cast<uint32_t>(heap_.size());
        uint32_t at = 0;
        for (uint32_t child = 1; child < size; child = 2 * at + 1) {
            if (child + 1 < size && before(heap_[child + 1], heap_[child])) ++child;
            if (!before(heap_[child], entry)) break;
            put(at, heap_[child]);
            at = child;
        }
        put(at, entry);
    }

    std::vector<Entry> heap_;
    std::vector<uint32_t> place_;  // of each QP in heap_
};

}  // namespace hpnsim
