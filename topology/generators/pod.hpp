// SPDX-License-Identifier: GPL-2.0-only
// Declares what HPN's backend network and those that it is compared with have in common: the settings of
// pods of segments below a core, and the fabric that follows from them.
#pragma once

#include "generators/builders.hpp"

namespace hpnsim
{

/// The settings of every variant, which derives from this and has defaults of its own.
struct Pod {
    using Part = Pod;
    uint32_t segments = 2, hosts = 128, gpus = 8;
    Rate nic = gbps(200);
    uint32_t ports = 2;
    Rate uplink = gbps(400);
    std::optional<uint32_t> aggs;
    std::optional<uint32_t> uplinks = 1;  ///< parallel links of a ToR to each Agg
    bool full = false;                    ///< dcn+: its full bisection
    uint32_t backups = 0;
    uint32_t pods = 1;
    std::optional<uint32_t> agg_uplinks, cores;
    Rate core = gbps(400);
    Time delay = nanoseconds(500), latency = nanoseconds(500);
    Rate nvlink = gbps(3600);
    Time nvlink_delay = nanoseconds(25);
    std::optional<Bytes> buffer;

    /// Counts the links that an Agg has to the ToRs of its pod, in a fabric with `domains` second tiers.
    uint64_t agg_downlinks(uint64_t tors_of_pod, uint32_t domains) const
    {
        return tors_of_pod / domains * uplinks.value();
    }
};

/// What tells the variants apart, beyond the defaults of their keys.
struct PodWiring {
    bool rails;                 ///< each rail has ToRs of its own
    bool planes;                ///< each port of a NIC has a second tier of its own
    bool apart = false;         ///< each rail has a second tier of its own, and nothing joins rails
    bool core_by_port = false;  ///< a core sends what comes in by one port out by one port
    uint32_t down_per_up = 1;  ///< ToR links of an Agg for each link to a core, where nobody gives its number
    uint32_t core_ports = 128;  ///< of a core switch, at most, where nobody gives the number of cores
};

/// `aggs` of the pod must be set; what else follows from the other keys is put in. Throws BadInput.
FabricPlan build_pod(Pod& pod, const PodWiring& wiring);

/// Aggs in proportion to the hosts of a segment, rounded up: `aggs` for `per`.
uint32_t aggs_for(uint32_t hosts, uint32_t aggs, uint32_t per);

/// As many Aggs as make the uplinks of a ToR as fast as its `nics` host links, rounded up.
uint32_t aggs_for_full_bisection(const Pod& pod, uint32_t nics);

/// The keys in which the variants differ, then those that they share.
std::vector<Setting> pod_settings(std::vector<Setting> own);
Setting segments_setting(const char* source);
Setting hosts_setting(const char* source);
Setting backups_setting();
Setting uplinks_setting(const char* source, const char* automatic = "");

/// Adds the keys of several pods and of the core that joins them.
std::vector<Setting> with_core(std::vector<Setting> list, const char* pods_source, const char* uplinks_source,
                               const char* uplinks_rule);

}  // namespace hpnsim
