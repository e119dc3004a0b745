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

constexpr double kOneBdp = 1.0, kFiveBdp = 5.0;  // queues with trimming, and without
constexpr double kNoSharedBuffer = 1e6;          // MB: more than the queues can fill
constexpr uint32_t kControlShare = 10;

/// uet-htsim retries for ever, so that a peer that is gone would make a run without end. A flow that hears
/// nothing for a thousand timeouts, each of at least six full queues, has no peer: with 7 none of the figures
/// of docs/validation/uet-htsim.md changes.
constexpr int kRetries = 1000;

/// Returns twice the latency of the longest path, with a full packet out and an ACK back over its links,
/// every one of them taken at the host's rate.
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
    const FabricOptions& wanted = run.fabric;
    const auto packets = static_cast<double>(bdp_packets);
    const Bytes limit = whole_packets(wanted.trim_bdp, packets, full);
    const Bytes last_limit = whole_packets(wanted.trim_last_bdp, packets, full);
    fabric.mode = FabricMode::TRIMMING;
    fabric.trims = wanted.name == "trimming";
    fabric.coin = fabric.untilSent = true;
    fabric.trim = [limit, last_limit](Rate, bool last) { return last ? last_limit : limit; };
    fabric.controlLimit = 2 * limit;
    fabric.ecn = true;
    fabric.markFirst = false;
    if (wanted.own_thresholds() || wanted.pmax == 0) return;
    const RedCurve curve{whole_packets(wanted.ecn_min_bdp, packets, full),
                         whole_packets(wanted.ecn_max_bdp, packets, full),
                         wanted.pmax >= 0 ? wanted.pmax : 1.0};
    fabric.red = [curve](Rate) { return curve; };
}

void imitate_nic(const RunPlan& run, Bytes queue, Rate rate, NicConfig& nic)
{
    nic.rud.header = nic.wire->data_overhead;
    nic.rud.report_all = false;
    nic.rud.count_received = nic.rud.sample_repaired = nic.rud.one_per_timeout = nic.rud.asks_when_blocked =
        true;
    nic.control_share = kControlShare;
    nic.ecn_capable = true;
    if (run.transport.rto.ps == 0) nic.rto = microseconds(15) + transmit_time(6 * queue, rate);
    nic.automatic.rto = false;
}

void check(const CommonOptions& common, const RunPlan& run)
{
    if (common.qps > 1 || common.qp_select != "round-robin")
        throw BadInput("--profile: htsim makes one QP a flow, so --qps and --qp-select do not apply; leave "
                       "them out");
    if (run.transport.given.count("ack-delay-us") != 0)
        throw BadInput("--profile: htsim's receivers hold no ACK back, so --transport " + run.transport.name +
                       ":ack-delay-us does not apply; leave it out");
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
    if (!alone || ratio == 1 || receiver.name != "credit" || names_key(run.receiver, "ratio")) return;
    run.receiver += (receiver.keys.empty() ? ":ratio=" : ",ratio=") + std::to_string(ratio);
}

}  // namespace

void plan_as_htsim(const Options& options, const FabricPlan& plan, RunPlan& run)
{
    check(options.common, run);
    TransportOptions& transport = run.transport;
    FabricOptions& fabric = run.fabric;
    const auto open = [&fabric](const char* key) { return fabric.given.count(key) == 0; };
    if (transport.given.count("retry") == 0) transport.retry = kRetries;
    transport.ack_delay = Time{};
    if (open("trim-bdp")) fabric.trim_bdp = fabric.name == "trimming" ? kOneBdp : kFiveBdp;
    if (open("trim-last-bdp")) fabric.trim_last_bdp = fabric.trim_bdp;
    if (open("buffer-mb") && !names_key(options.common.topology, "buffer-mb"))
        fabric.buffer_mb = kNoSharedBuffer;
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
    imitate_nic(run, config.fabric.trim(rate, true), rate, config.nic);
    config.baseRtt = rtt;
    config.qpPerMessage = FlowQp{};
}

}  // namespace hpnsim
