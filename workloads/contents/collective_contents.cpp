// SPDX-License-Identifier: GPL-2.0-only
// Checks the memories of the ranks of collectives that follow each other in the same memory.
#include "contents/operation_check.hpp"
#include "hpnsim/collective_table.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>

namespace hpnsim
{

namespace
{

class CollectiveContents : public Contents, private OperationMembers
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
            parts_.push_back(
                {series[at], sizes[at], Findings(element_width(operation, *series[at], sizes[at]))});
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
        for (group_ = 0; group_ < groups_.count; ++group_)
            give_operation({operation_, size(), iteration}, *this);
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
            add_verdict(one, all);
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

    Transfer transfer(const Message& message) const
    {
        return part_of(message.id / span_).collective->transfer(message.id % span_);
    }
    /// Sums may begin anywhere, so that what a rank adds first finds nothing there.
    void clear()
    {
        for (const EndpointMemory::Area& area : memory_.areas())
            std::memset(area.data, 0, static_cast<size_t>(area.bytes));
    }

    void check()
    {
        if (!iteration_) return;
        for (group_ = 0; group_ < groups_.count; ++group_)
            check_operation({operation_, size(), *iteration_}, *this, findings());
    }

    // As OperationMembers, of the group that is looked at:
    uint32_t count() const override { return members_; }
    uint32_t rank_of(uint32_t member) const override { return groups_.rank_of(group_, member); }
    std::byte* place(uint32_t member, const HeldPart& part) override
    {
        const uint32_t endpoint = endpoint_of_[rank_of(member)];
        return memory_.at(endpoint, EndpointMemory::base(endpoint) + static_cast<uint64_t>(part.at),
                          part.bytes);
    }
    std::string name(uint32_t member) const override
    {
        const std::string which = parts_.size() > 1 ? "size " + std::to_string(size()) + " B, " : "";
        return which + "iteration " + std::to_string(*iteration_ % iterations_) + ", rank " +
               std::to_string(rank_of(member));
    }

    const Operation& operation_;
    std::vector<uint32_t> endpoint_of_;
    RankGroups groups_;
    uint32_t members_;     // of each group
    uint32_t group_ = 0;   // that is looked at
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
