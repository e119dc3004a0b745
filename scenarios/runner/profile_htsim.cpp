// SPDX-License-Identifier: GPL-2.0-only
// `--profile htsim`: uet-htsim's switches, NICs and constants, all measured in one round trip of the whole
// network and the BDP that it makes at a host's rate.
#include "profiles.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hpnsim
{

namespace
{

constexpr double kOneBdp = 1.0, kFiveBdp = 5.0;  // queues with trimming, and without
constexpr Bytes kNoSharedBuffer = Bytes{1} << 40;
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

/// A share of the BDP in whole packets.
Bytes whole_packets(double share, double packets, Bytes full)
{
    return static_cast<Bytes>(std::ceil(share * packets - 1e-9)) * full;
}

void imitate_switches(const RunPlan& run, Bytes bdp_packets, Bytes full, FabricSettings& fabric)
{
    const FabricOptions& wanted = run.fabric;
    const auto packets = static_cast<double>(bdp_packets);
    const bool trims = wanted.name == "trimming", sized = wanted.trim_bdp != kOneBdp;
    const Bytes limit = whole_packets(sized || trims ? wanted.trim_bdp : kFiveBdp, packets, full);
    fabric.mode = FabricMode::TRIMMING;
    fabric.trims = trims;
    fabric.coin = fabric.untilSent = true;
    fabric.buffer = kNoSharedBuffer;
    fabric.trim = [limit](Rate, bool) { return limit; };
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
    if (run.transport.retry == TransportOptions().retry) nic.retries = std::numeric_limits<int>::max();
}

}  // namespace

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
