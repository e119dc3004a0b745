// SPDX-License-Identifier: GPL-2.0-only
// IRN (SIGCOMM'18): selective repeat, in which a gap below a PSN that has arrived counts as lost. At most one
// BDP is in flight, and a timeout is short while only few packets are.
#include "hpnsim/nic.hpp"
#include "recovery/entries.hpp"
#include "recovery/selective.hpp"

#include <algorithm>

namespace hpnsim
{

/// What irn alone does with a NIC.
struct Irn {
    static constexpr RecoveryOps ops();
    static Time patience(const NicConfig& config, const Qp& qp, Time since);
    static bool too_many_timeouts(const NicConfig& config, const Qp& qp, int more);
    static Bytes on_ack(Nic& nic, Qp& qp, const Packet& ack, Time now);
    static constexpr auto accept = Selective::accept;
    static bool owes_ack(const NicConfig& config, Responder& resp, const Packet& data, Placement placed);

private:
    static void find_gaps(Nic& nic, Qp& qp, const Packet& ack, Psn highest, Time now);
};

Time Irn::patience(const NicConfig& config, const Qp& qp, Time)
{
    const Bytes few = static_cast<Bytes>(config.retry.rto_low_packets) * qp.flow.mtu;
    return qp.flow.in_flight < few ? qp.rto_low : qp.rto;
}

/// Short timeouts count by their time, unless the user has chosen them. Otherwise a packet that waits in a
/// deep queue would use up its retries long before it would by the longer ones.
bool Irn::too_many_timeouts(const NicConfig& config, const Qp& qp, int more)
{
    if (config.retry.rto_low) return qp.req.timeouts + more >= qp.retries;
    return qp.rest.waited >= qp.rto * (int64_t{qp.retries} + 1 - more);
}

/// What is missing below a PSN that has arrived is lost, and counts once (IRN, SIGCOMM'18, section 3.1: a
/// packet counts as lost when a later one has been acknowledged selectively).
void Irn::find_gaps(Nic& nic, Qp& qp, const Packet& ack, Psn highest, Time now)
{
    Requester& req = qp.req;
    SelectiveSend& selective = *req.selective;
    Bytes lost = 0;
    for (Psn psn = std::max(selective.scanned, req.una); psn < highest; ++psn) {
        if (selective.psns[psn - req.una].is != PsnState::Is::in_flight) continue;
        lost += size_of(qp, psn);
        mark_lost(qp, psn);
    }
    selective.scanned = std::max(selective.scanned, highest);
    if (req.lost == 0 || req.una < selective.recovery) return;
    selective.recovery = qp.flow.next_psn;
    nic.tell_loss(qp, ack, selective.first_lost, lost, Loss::out_of_order, now);
}

Bytes Irn::on_ack(Nic& nic, Qp& qp, const Packet& ack, Time now)
{
    const Psn highest = Selective::read_ack(nic, qp, ack);
    if (highest != 0) find_gaps(nic, qp, ack, highest, now);
    return Selective::advance(nic, qp, ack, now);
}

/// A gap is reported at once, and with every packet beyond it.
bool Irn::owes_ack(const NicConfig& config, Responder& resp, const Packet& data, Placement placed)
{
    const bool closes = Selective::closing(config, resp, data, placed);
    return closes || resp.unacked >= config.acks.every || resp.out_of_order > 0;
}

constexpr RecoveryOps Irn::ops()
{
    RecoveryOps ops = Selective::ops();
    ops.numbers_receives = ops.caps_in_flight = ops.rto_outlasts_queues = true;
    ops.patience = patience;
    ops.too_many_timeouts = too_many_timeouts;
    ops.take_ack = Nic::take_ack<Irn>;
    ops.take_data = Nic::take_data<Irn>;
    return ops;
}

const RecoveryOps kIrnOps = Irn::ops();

}  // namespace hpnsim
