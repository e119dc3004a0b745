// SPDX-License-Identifier: GPL-2.0-only
// rud, as Ultra Ethernet's reliable unordered delivery: selective repeat, in which timeouts, NAKs of trimmed
// packets and, if the user wants it, packets that overtake tell of losses. ACKs come by bytes, and messages
// end as soon as they are whole.
#include "hpnsim/nic.hpp"
#include "recovery/entries.hpp"
#include "recovery/selective.hpp"

#include <algorithm>

namespace hpnsim
{

/// What rud alone does with a NIC.
struct Rud {
    static constexpr RecoveryOps ops();
    static Time patience(const NicConfig& config, const Qp& qp, Time since);
    static bool too_many_timeouts(const NicConfig& config, const Qp& qp, int more);
    static Bytes on_ack(Nic& nic, Qp& qp, const Packet& ack, Time now);
    static constexpr auto accept = Selective::accept;
    static bool owes_ack(const NicConfig& config, Responder& resp, const Packet& data, Placement placed);

private:
    static void find_overtaken(Nic& nic, Qp& qp, const Packet& ack, Time now);
};

Time Rud::patience(const NicConfig& config, const Qp& qp, Time since)
{
    const Requester& req = qp.req;
    if (config.quirks.one_per_timeout || req.timeouts == 0) return qp.rto;
    // Backing off is for repairs: what left before the last timeout is part of the loss that it found.
    return backed_off(qp.rto, since < qp.rest.row ? req.timeouts - 1 : req.timeouts);
}

bool Rud::too_many_timeouts(const NicConfig&, const Qp& qp, int more)
{
    return qp.req.timeouts + more >= qp.retries;
}

/// A packet counts as lost when one has arrived that was sent later by more than paths may differ (RACK, RFC
/// 8985, with a window of its own; UEC 1.0 counts what the receiver holds out of order instead).
void Rud::find_overtaken(Nic& nic, Qp& qp, const Packet& ack, Time now)
{
    const Time arrived = ack.sent - nanoseconds(ack.host_delay_ns);
    const Time limit = arrived - qp.reorder;
    const bool one = nic.config_.quirks.one_per_timeout;
    if (oldest_sent(qp.req) >= limit) return;
    const Psn first = qp.req.selective->sends.front().psn;
    nic.tell_rate_law(qp, ack, first, expired_bytes(qp, limit, one), Loss::out_of_order, now);
    give_up(qp, limit, one);
}

Bytes Rud::on_ack(Nic& nic, Qp& qp, const Packet& ack, Time now)
{
    Selective::read_ack(nic, qp, ack);
    if (qp.told_by_overtaking) find_overtaken(nic, qp, ack, now);
    return Selective::advance(nic, qp, ack, now);
}

bool Rud::owes_ack(const NicConfig& config, Responder& resp, const Packet& data, Placement placed)
{
    if (Selective::closing(config, resp, data, placed)) return true;
    if (resp.unacked_bytes >= config.acks.bytes) return true;
    // A bitmap spans 64 PSNs: what is not reported yet must not outgrow it.
    return config.quirks.report_all && resp.out_of_order > 0 &&
           unwrap_psn(data.psn, resp.expected) >= resp.selective->lowest_unreported + 63;
}

constexpr RecoveryOps Rud::ops()
{
    RecoveryOps ops = Selective::ops();
    ops.ends_when_whole = ops.carries_credit = ops.told_by_overtaking = true;
    ops.patience = patience;
    ops.too_many_timeouts = too_many_timeouts;
    ops.take_ack = Nic::take_ack<Rud>;
    ops.take_data = Nic::take_data<Rud>;
    return ops;
}

const RecoveryOps kRudOps = Rud::ops();

}  // namespace hpnsim
