// SPDX-License-Identifier: GPL-2.0-only
// Builds a network in the manner of HPN 6.0. Nothing is published about HPN 6.0 but its name, so all of this
// is an assumption: HPN 7.0's rails and two ToRs on the switch chip of half the rate, before dual plane.
//
// A ToR of 25.6 Tb/s has 64 x 200G down and 32 x 400G up. So a segment has 64 hosts, and a pod 32 Aggs, whose
// 64 ports of 400G take all 16 ToRs of 4 segments: 2,048 GPUs.
#include "generators/pod.hpp"

namespace hpnsim
{

namespace
{

struct Hpn6 : Pod {
    static constexpr const char* kName = "hpn6";
    static constexpr const char* kDoc =
        "in the manner of HPN 6.0, all of it an assumption: HPN's rails and two ToRs on 25.6 Tb/s chips, one "
        "second tier";

    Hpn6()
    {
        segments = 4;
        hosts = 64;
        nvlink = gbps(1600);
    }

    static const std::vector<Setting>& settings()
    {
        static const std::vector<Setting> list = pod_settings({
            segments_setting("assumption (what Aggs of 64 x 400G join)"),
            hosts_setting("assumption (half of 25.6 Tb/s as 200G ports)"),
            rate<&Pod::nic>("nic-gbps", "rate of one NIC port", "assumption (as HPN 7.0)"),
            whole<&Pod::ports>("ports", 1, 8, "ports of a NIC, each to a ToR of its own",
                               "assumption (as HPN 7.0)"),
            rate<&Pod::uplink>("uplink-gbps", "rate of a ToR-Agg link", "assumption (as HPN 7.0)"),
            whole<&Pod::aggs>("aggs", 1, 1024, "Agg switches, all ToRs to each",
                              "assumption (half of 25.6 Tb/s as 400G ports)", "32 per 64 hosts, rounded up"),
        });
        return list;
    }

    FabricPlan build(const PlanOptions&)
    {
        if (!aggs) aggs = aggs_for(hosts, 32, 64);
        return build_pod(*this, {true, false});
    }
};

}  // namespace

HPNSIM_TOPOLOGY(Hpn6)

}  // namespace hpnsim
