// SPDX-License-Identifier: GPL-2.0-only
// Builds HPN with a single ToR per rail, as section 9.3 of its paper has it.
#include "generators/pod.hpp"

namespace hpnsim
{

namespace
{

struct HpnSingleTor : Pod {
    static constexpr const char* kName = "hpn-single-tor";
    static constexpr const char* kDoc =
        "HPN with one ToR per rail and one port per NIC: section 9.3 compares dual ToR with it";

    HpnSingleTor()
    {
        hosts = 64;
        nic = gbps(400);
        ports = 1;
    }

    static const std::vector<Setting>& settings()
    {
        static const std::vector<Setting> list = pod_settings({
            segments_setting("as hpn"),
            hosts_setting("what 25.6 Tb/s down serve at 400G a NIC"),
            rate<&Pod::nic>("nic-gbps", "rate of a NIC's port", "HPN section 3 (its two ports together)"),
            whole<&Pod::ports>("ports", 1, 1, "ports of a NIC", "one ToR"),
            rate<&Pod::uplink>("uplink-gbps", "rate of a ToR-Agg link", "HPN section 5.1"),
            whole<&Pod::aggs>("aggs", 1, 1024, "Agg switches", "as hpn (1.067:1 at the ToR)",
                              "60 per 64 hosts, rounded up"),
        });
        return list;
    }

    FabricPlan build(const PlanOptions&)
    {
        if (!aggs) aggs = aggs_for(hosts, 60, 64);
        return build_pod(*this, {true, true});
    }
};

}  // namespace

HPNSIM_TOPOLOGY(HpnSingleTor)

}  // namespace hpnsim
