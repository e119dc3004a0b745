// SPDX-License-Identifier: GPL-2.0-only
// Builds the Clos fabric that follows from the radixes of a .topo file, with its router.
#include "files/htsim_tiers.hpp"

#include "generators/builders.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

std::string text(uint64_t number)
{
    return std::to_string(number);
}

/// Routes down where the destination lies below, and else up, by arithmetic on endpoint numbers.
class HtsimRouter : public Router
{
public:
    explicit HtsimRouter(const HtsimTiers& tiers) : t_(tiers) {}

    NextHops next(uint32_t sw, uint32_t dst) const override
    {
        const uint32_t dst_tor = dst / t_.tier[0].down;
        if (sw < t_.tors()) return sw == dst_tor ? one(dst % t_.tier[0].down) : up(0);
        const uint32_t dst_pod = dst / t_.podsize;
        if (sw < t_.tors() + t_.aggs()) {
            const uint32_t pod = (sw - t_.tors()) / t_.pod_aggs;
            return pod == dst_pod ? bundle(1, dst_tor % t_.pod_tors) : up(1);
        }
        return bundle(2, dst_pod);
    }

private:
    static NextHops one(uint32_t port) { return {static_cast<uint16_t>(port), 1, nullptr}; }
    NextHops up(int tier) const
    {
        return {static_cast<uint16_t>(t_.tier[tier].down), static_cast<uint16_t>(t_.tier[tier].up), nullptr};
    }
    NextHops bundle(int tier, uint32_t below) const
    {
        const uint32_t links = t_.tier[tier].bundle;
        return {static_cast<uint16_t>(below * links), static_cast<uint16_t>(links), nullptr};
    }

    HtsimTiers t_;
};

void add_switches(FabricPlan& plan, const HtsimTiers& tiers, int tier, uint32_t count, Bytes buffer)
{
    constexpr Tier kTiers[] = {Tier::tor, Tier::agg, Tier::core};
    for (uint32_t i = 0; i < count; ++i) {
        SwitchPlan sw;
        sw.tier = kTiers[tier];
        sw.ports = static_cast<uint16_t>(tiers.tier[tier].down + tiers.tier[tier].up);
        sw.index = i;
        sw.latency = tiers.tier[tier].latency;
        sw.buffer = buffer;
        plan.switches.push_back(sw);
    }
}

/// Adds the links between a switch and one of the tier above, from the first pair of ports on.
void add_bundle(FabricPlan& plan, const HtsimTier& above, uint32_t low, uint32_t low_port, uint32_t high,
                uint32_t high_port)
{
    for (uint32_t i = 0; i < above.bundle; ++i)
        add_link(plan, low, low_port + i, high, high_port + i, above.rate, above.delay);
}

void wire_pods(FabricPlan& plan, const HtsimTiers& t)
{
    const uint32_t first_tor = t.nodes, first_agg = first_tor + t.tors(), links = t.tier[1].bundle;
    for (uint32_t tor = 0; tor < t.tors(); ++tor) {
        const uint32_t pod = tor / t.pod_tors, place = tor % t.pod_tors;
        for (uint32_t agg = 0; agg < t.pod_aggs; ++agg)
            add_bundle(plan, t.tier[1], first_tor + tor, t.tier[0].down + agg * links,
                       first_agg + pod * t.pod_aggs + agg, place * links);
    }
}

void wire_cores(FabricPlan& plan, const HtsimTiers& t)
{
    const uint32_t first_agg = t.nodes + t.tors(), first_core = first_agg + t.aggs();
    const uint32_t links = t.tier[2].bundle, fan = t.cores_per_agg();
    for (uint32_t agg = 0; agg < t.aggs(); ++agg) {
        const uint32_t pod = agg / t.pod_aggs, place = agg % t.pod_aggs;
        for (uint32_t i = 0; i < fan; ++i)
            add_bundle(plan, t.tier[2], first_agg + agg, t.tier[1].down + i * links,
                       first_core + place * fan + i, pod * links);
    }
}

/// Does as uet-htsim's -failed: it degrades the first agg-core links, aggregation switch by aggregation
/// switch; of two tiers every link of the first spines. Both directions keep a quarter of their rate.
void degrade(FabricPlan& plan, const HtsimTiers& t, uint32_t failed)
{
    constexpr int64_t kQuarter = 4;
    const uint32_t first_agg = t.nodes + t.tors(), first_core = first_agg + t.aggs();
    const uint64_t most = t.count == 2 ? t.aggs() : uint64_t{t.aggs()} * t.tier[1].up;
    if (failed > most)
        throw BadInput("failed " + text(failed) + " exceeds the " + text(most) +
                       (t.count == 2 ? " spines" : " links between aggregation and core switches"));
    uint32_t left = failed;
    for (LinkPlan& link : plan.links) {
        const bool spine = t.count == 2 && link.b >= first_agg && link.b < first_agg + failed;
        const bool to_core = t.count == 3 && link.b >= first_core && left > 0;
        if (!spine && !to_core) continue;
        if (to_core) --left;
        link.rate = Rate{link.rate.bps / kQuarter};
        link.share = 1.0 / kQuarter;
    }
}

}  // namespace

std::string HtsimTiers::derive()
{
    pods = nodes / podsize;
    if (podsize % tier[0].down != 0)
        return "Radix_Down " + text(tier[0].down) + " of tier 0 does not divide the pod's " + text(podsize) +
               " hosts";
    pod_tors = podsize / tier[0].down;
    if (tier[0].up % tier[1].bundle != 0 || tier[1].down != pod_tors * tier[1].bundle)
        return "each of the " + text(pod_tors) + " ToRs of a pod is wired to every switch above by " +
               text(tier[1].bundle) + " link(s), so Radix_Down of tier 1 must be " +
               text(uint64_t{pod_tors} * tier[1].bundle) + " and Radix_Up of tier 0 a multiple of Bundle";
    pod_aggs = tier[0].up / tier[1].bundle;
    if (count == 2) return "";
    if (tier[1].up % tier[2].bundle != 0 || tier[2].down != pods * tier[2].bundle)
        return "each of the " + text(pods) + " pods is wired to every core by " + text(tier[2].bundle) +
               " link(s), so Radix_Down of tier 2 must be " + text(uint64_t{pods} * tier[2].bundle) +
               " and Radix_Up of tier 1 a multiple of Bundle";
    cores = pod_aggs * cores_per_agg();
    return "";
}

uint64_t HtsimTiers::link_count() const
{
    return uint64_t{nodes} + uint64_t{tors()} * tier[0].up + uint64_t{aggs()} * tier[1].up;
}

FabricPlan build_htsim(const HtsimTiers& t, const PlanOptions& options)
{
    FabricPlan plan;
    plan.endpoints = t.nodes;
    plan.oversubscription = t.tier[0].oversubscribed * (t.count == 3 ? t.tier[1].oversubscribed : 1);
    add_switches(plan, t, 0, t.tors(), options.file_buffer);
    add_switches(plan, t, 1, t.aggs(), options.file_buffer);
    add_switches(plan, t, 2, t.cores, options.file_buffer);
    for (uint32_t host = 0; host < t.nodes; ++host)
        add_link(plan, host, 0, t.nodes + host / t.tier[0].down, host % t.tier[0].down, t.tier[0].rate,
                 t.tier[0].delay);
    wire_pods(plan, t);
    if (t.count == 3) wire_cores(plan, t);
    degrade(plan, t, options.failed);
    plan.router = std::make_shared<HtsimRouter>(t);
    return plan;
}

}  // namespace hpnsim
