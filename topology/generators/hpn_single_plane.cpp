// SPDX-License-Identifier: GPL-2.0-only
// Builds HPN with one second tier for both ToRs of a rail, as section 6.1 of its paper has it.
#include "generators/pod.hpp"

namespace hpnsim
{

namespace
{

struct HpnSinglePlane : Pod {
    static constexpr const char* kName = "hpn-single-plane";
    static constexpr const char* kDoc =
        "HPN with one second tier for both ToRs of a rail: the Clos that section 6.1 compares dual plane "
        "with";

    HpnSinglePlane() { uplink = gbps(200); }

    static const std::vector<Setting>& settings()
    {
        static const std::vector<Setting> list = pod_settings({
            segments_setting("as hpn"),
            hosts_setting("as hpn"),
            rate<&Pod::nic>("nic-gbps", "rate of one NIC port", "HPN section 3"),
            whole<&Pod::ports>("ports", 1, 8, "ports of a NIC, each to a ToR of its own", "HPN section 4"),
            rate<&Pod::uplink>("uplink-gbps", "rate of a ToR-Agg link",
                               "as much uplink a ToR as hpn (an assumption; SimAI's generator has 400)"),
            whole<&Pod::aggs>("aggs", 1, 1024, "Agg switches, all ToRs to each", "SimAI's generator",
                              "120 per 128 hosts, rounded up"),
        });
        return list;
    }

    FabricPlan build(const PlanOptions&)
    {
        if (!aggs) aggs = aggs_for(hosts, 120, 128);
        return build_pod(*this, {true, false});
    }
};

}  // namespace

HPNSIM_TOPOLOGY(HpnSinglePlane)

}  // namespace hpnsim
