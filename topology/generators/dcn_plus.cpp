// SPDX-License-Identifier: GPL-2.0-only
// Builds one pod of DCN+, HPN's predecessor in the same data centres.
#include "generators/pod.hpp"

namespace hpnsim
{

namespace
{

struct DcnPlus : Pod {
    static constexpr const char* kName = "dcn+";
    static constexpr const char* kDoc =
        "one pod of DCN+, HPN's predecessor: two ToRs per segment, no rails, 8:1 at the ToR (SimAI's; the "
        "paper's appendix C); uplink-gbps=3200 is the full bisection of its section 9";

    DcnPlus()
    {
        segments = 4;
        hosts = 16;
    }

    static const std::vector<Setting>& settings()
    {
        static const std::vector<Setting> list = pod_settings({
            segments_setting("HPN appendix C"),
            hosts_setting("HPN appendix C"),
            rate<&Pod::nic>("nic-gbps", "rate of one NIC port", "HPN section 3"),
            whole<&Pod::ports>("ports", 1, 8, "ports of a NIC, each to a ToR of its own", "HPN appendix C"),
            rate<&Pod::uplink>("uplink-gbps", "rate of a ToR-Agg link", "HPN appendix C"),
            whole<&Pod::aggs>("aggs", 1, 1024, "Agg switches, all ToRs to each", "HPN appendix C", "8"),
        });
        return list;
    }

    FabricPlan build(const PlanOptions&)
    {
        if (!aggs) aggs = 8;
        return build_pod(*this, {false, false});
    }
};

}  // namespace

HPNSIM_TOPOLOGY(DcnPlus)

}  // namespace hpnsim
