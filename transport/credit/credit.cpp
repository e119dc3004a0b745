// SPDX-License-Identifier: GPL-2.0-only
// Receiver credit (UEC: RCCC). Both ends count what has been granted since the connection began, and packets
// carry counts, never differences: a grant or a demand that is lost, repeated or overtaken does no harm.
//
//   sender -> receiver  data and requests to send (RTS): up to which count the sender wants to be granted
//   receiver -> sender  credit: the count
//
// A sender without credit waits for what it has asked for. It sends an RTS when it has asked for nothing yet,
// and again when nothing comes; the peer answers each with the count, so that what was lost is known again.
#include "hpnsim/credit.hpp"
#include "credit/credits.hpp"
#include "hpnsim/random_streams.hpp"
#include "nic/arming.hpp"
#include "nic/port_set.hpp"
#include "nic/turns.hpp"
#include "send/new_packet.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

constexpr int kMostBackoff = 4;  // an RTS is repeated after 16 RTO at the latest

size_t words(size_t bytes)
{
    return (bytes + 7) / 8;
}

/// Numbers the ports of a run: ports 0 and 1 of all endpoints, then their ports 2 and 3, and so on.
uint64_t port_number(uint32_t endpoint, uint8_t port)
{
    return static_cast<uint64_t>(port / 2) << 40 | (2 * uint64_t{endpoint} + port % 2);
}

}  // namespace

// ---- the receiver's policies ----

Credits::Credits(uint32_t endpoint, const NicConfig& config) : policy_(config.receiver), ports_(config.ports)
{
    for (uint8_t port = 0; port < config.ports; ++port) {
        ReceivePort& view = ports_[port].view;
        view.rate = config.rate_of(port);
        view.mtu = config.mtu + config.quirks.header;
        view.stream = stream_of(config.seed, StreamKind::credit_port, port_number(endpoint, port));
        view.wire_mtu = opcode_wire_bytes(*config.wire, Opcode::write_middle,
                                          static_cast<uint32_t>(config.mtu), config.telemetry);
        ports_[port].state.resize(words(policy_.ops->slot.state_size));
        restart(port);
    }
}

void* Credits::sender(Port& port, uint32_t qp) const
{
    return port.senders.data() + qp * words(policy_.ops->sender_size);
}

void Credits::add_qp()
{
    wanted_.push_back(0);
    for (Port& port : ports_) {
        port.senders.resize(wanted_.size() * words(policy_.ops->sender_size));
        policy_.ops->make_sender(sender(port, static_cast<uint32_t>(wanted_.size() - 1)));
        port.view.senders = port.senders.data();
        port.view.wanted = wanted_.data();
    }
}

void Credits::restart(uint8_t number)
{
    Port& port = ports_[number];
    policy_.ops->slot.make_state(port.state.data());
    for (uint32_t qp = 0; qp < wanted_.size(); ++qp) policy_.ops->make_sender(sender(port, qp));
    port.view.due = Time::max();
}

Reply Credits::tell(uint8_t number, const Received& data)
{
    Port& port = ports_[number];
    port.view.now = data.now;
    return policy_.ops->on_port_data(port.state.data(), policy_.params, port.view, data);
}

void Credits::note_demand(uint32_t qp, Bytes target, Bytes granted)
{
    wanted_[qp] = std::max(wanted_[qp], count_ahead(target, granted));
}

Grant Credits::next_grant(uint8_t number, Time now)
{
    Port& port = ports_[number];
    if (port.view.due > now) return {};
    port.view.now = now;
    const Grant grant = policy_.ops->on_timer(port.state.data(), policy_.params, port.view);
    if (grant.bytes > 0) wanted_[grant.qp] -= grant.bytes;
    return grant;
}

// ---- the NIC as receiver ----

Reply Nic::ask_port_policy(Qp& qp, const Packet& packet, uint8_t port, Time now)
{
    if (!qp.flow.credited) return {};
    credits_->note_demand(qp.index, packet.received, qp.credit->given);
    // The sender would ask for it itself, but only with its next packet, and that waits in the queue that
    // trims.
    if (packet.trimmed) credits_->note_loss(qp.index, config_.mtu);
    qp.resp.credit_path = packet.source_port;
    Received received;
    received.now = now;
    received.qp = qp.index;
    received.payload = packet.payload;
    received.ecn = packet.ce;
    received.trimmed = packet.trimmed;
    received.last_hop = packet.last_hop;
    received.wanted = credits_->wanted(qp.index);
    received.bdp = qp.flow.bdp;
    received.base_rtt = qp.flow.base_rtt;
    return credits_->tell(port, received);
}

void Nic::grant_due(Time now)
{
    for (uint8_t port = 0; port < config_.ports; ++port) {
        for (Grant grant = credits_->next_grant(port, now); grant.bytes > 0;
             grant = credits_->next_grant(port, now)) {
            Qp& qp = *qps_[grant.qp];
            qp.credit.use().given += grant.bytes;
            if (takes_packets(qp.state)) send_credit(qp, port, now);
        }
    }
}

void Nic::send_credit(const Qp& qp, uint8_t port, Time now)
{
    ++counters_.credits;
    Packet* credit = new_control(qp, PacketKind::credit, port, now);
    credit->source_port = qp.resp.credit_path;
    credit->received = qp.credit->given;
    scheduler_.queue(credit);
}

void Nic::on_rts(Qp& qp, const Packet& rts, uint8_t port, Time now)
{
    if (!qp.flow.credited) return;
    ask_port_policy(qp, rts, port, now);
    send_credit(qp, port, now);
}

/// When a port dies, its demands go to one that is alive.
void Nic::hand_over_demands(uint8_t dead, Time now)
{
    credits_->restart(dead);
    if (live_ports_ == 0) return;
    const auto other = static_cast<uint8_t>(__builtin_ctz(live_ports_));
    for (Qp* qp : qps_) {
        Received demand;
        demand.now = now;
        demand.qp = qp->index;
        demand.payload = config_.mtu;  // nothing has arrived
        demand.wanted = credits_->wanted(qp->index);
        demand.bdp = qp->flow.bdp;
        demand.base_rtt = qp->flow.base_rtt;
        if (demand.wanted > 0) credits_->tell(other, demand);
    }
}

// ---- the NIC as sender ----

/// Makes a control packet of the NIC's own, in the control priority.
Packet* Nic::new_control(const Qp& qp, PacketKind kind, uint8_t port, Time now)
{
    const bool dead = (live_ports_ >> port & 1) == 0 && live_ports_ != 0;
    Packet* packet =
        new_packet(qp, kind, dead ? static_cast<uint8_t>(__builtin_ctz(live_ports_)) : port, now);
    packet->priority = config_.control_priority;
    packet->dscp = config_.control_dscp;
    packet->ect = false;
    packet->opcode = Opcode::cnp;
    packet->wire_bytes = config_.wire->credit;
    return packet;
}

/// Returns the count of grants that the sender wants to reach, for the packet that is being made to tell the
/// peer. A packet without payload needs credit too, and spends none.
Bytes Nic::demand(Qp& qp)
{
    const Requester& req = qp.req;
    const Bytes headers = static_cast<Bytes>(req.end - qp.flow.next_psn) * qp.flow.header;
    Bytes waits = qp.flow.backlog + headers + static_cast<Bytes>(req.lost) * qp.flow.mtu;
    if (waits == 0 && gate_.has_work(qp)) waits = 1;
    CreditState& credit = qp.credit.use();
    credit.asked = std::max(credit.asked, credit.granted + wanted_credit(qp.flow, waits));
    return credit.asked;
}

void Nic::on_credit(Qp& qp, const Packet& credit, Time now)
{
    if (!qp.flow.credited || qp.req.silent) return;
    CreditState& state = qp.credit.use();
    state.rts_unanswered = 0;
    if (qp.req.near_end) set_near_end(config_, qp, recovery_.too_many_timeouts(config_, qp, 1));
    const Bytes more = count_ahead(credit.received, state.granted);
    if (more > 0) {
        state.granted += more;
        state.rts_in_a_row = 0;
        state.rts_due = Time::max();
        qp.law.ops->on_credit(qp.cc, qp.flow, qp.law.params, more);
        law_watch_.check(qp, "on_credit");
    }
    consider(qp, now);
    timers_.arm_changing(qp);
}

/// Plans an RTS for a sender with work and no credit. If it has asked for nothing yet, the RTS goes out as
/// soon as a base RTT has passed since the last one. If it has asked, the grant will come, unless the demand
/// or the grant was lost: so the RTS waits longer.
void Nic::await_credit(Qp& qp, Time now)
{
    if (!gate_.has_work(qp)) return;
    CreditState& credit = qp.credit.use();
    const bool asked = credit.asked > credit.granted;
    const Time when = asked ? now + backed_off(qp.rto, std::min(credit.rts_in_a_row, kMostBackoff))
                            : std::max(now, credit.rts_next);
    if (credit.rts_due == Time::max() || !asked) credit.rts_due = std::min(credit.rts_due, when);
    timers_.arm(qp, credit.rts_due);
}

void Nic::rts_timer(Qp& qp, Time now)
{
    CreditState& credit = qp.credit.use();
    credit.rts_due = Time::max();
    if (qp.flow.credit > 0 || !gate_.has_work(qp)) return;
    if (asks_in_vain(qp)) {
        ++counters_.timeouts;
        fail(qp, Status::retry_exceeded, qp.req.una);
        return;
    }
    send_rts(qp, now);
}

void Nic::send_rts(Qp& qp, Time now)
{
    CreditState& credit = qp.credit.use();
    Flow& flow = qp.flow;
    ++counters_.rts;
    uint8_t port = flow.home_port;
    if (qp.anywhere)
        port = nth_port(flow.live_ports,
                        ports_below(flow.live_ports, port) + static_cast<uint32_t>(credit.rts_in_a_row));
    Packet* rts = new_control(qp, PacketKind::rts, port, now);
    rts->source_port = config_.path.ops->pick(qp.path, flow, config_.path.params, flow.next_psn, rts->plane);
    rts->received = demand(qp);
    rts->ack_request = true;
    scheduler_.queue(rts);
    ++credit.rts_unanswered;
    ++credit.rts_in_a_row;
    if (asks_in_vain(qp)) set_near_end(config_, qp, true);
    credit.rts_next = now + flow.base_rtt;
    await_credit(qp, now);
}

}  // namespace hpnsim
