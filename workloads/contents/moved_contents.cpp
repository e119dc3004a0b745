// SPDX-License-Identifier: GPL-2.0-only
// Checks contents that must arrive as they were sent: those of incast and of flows.
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
        return {EndpointMemory::base(message.src) + static_cast<uint64_t>(place.from), to, to, message.bytes};
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

}  // namespace

std::unique_ptr<Contents> make_incast_contents(const IncastGroup& group, Bytes size)
{
    return std::make_unique<IncastContents>(group, size);
}

std::unique_ptr<Contents> make_flows_contents(const std::vector<FlowSpec>& flows)
{
    return std::make_unique<FlowsContents>(flows);
}

}  // namespace hpnsim
