// SPDX-License-Identifier: GPL-2.0-only
// Builds the rail-optimised fat tree (ROFT): NICs of one port, a leaf for each rail of a segment, and spines
// that join all leaves, at full bisection. With 16 pods it is the SuperPOD of 16,384 GPUs in HPN's table 1,
// of switches with 64 ports: 32 spines above a leaf, 32 cores above a spine, and 4 links from a core into
// each pod make 4,096 paths.
#include "generators/pod.hpp"

namespace hpnsim
{

namespace
{

struct RailOptimised : Pod {
    static constexpr const char* kName = "rail-optimised";
    static constexpr const char* kDoc =
        "rail-optimised fat tree (ROFT): a leaf per rail of a segment, spines that join all, full bisection";

    RailOptimised()
    {
        segments = 4;
        hosts = 32;
        nic = gbps(400);
        ports = 1;
    }

    static const std::vector<Setting>& settings()
    {
        static const std::vector<Setting> list = with_core(
            pod_settings({
                segments_setting("SuperPOD in HPN table 1 (32 leaves below a spine of 64 ports)"),
                hosts_setting("SuperPOD (32 hosts a unit)"),
                rate<&Pod::nic>("nic-gbps", "rate of one NIC port", "SuperPOD (400G)"),
                whole<&Pod::ports>("ports", 1, 8, "ports of a NIC, each to a leaf of its own", "SuperPOD"),
                rate<&Pod::uplink>("uplink-gbps", "rate of a leaf-spine link", "SuperPOD (400G)"),
                whole<&Pod::aggs>("aggs", 1, 1024, "spines of a pod, all leaves to each",
                                  "SuperPOD in HPN table 1", "as many as make 1:1 at the leaf"),
            }),
            "HPN table 1 has 16", "HPN table 1 (1:1 at the spine)", "1 per leaf link");
        return list;
    }

    FabricPlan build(const PlanOptions&)
    {
        if (!aggs) aggs = aggs_for_full_bisection(*this, hosts);
        PodWiring wiring{true, false};
        wiring.core_ports = 64;
        return build_pod(*this, wiring);
    }
};

}  // namespace

HPNSIM_TOPOLOGY(RailOptimised)

}  // namespace hpnsim
