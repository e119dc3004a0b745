// SPDX-License-Identifier: GPL-2.0-only
// Turns each event that passes a tap, and the CC's answer to it, into a row of a trace.
#include "hpnsim/tap.hpp"

namespace hpnsim
{

template <auto Handler, class Event> void CcTap::pass(void* state, Flow& flow, const void* tap, Event event)
{
    auto& self = *static_cast<CcTap*>(const_cast<void*>(tap));
    TraceRow row = self.row_of(event);
    self.note_flow(flow, row);
    if (self.law_.*Handler != nullptr) (self.law_.*Handler)(state, flow, self.params_, event);
    self.report(flow, row);
}

void CcTap::start(void* state, Flow& flow, const void* tap)
{
    auto& self = *static_cast<CcTap*>(const_cast<void*>(tap));
    self.law_.start(state, flow, self.params_);
    self.seen_ = flow;
}

// The transport asks for on_cnp, on_credit and on_timer whether the CC wants such events; the others are
// only reports, and are recorded in any case.
CcTap::CcTap(const CcOps& law, const void* params, const Flow& flow, Sink sink)
    : law_(law), params_(params), ops_(law), seen_(flow), sink_(std::move(sink))
{
    ops_.start = start;
    ops_.on_ack = pass<&CcOps::on_ack, const Ack&>;
    ops_.on_nack = pass<&CcOps::on_nack, const Nack&>;
    ops_.on_timeout = pass<&CcOps::on_timeout, const Timeout&>;
    ops_.on_send = pass<&CcOps::on_send, const Sent&>;
    if (law.on_cnp != nullptr) ops_.on_cnp = pass<&CcOps::on_cnp, const Cnp&>;
    if (law.on_credit != nullptr) ops_.on_credit = pass<&CcOps::on_credit, Bytes>;
    if (law.on_timer != nullptr) ops_.on_timer = pass<&CcOps::on_timer, int>;
}

TraceRow CcTap::row_of(const Ack& ack) const
{
    TraceRow row;
    row.event = TraceEvent::ack;
    row.psn = ack.psn;
    row.acked = ack.received;
    row.cumulative = ack.acked;
    row.marked = ack.marked;
    row.rtt = ack.rtt;
    row.host_delay = ack.host_delay;
    row.rtt_valid = ack.rtt_valid || ack.answers == Answers::probe;
    row.ecn = ack.ecn;
    row.path = ack.path;
    row.out_of_order = ack.out_of_order;
    row.penalty = ack.penalty;
    row.payload = ack.payload;
    row.answers = ack.answers;
    row.hops.assign(ack.hops, ack.hops + ack.hop_count);
    return row;
}

TraceRow CcTap::row_of(const Cnp& cnp) const
{
    TraceRow row;
    row.event = TraceEvent::cnp;
    row.path = cnp.path;
    row.payload = cnp.payload;
    row.rtt = cnp.rtt;
    return row;
}

TraceRow CcTap::row_of(const Nack& nack) const
{
    TraceRow row;
    row.event = TraceEvent::nack;
    row.why = name_of(nack.why);
    row.psn = nack.psn;
    row.size = nack.lost;
    row.path = nack.path;
    row.ecn = nack.ecn;
    row.rtt = nack.rtt;
    row.rtt_valid = nack.rtt_valid;
    return row;
}

TraceRow CcTap::row_of(const Timeout& timeout) const
{
    TraceRow row;
    row.event = TraceEvent::timeout;
    row.size = timeout.lost;
    row.in_a_row = timeout.in_a_row;
    return row;
}

TraceRow CcTap::row_of(const Sent& sent) const
{
    TraceRow row;
    row.event = TraceEvent::send;
    row.psn = sent.psn;
    row.size = sent.size;
    row.path = sent.path;
    if (sent.retransmit) row.why = "rtx";
    return row;
}

TraceRow CcTap::row_of(Bytes granted) const
{
    TraceRow row;
    row.event = TraceEvent::credit;
    row.size = granted;
    return row;
}

TraceRow CcTap::row_of(int timer) const
{
    TraceRow row;
    row.event = TraceEvent::timer;
    row.why = std::to_string(timer);
    return row;
}

/// Notes what the transport has changed since the last handler returned.
void CcTap::note_flow(const Flow& flow, TraceRow& row) const
{
    const auto changed = [](auto now, auto before, auto& into) {
        if (now != before) into = now;
    };
    row.time = flow.now;
    row.in_flight = flow.in_flight;
    row.next_psn = flow.next_psn;
    changed(flow.rate.bps, seen_.rate.bps, row.rate_set_bps);
    changed(flow.line_rate.bps, seen_.line_rate.bps, row.line_rate_bps);
    changed(flow.bdp, seen_.bdp, row.bdp);
    changed(flow.backlog, seen_.backlog, row.backlog);
    changed(flow.credit, seen_.credit, row.credit);
    changed(flow.live_ports, seen_.live_ports, row.live_ports);
    changed(flow.home_port, seen_.home_port, row.home_port);
    changed(flow.stream, seen_.stream, row.stream);
}

void CcTap::report(const Flow& flow, TraceRow& row)
{
    row.expect_rate_bps = flow.rate.bps;
    row.expect_window_bytes = flow.window;
    seen_ = flow;
    sink_(row);
}

}  // namespace hpnsim
