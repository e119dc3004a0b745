// SPDX-License-Identifier: GPL-2.0-only
// Checks the memories of the ranks of a collective: each begins with what its operation gives it, and must
// end with what the operation wants. What is wanted comes from hashes alone: neither the collective nor what
// any memory held has a part in it.
#include "contents/pattern.hpp"
#include "hpnsim/collective_table.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace hpnsim
{

namespace
{

constexpr int kElement = 4;

/// Returns 4 if every transfer begins and ends between elements, else 1.
int element_width(const Collective& collective, Bytes size)
{
    if (size % kElement != 0) return 1;
    for (uint64_t code = 0; code < collective.code_limit(); ++code) {
        const Transfer t = collective.transfer(code);
        if (t.offset % kElement != 0 || t.bytes % kElement != 0) return 1;
    }
    return kElement;
}

class CollectiveContents : public Contents
{
public:
    CollectiveContents(const Operation& operation, std::unique_ptr<Collective> collective, uint32_t ranks,
                       Bytes size)
        : operation_(operation), collective_(std::move(collective)), groups_(collective_->groups()),
          members_(ranks / groups_), size_(size),
          findings_(operation.sums ? element_width(*collective_, size) : kElement)
    {
        for (uint32_t rank = 0; rank < ranks; ++rank) memory_.reserve(rank, collective_->memory_bytes(rank));
    }

    EndpointMemory& memory() override { return memory_; }

    void depart(const Message& message) override
    {
        const uint64_t iteration = message.id / collective_->code_limit();
        if (iteration_ == iteration) return;
        check();
        iteration_ = iteration;
        for (uint32_t group = 0; group < groups_; ++group)
            for (uint32_t member = 0; member < members_; ++member)
                for (const HeldPart& part : operation_.given(member, members_, size_))
                    give(rank_of(group, member), rank_of(group, part.of), part);
    }

    Route route(const Message& message) const override
    {
        const Transfer t = transfer(message);
        const uint64_t there = EndpointMemory::base(t.dst);
        return {EndpointMemory::base(t.src) + static_cast<uint64_t>(t.offset),
                there + static_cast<uint64_t>(t.landing), there + static_cast<uint64_t>(t.result), t.bytes};
    }

    void arrive(const Message& message) override
    {
        const Transfer t = transfer(message);
        if (!t.reduce) return;
        const Route at = route(message);
        add_elements(memory_.at(t.dst, at.result, t.bytes), memory_.at(t.dst, at.to, t.bytes), t.bytes,
                     findings_.width());
    }

    /// An iteration that was cut off is not checked: its memories are as they are.
    Verdict finish(bool complete) override
    {
        if (complete) check();
        iteration_.reset();
        return findings_.verdict(complete);
    }

private:
    /// A part of what a rank must end with.
    struct Wanted {
        uint32_t rank;
        HeldPart part;
    };

    Transfer transfer(const Message& message) const
    {
        return collective_->transfer(message.id % collective_->code_limit());
    }
    std::byte* place(uint32_t rank, const HeldPart& part)
    {
        return memory_.at(rank, EndpointMemory::base(rank) + static_cast<uint64_t>(part.at), part.bytes);
    }

    uint32_t rank_of(uint32_t group, uint32_t member) const { return member * groups_ + group; }

    void give(uint32_t rank, uint32_t of, const HeldPart& part)
    {
        if (part.bytes > 0)
            fill_pattern(pattern_key(of, *iteration_), static_cast<uint64_t>(part.number), place(rank, part),
                         part.bytes);
    }

    void check()
    {
        for (uint32_t group = 0; iteration_ && group < groups_; ++group) check_group(group);
    }

    void check_group(uint32_t group)
    {
        std::vector<Wanted> sums;
        for (uint32_t member = 0; member < members_; ++member) {
            const uint32_t rank = rank_of(group, member);
            for (const HeldPart& part : operation_.wanted(member, members_, size_)) {
                if (part.bytes == 0) continue;
                if (part.of == HeldPart::kSum)
                    sums.push_back({rank, part});
                else
                    check_values(rank, rank_of(group, part.of), part);
            }
        }
        if (!sums.empty()) check_sums(group, sums);
    }

    void check_values(uint32_t rank, uint32_t of, const HeldPart& part)
    {
        const uint64_t key = pattern_key(of, *iteration_);
        const std::byte* found = place(rank, part);
        std::array<std::byte, kPatternBlock> expected;
        for (Bytes at = 0; at < part.bytes; at += kPatternBlock) {
            const Bytes bytes = std::min(kPatternBlock, part.bytes - at);
            fill_pattern(key, static_cast<uint64_t>(part.number + at), expected.data(), bytes);
            findings_.compare(found + at, expected.data(), bytes, number(at),
                              [&] { return name(rank) + ", block of rank " + std::to_string(of); });
        }
    }

    /// Every block of the group's sum is computed once, for all ranks that want some of it.
    void check_sums(uint32_t group, const std::vector<Wanted>& sums)
    {
        std::array<std::byte, kPatternBlock> expected, one;
        for (Bytes at = 0; at < size_; at += kPatternBlock) {
            const Bytes bytes = std::min(kPatternBlock, size_ - at);
            expected.fill(std::byte{0});
            for (uint32_t member = 0; member < members_; ++member) {
                const uint64_t key = pattern_key(rank_of(group, member), *iteration_);
                fill_pattern(key, static_cast<uint64_t>(at), one.data(), bytes);
                add_elements(expected.data(), one.data(), bytes, findings_.width());
            }
            for (const Wanted& each : sums) compare_block(each, at, bytes, expected.data());
        }
    }

    /// Compares what a part has of the block that begins at byte `at` of the sum.
    void compare_block(const Wanted& each, Bytes at, Bytes bytes, const std::byte* expected)
    {
        const Bytes first = std::max(at, each.part.number);
        const Bytes last = std::min(at + bytes, each.part.number + each.part.bytes);
        if (first >= last) return;
        findings_.compare(place(each.rank, each.part) + (first - each.part.number), expected + (first - at),
                          last - first, number(first), [&] { return name(each.rank); });
    }

    uint64_t number(Bytes byte) const { return static_cast<uint64_t>(byte / findings_.width()); }
    std::string name(uint32_t rank) const
    {
        return "iteration " + std::to_string(*iteration_) + ", rank " + std::to_string(rank);
    }

    const Operation& operation_;
    std::unique_ptr<Collective> collective_;
    uint32_t groups_, members_;  ///< members of each group
    Bytes size_;
    EndpointMemory memory_;
    std::optional<uint64_t> iteration_;  // the iteration that is under way
    Findings findings_;
};

}  // namespace

std::unique_ptr<Contents> make_collective_contents(const Operation& operation,
                                                   std::unique_ptr<Collective> collective, uint32_t ranks,
                                                   Bytes size)
{
    return std::make_unique<CollectiveContents>(operation, std::move(collective), ranks, size);
}

}  // namespace hpnsim
