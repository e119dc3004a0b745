// SPDX-License-Identifier: GPL-2.0-only
// Declares the records of a run: plain data that the scenarios fill and that is written as files. columns.hpp
// and summary_keys.hpp say what each field is called there.
#pragma once

#include "hpnsim/flow_status.hpp"
#include "hpnsim/series.hpp"
#include "hpnsim/units.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace hpnsim
{

/// One flow: one row of flows.csv.
struct FlowRow {
    uint64_t id = 0;
    uint32_t src = 0, dst = 0;
    uint32_t qp = 0;
    Bytes bytes = 0;  ///< payload
    Time start, end;  ///< posting of the work request; the sender's completion
    Time ideal;       ///< ideal FCT (contract: the empty network with all live ports)
    Bytes retransmitted = 0;
    FlowStatus status = FlowStatus::ok;
    bool at_least_one = false;  ///< a slowdown below 1 counts as 1: a peer's definition
    uint32_t job = 0;           ///< number in RunRecord::jobs
    uint64_t seed = 1;          ///< of the run that it belongs to
    Bytes delivered = 0;        ///< payload that arrived, known of messages
    bool measured = true;       ///< false: load alone, in no figure of completion times (measures_some)
    Time fct() const { return end - start; }
    bool completed() const { return status == FlowStatus::ok; }
    bool unfinished() const { return status == FlowStatus::unfinished; }
    /// What the slowdown's numerator is.
    Time counted() const { return at_least_one && fct() < ideal ? ideal : fct(); }
    double slowdown() const { return static_cast<double>(counted().ps) / static_cast<double>(ideal.ps); }
};

/// One egress port: one row of queues.csv.
struct PortRow {
    std::string name;  ///< "tor s0 r3 p1 -> agg p1 4"
    std::string tier;  ///< "nic", "tor", "agg", ...: what kind of node owns the queue
    std::string role;  ///< "up", "down", "host"
    int plane = 0;
    Rate rate;
    Bytes peak_queue = 0;   ///< of one priority, with what is being sent
    double mean_queue = 0;  ///< time average, bytes
    uint64_t ecn_marks = 0, drops = 0, trims = 0;
    uint64_t pfc_pauses = 0;  ///< PAUSE frames that this port obeyed
    Time pfc_paused;
    Bytes bytes = 0;          ///< wire bytes sent
    double utilisation = 0;   ///< of the run's simulated time
    uint64_t pfc_storms = 0;  ///< found by the PFC watchdog
    uint64_t seed = 1;        ///< of the run that it belongs to
};

/// One rank of a training job: one row of ranks.csv. The times are those of all its iterations together.
struct RankRow {
    uint32_t rank = 0, stage = 0;
    Time compute, tensor, pipeline, data, expert, context, storage, bubble;
    uint64_t seed = 1;  ///< of the run that it belongs to
    Time total() const { return compute + tensor + pipeline + data + expert + context + storage + bubble; }
};

/// A time-weighted distribution of queue depth over all switch egress ports, for queue_cdf.
struct QueueHistogram {
    std::vector<std::pair<Bytes, double>> bins;  ///< (upper bound of depth, share of port-time), ascending
};

/// Payload that receivers got over time, each byte once, in equal bins from time 0.
struct Throughput {
    Time bin;                   ///< width; 0: not recorded
    std::vector<double> bytes;  ///< per bin; of several seeds: their mean
};

/// What receivers got of a job from one sample to the next.
struct JobGoodputRow {
    Time from, to;
    uint32_t job = 0;     ///< number in RunRecord::jobs
    Bytes delivered = 0;  ///< payload over the network, each byte once
    double gbps() const
    {
        return to > from ? static_cast<double>(delivered) * 8000 / static_cast<double>((to - from).ps) : 0;
    }
};

/// Everything that a run found out, apart from its flows and ports.
struct RunRecord {
    std::string label;  ///< folder name under runs/
    std::vector<std::string>
        jobs;  ///< names of the jobs that share the network; empty: there is one workload
    std::string scenario, topology, cc, path, transport, fabric;
    uint64_t seed = 1;
    std::string command;              ///< as the user typed it
    std::string version;              ///< of hpnsim
    nlohmann::ordered_json versions;  ///< of what it ran on (ns-3, compiler): into `host` of summary.json
    nlohmann::ordered_json params;    ///< every parameter in force, with its unit
    nlohmann::ordered_json extra;     ///< more keys of summary.json (collectives, incast)
    uint64_t drops = 0, trims = 0, ecn_marks = 0, cnps = 0, nacks = 0, timeouts = 0;
    Bytes retransmitted = 0;
    uint64_t pfc_pauses = 0;
    Time pfc_paused;
    uint64_t pfc_storms = 0, pfc_watchdog_drops = 0;
    std::string deadlock;           ///< the sentence about it; empty: none
    std::string retries_exhausted;  ///< the sentence about flows that failed so
    Bytes max_queue = 0;
    uint64_t data_packets = 0, packet_hops = 0, nvlink_hops = 0, events = 0;
    Time sim_time;
    bool interrupted = false;
    double setup_s = 0, wall_s = 0, peak_rss_mb = 0;
    uint64_t windows = 0;        ///< that ran node by node (--engine)
    uint64_t threads = 1;        ///< that ran nodes at the same time
    uint64_t processes = 1;      ///< the same (mpirun); `ranks` are others
    std::vector<FlowRow> flows;  ///< in completion order
    std::vector<PortRow> ports;
    std::vector<RankRow> ranks;               ///< of a training job
    std::map<std::string, uint32_t> uplinks;  ///< uplinks of switches, used or not, by the tier of `ports`
    std::vector<int64_t> message_fcts;        ///< collectives: ps, of completed network messages
    QueueHistogram queue_depth;
    Throughput throughput;
    Series series;                           ///< empty unless asked for; of the first seed
    std::vector<JobGoodputRow> job_goodput;  ///< the same; rows of a job follow each other without a gap
};

/// The parameter that says which flows figures of completion times are of; without it they are of all.
inline constexpr const char* kMeasuredParam = "measured";

inline bool measures_some(const RunRecord& run)
{
    return run.params.is_object() && run.params.contains(kMeasuredParam);
}

}  // namespace hpnsim
