// SPDX-License-Identifier: GPL-2.0-only
// Declares what HPN's backend network and those that its paper compares it with have in common: the settings
// of one pod of segments, and the fabric that follows from them.
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
    Time delay = nanoseconds(500), latency = nanoseconds(500);
    Rate nvlink = gbps(3600);
    Time nvlink_delay = nanoseconds(25);
    std::optional<Bytes> buffer;
};

/// What tells the variants apart, beyond the defaults of their keys.
struct PodWiring {
    bool rails;   ///< each rail has ToRs of its own
    bool planes;  ///< each port of a NIC has a second tier of its own
};

/// `aggs` of the pod must be set. Throws BadInput.
FabricPlan build_pod(const Pod& pod, const PodWiring& wiring);

/// Aggs in proportion to the hosts of a segment, rounded up: `aggs` for `per`.
uint32_t aggs_for(uint32_t hosts, uint32_t aggs, uint32_t per);

/// The keys in which the variants differ, then those that they share.
std::vector<Setting> pod_settings(std::vector<Setting> own);
Setting segments_setting(const char* source);
Setting hosts_setting(const char* source);

}  // namespace hpnsim
