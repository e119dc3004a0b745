// SPDX-License-Identifier: GPL-2.0-only
// FreeList lends objects of one type to lanes, and takes them back from any.
#pragma once

#include "hpnsim/lane.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace hpnsim
{

/// Keeps free objects linked by their member `next`, on a shelf for each lane. It grows by slabs, never
/// shrinks, and allocates nothing in steady state. A lane that is given more than it takes, as that of a
/// receiver is, puts whole batches aside, and a lane that has nothing left takes one: that is all for which
/// lanes wait for each other (as in Bonwick and Adams' magazines, USENIX 2001).
template <class T, int64_t kBatch = 1024> class FreeList
{
public:
    /// Returns an object in the state in which it was given back, but for `next`.
    T* take()
    {
        Shelf& shelf = shelves_.mine();
        if (shelf.head == nullptr) refill(shelf);
        T* object = shelf.head;
        shelf.head = object->next;
        --shelf.count;
        if (shelf.head != nullptr) {
            __builtin_prefetch(shelf.head);  // the next to be taken may be in no cache any more
            __builtin_prefetch(&shelf.head->next);
        }
        return object;
    }
    void give(T* object)
    {
        Shelf& shelf = shelves_.mine();
        if (shelf.count == kBatch) put_aside(shelf);
        object->next = shelf.head;
        shelf.head = object;
        ++shelf.count;
    }
    /// Counts objects lent and not yet given back. Only one lane may run.
    int64_t in_use() const
    {
        int64_t free = static_cast<int64_t>(store_.size()) * kBatch;
        shelves_.for_each(
            [&free](const Shelf& shelf) { free += shelf.count + (shelf.spare != nullptr ? kBatch : 0); });
        return static_cast<int64_t>(slabs_.size()) * kBatch - free;
    }

private:
    struct Shelf {
        T* head = nullptr;
        int64_t count = 0;   // in the list of `head`
        T* spare = nullptr;  // a whole batch
    };

    [[gnu::noinline]] void put_aside(Shelf& shelf)
    {
        if (shelf.spare != nullptr) {
            const std::lock_guard<std::mutex> lock(mutex_);
            store_.push_back(shelf.spare);
        }
        shelf.spare = shelf.head;
        shelf.head = nullptr;
        shelf.count = 0;
    }
    [[gnu::noinline]] void refill(Shelf& shelf)
    {
        shelf.head = shelf.spare;
        shelf.spare = nullptr;
        if (shelf.head == nullptr) {
            const std::lock_guard<std::mutex> lock(mutex_);
            shelf.head = stored_or_new();
        }
        shelf.count = kBatch;
    }
    T* stored_or_new()
    {
        if (!store_.empty()) {
            T* batch = store_.back();
            store_.pop_back();
            return batch;
        }
        slabs_.push_back(std::make_unique<T[]>(kBatch));
        T* slab = slabs_.back().get();
        for (int64_t i = 0; i < kBatch; ++i) slab[i].next = i + 1 < kBatch ? &slab[i + 1] : nullptr;
        return slab;
    }

    PerLane<Shelf> shelves_;
    std::mutex mutex_;
    std::vector<T*> store_;  // batches that any lane may take
    std::vector<std::unique_ptr<T[]>> slabs_;
};

}  // namespace hpnsim
