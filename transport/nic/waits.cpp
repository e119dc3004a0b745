// SPDX-License-Identifier: GPL-2.0-only
// Answers the watchdog's questions: whether transfers move on, and what a QP waits for when they do not.
#include "hpnsim/nic.hpp"
#include "nic/arming.hpp"
#include "nic/turns.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

// After so many attempts in vain a sender that never gives up counts as one that waits for ever.
constexpr int kMany = 64;
constexpr int kRnrForEver = 7;  // IBTA 9.7.5.2.8

}  // namespace

uint64_t Nic::progress() const
{
    uint64_t sum = 0;
    for (const Qp* qp : qps_) sum += static_cast<uint64_t>(qp->resp.received) + qp->req.una;
    return sum;
}

QpWait Nic::waits(uint32_t number, Time now)
{
    Qp& qp = qp_of(number);
    const Requester& req = qp.req;
    const CreditState& credit = *qp.credit;
    const bool idle = req.una == req.end && req.waiting->empty() && !qp.answering;
    if (req.silent || idle) return {};
    const auto ends = [](int limit, int so_far) { return limit <= kMany || so_far < kMany; };
    if (req.blocked_until > now) {
        const int limit = qp.rnr_retries == kRnrForEver ? kMany + 1 : qp.rnr_retries;
        return {QpWait::For::receiver, req.blocked_until, req.rnr_naks, ends(limit, req.rnr_naks)};
    }
    const Time timeout = timers_.timeout_at(qp);
    if (timeout < Time::max())
        return {QpWait::For::acknowledgement, timeout, req.timeouts, ends(qp.retries, req.timeouts)};
    if (gate_.may_send(qp)) {
        const Time release = gate_.release_time(qp);
        if (release > now)
            return {QpWait::For::pacing, release, req.timeouts, ends(qp.retries, req.timeouts)};
        return {QpWait::For::turn};
    }
    if (gate_.has_work(qp) && qp.flow.credit <= 0)
        return {QpWait::For::credit, credit.rts_due, credit.rts_unanswered,
                credit.rts_due < Time::max() &&
                    ends(qp.retries, std::max(credit.rts_unanswered, req.timeouts))};
    return {QpWait::For::acknowledgement};
}

}  // namespace hpnsim
