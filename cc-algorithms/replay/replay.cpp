// SPDX-License-Identifier: GPL-2.0-only
// Runs one QP in virtual time, with the events of a trace.
#include "hpnsim/replay.hpp"

#include "hpnsim/choose.hpp"
#include "hpnsim/plugin_files.hpp"

#include <istream>
#include <ostream>

namespace hpnsim
{

namespace
{

/// Copies the parameters, so that this replay has its own. Where the trace's byte counts include headers, an
/// algorithm that tells the two apart is told their size.
std::shared_ptr<void> own_params(const Chosen<CcOps>& cc, const TraceHeader& header)
{
    const SlotOps& slot = cc.ops->slot;
    std::shared_ptr<void> own = make_params(cc.name, slot, {});
    for (const Param& param : slot.params) {
        const bool counts_headers = header.wire_bytes && std::string(param.name) == "header";
        param.set(own.get(),
                  counts_headers ? static_cast<double>(header.header) : param.get(cc.params.get()));
    }
    return own;
}

std::shared_ptr<void> make_state(const SlotOps& slot)
{
    const auto align = static_cast<std::align_val_t>(slot.state_align);
    std::shared_ptr<void> state(::operator new(slot.state_size, align),
                                [align](void* p) { ::operator delete(p, align); });
    slot.make_state(state.get());
    return state;
}

}  // namespace

Replay::Replay(const Chosen<CcOps>& cc, const TraceHeader& header)
    : ops_(*cc.ops), params_(own_params(cc, header)), state_(make_state(cc.ops->slot)),
      psn_is_offset_(header.psn_is_offset), payload_(static_cast<Psn>(header.payload)),
      int_wrap_(header.int_wrap), start_(header.start)
{
    flow_.mtu = header.payload + (header.wire_bytes ? header.header : 0);
    flow_.line_rate = header.line_rate;
    flow_.base_rtt = header.base_rtt;
    flow_.bdp = header.bdp;
    flow_.stream = header.stream;
    flow_.source_port = header.source_port;
    flow_.home_port = header.home_port;
    flow_.live_ports = header.live_ports;
    flow_.hops = header.path_hops;
    flow_.credited = header.credited;
}

void Replay::start(Time when)
{
    flow_.now = when;
    flow_.rate = flow_.line_rate;
    ops_.start(state_.get(), flow_, params_.get());
    started_ = true;
}

/// True for a timer row that says which of the four timers it was.
static bool is_one_timer(const TraceRow& row)
{
    return row.event == TraceEvent::timer && row.why.size() == 1 && row.why[0] >= '0' && row.why[0] <= '3';
}

const Flow& Replay::feed(const TraceRow& row)
{
    if (!started_) start(start_.value_or(row.time));
    const bool inclusive = row.event == TraceEvent::timer && !is_one_timer(row);
    run_timers(inclusive ? row.time + picoseconds(1) : row.time);
    flow_.now = row.time;
    take_over(row);
    deliver(row);
    return flow_;
}

/// Applies what the transport had changed in Flow before this event.
void Replay::take_over(const TraceRow& row)
{
    flow_.in_flight = row.in_flight;
    flow_.next_psn = psn_is_offset_ ? (row.next_psn + payload_ - 1) / payload_ : row.next_psn;
    if (row.rate_set_bps) flow_.rate.bps = *row.rate_set_bps;
    if (row.line_rate_bps) flow_.line_rate.bps = *row.line_rate_bps;
    flow_.bdp = row.bdp.value_or(flow_.bdp);
    flow_.backlog = row.backlog.value_or(flow_.backlog);
    flow_.credit = row.credit.value_or(flow_.credit);
    flow_.live_ports = row.live_ports.value_or(flow_.live_ports);
    flow_.home_port = row.home_port.value_or(flow_.home_port);
    flow_.stream = row.stream.value_or(flow_.stream);
}

void Replay::run_timers(Time until)
{
    for (;;) {
        int first = 0;
        for (int i = 1; i < 4; ++i)
            if (flow_.due[i] < flow_.due[first]) first = i;
        if (flow_.due[first] >= until) return;
        flow_.now = flow_.due[first];
        run_timer(first);
    }
}

void Replay::run_timer(int which)
{
    flow_.due[which] = Time::max();
    if (ops_.on_timer) ops_.on_timer(state_.get(), flow_, params_.get(), which);
}

/// A probe's ACK that tells no round trip answers an earlier probe than the latest, and is like any ACK
/// without a round trip.
static void set_round_trip(Ack& ack, const TraceRow& row)
{
    const bool probe = row.answers == Answers::probe;
    ack.answers = probe && !row.rtt_valid ? Answers::data : row.answers;
    ack.rtt_valid = row.rtt_valid && !probe;
}

void Replay::on_ack(const TraceRow& row)
{
    Ack ack;
    ack.psn = psn_is_offset_ && row.psn > 0 ? (row.psn - 1) / payload_ : row.psn;  // of the last byte
    ack.received = row.acked;
    ack.acked = row.cumulative.value_or(row.acked);
    ack.marked = row.marked.value_or(row.ecn ? row.acked : 0);
    ack.host_delay = row.host_delay;
    ack.out_of_order = row.out_of_order;
    ack.penalty = row.penalty;
    ack.payload = row.payload;
    ack.rtt = row.rtt;
    set_round_trip(ack, row);
    ack.ecn = row.ecn;
    ack.path = row.path;
    ack.hop_count = static_cast<uint8_t>(row.hops.size());
    ack.hops = row.hops.data();
    ack.int_wrap = int_wrap_;
    if (ops_.on_ack) ops_.on_ack(state_.get(), flow_, params_.get(), ack);
}

/// Returns the packet that begins at the row's PSN.
Psn Replay::first_psn(const TraceRow& row) const
{
    return psn_is_offset_ ? row.psn / payload_ : row.psn;
}

void Replay::on_nack(const TraceRow& row)
{
    if (!ops_.on_nack) return;
    Nack nack;
    nack.psn = first_psn(row);
    nack.lost = row.size;
    nack.path = row.path;
    nack.why = row.why == "trimmed"            ? Loss::trimmed
               : row.why == "trimmed_last_hop" ? Loss::trimmed_at_last_hop
                                               : Loss::out_of_order;
    nack.ecn = row.ecn;
    nack.rtt = row.rtt;
    nack.rtt_valid = row.rtt_valid;
    ops_.on_nack(state_.get(), flow_, params_.get(), nack);
}

void Replay::on_timeout(const TraceRow& row)
{
    in_a_row_ = row.in_a_row.value_or(in_a_row_ + 1);
    if (ops_.on_timeout) ops_.on_timeout(state_.get(), flow_, params_.get(), {row.size, in_a_row_});
}

void Replay::deliver(const TraceRow& row)
{
    if (row.event == TraceEvent::ack) in_a_row_ = 0;
    switch (row.event) {
    case TraceEvent::send:
        if (ops_.on_send)
            ops_.on_send(state_.get(), flow_, params_.get(),
                         {first_psn(row), row.size, row.path, row.why == "rtx"});
        break;
    case TraceEvent::ack:
        on_ack(row);
        break;
    case TraceEvent::cnp:
        if (row.acked > 0) on_ack(row);  // HPCC-sim's CNPs ride on ACKs
        if (ops_.on_cnp) ops_.on_cnp(state_.get(), flow_, params_.get(), {row.path, row.payload, row.rtt});
        break;
    case TraceEvent::nack:
        on_nack(row);
        break;
    case TraceEvent::timeout:
        on_timeout(row);
        break;
    case TraceEvent::credit:
        if (ops_.on_credit) ops_.on_credit(state_.get(), flow_, params_.get(), row.size);
        break;
    case TraceEvent::timer:
        if (is_one_timer(row) && flow_.due[row.why[0] - '0'] <= row.time) run_timer(row.why[0] - '0');
        break;
    }
}

void replay(const Chosen<CcOps>& cc, std::istream& in, const std::string& name, std::ostream& out)
{
    TraceReader reader(in, name);
    Replay qp(cc, reader.header());
    const bool foreign = plugin_of(cc.ops->slot) != nullptr;
    out << "time_ps,event,rate_bps,window_bytes\n";
    for (TraceRow row; reader.next(row);) {
        const Flow& flow = qp.feed(row);
        out << row.time.ps << ',' << name_of(row.event) << ',' << flow.rate.bps << ',' << flow.window << '\n';
        if (foreign) out.flush();  // a plug-in may end the process at the next row
    }
}

}  // namespace hpnsim
