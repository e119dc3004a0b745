// SPDX-License-Identifier: GPL-2.0-only
// Builds the rail-only network (Wang et al., "Rail-only", arXiv 2307.12169): GPUs of one number in their
// hosts share a switch, or the ToRs and Aggs of a Clos, and nothing in the network joins rails. A GPU reaches
// those of another rail over NVLink alone: first to the GPU of that rail in its own host.
#include "generators/pod.hpp"

namespace hpnsim
{

namespace
{

struct RailOnly : Pod {
    static constexpr const char* kName = "rail-only";
    static constexpr const char* kDoc =
        "a network for each rail, and nothing that joins rails: other rails are reached over NVLink only";

    RailOnly()
    {
        segments = 1;
        hosts = 64;
        nic = gbps(400);
        ports = 1;
    }

    static const std::vector<Setting>& settings()
    {
        static const std::vector<Setting> list = pod_settings({
            segments_setting("assumption (one switch a rail)"),
            hosts_setting("assumption (64 ports of 400G)"),
            rate<&Pod::nic>("nic-gbps", "rate of one NIC port", "HPN section 3 (its two ports together)"),
            whole<&Pod::ports>("ports", 1, 8, "ports of a NIC; each is a plane", "rail-only, section 3"),
            rate<&Pod::uplink>("uplink-gbps", "rate of a ToR-Agg link", "one HPN uplink"),
            whole<&Pod::aggs>("aggs", 0, 1024, "Agg switches of each rail and plane", "assumption",
                              "none for one segment, else as many as make 1:1 at the ToR"),
        });
        return list;
    }

    FabricPlan build(const PlanOptions&)
    {
        if (!aggs) aggs = segments == 1 ? 0 : aggs_for_full_bisection(*this, hosts);
        if (*aggs == 0 && segments > 1)
            throw BadInput("aggs: 0 leave " + std::to_string(segments) +
                           " segments unjoined; raise it, or use segments=1");
        return build_pod(*this, {true, true, true});
    }
};

}  // namespace

HPNSIM_TOPOLOGY(RailOnly)

}  // namespace hpnsim
