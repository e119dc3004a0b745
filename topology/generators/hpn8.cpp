// SPDX-License-Identifier: GPL-2.0-only
// Builds a network in the manner of HPN 8.0. Nothing is published about HPN 8.0 but its name, so this is an
// assumption: HPN 7.0 with chips of 102.4 Tb/s, and so every rate doubled.
//
// A ToR has 128 x 400G down, 8 x 400G for backups and 60 x 800G up, which is 102.4 Tb/s; an Agg has 120 x
// 800G down and 8 x 800G up, which is as much. NICs have two ports of 400G.
#include "generators/pod.hpp"

namespace hpnsim
{

namespace
{

struct Hpn8 : Pod {
    static constexpr const char* kName = "hpn8";
    static constexpr const char* kDoc =
        "in the manner of HPN 8.0, all of it an assumption: HPN 7.0 on 102.4 Tb/s chips, every rate doubled";

    Hpn8()
    {
        nic = gbps(400);
        uplink = core = gbps(800);
        nvlink = gbps(7200);
    }

    static const std::vector<Setting>& settings()
    {
        static const std::vector<Setting> list = with_core(
            pod_settings({
                segments_setting("assumption (as hpn)"),
                hosts_setting("assumption (as hpn)"),
                rate<&Pod::nic>("nic-gbps", "rate of one NIC port", "assumption (twice HPN 7.0's)"),
                whole<&Pod::ports>("ports", 1, 8, "ports of a NIC; each is a plane", "assumption (as hpn)"),
                rate<&Pod::uplink>("uplink-gbps", "rate of a ToR-Agg link", "assumption (twice HPN 7.0's)"),
                whole<&Pod::aggs>("aggs", 1, 1024, "Agg switches per plane", "assumption (as hpn)",
                                  "60 per 128 hosts, rounded up"),
                backups_setting(),
            }),
            "assumption (as hpn)", "assumption (as hpn)", "1 per 15 ToR links, rounded up");
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

HPNSIM_TOPOLOGY(Hpn8)

}  // namespace hpnsim
