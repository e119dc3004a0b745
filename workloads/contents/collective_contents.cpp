// SPDX-License-Identifier: GPL-2.0-only
// Checks the memories of the ranks of a collective: each begins with what its operation gives it, and must
// end with what the operation wants. What is wanted comes from hashes alone: neither the collective nor what
// any memory held has a part in it.
#include "contents/pattern.hpp"
#include "hpnsim/collective_table.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
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
    CollectiveContents(const Operation& operation, const CollectiveSeries& series,
                       std::vector<uint32_t> endpoint_of, const std::vector<Bytes>& sizes,
                       uint32_t iterations)
        : operation_(operation), endpoint_of_(std::move(endpoint_of)), groups_(series.front()->groups()),
          members_(static_cast<uint32_t>(endpoint_of_.size()) / groups_.count), span_(message_span(series)),
          iterations_(iterations)
    {
        for (size_t at = 0; at < series.size(); ++at)
            parts_.push_back({series[at], sizes[at],
                              Findings(operation.sums ? element_width(*series[at], sizes[at]) : kElement)});
        for (uint32_t rank = 0; rank < endpoint_of_.size(); ++rank) {
            Bytes most = 0;
            for (const auto& each : series) most = std::max(most, each->memory_bytes(rank));
            memory_.reserve(endpoint_of_[rank], most);
        }
    }

    EndpointMemory& memory() override { return memory_; }

    void depart(const Message& message) override
    {
        const uint64_t iteration = message.id / span_;
        if (iteration_ == iteration) return;
        check();
        iteration_ = iteration;
        if (operation_.sums) clear();
        for (uint32_t group = 0; group < groups_.count; ++group)
            for (uint32_t member = 0; member < members_; ++member)
                for (const HeldPart& part : operation_.given(member, members_, size()))
                    give(rank_of(group, member), rank_of(group, part.of), part);
    }

    Route route(const Message& message) const override
    {
        const Transfer t = transfer(message);
        const uint64_t there = EndpointMemory::base(message.dst);
        return {EndpointMemory::base(message.src) + static_cast<uint64_t>(t.offset),
                there + static_cast<uint64_t>(t.landing), there + static_cast<uint64_t>(t.result), t.bytes};
    }

    void arrive(const Message& message) override
    {
        const Transfer t = transfer(message);
        if (!t.reduce) return;
        const Route at = route(message);
        add_elements(memory_.at(message.dst, at.result, t.bytes), memory_.at(message.dst, at.to, t.bytes),
                     t.bytes, part_of(message.id / span_).findings.width());
    }

    /// An iteration that was cut off is not checked: its memories are as they are.
    Verdict finish(bool complete) override
    {
        if (complete) check();
        iteration_.reset();
        Verdict all = parts_.front().findings.verdict(complete);
        if (parts_.size() == 1) return all;
        all.wrong_of.push_back(all.wrong);
        for (size_t at = 1; at < parts_.size(); ++at) {
            const Verdict one = parts_[at].findings.verdict(complete);
            all.checked += one.checked;
            all.wrong += one.wrong;
            all.element_bytes = std::min(all.element_bytes, one.element_bytes);
            if (all.first.empty()) all.first = one.first;
            all.wrong_of.push_back(one.wrong);
        }
        return all;
    }

private:
    /// A collective of the series.
    struct Part {
        std::shared_ptr<const Collective> collective;
        Bytes size;
        Findings findings;
    };

    const Part& part_of(uint64_t iteration) const { return parts_.at(iteration / iterations_); }
    /// Of the iteration that is under way.
    Bytes size() const { return part_of(*iteration_).size; }
    Findings& findings() { return parts_.at(*iteration_ / iterations_).findings; }

    /// A part of what a rank must end with.
    struct Wanted {
        uint32_t rank;
        HeldPart part;
    };

    Transfer transfer(const Message& message) const
    {
        return part_of(message.id / span_).collective->transfer(message.id % span_);
    }
    std::byte* place(uint32_t rank, const HeldPart& part)
    {
        const uint32_t endpoint = endpoint_of_[rank];
        return memory_.at(endpoint, EndpointMemory::base(endpoint) + static_cast<uint64_t>(part.at),
                          part.bytes);
    }

    /// Sums may begin anywhere, so that what a rank adds first finds nothing there.
    void clear()
    {
        for (const EndpointMemory::Area& area : memory_.areas())
            std::memset(area.data.get(), 0, static_cast<size_t>(area.bytes));
    }

    uint32_t rank_of(uint32_t group, uint32_t member) const { return groups_.rank_of(group, member); }

    void give(uint32_t rank, uint32_t of, const HeldPart& part)
    {
        if (part.bytes > 0)
            fill_pattern(pattern_key(of, *iteration_), static_cast<uint64_t>(part.number), place(rank, part),
                         part.bytes);
    }

    void check()
    {
        for (uint32_t group = 0; iteration_ && group < groups_.count; ++group) check_group(group);
    }

    void check_group(uint32_t group)
    {
        std::vector<Wanted> sums;
        for (uint32_t member = 0; member < members_; ++member) {
            const uint32_t rank = rank_of(group, member);
            for (const HeldPart& part : operation_.wanted(member, members_, size())) {
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
            findings().compare(found + at, expected.data(), bytes, number(at),
                               [&] { return name(rank) + ", block of rank " + std::to_string(of); });
        }
    }

    /// Every block of the group's sum is computed once, for all ranks that want some of it.
    void check_sums(uint32_t group, const std::vector<Wanted>& sums)
    {
        std::array<std::byte, kPatternBlock> expected, one;
        for (Bytes at = 0; at < size(); at += kPatternBlock) {
            const Bytes bytes = std::min(kPatternBlock, size() - at);
            expected.fill(std::byte{0});
            for (uint32_t member = 0; member < members_; ++member) {
                const uint64_t key = pattern_key(rank_of(group, member), *iteration_);
                fill_pattern(key, static_cast<uint64_t>(at), one.data(), bytes);
                add_elements(expected.data(), one.data(), bytes, findings().width());
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
        findings().compare(place(each.rank, each.part) + (first - each.part.number), expected + (first - at),
                           last - first, number(first), [&] { return name(each.rank); });
    }

    uint64_t number(Bytes byte) { return static_cast<uint64_t>(byte / findings().width()); }
    std::string name(uint32_t rank) const
    {
        const std::string which = parts_.size() > 1 ? "size " + std::to_string(size()) + " B, " : "";
        return which + "iteration " + std::to_string(*iteration_ % iterations_) + ", rank " +
               std::to_string(rank);
    }

    const Operation& operation_;
    std::vector<uint32_t> endpoint_of_;
    RankGroups groups_;
    uint32_t members_;     // of each group
    uint64_t span_;        // of message ids, an iteration
    uint32_t iterations_;  // of each collective
    std::vector<Part> parts_;
    EndpointMemory memory_;
    std::optional<uint64_t> iteration_;  // the iteration that is under way
};

}  // namespace

std::unique_ptr<Contents> make_collective_contents(const Operation& operation,
                                                   std::unique_ptr<Collective> collective, uint32_t ranks,
                                                   Bytes size)
{
    return make_collective_contents(operation, CollectiveSeries{std::move(collective)},
                                    places_of(CollectiveShape{ranks, 1, ranks}).endpoint_of, {size},
                                    std::numeric_limits<uint32_t>::max());
}

std::unique_ptr<Contents> make_collective_contents(const Operation& operation, const CollectiveSeries& series,
                                                   std::vector<uint32_t> endpoint_of,
                                                   const std::vector<Bytes>& sizes, uint32_t iterations)
{
    return std::make_unique<CollectiveContents>(operation, series, std::move(endpoint_of), sizes, iterations);
}

}  // namespace hpnsim
