// SPDX-License-Identifier: GPL-2.0-only
// Forms the groups of a training job out of their sizes.
#include "traces/parallel_groups.hpp"

#include "hpnsim/bad_input.hpp"

namespace hpnsim
{

namespace
{

/// Where a rank stands in each dimension.
struct Coordinates {
    uint32_t tensor, stage, data, expert, expert_data;
};

Coordinates coordinates_of(const ParallelSizes& sizes, uint32_t rank)
{
    Coordinates at{};
    at.tensor = rank % sizes.tensor;
    const uint32_t rest = rank / sizes.tensor;
    at.stage = sizes.stages_outermost ? rest / sizes.data() : rest % sizes.pipeline;
    at.data = sizes.stages_outermost ? rest % sizes.data() : rest / sizes.pipeline;
    at.expert = at.data % sizes.expert;
    at.expert_data = at.data / sizes.expert;
    return at;
}

/// Numbers the groups of a kind: ranks of one group agree in what the kind does not vary.
uint32_t group_of(const ParallelSizes& sizes, Parallel parallel, const Coordinates& at)
{
    const uint32_t parts = sizes.data() / sizes.expert;
    switch (parallel) {
    case Parallel::tensor:
        return at.stage * sizes.data() + at.data;
    case Parallel::data:
        return at.stage * sizes.tensor + at.tensor;
    case Parallel::expert:
        return (at.stage * parts + at.expert_data) * sizes.tensor + at.tensor;
    case Parallel::expert_data:
        return (at.stage * sizes.expert + at.expert) * sizes.tensor + at.tensor;
    case Parallel::expert_tensor:
        return at.stage * parts + at.expert_data;
    default:
        return at.data * sizes.tensor + at.tensor;
    }
}

GroupFamily family_of(const ParallelSizes& sizes, Parallel parallel)
{
    GroupFamily family{name_of(parallel), {}};
    for (uint32_t rank = 0; rank < sizes.ranks; ++rank) {
        const Coordinates at = coordinates_of(sizes, rank);
        const bool between = at.stage != 0 && at.stage != sizes.pipeline - 1;
        if (parallel == Parallel::embedding && between) continue;
        const uint32_t group = group_of(sizes, parallel, at);
        if (group >= family.groups.size()) family.groups.resize(group + 1);
        family.groups[group].push_back(rank);
    }
    return family;
}

void check(const std::string& place, const ParallelSizes& sizes)
{
    const auto text = [](uint32_t number) { return std::to_string(number); };
    if (sizes.ranks % (uint64_t{sizes.tensor} * sizes.pipeline) != 0)
        throw BadInput(place + ": " + text(sizes.ranks) + " ranks do not divide into tensor groups of " +
                       text(sizes.tensor) + " and pipelines of " + text(sizes.pipeline) + " stages");
    if (sizes.data() % sizes.expert != 0)
        throw BadInput(place + ": data groups of " + text(sizes.data()) +
                       " ranks do not divide into expert groups of " + text(sizes.expert));
}

}  // namespace

const char* name_of(Parallel parallel)
{
    static constexpr std::array<const char*, kParallels> names = {"tp",    "dp", "ep",       "dp_ep",
                                                                  "ep_tp", "pp", "embedding"};
    return names.at(static_cast<size_t>(parallel));
}

uint32_t ParallelSizes::size_of(Parallel parallel) const
{
    switch (parallel) {
    case Parallel::tensor:
        return tensor;
    case Parallel::data:
        return data();
    case Parallel::expert:
        return expert;
    case Parallel::expert_data:
        return data() / expert;
    case Parallel::expert_tensor:
        return expert * tensor;
    case Parallel::pipeline:
        return pipeline;
    default:
        return pipeline > 1 ? 2 : 1;
    }
}

uint32_t ParallelSizes::stage_of(uint32_t rank) const
{
    return coordinates_of(*this, rank).stage;
}

ParallelFamilies add_parallel_groups(const std::string& place, const ParallelSizes& sizes, GroupTable& table)
{
    check(place, sizes);
    ParallelFamilies families{};
    for (size_t i = 0; i < kParallels; ++i)
        families.at(i) = table.add(family_of(sizes, static_cast<Parallel>(i)));
    return families;
}

}  // namespace hpnsim
