// SPDX-License-Identifier: GPL-2.0-only
// Decides how ranks fill hosts, and finds collectives by name.
#include "graph/graph_bound.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/collective_table.hpp"
#include "hpnsim/spec.hpp"
#include "registry/choice.hpp"
#include "registry/tables.hpp"

#include <algorithm>
#include <numeric>
#include <set>

namespace hpnsim
{

namespace
{

RankPlaces placed(const FabricPlan& plan, std::vector<uint32_t> endpoints)
{
    const uint32_t gpus = plan.nvlink.rate.bps == 0 ? 1 : std::max(plan.nics_per_host, 1U);
    RankPlaces places;
    for (const uint32_t endpoint : endpoints) places.host_of.push_back(endpoint / gpus);
    places.endpoint_of = std::move(endpoints);
    return places;
}

std::vector<uint32_t> in_order(uint32_t ranks)
{
    std::vector<uint32_t> endpoints(ranks);
    std::iota(endpoints.begin(), endpoints.end(), 0U);
    return endpoints;
}

}  // namespace

RankPlaces places_in_order(const FabricPlan& plan, uint32_t ranks)
{
    if (ranks < 2) throw BadInput("ranks: a collective needs at least 2 ranks");
    if (ranks > plan.endpoints)
        throw BadInput("ranks: " + std::to_string(ranks) + " ranks need as many GPUs, and '" + plan.name +
                       "' has " + std::to_string(plan.endpoints));
    return placed(plan, in_order(ranks));
}

RankPlaces places_of(const FabricPlan& plan, std::vector<uint32_t> members)
{
    std::set<uint32_t> known;
    for (const uint32_t each : members) {
        if (each >= plan.endpoints)
            throw BadInput("members: there is no GPU " + std::to_string(each) + "; '" + plan.name +
                           "' has 0 to " + std::to_string(plan.endpoints - 1));
        if (!known.insert(each).second)
            throw BadInput("members: GPU " + std::to_string(each) + " comes twice");
    }
    if (members.size() < 2) throw BadInput("members: a collective needs at least 2 ranks");
    return placed(plan, std::move(members));
}

RankPlaces places_of(CollectiveShape shape)
{
    RankPlaces places;
    places.endpoint_of = in_order(shape.ranks);
    for (const uint32_t rank : places.endpoint_of) places.host_of.push_back(rank / shape.gpus);
    return places;
}

CollectiveShape group_shape(const std::vector<uint32_t>& host_of)
{
    const auto ranks = static_cast<uint32_t>(host_of.size());
    uint32_t gpus = 1;
    while (gpus < ranks && host_of[gpus] == host_of[0]) ++gpus;
    const CollectiveShape alone{ranks, 1, ranks};
    if (ranks % gpus != 0) return alone;
    for (uint32_t rank = gpus; rank < ranks; ++rank) {
        const bool first = rank % gpus == 0;
        if ((host_of[rank] == host_of[rank - 1]) == first) return alone;
    }
    return {ranks, gpus, ranks / gpus};
}

std::vector<const CollectiveOps*> all_collectives()
{
    return built_in::collectives();
}

std::vector<const CollectiveOps*> collectives_of(const Operation& operation)
{
    std::vector<const CollectiveOps*> some;
    for (const CollectiveOps* ops : all_collectives())
        if (ops->info.operation == &operation) some.push_back(ops);
    return some;
}

const Operation& find_operation(const std::string& what, const std::string& name)
{
    std::vector<const Operation*> able;
    std::vector<std::string> names;
    std::string all;
    for (const Operation* each : all_operations()) {
        if (collectives_of(*each).empty()) continue;
        able.push_back(each);
        names.emplace_back(each->name);
        all += (all.empty() ? "" : ", ") + names.back();
    }
    for (const Operation* each : all_operations())
        if (each->name == name && collectives_of(*each).empty())
            throw BadInput(what + ": no collective of this build does '" + name + "'; there are some for " +
                           all);
    return *able.at(place_among(names, what, name));
}

namespace
{

void check_keys(const std::string& what, const CollectiveOps& ops, const Spec& spec)
{
    const std::string takes = *ops.info.file != '\0' ? "file" : ops.info.key;
    for (const auto& [key, value] : spec.keys)
        if (key != takes)
            throw BadInput(what + ": '" + spec.name + "' has no key '" + key + "'; it takes " +
                           (takes.empty() ? "none" : takes));
}

}  // namespace

const CollectiveOps& find_collective(const std::string& what, const Operation& operation,
                                     const std::string& name)
{
    const std::vector<const CollectiveOps*> some = collectives_of(operation);
    std::vector<std::string> names;
    for (const CollectiveOps* ops : some) names.emplace_back(ops->info.name);
    if (name.empty()) return *some.at(0);
    const Spec spec = parse_spec(what, name);
    const CollectiveOps& found = *some.at(place_among(names, what, spec.name));
    check_keys(what, found, spec);
    return found;
}

std::string argument_of_collective(const std::string& what, const CollectiveOps& ops, const std::string& name)
{
    if (name.empty()) return "";
    const Spec spec = parse_spec(what, name);
    if (!spec.keys.empty()) return spec.keys.front().second;
    if (*ops.info.file != '\0')
        throw BadInput(what + ": '" + spec.name + "' needs a file, " + ops.info.file + ": " + spec.name +
                       ":file=F");
    return "";
}

namespace
{

CollectiveCall completed(const CollectiveOps& ops, CollectiveCall call)
{
    const std::string name = ops.info.name;
    if (call.channels != 0 && *ops.info.channels == '\0') throw BadInput("channels: '" + name + "' has none");
    if (call.chunk != 0 && *ops.info.chunk == '\0') throw BadInput("chunk: '" + name + "' cuts nothing");
    if (call.channels == 0) call.channels = ops.channels(call.shape);
    if (call.chunk == 0) call.chunk = ops.chunk(call.shape, call.size);
    return call;
}

}  // namespace

std::unique_ptr<Collective> make_collective(const CollectiveOps& ops, const CollectiveCall& call)
{
    return ops.make(completed(ops, call));
}

CollectiveIdeal collective_ideal(const CollectiveOps& ops, const CollectiveCall& call,
                                 const CollectiveLimits& limits)
{
    return collective_ideal(ops, call, places_of(call.shape).host_of, limits);
}

CollectiveIdeal collective_ideal(const CollectiveOps& ops, const CollectiveCall& call,
                                 const std::vector<uint32_t>& host_of, const CollectiveLimits& limits)
{
    return graph_bound(*make_collective(ops, call), host_of, limits);
}

}  // namespace hpnsim
