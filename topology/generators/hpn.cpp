// SPDX-License-Identifier: GPL-2.0-only
// HPN 7.0's backend network (Qian et al., SIGCOMM'24, sections 4 to 6): rail-optimised segments with a
// non-stacked pair of ToRs per rail, and one second tier per plane. NIC port p is wired to plane p and
// nothing crosses between planes. Several pods are joined by a core of 15:1 (section 7), which keeps the
// planes apart too: a core sends what comes in by one port out by one port, so that there is no hash above
// the Aggs. How many links a core has into each pod is not published; here cores are as few as chips of 128
// ports allow.
#include "generators/pod.hpp"

namespace hpnsim
{

namespace
{

struct Hpn : Pod {
    static constexpr const char* kName = "hpn";
    static constexpr const char* kDoc =
        "HPN 7.0's backend: rail-optimised segments, two ToRs per rail, dual plane (SIGCOMM'24)";

    static const std::vector<Setting>& settings()
    {
        static const std::vector<Setting> list = with_core(
            pod_settings({
                segments_setting("assumption (the paper's pod has 15)"),
                hosts_setting("HPN section 5.1 (without 8 backups)"),
                rate<&Pod::nic>("nic-gbps", "rate of one NIC port", "HPN section 3"),
                whole<&Pod::ports>("ports", 1, 8, "ports of a NIC; each is a plane", "HPN section 4"),
                rate<&Pod::uplink>("uplink-gbps", "rate of a ToR-Agg link", "HPN section 5.1"),
                whole<&Pod::aggs>("aggs", 1, 1024, "Agg switches per plane",
                                  "HPN section 6 (1.067:1 at the ToR)", "60 per 128 hosts, rounded up"),
                backups_setting(),
            }),
            "assumption (the paper's core joins pods of 15,360 GPUs)",
            "HPN section 7 (15:1 at the Agg: 8 for 120)", "1 per 15 ToR links, rounded up");
        return list;
    }

    FabricPlan build(const PlanOptions&)
    {
        if (!aggs) aggs = aggs_for(hosts, 60, 128);
        PodWiring wiring{true, true};
        wiring.core_by_port = true;
        wiring.down_per_up = 15;
        return build_pod(*this, wiring);
    }
};

}  // namespace

HPNSIM_TOPOLOGY(Hpn)

}  // namespace hpnsim
