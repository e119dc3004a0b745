// SPDX-License-Identifier: GPL-2.0-only
// Implements the places: a rank's number is a number with a digit for each dimension, the nearest first.
#include "training/places.hpp"

#include "hpnsim/bad_input.hpp"

#include <algorithm>
#include <sstream>

namespace hpnsim
{

namespace
{

constexpr std::array<const char*, kAxes> kNames = {"tp", "cp", "ep", "dp", "pp"};

[[noreturn]] void refuse(const std::string& placement)
{
    throw BadInput("placement: '" + placement +
                   "' is no order of tp, cp, ep, dp and pp, each once; the usual one is tp-cp-ep-dp-pp");
}

}  // namespace

std::array<Axis, kAxes> order_of(const std::string& placement)
{
    std::array<Axis, kAxes> order{};
    std::array<bool, kAxes> seen{};
    std::istringstream in(placement);
    size_t count = 0;
    for (std::string name; std::getline(in, name, '-'); ++count) {
        const auto found =
            static_cast<size_t>(std::find(kNames.begin(), kNames.end(), name) - kNames.begin());
        if (found == kAxes || count == kAxes || seen.at(found)) refuse(placement);
        seen.at(found) = true;
        order.at(count) = static_cast<Axis>(found);
    }
    if (count < kAxes || placement.back() == '-') refuse(placement);
    return order;
}

Places::Places(const TrainingLayout& layout)
    : order_(order_of(layout.placement)), ranks_(static_cast<uint32_t>(layout.ranks()))
{
    sizes_ = {layout.tensor, layout.context, layout.expert, layout.data / layout.expert, layout.pipeline};
    uint32_t stride = 1;
    for (const Axis axis : order_) {
        strides_.at(static_cast<size_t>(axis)) = stride;
        stride *= sizes_.at(static_cast<size_t>(axis));
    }
}

uint32_t Places::at(uint32_t rank, Axis axis) const
{
    return rank / strides_.at(static_cast<size_t>(axis)) % sizes_.at(static_cast<size_t>(axis));
}

GroupFamily Places::family(const char* name, const Axes& within) const
{
    GroupFamily family{name, {}};
    std::vector<uint32_t> group_of(ranks_);
    for (uint32_t rank = 0; rank < ranks_; ++rank) {
        uint32_t first = rank;  // the lowest rank of its group
        for (const Axis axis : within) first -= at(rank, axis) * strides_.at(static_cast<size_t>(axis));
        if (first == rank) {
            group_of[rank] = static_cast<uint32_t>(family.groups.size());
            family.groups.emplace_back();
        }
        family.groups[group_of[first]].push_back(rank);
    }
    return family;
}

TrainingFamilies Places::add_families(GroupTable& table) const
{
    TrainingFamilies made;
    made.tensor = table.add(family("tp", {Axis::tensor}));
    made.context = table.add(family("cp", {Axis::context}));
    made.expert = table.add(family("ep", {Axis::expert}));
    made.data = table.add(family("dp", {Axis::context, Axis::expert, Axis::data}));
    made.expert_data = table.add(family("dp_ep", {Axis::context, Axis::data}));
    const GroupFamily stages = family("pp", {Axis::pipeline});
    made.pipeline = table.add(stages);
    GroupFamily ends{"embedding", {}};
    for (const std::vector<uint32_t>& group : stages.groups)
        if (group.size() > 1) ends.groups.push_back({group.front(), group.back()});
    made.embedding = table.add(std::move(ends));
    return made;
}

void Places::add_storage(const TrainingStorage& storage, GroupTable& table, TrainingFamilies& to) const
{
    GroupFamily job{"job", {{}}}, served{"storage", {}};
    for (uint32_t i = 0; i < storage.ranks(); ++i) served.groups.push_back({ranks_ + i});
    for (uint32_t rank = 0; rank < ranks_; ++rank) {
        const uint32_t host = rank / storage.nics % storage.hosts;
        served.groups[host * storage.nics + rank % storage.nics].push_back(rank);
        job.groups.front().push_back(rank);
    }
    to.job = table.add(std::move(job));
    to.storage = table.add(std::move(served));
}

}  // namespace hpnsim
