// SPDX-License-Identifier: GPL-2.0-only
// Computes the audit's views of queue pairs from the NIC's own state, and compares them with the rules.
#include "hpnsim/audit.hpp"

#include "hpnsim/nic.hpp"
#include "qp/qp.hpp"
#include "recovery/recovery.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

std::string psn(const char* name, Psn value)
{
    return std::string(name) + " " + std::to_string(value);
}

}  // namespace

QpAudit Nic::audit(uint32_t number) const
{
    Qp& qp = qp_of(number);
    const Requester& req = qp.req;
    QpAudit view;
    view.una = req.una;
    view.send = req.send;
    view.next = qp.flow.next_psn;
    view.end = req.end;
    view.window = gate_.psn_window();
    view.expected = qp.resp.expected;
    view.in_flight = qp.flow.in_flight;
    view.unacknowledged = recovery_.unacknowledged(qp);
    if (config_.quirks.count_received) view.unacknowledged = view.in_flight;  // ACKs need not name every PSN
    view.credit_seen = qp.credit->granted;
    view.credit_given = qp.credit->given;
    view.peer = qp.peer;
    view.peer_qp = qp.peer_qp;
    view.selective = recovery_.any_order;
    view.reliable = qp.service == Service::rc;
    view.dead = qp.state == QpState::err || qp.state == QpState::reset;
    view.mtu = qp.mtu;
    return view;
}

std::string broken_rule(const QpAudit& qp)
{
    if (qp.dead) return "";
    if (qp.una > qp.send)
        return psn("the oldest unacknowledged PSN", qp.una) + " is beyond " +
               psn("the next to send,", qp.send);
    if (qp.send > qp.next)
        return psn("the next PSN to send,", qp.send) + ", is beyond " + psn("the next new one,", qp.next);
    if (qp.next > qp.end)
        return psn("PSNs are sent up to", qp.next) + ", and requests reach " + psn("to", qp.end);
    if (qp.next - qp.una > qp.window)
        return std::to_string(qp.next - qp.una) + " PSNs are outstanding, and the window is " +
               std::to_string(qp.window);
    if (qp.in_flight != qp.unacknowledged)
        return std::to_string(qp.in_flight) + " bytes count as in flight, and " +
               std::to_string(qp.unacknowledged) + " are unacknowledged";
    return "";
}

std::string broken_rule(const QpAudit& before, const QpAudit& after)
{
    if (before.dead || after.dead) return "";
    if (after.expected < before.expected)
        return psn("the expected PSN fell from", before.expected) + psn(" to", after.expected);
    if (after.una < before.una)
        return psn("the oldest unacknowledged PSN fell from", before.una) + psn(" to", after.una);
    return "";
}

std::string broken_pair(const QpAudit& sender, const QpAudit& receiver)
{
    if (sender.dead || receiver.dead || !sender.reliable) return "";
    if (receiver.expected < sender.una)
        return psn("PSNs below", sender.una) + " are acknowledged, and the receiver still expects" +
               psn("", receiver.expected);
    if (sender.credit_seen > receiver.credit_given)
        return "the sender knows of " + std::to_string(sender.credit_seen) + " granted bytes, and " +
               std::to_string(receiver.credit_given) + " have been";
    if (receiver.expected > sender.next)
        return psn("the receiver expects PSN", receiver.expected) + ", and " +
               psn("the sender has sent none from", sender.next) + " on";
    return "";
}

ArrivalAccount::ArrivalAccount(bool selective, Psn expected, Bytes mtu)
    : selective_(selective), expected_(expected), mtu_(mtu)
{
}

/// True for a packet that the receiver may take: go-back-N's next, or one seen for the first time.
bool ArrivalAccount::fresh(const Packet& packet)
{
    const Psn number = unwrap_psn(packet.psn, expected_);
    if (!selective_) {
        if (number != expected_) return false;
        const bool read = packet.opcode == Opcode::read_request;
        expected_ += read ? packets_of(packet.message_bytes, mtu_) : 1;
        return true;
    }
    if (number < expected_ || !seen_.insert(number).second) return false;
    while (seen_.erase(expected_) != 0) ++expected_;
    return true;
}

void ArrivalAccount::arrived(const Packet& packet)
{
    if (packet.corrupted || packet.trimmed || packet.kind != PacketKind::data) return;
    if (fresh(packet)) pending_[packet.cookie] += packet.payload;
}

bool ArrivalAccount::delivered(uint64_t cookie, Bytes bytes)
{
    const auto found = pending_.find(cookie);
    const Bytes here = found == pending_.end() ? 0 : found->second;
    if (here < bytes) return false;
    if (here == bytes && found != pending_.end())
        pending_.erase(found);
    else if (found != pending_.end())
        found->second -= bytes;
    return true;
}

}  // namespace hpnsim
