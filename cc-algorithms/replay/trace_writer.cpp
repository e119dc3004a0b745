// SPDX-License-Identifier: GPL-2.0-only
// Writes the rows of a trace, and leaves a field empty where nothing has changed.
#include "hpnsim/trace_writer.hpp"

#include "hpnsim/quantity.hpp"
#include "hpnsim/text.hpp"
#include "replay/trace_columns.hpp"

#include <array>

namespace hpnsim
{

namespace
{

using Fields = std::array<std::string, kTraceColumns>;

template <class T> std::string text(T value)
{
    return std::to_string(value);
}
template <class T> std::string text(const std::optional<T>& value)
{
    return value ? std::to_string(*value) : std::string();
}

std::string hops_text(const std::vector<IntHop>& hops)
{
    std::string all;
    for (const IntHop& hop : hops)
        all += (all.empty() ? "" : "|") + text(hop.port) + ":" + text(hop.ts.ps) + ":" + text(hop.tx_bytes) +
               ":" + text(hop.queue) + ":" + text(hop.link.bps);
    return all;
}

void write_path(const TraceRow& row, Fields& f)
{
    f[kPath] = text(row.path.source_port);
    f[kPort] = text(row.path.port);
}

void write_round_trip(const TraceRow& row, Fields& f)
{
    f[kPsn] = text(row.psn);
    f[kRtt] = text(row.rtt.ps);
    f[kRttValid] = text(static_cast<int>(row.rtt_valid));
    f[kEcn] = text(static_cast<int>(row.ecn));
    write_path(row, f);
}

void write_ack(const TraceRow& row, Fields& f)
{
    write_round_trip(row, f);
    f[kAcked] = text(row.acked);
    f[kHops] = hops_text(row.hops);
    f[kCumulative] = text(row.cumulative);
    f[kMarked] = text(row.marked);
    f[kHostDelay] = text(row.host_delay.ps);
    f[kOutOfOrder] = text(row.out_of_order);
    if (row.penalty != 255) f[kPenalty] = text(row.penalty);
    if (row.payload != 0) f[kPayload] = text(row.payload);
    if (row.answers != Answers::data) f[kProbeAck] = text(static_cast<int>(row.answers));
}

/// Writes the fields that an event of this kind has.
void write_event(const TraceRow& row, Fields& f)
{
    switch (row.event) {
    case TraceEvent::ack:
        write_ack(row, f);
        break;
    case TraceEvent::nack:
        write_round_trip(row, f);
        f[kSize] = text(row.size);
        break;
    case TraceEvent::send:
        f[kPsn] = text(row.psn);
        f[kSize] = text(row.size);
        write_path(row, f);
        break;
    case TraceEvent::cnp:
        write_path(row, f);
        f[kRtt] = text(row.rtt.ps);
        if (row.payload != 0) f[kPayload] = text(row.payload);
        break;
    case TraceEvent::timeout:
        f[kSize] = text(row.size);
        f[kInARow] = text(row.in_a_row);
        break;
    case TraceEvent::credit:
        f[kSize] = text(row.size);
        break;
    case TraceEvent::timer:
        break;
    }
}

void write_changes(const TraceRow& row, Fields& f)
{
    f[kBacklog] = text(row.backlog);
    f[kCredit] = text(row.credit);
    f[kLineRate] = text(row.line_rate_bps);
    f[kBdp] = text(row.bdp);
    f[kRateSet] = text(row.rate_set_bps);
    f[kLivePorts] = text(row.live_ports);
    f[kHomePort] = text(row.home_port);
    f[kStream] = text(row.stream);
}

std::string key(const std::string& name, const std::string& value)
{
    return "# " + name + "=" + value + "\n";
}

}  // namespace

std::string trace_head(const Chosen<CcOps>& cc, const Flow& flow, Bytes header, const IntWrap& wrap)
{
    std::string head = key("algorithm", cc.name) + key("simulator", "hpnsim") + key("cc", cc.label) +
                       key("line_rate_bps", text(flow.line_rate.bps)) +
                       key("base_rtt_ps", text(flow.base_rtt.ps)) + key("payload_bytes", text(flow.mtu)) +
                       key("header_bytes", text(header)) + key("initial_rate_bps", text(flow.rate.bps)) +
                       key("initial_window_bytes", text(flow.window)) + key("bdp_bytes", text(flow.bdp)) +
                       key("max_window_bytes", "") + key("psn_unit", "packet") +
                       key("bytes_unit", "payload_bytes") + key("start_ps", text(flow.now.ps)) +
                       key("source_port", text(flow.source_port)) + key("home_port", text(flow.home_port)) +
                       key("live_ports", text(flow.live_ports)) + key("path_hops", text(flow.hops)) +
                       key("stream", text(flow.stream)) + (flow.credited ? key("credited", "1") : "");
    if (wrap.ts.ps > 0)
        head += key("int_wrap_ps", text(wrap.ts.ps)) + key("int_wrap_bytes", text(wrap.tx_bytes));
    for (const Param& param : cc.ops->slot.params)
        head += key(param.name, format_number(param.get(cc.params.get())));
    return head + joined_texts(kTraceColumnNames, ",") + "\n";
}

std::string trace_line(const TraceRow& row)
{
    Fields f;
    f[kTime] = text(row.time.ps);
    f[kEvent] = name_of(row.event);
    f[kWhy] = row.why;
    f[kInFlight] = text(row.in_flight);
    f[kNextPsn] = text(row.next_psn);
    f[kExpectRate] = text(row.expect_rate_bps);
    f[kExpectWindow] = text(row.expect_window_bytes);
    write_event(row, f);
    write_changes(row, f);
    return joined_texts(f, ",") + "\n";
}

}  // namespace hpnsim
