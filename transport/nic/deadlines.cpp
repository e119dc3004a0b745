// SPDX-License-Identifier: GPL-2.0-only
// Does what must happen by itself at some time: the algorithms' timers, retransmission, delayed ACKs and
// CNPs.
#include "credit/credits.hpp"
#include "hpnsim/nic.hpp"
#include "nic/arming.hpp"
#include "nic/turns.hpp"
#include "recovery/sleek.hpp"

#include <algorithm>

namespace hpnsim
{

inline void Nic::run_timers(Qp& qp, Time now)
{
    bool ran = false;
    for (int i = 0; i < 4; ++i) {
        if (qp.flow.due[i] > now) continue;
        qp.flow.due[i] = Time::max();
        if (qp.law.ops->on_timer == nullptr) continue;
        ran = true;
        qp.law.ops->on_timer(qp.cc, qp.flow, qp.law.params, i);
        law_watch_.check(qp, "on_timer");
        law_watch_.count_timer(qp, i, qp.flow.due[i], now);
    }
    // A timer that is set for now or earlier runs at the next moment, because time must go on.
    if (ran)
        for (Time& due : qp.flow.due) due = std::max(due, now + picoseconds(1));
    if (timers_.timeout_at(qp) <= now) timeout(qp, now);
    if (qp.resp.ack_due <= now) send_delayed_ack(qp, now);
    if (qp.credit && qp.credit.used().rts_due <= now) rts_timer(qp, now);
    if (qp.req.selective != nullptr && qp.req.selective->probe.due <= now) Sleek::send_probe(*this, qp, now);
}

/// Returns when the next grant or the next delayed CNP is due.
Time Nic::rare_deadline() const
{
    return credits_ != nullptr ? std::min(scheduler_.later(), credits_->due()) : scheduler_.later();
}

void Nic::on_deadline(Time now)
{
    scheduler_.release(now);
    if (credits_ != nullptr) grant_due(now);
    scheduler_.wake_up(now);
    while (timers_.first() <= now) {
        Qp& qp = *qps_[timers_.take()];
        qp.armed = Time::max();
        qp.flow.now = now;
        run_timers(qp, now);
        consider(qp, now);
        timers_.arm_all(qp);
    }
}

/// Tells whether a timeout of what was sent at `since` is one too many. When a whole window is lost, its
/// packets expire one by one: that counts as one timeout, and the next is one of a packet that left after it.
bool Nic::retries_exhausted(Qp& qp, Time since, Time wait, Time now)
{
    Requester& req = qp.req;
    if (since < qp.rest.row) return false;
    qp.rest.row = now;
    qp.rest.waited += wait;
    if (recovery_.too_many_timeouts(config_, qp, 0)) return true;
    ++req.timeouts;
    set_near_end(config_, qp, recovery_.too_many_timeouts(config_, qp, 1) || asks_in_vain(qp));
    return false;
}

void Nic::timeout(Qp& qp, Time now)
{
    Requester& req = qp.req;
    ++counters_.timeouts;
    const Time since = timers_.waiting_since(qp);
    const Time wait = timers_.patience(qp, since);
    if (retries_exhausted(qp, since, wait, now)) {
        fail(qp, Status::retry_exceeded, req.una);
        return;
    }
    const Bytes overdue = recovery_.overdue(config_, qp, now - wait);
    if (config_.path.ops->feedback != nullptr)
        config_.path.ops->feedback(qp.path, qp.flow, config_.path.params, {}, PathEvent::timeout);
    if (qp.law.ops->on_timeout != nullptr && !req.recovering) {
        qp.law.ops->on_timeout(qp.cc, qp.flow, qp.law.params, {overdue, req.timeouts});
        law_watch_.check(qp, "on_timeout");
    }
    recovery_.on_timeout(*this, qp, now - wait, now);
}

}  // namespace hpnsim
