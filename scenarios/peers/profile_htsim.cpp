// SPDX-License-Identifier: GPL-2.0-only
// Sets up `--profile htsim`: uet-htsim's switches, NICs and constants, all measured in one round trip of the
// whole network and the BDP that it makes at a host's rate.
#include "peers/profiles.hpp"

#include "hpnsim/describe_fabric.hpp"
#include "hpnsim/spec.hpp"

#include <algorithm>
#include <cmath>

namespace hpnsim
{

namespace
{

constexpr const char *kOneBdp = "1", *kFiveBdp = "5";  // queues with trimming, and without
constexpr const char* kNoSharedBuffer = "1000000";     // MB: more than the queues can fill
constexpr uint32_t kControlShare = 10;

/// Twice the latency of the longest path, a full packet out and an ACK back over its links, every one of them
/// reckoned at the host's rate.
Time longest_rtt(const FabricPlan& plan, Bytes full, Bytes ack, Rate rate)
{
    const FabricIndex index(plan);
    Time longest;
    for (uint32_t dst = 1; dst < plan.endpoints; ++dst) {
        Time rtt;
        for (const HopPlan& hop : index.path(0, dst, 0))
            rtt += (hop.delay + hop.latency) * 2 + transmit_time(full, rate) + transmit_time(ack, rate);
        longest = std::max(longest, rtt);
    }
    return longest;
}

/// Returns a share of the BDP in whole packets.
Bytes whole_packets(double share, double packets, Bytes full)
{
    return static_cast<Bytes>(std::ceil(share * packets - 1e-9)) * full;
}

void imitate_switches(const RunPlan& run, Bytes bdp_packets, Bytes full, FabricSettings& fabric)
{
    const TrimSettings& wanted = run.fabric.trimming;
    const EcnSettings& ecn = run.fabric.marking;
    const auto packets = static_cast<double>(bdp_packets);
    const Bytes limit = whole_packets(wanted.limit, packets, full);
    const Bytes last_limit = whole_packets(wanted.limitLastHop, packets, full);
    fabric.mode = FabricMode::TRIMMING;
    fabric.trims = run.fabric.name == "trimming";
    fabric.coin = fabric.untilSent = true;
    fabric.trim = [limit, last_limit](Rate, bool last) { return last ? last_limit : limit; };
    fabric.controlLimit = 2 * limit;
    fabric.ecn = true;
    fabric.markFirst = false;
    if (ecn.OwnThresholds() || ecn.pmax == 0) return;
    const RedCurve curve{whole_packets(wanted.markFrom, packets, full),
                         whole_packets(wanted.markAll, packets, full), ecn.pmax.value_or(1)};
    fabric.red = [curve](Rate) { return curve; };
}

void imitate_nic(Bytes queue, Rate rate, NicConfig& nic)
{
    PeerQuirks& quirks = nic.quirks;
    quirks.header = nic.wire->data_overhead;
    quirks.report_all = false;
    quirks.acks_in_time = nic.acks.delay.ps != 0;
    quirks.count_received = quirks.sample_repaired = quirks.one_per_timeout = quirks.asks_when_blocked = true;
    quirks.control_share = kControlShare;
    nic.ecn_capable = true;
    if (!nic.retry.rto) nic.retry.rto = microseconds(15) + transmit_time(6 * queue, rate);
}

void check(const CommonOptions& common)
{
    if (common.qps > 1 || common.qp_select != "round-robin")
        throw BadInput("--profile: htsim makes one QP a flow, so --qps and --qp-select do not apply; leave "
                       "them out");
}

/// Returns how many times more a switch could get from below than it can pass on: of all tiers, as the file
/// says. For other fabrics it is computed from their rates.
uint32_t oversubscription(const FabricPlan& plan)
{
    if (plan.oversubscription > 0) return plan.oversubscription;
    int64_t ratio = 1;
    for (const auto& [tier, rates] : tier_rates(plan))
        if (rates.up_bps > 0) ratio *= std::max<int64_t>(rates.down_bps / rates.up_bps, 1);
    return static_cast<uint32_t>(std::min<int64_t>(ratio, 1000));  // `ratio` takes no more
}

/// With receiver credit alone, the pace of grants follows an oversubscribed fabric by itself.
void adapt_grants(const FabricPlan& plan, RunPlan& run)
{
    const Spec receiver = parse_spec("--receiver", run.receiver);
    const bool alone = has(choose_cc(run.cc).info().needs, Needs::credits);
    const uint32_t ratio = oversubscription(plan);
    const bool given = std::any_of(receiver.keys.begin(), receiver.keys.end(),
                                   [](const auto& key) { return key.first == "ratio"; });
    if (!alone || ratio == 1 || receiver.name != "credit" || given) return;
    run.receiver += (receiver.keys.empty() ? ":ratio=" : ",ratio=") + std::to_string(ratio);
}

}  // namespace

/// Queues before endpoints are as long as all others.
KeyTexts fabric_of_htsim(const FabricPlan& plan, const FabricChoice& under, const Spec& user)
{
    const std::string name = user.name.empty() ? under.name : user.name;
    std::string trim = name == "trimming" ? kOneBdp : kFiveBdp;
    KeyTexts keys = {{"trim-bdp", trim}};
    for (const auto& [key, value] : user.keys)
        if (key == "trim-bdp") trim = value;
    keys.emplace_back("trim-last-bdp", trim);
    if (!plan.given("buffer-mb")) keys.emplace_back("buffer-mb", kNoSharedBuffer);
    return keys;
}

void plan_as_htsim(const Options& options, const FabricPlan& plan, RunPlan& run)
{
    check(options.common);
    adapt_grants(plan, run);
}

void imitate_htsim(const Options& options, const RunPlan& run, const FabricPlan& plan, NetworkConfig& config)
{
    const Wire& wire = *config.nic.wire;
    const Bytes full = data_wire_bytes(wire, static_cast<uint32_t>(options.common.mtu), false, false);
    const Rate rate = host_rate(plan);
    const Time rtt = longest_rtt(plan, full, wire.ack, rate);
    const Bytes bdp_packets = (bytes_in(rtt, rate) + full - 1) / full;
    imitate_switches(run, bdp_packets, full, config.fabric);
    imitate_nic(config.fabric.trim(rate, true), rate, config.nic);
    config.baseRtt = rtt;
    config.qpPerMessage = FlowQp{};
}

}  // namespace hpnsim
