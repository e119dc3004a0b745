// SPDX-License-Identifier: GPL-2.0-only
// Adds rows for the flows that a stopped run did not begin.
#include "kit/unstarted.hpp"

#include <set>

namespace hpnsim
{

void add_unstarted(const FabricPlan& plan, const std::vector<FlowSpec>& flows, IdealTimes& ideals,
                   RunRecord& record)
{
    if (record.flows.size() == flows.size()) return;
    std::set<uint64_t> known;
    for (const FlowRow& row : record.flows) known.insert(row.id);
    for (uint64_t id = 0; id < flows.size(); ++id) {
        if (known.count(id) != 0) continue;
        FlowRow row;
        row.id = id;
        row.src = plan.id_of(flows[id].src);
        row.dst = plan.id_of(flows[id].dst);
        row.bytes = flows[id].bytes;
        row.start = row.end = flows[id].start;
        row.ideal = ideals.of(flows[id].src, flows[id].dst, row.bytes);
        row.status = FlowStatus::unfinished;
        record.flows.push_back(row);
    }
}

}  // namespace hpnsim
