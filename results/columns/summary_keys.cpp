// SPDX-License-Identifier: GPL-2.0-only
// Declares the keys of summary.json that every run has, and those within `host`. Their order is part of the
// promise to readers.
#include "hpnsim/summary_keys.hpp"

#include "columns/key_values.hpp"
#include "hpnsim/statistics.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

using Json = nlohmann::ordered_json;

template <class Field> void join(Pool pool, Field& all, const Field& one)
{
    if constexpr (std::is_same_v<Field, Time> || std::is_arithmetic_v<Field>) {
        if (pool == Pool::sum) all += one;
        if (pool == Pool::largest) all = std::max(all, one);
    }
}

void join(Pool pool, bool& all, const bool& one)
{
    if (pool == Pool::any_true) all |= one;
}

/// The first that says anything.
void join(Pool pool, std::string& all, const std::string& one)
{
    if (pool == Pool::first && all.empty()) all = one;
}

/// A key that is a member of the record.
template <class Field>
SummaryKey member(const char* name, const char* unit, const char* meaning, Pool pool, Field RunRecord::*field)
{
    SummaryKey key;
    static_cast<Column<RunRecord, Json>&>(key) = {
        name,
        unit,
        meaning,
        pool,
        [field](const RunRecord& run) { return key_value(run.*field); },
        [field](RunRecord& run, const Json& value) { read_value(value, run.*field); }};
    key.join = [field, pool](RunRecord& all, const RunRecord& one) { join(pool, all.*field, one.*field); };
    return key;
}

/// A key whose value follows from other things in the record.
SummaryKey computed(const char* name, const char* unit, const char* meaning,
                    std::function<Json(const RunRecord&)> get)
{
    SummaryKey key;
    static_cast<Column<RunRecord, Json>&>(key) = {name, unit, meaning, Pool::anew, std::move(get), {}};
    return key;
}

SummaryKey per_seed(SummaryKey key)
{
    key.per_seed = true;
    return key;
}

/// A sentence that most runs do without.
SummaryKey sentence(const char* name, const char* meaning, std::string RunRecord::*field)
{
    SummaryKey key = member(name, "text", meaning, Pool::first, field);
    key.optional = true;
    key.get = [field](const RunRecord& run) {
        return (run.*field).empty() ? Json(nullptr) : Json(run.*field);
    };
    return key;
}

/// An object is there even when it is empty.
Json object_of(const Json& value)
{
    return value.is_null() ? Json::object() : value;
}

std::vector<SummaryKey> identity_keys()
{
    SummaryKey params = member("params", "object", "every parameter in force, with its unit", Pool::first,
                               &RunRecord::params);
    params.get = [](const RunRecord& run) { return object_of(run.params); };
    return {member("scenario", "text", "the program that ran", Pool::first, &RunRecord::scenario),
            member("topology", "text", "the topology, as given", Pool::first, &RunRecord::topology),
            member("cc", "text", "the CC, as given", Pool::first, &RunRecord::cc),
            member("path", "text", "the path policy, as given, or what the CC wants", Pool::first,
                   &RunRecord::path),
            member("transport", "text", "name of the transport, as given, or what the CC wants", Pool::first,
                   &RunRecord::transport),
            member("fabric", "text", "kind of the fabric, as given, or what the CC wants", Pool::first,
                   &RunRecord::fabric),
            per_seed(member("seed", "number", "seed of the run; of several, the first", Pool::first,
                            &RunRecord::seed)),
            params,
            member("command", "text", "the command, as the user typed it", Pool::first, &RunRecord::command)};
}

std::vector<SummaryKey> flow_keys()
{
    return {per_seed(computed("flows", "count", "flows posted",
                              [](const RunRecord& run) { return count_flows(run).flows; })),
            per_seed(computed("completed", "count", "flows completed",
                              [](const RunRecord& run) { return count_flows(run).completed; })),
            per_seed(computed("failed", "count", "flows that ended in an error",
                              [](const RunRecord& run) { return count_flows(run).failed; })),
            per_seed(computed("unfinished", "count", "flows not finished when the run ended",
                              [](const RunRecord& run) { return count_flows(run).unfinished; })),
            per_seed(computed("fct_us", "us",
                              "flow completion times of completed flows: `n`, `min`, `mean`, `p50`, `p95`, "
                              "`p99`, `p999`, `max`",
                              [](const RunRecord& run) { return to_json(fct_summary(run)); })),
            per_seed(computed("slowdown", "1", "FCT / ideal FCT of completed flows: the same members",
                              [](const RunRecord& run) { return to_json(slowdown_summary(run)); }))};
}

std::vector<SummaryKey> network_keys()
{
    return {per_seed(member("max_queue_bytes", "bytes", "deepest queue of one port and priority",
                            Pool::largest, &RunRecord::max_queue)),
            per_seed(member("drops", "count", "packets dropped", Pool::sum, &RunRecord::drops)),
            per_seed(member("trims", "count", "packets trimmed to headers", Pool::sum, &RunRecord::trims)),
            per_seed(member("ecn_marks", "count", "packets marked", Pool::sum, &RunRecord::ecn_marks)),
            per_seed(member("cnps", "count", "congestion notifications", Pool::sum, &RunRecord::cnps)),
            per_seed(member("nacks", "count", "negative acknowledgements", Pool::sum, &RunRecord::nacks)),
            per_seed(member("timeouts", "count", "retransmission timeouts", Pool::sum, &RunRecord::timeouts)),
            per_seed(member("retransmitted_bytes", "bytes", "retransmitted payload", Pool::sum,
                            &RunRecord::retransmitted)),
            per_seed(member("pfc_pauses", "count", "pause frames obeyed", Pool::sum, &RunRecord::pfc_pauses)),
            per_seed(member("pfc_paused_us", "us", "time for which ports were paused, summed", Pool::sum,
                            &RunRecord::pfc_paused)),
            member("pfc_storms", "count", "PFC storms that the watchdog found", Pool::sum,
                   &RunRecord::pfc_storms),
            member("pfc_watchdog_drops", "count", "packets that the watchdog dropped", Pool::sum,
                   &RunRecord::pfc_watchdog_drops),
            sentence("deadlock",
                     "only if there was a PFC deadlock: when, and which ports waited for each other",
                     &RunRecord::deadlock),
            sentence("retries_exhausted",
                     "only if flows failed because their retries ran out: how many, and which key to raise",
                     &RunRecord::retries_exhausted)};
}

std::vector<SummaryKey> simulation_keys()
{
    return {member("data_packets", "count", "data packets that NICs sent, including retransmissions",
                   Pool::sum, &RunRecord::data_packets),
            per_seed(member("packet_hops", "count",
                            "packets of every kind sent completely over one direction of one link", Pool::sum,
                            &RunRecord::packet_hops)),
            member("nvlink_hops", "count", "the same of NVLink, which `packet_hops` leaves out", Pool::sum,
                   &RunRecord::nvlink_hops),
            per_seed(member("events", "count", "simulator events", Pool::sum, &RunRecord::events)),
            per_seed(member("sim_time_us", "us", "simulated time", Pool::sum, &RunRecord::sim_time)),
            member("interrupted", "truth", "whether a signal ended the run", Pool::any_true,
                   &RunRecord::interrupted)};
}

Json versions_of(const RunRecord& run)
{
    Json versions{{"hpnsim", run.version}};
    if (run.versions.is_object()) versions.update(run.versions);
    return versions;
}

void read_versions(RunRecord& run, const Json& value)
{
    read_value(value, run.versions);
    run.version = value.is_object() && value.contains("hpnsim") ? value_as<std::string>(value["hpnsim"]) : "";
}

Json hop_rate(const RunRecord& run)
{
    return run.wall_s > 0 ? Json(static_cast<double>(run.packet_hops) / run.wall_s) : Json(nullptr);
}

}  // namespace

const std::vector<SummaryKey>& summary_keys()
{
    static const std::vector<SummaryKey> kKeys = [] {
        std::vector<SummaryKey> all;
        for (auto part : {identity_keys(), flow_keys(), network_keys(), simulation_keys()})
            all.insert(all.end(), part.begin(), part.end());
        return all;
    }();
    return kKeys;
}

const std::vector<SummaryKey>& host_keys()
{
    static const std::vector<SummaryKey> kKeys = [] {
        SummaryKey versions = member("versions", "object", "versions of hpnsim and of what it ran on",
                                     Pool::first, &RunRecord::versions);
        versions.get = versions_of;
        versions.set = read_versions;
        return std::vector<SummaryKey>{
            versions,
            member("setup_s", "s", "time that building the network took", Pool::sum, &RunRecord::setup_s),
            member("wall_s", "s", "wall-clock time of the simulation", Pool::sum, &RunRecord::wall_s),
            member("windows", "count",
                   "short times that the engine ran node by node; 0: all events ran one by one", Pool::sum,
                   &RunRecord::windows),
            member("threads", "count", "threads that ran different nodes at the same time", Pool::largest,
                   &RunRecord::threads),
            member("ranks", "count", "processes that ran different nodes at the same time (mpirun)",
                   Pool::largest, &RunRecord::processes),
            computed("packet_hops_per_s", "1/s", "`packet_hops` / `wall_s`", hop_rate),
            member("peak_rss_mb", "MiB", "the most memory that the process has had", Pool::largest,
                   &RunRecord::peak_rss_mb)};
    }();
    return kKeys;
}

const SummaryKey* find_summary_key(const std::string& name)
{
    for (const auto* keys : {&summary_keys(), &extra_keys()})
        for (const SummaryKey& key : *keys)
            if (key.name == name) return &key;
    return nullptr;
}

}  // namespace hpnsim
