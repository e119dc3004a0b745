// SPDX-License-Identifier: GPL-2.0-only
// Writes summary.json. The order of its keys is part of the promise to readers.
#include "hpnsim/statistics.hpp"
#include "hpnsim/writers.hpp"

namespace hpnsim
{

namespace
{

using Json = nlohmann::ordered_json;

double us(Time t)
{
    return static_cast<double>(t.ps) / 1e6;
}

Json identity(const RunRecord& run)
{
    return {{"scenario", run.scenario},
            {"topology", run.topology},
            {"cc", run.cc},
            {"path", run.path},
            {"transport", run.transport},
            {"fabric", run.fabric},
            {"seed", run.seed},
            {"params", run.params.is_null() ? Json::object() : run.params},
            {"command", run.command}};
}

void add_flows(const RunRecord& run, Json& out)
{
    const FlowCounts counts = count_flows(run);
    out["flows"] = counts.flows;
    out["completed"] = counts.completed;
    out["failed"] = counts.failed;
    out["unfinished"] = counts.unfinished;
    out["fct_us"] = to_json(fct_summary(run));
    out["slowdown"] = to_json(slowdown_summary(run));
}

void add_network(const RunRecord& run, Json& out)
{
    out["max_queue_bytes"] = run.max_queue;
    out["drops"] = run.drops;
    out["trims"] = run.trims;
    out["ecn_marks"] = run.ecn_marks;
    out["cnps"] = run.cnps;
    out["nacks"] = run.nacks;
    out["timeouts"] = run.timeouts;
    out["retransmitted_bytes"] = run.retransmitted;
    out["pfc_pauses"] = run.pfc_pauses;
    out["pfc_paused_us"] = us(run.pfc_paused);
    out["pfc_storms"] = run.pfc_storms;
    out["pfc_watchdog_drops"] = run.pfc_watchdog_drops;
    if (!run.deadlock.empty()) out["deadlock"] = run.deadlock;
    if (!run.retries_exhausted.empty()) out["retries_exhausted"] = run.retries_exhausted;
    out["data_packets"] = run.data_packets;
    out["packet_hops"] = run.packet_hops;
    out["nvlink_hops"] = run.nvlink_hops;
    out["events"] = run.events;
    out["sim_time_us"] = us(run.sim_time);
    out["interrupted"] = run.interrupted;
}

Json host_json(const RunRecord& run)
{
    Json versions{{"hpnsim", run.version}};
    if (run.versions.is_object()) versions.update(run.versions);
    const double hops = static_cast<double>(run.packet_hops);
    return {{"versions", versions},
            {"setup_s", run.setup_s},
            {"wall_s", run.wall_s},
            {"packet_hops_per_s", run.wall_s > 0 ? Json(hops / run.wall_s) : Json(nullptr)},
            {"peak_rss_mb", run.peak_rss_mb}};
}

}  // namespace

nlohmann::ordered_json summary_json(const RunRecord& run)
{
    Json out = identity(run);
    add_flows(run, out);
    add_network(run, out);
    if (run.extra.is_object())
        for (auto it = run.extra.begin(); it != run.extra.end(); ++it)
            if (!out.contains(it.key()) && it.key() != "host") out[it.key()] = *it;
    out["host"] = host_json(run);
    return out;
}

}  // namespace hpnsim
