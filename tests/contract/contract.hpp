// SPDX-License-Identifier: GPL-2.0-only
// Lists the names that scripts outside the repository rely on, in one place for all tests.
#pragma once

#include <string>
#include <vector>

namespace hpnsim::test
{

/// Returns the header row of flows.csv.
inline std::string flow_columns()
{
    return "id,src,dst,qp,bytes,start_ns,end_ns,fct_ns,ideal_fct_ns,slowdown,retransmitted_bytes,status,seed";
}

/// Lists the keys of summary.json in order; a scenario's own follow, and `host` comes last.
inline std::vector<std::string> summary_keys()
{
    return {"scenario",
            "topology",
            "cc",
            "path",
            "transport",
            "fabric",
            "seed",
            "params",
            "command",
            "flows",
            "completed",
            "failed",
            "unfinished",
            "fct_us",
            "slowdown",
            "max_queue_bytes",
            "drops",
            "trims",
            "ecn_marks",
            "cnps",
            "nacks",
            "timeouts",
            "retransmitted_bytes",
            "pfc_pauses",
            "pfc_paused_us",
            "pfc_storms",
            "pfc_watchdog_drops",
            "data_packets",
            "packet_hops",
            "nvlink_hops",
            "events",
            "sim_time_us",
            "interrupted"};
}

/// Lists the keys that collectives add.
inline std::vector<std::string> collective_keys()
{
    return {"algbw_GBps", "busbw_GBps", "ideal_us", "efficiency", "verified"};
}

/// Lists the keys of `host`, which may differ between two runs of one seed.
inline std::vector<std::string> host_keys()
{
    return {"versions", "setup_s",           "wall_s",     "windows", "threads",
            "ranks",    "packet_hops_per_s", "peak_rss_mb"};
}

}  // namespace hpnsim::test
