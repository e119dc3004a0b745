// SPDX-License-Identifier: GPL-2.0-only
// Checks buffers that a collective sums up. The expected sums come from the hash alone: neither the
// collective nor what any buffer held has a part in them.
#include "contents/pattern.hpp"

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

class ReducedContents : public Contents
{
public:
    ReducedContents(std::unique_ptr<Collective> collective, uint32_t ranks, Bytes size)
        : collective_(std::move(collective)), ranks_(ranks), size_(size),
          findings_(element_width(*collective_, size))
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
        for (uint32_t rank = 0; rank < ranks_; ++rank)
            fill_pattern(pattern_key(rank, iteration), 0, buffer(rank), size_);
    }

    Route route(const Message& message) const override
    {
        const Transfer t = transfer(message);
        const uint64_t there = EndpointMemory::base(t.dst);
        return {EndpointMemory::base(t.src) + static_cast<uint64_t>(t.offset),
                there + static_cast<uint64_t>(t.landing), there + static_cast<uint64_t>(t.offset)};
    }

    void arrive(const Message& message) override
    {
        const Transfer t = transfer(message);
        if (!t.reduce) return;
        const Route at = route(message);
        add_elements(memory_.at(t.dst, at.result, t.bytes), memory_.at(t.dst, at.to, t.bytes), t.bytes,
                     findings_.width());
    }

    /// An iteration that was cut off is not checked: its sums are as they are.
    Verdict finish(bool complete) override
    {
        if (complete) check();
        iteration_.reset();
        return findings_.verdict(complete);
    }

private:
    Transfer transfer(const Message& message) const
    {
        return collective_->transfer(message.id % collective_->code_limit());
    }
    std::byte* buffer(uint32_t rank) { return memory_.at(rank, EndpointMemory::base(rank), size_); }

    /// Checks every element of every rank, block by block.
    void check()
    {
        if (!iteration_) return;
        std::array<std::byte, kPatternBlock> expected, one;
        for (Bytes at = 0; at < size_; at += kPatternBlock) {
            const Bytes bytes = std::min(kPatternBlock, size_ - at);
            const auto first = static_cast<uint64_t>(at);
            expected.fill(std::byte{0});
            for (uint32_t rank = 0; rank < ranks_; ++rank) {
                fill_pattern(pattern_key(rank, *iteration_), first, one.data(), bytes);
                add_elements(expected.data(), one.data(), bytes, findings_.width());
            }
            for (uint32_t rank = 0; rank < ranks_; ++rank)
                findings_.compare(buffer(rank) + at, expected.data(), bytes,
                                  first / static_cast<unsigned>(findings_.width()), [&] {
                                      return "iteration " + std::to_string(*iteration_) + ", rank " +
                                             std::to_string(rank);
                                  });
        }
    }

    std::unique_ptr<Collective> collective_;
    uint32_t ranks_;
    Bytes size_;
    EndpointMemory memory_;
    std::optional<uint64_t> iteration_;  // the iteration that is under way
    Findings findings_;
};

}  // namespace

std::unique_ptr<Contents> make_allreduce_contents(std::unique_ptr<Collective> collective, uint32_t ranks,
                                                  Bytes size)
{
    return std::make_unique<ReducedContents>(std::move(collective), ranks, size);
}

}  // namespace hpnsim
