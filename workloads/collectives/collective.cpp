// SPDX-License-Identifier: GPL-2.0-only
// Decides how ranks fill hosts, and finds collectives by name.
#include "graph/graph_bound.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/collective_table.hpp"
#include "hpnsim/spec.hpp"
#include "registry/choice.hpp"
#include "registry/tables.hpp"

#include <algorithm>

namespace hpnsim
{

CollectiveShape collective_shape(const FabricPlan& plan, uint32_t ranks)
{
    if (ranks < 2) throw BadInput("ranks: a collective needs at least 2 ranks");
    if (ranks > plan.endpoints)
        throw BadInput("ranks: " + std::to_string(ranks) + " ranks need as many GPUs, and '" + plan.name +
                       "' has " + std::to_string(plan.endpoints));
    const uint32_t per_host = plan.nvlink.rate.bps == 0 ? 1 : std::max(plan.nics_per_host, 1U);
    if (per_host == 1) return {ranks, 1, ranks};
    if (ranks <= per_host) return {ranks, ranks, 1};
    if (ranks % per_host != 0)
        throw BadInput("ranks: " + std::to_string(ranks) +
                       " ranks leave a host partly filled; the nearest are " +
                       std::to_string(ranks / per_host * per_host) + " and " +
                       std::to_string((ranks / per_host + 1) * per_host) + " (" + std::to_string(per_host) +
                       " GPUs per host)");
    return {ranks, per_host, ranks / per_host};
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

namespace
{

void check_keys(const std::string& what, const CollectiveOps& ops, const Spec& spec)
{
    const bool takes = *ops.info.file != '\0';
    for (const auto& [key, value] : spec.keys)
        if (!takes || key != "file")
            throw BadInput(what + ": '" + spec.name + "' has no key '" + key + "'; it takes " +
                           (takes ? "file" : "none"));
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

std::string file_of_collective(const std::string& what, const CollectiveOps& ops, const std::string& name)
{
    if (*ops.info.file == '\0') return "";
    const Spec spec = parse_spec(what, name);
    if (spec.keys.empty())
        throw BadInput(what + ": '" + spec.name + "' needs a file, " + ops.info.file + ": " + spec.name +
                       ":file=F");
    return spec.keys.front().second;
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
    std::vector<uint32_t> host_of(call.shape.ranks);
    for (uint32_t rank = 0; rank < call.shape.ranks; ++rank) host_of[rank] = rank / call.shape.gpus;
    return graph_bound(*make_collective(ops, call), host_of, limits);
}

}  // namespace hpnsim
