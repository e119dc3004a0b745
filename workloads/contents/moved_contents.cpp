// SPDX-License-Identifier: GPL-2.0-only
// Checks contents that must arrive as they were sent: those of incast, flows and AllToAll.
#include "contents/pattern.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace hpnsim
{

namespace
{

/// Offsets of one message in the memories of its two endpoints, and what it carries.
struct Place {
    Bytes from = 0, to = 0;
    uint64_t epoch = 0;   ///< nothing is written twice within it: a round, an iteration
    uint64_t owner = 0;   ///< whose stream of known values it carries
    uint64_t number = 0;  ///< number of its first byte in that stream
};

class MovedContents : public Contents
{
public:
    EndpointMemory& memory() override { return memory_; }

    void depart(const Message& message) override
    {
        const Place place = this->place(message);
        if (epoch_ != place.epoch) {
            check();
            epoch_ = place.epoch;
            begin(place.epoch);
        }
        fill(message, place);
    }

    Route route(const Message& message) const override
    {
        const Place place = this->place(message);
        const uint64_t to = EndpointMemory::base(message.dst) + static_cast<uint64_t>(place.to);
        return {EndpointMemory::base(message.src) + static_cast<uint64_t>(place.from), to, to};
    }

    void arrive(const Message& message) override { arrived_.push_back(message); }

    Verdict finish(bool complete) override
    {
        check();
        return findings_.verdict(complete);
    }

protected:
    virtual Place place(const Message& message) const = 0;
    /// How a sentence names the message at its receiver.
    virtual std::string name(const Message& message) const = 0;
    virtual void begin(uint64_t /*epoch*/) {}

    void fill(const Message& message, const Place& place)
    {
        std::byte* to = memory_.at(message.src, route(message).from, message.bytes);
        fill_pattern(pattern_key(place.owner, place.epoch), place.number, to, message.bytes);
    }

    EndpointMemory memory_;

private:
    /// Checks all that arrived since the last check, as it is now, because later writes may have gone astray.
    void check()
    {
        for (const Message& message : arrived_) check(message);
        arrived_.clear();
    }

    void check(const Message& message)
    {
        const Place place = this->place(message);
        const uint64_t key = pattern_key(place.owner, place.epoch);
        const std::byte* found = memory_.at(message.dst, route(message).to, message.bytes);
        std::array<std::byte, kPatternBlock> expected;
        for (Bytes at = 0; at < message.bytes; at += kPatternBlock) {
            const Bytes bytes = std::min(kPatternBlock, message.bytes - at);
            const auto first = static_cast<uint64_t>(at);
            fill_pattern(key, place.number + first, expected.data(), bytes);
            findings_.compare(found + at, expected.data(), bytes,
                              first / static_cast<unsigned>(findings_.width()),
                              [&] { return name(message); });
        }
    }

    std::optional<uint64_t> epoch_;
    std::vector<Message> arrived_;
    Findings findings_{4};
};

class IncastContents : public MovedContents
{
public:
    IncastContents(const IncastGroup& group, Bytes size) : senders_(group.senders.size()), size_(size)
    {
        memory_.reserve(group.receiver, size * static_cast<Bytes>(senders_));
        for (const uint32_t sender : group.senders) memory_.reserve(sender, size);
    }

private:
    Place place(const Message& m) const override
    {
        return {0, size_ * static_cast<Bytes>(m.id % senders_), m.id / senders_, m.id, 0};
    }
    std::string name(const Message& m) const override
    {
        return "flow " + std::to_string(m.id) + " from endpoint " + std::to_string(m.src) + " at endpoint " +
               std::to_string(m.dst);
    }

    uint64_t senders_;
    Bytes size_;
};

class FlowsContents : public MovedContents
{
public:
    explicit FlowsContents(const std::vector<FlowSpec>& flows)
    {
        for (const FlowSpec& flow : flows)
            places_.push_back({memory_.reserve(flow.src, flow.bytes), memory_.reserve(flow.dst, flow.bytes)});
    }

private:
    Place place(const Message& m) const override
    {
        const auto& [from, to] = places_[m.id];
        return {from, to, 0, m.id, 0};
    }
    std::string name(const Message& m) const override
    {
        return "flow " + std::to_string(m.id) + " from endpoint " + std::to_string(m.src) + " at endpoint " +
               std::to_string(m.dst);
    }

    std::vector<std::pair<Bytes, Bytes>> places_;  // of each flow: at its source, at its destination
};

class AlltoallContents : public MovedContents
{
public:
    AlltoallContents(std::unique_ptr<Collective> collective, uint32_t ranks, Bytes size)
        : collective_(std::move(collective)), ranks_(ranks), size_(size)
    {
        for (uint32_t rank = 0; rank < ranks; ++rank) memory_.reserve(rank, collective_->memory_bytes(rank));
    }

private:
    Place place(const Message& m) const override
    {
        const uint64_t iteration = m.id / collective_->code_limit();
        if (m.src == m.dst) {
            const Cut own = cut(size_, ranks_, m.src);
            return {own.offset, size_ + own.bytes * m.src, iteration, m.src,
                    static_cast<uint64_t>(own.offset)};
        }
        const Transfer t = collective_->transfer(m.id % collective_->code_limit());
        return {t.offset, t.landing, iteration, t.src, static_cast<uint64_t>(t.offset)};
    }

    /// A rank's block for itself takes no message; it lies among those that it receives, in order of rank.
    void begin(uint64_t epoch) override
    {
        for (uint32_t rank = 0; rank < ranks_; ++rank) {
            Message own;
            own.id = epoch * collective_->code_limit();
            own.src = own.dst = rank;
            own.bytes = cut(size_, ranks_, rank).bytes;
            if (own.bytes == 0) continue;
            fill(own, place(own));
            copy_bytes(*this, own);
            arrive(own);
        }
    }

    std::string name(const Message& m) const override
    {
        return "iteration " + std::to_string(m.id / collective_->code_limit()) + ", rank " +
               std::to_string(m.dst) + ", block of rank " + std::to_string(m.src);
    }

    std::unique_ptr<Collective> collective_;
    uint32_t ranks_;
    Bytes size_;
};

}  // namespace

std::unique_ptr<Contents> make_incast_contents(const IncastGroup& group, Bytes size)
{
    return std::make_unique<IncastContents>(group, size);
}

std::unique_ptr<Contents> make_flows_contents(const std::vector<FlowSpec>& flows)
{
    return std::make_unique<FlowsContents>(flows);
}

std::unique_ptr<Contents> make_alltoall_contents(std::unique_ptr<Collective> collective, uint32_t ranks,
                                                 Bytes size)
{
    return std::make_unique<AlltoallContents>(std::move(collective), ranks, size);
}

}  // namespace hpnsim
