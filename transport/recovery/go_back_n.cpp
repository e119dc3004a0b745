// SPDX-License-Identifier: GPL-2.0-only
// Go-back-N, RoCEv2's reliable connection: arrivals are taken in order, a gap is answered by one NAK, and the
// sender goes back to the oldest PSN that is not acknowledged.
#include "recovery/go_back_n.hpp"

#include "hpnsim/nic.hpp"
#include "packets/opcodes.hpp"
#include "recovery/entries.hpp"
#include "recovery/passing.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Returns where adaptive timeouts begin: at the least 4.096 us x 2^k that covers four base round trips.
/// NVIDIA's NICs double from a base of 4 us within ranges that are not published (docs.nvidia.com, adaptive
/// retransmission).
Time adaptive_start(Time base_rtt)
{
    Time start{4'096'000};
    while (start < base_rtt * 4) start = start * 2;
    return start;
}

void go_back(Qp& qp)
{
    qp.req.send = qp.req.una;
    qp.req.sending_wqe = qp.req.acked_wqe;
    qp.flow.in_flight = 0;
}

}  // namespace

// ---- the sender ----

bool GoBackN::too_many_timeouts(const NicConfig&, const Qp& qp, int more)
{
    return qp.req.timeouts + more >= qp.retries;
}

Time GoBackN::adaptive_patience(const NicConfig&, const Qp& qp, Time)
{
    return std::min(qp.rto, backed_off(adaptive_start(qp.flow.base_rtt), qp.req.timeouts));
}

/// Adaptive timeouts, which precede longer ones, count by their time. Otherwise a packet that waits in a deep
/// queue would use up its retries long before it would by the longer ones.
bool GoBackN::too_long(const NicConfig&, const Qp& qp, int more)
{
    return qp.rest.waited >= qp.rto * (int64_t{qp.retries} + 1 - more);
}

/// Moves `una` forward, as far as all answers have come: they alone acknowledge the PSNs of a READ. Returns
/// the bytes passed.
Bytes GoBackN::advance(Nic& nic, Qp& qp, Psn una, Time now)
{
    Requester& req = qp.req;
    if (!moves(qp, una)) return 0;
    const Passed passed = pass_requests(qp, una, true);
    if (passed.to == req.una) return 0;
    if (passed.to >= req.send) {  // the ACK came late, after the sender went back
        qp.flow.in_flight = 0;
        req.send = passed.to;
        req.sending_wqe = req.acked_wqe;
    } else {
        qp.flow.in_flight -= passed.bytes;
    }
    nic.move_una(qp, passed.to, now);
    return passed.bytes;
}

/// When answers are missing, the READ is sent again from the first of them, once (IBTA 9.7.5.2.4: implied
/// NAK).
void GoBackN::implied_nak(Nic& nic, Qp& qp)
{
    if (qp.rest.implied_at == qp.req.una) return;
    qp.rest.implied_at = qp.req.una;
    ++nic.counters_.implied_naks;
    go_back(qp);
}

Bytes GoBackN::on_ack(Nic& nic, Qp& qp, const Packet& ack, Time now)
{
    const Psn past = unwrap_psn(ack.psn, qp.req.una) + 1;
    const Bytes acked = advance(nic, qp, past, now);
    if (moves(qp, past)) implied_nak(nic, qp);
    return acked;
}

/// The NAK names the PSN that the receiver expects: everything before it has arrived.
void GoBackN::on_nak(Nic& nic, Qp& qp, const Packet& nak, Time now)
{
    Requester& req = qp.req;
    const Psn expected = unwrap_psn(nak.psn, req.una);
    const Bytes acked = advance(nic, qp, expected, now);
    if (nic.refused(qp, nak.syndrome, expected)) return;
    if (nic.config_.quirks.naks_are_acks && nak.syndrome == syndrome::kSequence) {
        go_back(qp);
        nic.tell_ack(qp, nak, acked, now);
        return;
    }
    if (expected != req.una) {
        if (expected > req.una && expected < qp.flow.next_psn) implied_nak(nic, qp);
        return;
    }
    if ((nak.syndrome & 0xE0) == syndrome::kRnr) {
        if (nic.rnr_exhausted(qp, nak.syndrome, expected, now)) return;
    } else if (req.send > req.una) {
        nic.tell_loss(qp, nak, req.una, qp.flow.in_flight, Loss::out_of_order, now);
    }
    go_back(qp);
}

Bytes GoBackN::overdue(const NicConfig&, Qp& qp, Time)
{
    return qp.flow.in_flight;
}

void GoBackN::on_timeout(Nic&, Qp& qp, Time, Time now)
{
    go_back(qp);
    qp.rest.implied_at = ~Psn{0};
    qp.req.progress = now;
}

/// Adds up the payload of the PSNs una .. send - 1, request by request, because all packets of one but the
/// last are alike.
Bytes GoBackN::unacknowledged(Qp& qp)
{
    Requester& req = qp.req;
    Bytes sum = 0;
    for (size_t i = 0; i < req.wqes.size(); ++i) {
        const Wqe& wqe = req.wqes[i];
        const Psn from = std::max(req.una, wqe.first_psn);
        const Psn to = std::min(req.send, end_of(wqe));
        if (from >= to) continue;
        sum += static_cast<Bytes>(to - from - 1) * payload_of(wqe, from, qp.mtu) +
               payload_of(wqe, to - 1, qp.mtu);
    }
    return sum;
}

// ---- the receiver ----

/// Takes the expected packet, and otherwise sends a NAK once per gap; duplicates are answered by
/// on_duplicate.
[[gnu::always_inline]] inline Placement GoBackN::accept(Nic& nic, Qp& qp, Packet& data, uint8_t port,
                                                        Time now)
{
    Responder& resp = qp.resp;
    const auto ahead = static_cast<int64_t>(unwrap_psn(data.psn, resp.expected) - resp.expected);
    if (ahead < 0) {
        if (!data.trimmed) on_duplicate(nic, qp, data, port, now);
        return Placement::none;
    }
    if (ahead > 0 || data.trimmed) {
        if (!resp.nak_sent || now >= qp.rest.nak_again) {
            nic.owe_reply(qp, data, syndrome::kSequence, port, now);
            const Time again = nic.config_.quirks.nak_repeat;
            if (again.ps > 0) qp.rest.nak_again = now + again;
        }
        resp.nak_sent = true;
        return Placement::none;
    }
    const bool question = (traits(data.opcode) & (is::kRead | is::kAtomic)) != 0;
    const uint8_t code = question ? on_question(nic, qp, data) : nic.execute(qp, data);
    if (code != 0) {
        resp.nak_sent = true;
        if ((code & 0xE0) == syndrome::kRnr && qp.answering)
            nic.owe_reply(qp, data, code, port, now);
        else
            nic.refuse(qp, data, code, port);
        return Placement::none;
    }
    resp.nak_sent = false;
    return question ? Placement::none : Placement::taken;  // questions are answered, not acknowledged
}

inline bool GoBackN::owes_ack(const NicConfig& config, Responder& resp, const Packet&, Placement)
{
    return resp.unacked >= config.acks.every;
}

constexpr RecoveryOps GoBackN::ops()
{
    RecoveryOps ops;
    ops.answers_take_psns = true;
    ops.psn_window = psn_window;
    ops.too_many_timeouts = too_many_timeouts;
    ops.take_ack = Nic::take_ack<GoBackN>;
    ops.on_nak = on_nak;
    ops.on_response = on_response;
    ops.overdue = overdue;
    ops.on_timeout = on_timeout;
    ops.unacknowledged = unacknowledged;
    ops.take_data = Nic::take_data<GoBackN>;
    ops.make_answer = make_answer;
    return ops;
}

constexpr RecoveryOps GoBackN::adaptive_ops()
{
    RecoveryOps adaptive = ops();
    adaptive.patience = adaptive_patience;
    adaptive.too_many_timeouts = too_long;
    return adaptive;
}

const RecoveryOps kGoBackNOps = GoBackN::ops();
const RecoveryOps kAdaptiveGoBackNOps = GoBackN::adaptive_ops();

}  // namespace hpnsim
