// SPDX-License-Identifier: GPL-2.0-only
// MessageSlots keeps the state of messages that are under way.
#pragma once

#include "hpnsim/lane.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <vector>

namespace hpnsim
{

/// Every message has a slot, which stays where it is. Lanes may take and give back slots at the same time,
/// and look at those of others whose numbers they have been told.
template <class Slot> class MessageSlots
{
public:
    /// Returns the number of a slot that is as new; the last that was given back to `lane` comes first. A
    /// lane is used by one thread at a time.
    uint64_t take(uint32_t lane)
    {
        Part& part = parts_.of(lane);
        if (!part.free.empty()) {
            const uint64_t number = part.free.back();
            part.free.pop_back();
            at(number) = Slot();
            return number;
        }
        const uint64_t index = part.made.load(std::memory_order_relaxed);
        const Place place = place_of(index);
        if (part.blocks[place.block] == nullptr)
            part.blocks[place.block].reset(new Room[size_of(place.block)]);
        new (&part.blocks[place.block][place.at]) Slot();
        part.made.store(index + 1, std::memory_order_relaxed);
        return uint64_t{lane} << kLaneShift | index;
    }
    void give(uint64_t number, uint32_t lane) { parts_.of(lane).free.push_back(number); }

    Slot& at(uint64_t number) { return slot_of(parts_.of(lane_of(number)), index_of(number)); }
    const Slot& at(uint64_t number) const { return slot_of(parts_.of(lane_of(number)), index_of(number)); }

    /// Asks the caches for a slot. The number may be none.
    void warm(uint64_t number) const
    {
        constexpr size_t kLine = 64;
        if (lane_of(number) >= kMaxLanes) return;
        const Part& part = parts_.of(lane_of(number));
        if (index_of(number) >= part.made.load(std::memory_order_relaxed)) return;
        const auto* slot = reinterpret_cast<const char*>(&slot_of(part, index_of(number)));
        for (size_t line = 0; line < sizeof(Slot); line += kLine) __builtin_prefetch(slot + line);
    }

    /// Calls act(slot) with every slot that has ever been taken.
    template <class Act> void for_each(Act act)
    {
        parts_.for_each([&act](Part& part) {
            for (uint64_t index = 0; index < part.made; ++index) act(slot_of(part, index));
        });
    }
    template <class Act> void for_each(Act act) const
    {
        parts_.for_each([&act](const Part& part) {
            for (uint64_t index = 0; index < part.made; ++index)
                act(static_cast<const Slot&>(slot_of(part, index)));
        });
    }

private:
    static_assert(std::is_trivially_destructible_v<Slot>, "blocks are freed as they are");
    static constexpr uint32_t kLaneShift = 56;
    static constexpr uint64_t kFirst =
        1024;  // slots of the first block; each other is as large as all before it
    static constexpr uint32_t kBlocks = 40;

    struct alignas(alignof(Slot)) Room {
        std::byte bytes[sizeof(Slot)];
    };
    struct Part {
        std::array<std::unique_ptr<Room[]>, kBlocks> blocks;
        std::atomic<uint64_t> made{0};  // others look at it
        std::vector<uint64_t> free;
    };
    struct Place {
        uint32_t block;
        uint64_t at;
    };

    static uint32_t lane_of(uint64_t number) { return static_cast<uint32_t>(number >> kLaneShift); }
    static uint64_t index_of(uint64_t number) { return number & ((uint64_t{1} << kLaneShift) - 1); }
    static uint64_t size_of(uint32_t block) { return block == 0 ? kFirst : kFirst << (block - 1); }
    static Place place_of(uint64_t index)
    {
        if (index < kFirst) return {0, index};
        const auto block = static_cast<uint32_t>(64 - __builtin_clzll(index / kFirst));
        return {block, index - size_of(block)};
    }
    static Slot& slot_of(const Part& part, uint64_t index)
    {
        const Place place = place_of(index);
        return *std::launder(reinterpret_cast<Slot*>(&part.blocks[place.block][place.at]));
    }

    PerLane<Part> parts_;
};

}  // namespace hpnsim
