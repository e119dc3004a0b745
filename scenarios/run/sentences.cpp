// SPDX-License-Identifier: GPL-2.0-only
// Writes the sentences of sentences.hpp, with their figures.
#include "run/sentences.hpp"

#include "hpnsim/as_option.hpp"
#include "hpnsim/ideal.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/statistics.hpp"
#include "hpnsim/timers.hpp"

#include <algorithm>
#include <cmath>

namespace hpnsim
{

namespace
{

/// Writes four digits, in us or ms.
std::string readable(Time time)
{
    const bool ms = time >= milliseconds(1);
    const double value = ms ? time.us() / 1000 : time.us();
    const double scale = std::pow(10, 3 - std::floor(std::log10(std::max(value, 1e-6))));
    return format_number(std::round(value * scale) / scale) + (ms ? " ms" : " us");
}

/// Names the key that sets the timeout, with a value that is worth trying.
std::string advice(const std::string& transport, const DeadQp& dead)
{
    const Time usual = automatic_ack_timeout(ack_timeout(kUsualAckTimeout), dead.base_rtt, Time{});
    if (transport != "gbn") {
        const Time longer = std::max(dead.timeouts.rto * 8, usual);
        return "--transport " + transport + ":rto-us=" + format_number(std::ceil(longer.us())) +
               (transport == "irn" ? " and rto-low-us" : "");
    }
    const int longer = std::min(ack_timeout_code(dead.timeouts.ack) + 3, 31);
    const int code = std::max(longer, ack_timeout_code(usual));
    return "--transport gbn:ack-timeout=" + std::to_string(code) + " (" + readable(ack_timeout(code)) + ")";
}

}  // namespace

std::string unfit_sentence(const Options& options, const RunPlan& run, const ChosenParts& parts,
                           const FabricPlan& plan)
{
    if (parts.cc.ops->unfit == nullptr) return "";
    const FabricIndex index(plan);
    const Wire& wire = bare_wire(options, run, parts.cc.info());
    Flow flow;
    for (uint32_t dst = 1; dst < plan.endpoints; ++dst) {
        const auto out = index.path(0, dst, 0), back = index.path(dst, 0, 0);
        if (out.empty() || back.empty()) continue;
        const Time rtt = base_rtt(out, back, options.common.mtu, wire);
        if (rtt <= flow.base_rtt) continue;
        flow.base_rtt = rtt;
        flow.hops = static_cast<uint8_t>(std::min<size_t>(out.size() - 1, 255));
    }
    flow.mtu = options.common.mtu;
    flow.line_rate = host_rate(plan);
    flow.bdp = bytes_in(flow.base_rtt, flow.line_rate);
    const char* clause = parts.cc.ops->unfit(flow, parts.cc.params.get());
    if (clause == nullptr) return "";
    return parts.cc.name + ": on a base RTT of " + readable(flow.base_rtt) + " " + clause;
}

std::string retries_sentence(const RunRecord& record, const DeadQp& first)
{
    const auto died = std::count_if(record.flows.begin(), record.flows.end(), [](const FlowRow& flow) {
        return flow.status == FlowStatus::retry_exceeded;
    });
    if (died == 0) return "";
    const Time timeout = record.transport == "gbn" ? first.timeouts.ack : first.timeouts.rto;
    const bool lost = record.drops > 0 || record.extra.contains("faults");
    return std::to_string(died) + " of " + std::to_string(count_flows(record).flows) + " flows ended in " +
           status_text(FlowStatus::retry_exceeded) + " (see flows.csv): no ACK within " +
           std::to_string(first.retries + 1) + " timeouts in a row, of " + readable(timeout) +
           " each before any back-off, on a base RTT of " + readable(first.base_rtt) +
           (lost ? "; packets were lost (drops, faults); where ACKs are only late, raise "
                 : "; no packet was dropped, so the ACKs were late, not lost: raise ") +
           advice(record.transport, first);
}

std::string by_option(const std::string& sentence)
{
    return with_option({"cc",
                        "path",
                        "receiver",
                        "fabric",
                        "topology",
                        "wire",
                        {"capture", "pcap"},
                        {"results folder", "out"}},
                       sentence);
}

}  // namespace hpnsim
