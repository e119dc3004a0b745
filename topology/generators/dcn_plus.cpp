// SPDX-License-Identifier: GPL-2.0-only
// Builds DCN+, HPN's predecessor in the same data centres: segments of 16 hosts below two ToRs, without
// rails, 4 segments a pod, and a core for up to 32 pods. Its paper gives two sizes for the uplinks of a ToR:
// one link to each of 8 Aggs (appendix C, 8:1 at the ToR, as SimAI's generator has it), and full bisection
// (section 9). Each is a variant with a name. The core is not described; here it is 1:1 to the Aggs, of chips
// of 128 ports, and hashes.
#include "generators/pod.hpp"

namespace hpnsim
{

namespace
{

/// Parallel links from a ToR to each Agg of the full variant: 128 x 200G down need 8 x 8 x 400G up.
constexpr uint32_t kFullUplinks = 8;

struct DcnPlus : Pod {
    static constexpr const char* kName = "dcn+";
    static constexpr const char* kDoc =
        "DCN+, HPN's predecessor: two ToRs per segment, no rails, 8:1 at the ToR (SimAI's; the paper's "
        "appendix C) or full bisection (its section 9)";

    DcnPlus()
    {
        segments = 4;
        hosts = 16;
        uplinks.reset();
    }

    static const std::vector<Setting>& settings()
    {
        static const std::vector<Setting> list = with_core(
            pod_settings({
                segments_setting("HPN appendix C"),
                hosts_setting("HPN appendix C"),
                rate<&Pod::nic>("nic-gbps", "rate of one NIC port", "HPN section 3"),
                whole<&Pod::ports>("ports", 1, 8, "ports of a NIC, each to a ToR of its own",
                                   "HPN appendix C"),
                rate<&Pod::uplink>("uplink-gbps", "rate of a ToR-Agg link", "HPN appendix C"),
                whole<&Pod::aggs>("aggs", 1, 1024, "Agg switches, all ToRs to each", "HPN appendix C", "8"),
                choice<&Pod::full>("variant", "how many parallel links a ToR has to each Agg: 1 or 8",
                                   "HPN appendix C (8to1), and its section 9 (full)",
                                   {{"8to1", false}, {"full", true}}),
                uplinks_setting("HPN appendix C and section 9", "1, and 8 with variant=full"),
            }),
            "HPN appendix C has up to 32", "assumption (1:1 at the Agg)", "1 per ToR link");
        return list;
    }

    FabricPlan build(const PlanOptions&)
    {
        const bool own = uplinks.has_value() || uplink.bps != gbps(400).bps || aggs.value_or(8) != 8;
        if (!aggs) aggs = 8;
        if (!uplinks) uplinks = full ? kFullUplinks : 1;
        FabricPlan plan = build_pod(*this, {false, false});
        // Both sizes are in the literature, so every label says which it is.
        if (!own) plan.variant = full ? "variant=full" : "variant=8to1";
        return plan;
    }
};

}  // namespace

HPNSIM_TOPOLOGY(DcnPlus)

}  // namespace hpnsim
