// SPDX-License-Identifier: GPL-2.0-only
// Makes queue pairs, and tells them what ibv_create_qp and ibv_modify_qp would.
#include "credit/credits.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/nic.hpp"
#include "hpnsim/random_streams.hpp"
#include "hpnsim/timers.hpp"
#include "nic/arming.hpp"
#include "packets/opcodes.hpp"
#include "recovery/recovery.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace hpnsim
{

namespace
{

size_t align_up(size_t size, size_t align)
{
    return (size + align - 1) / align * align;
}

int or_else(int value, int nics)
{
    return value >= 0 ? value : nics;
}

/// Returns the traits of the requests that a QP with these rights refuses.
uint16_t forbidden(uint32_t rights)
{
    unsigned traits = 0;
    if ((rights & access::kRemoteWrite) == 0) traits |= is::kWrite;
    if ((rights & access::kRemoteRead) == 0) traits |= is::kRead;
    if ((rights & access::kRemoteAtomic) == 0) traits |= is::kAtomic;
    return static_cast<uint16_t>(traits);
}

/// Throws BadInput for what the NIC does not have.
void check(const QpConfig& qp, const NicConfig& nic, size_t shared_queues)
{
    const auto refuse = [](const char* what, uint64_t given, uint64_t count) {
        throw BadInput("a QP with the " + std::string(what) + " " + std::to_string(given) + " of " +
                       std::to_string(count) + ", which are numbered from 0 on");
    };
    if (qp.home_port >= nic.ports) refuse("NIC port", qp.home_port, nic.ports);
    if (qp.priority >= kPriorities) refuse("priority", static_cast<uint64_t>(qp.priority), kPriorities);
    if (qp.srq != kNoSrq && qp.srq >= shared_queues) refuse("shared receive queue", qp.srq, shared_queues);
}

}  // namespace

/// Allocates one block of memory for the QP and what lies behind it: what irn and rud know of single PSNs,
/// and the states of its three algorithms.
Qp& Nic::make_qp()
{
    const SlotOps* slots[3] = {&config_.cc.ops->slot, &config_.path.ops->slot, &config_.receiver.ops->slot};
    const bool selective = recovery_.any_order;
    size_t size = sizeof(Qp) + (selective ? sizeof(SelectiveSend) + sizeof(SelectiveReceive) : 0);
    size_t offset[3];
    for (int i = 0; i < 3; ++i) {
        offset[i] = align_up(size, std::max(slots[i]->state_align, alignof(void*)));
        const bool per_port = i == 2 && credits_ != nullptr;
        size = offset[i] + (per_port ? 0 : slots[i]->state_size);
    }
    auto* base = static_cast<std::byte*>(::operator new(size, std::align_val_t(alignof(Qp))));
    std::memset(base, 0, size);
    Qp* qp = new (base) Qp();
    if (selective) {
        qp->req.selective = new (base + sizeof(Qp)) SelectiveSend();
        qp->resp.selective = new (base + sizeof(Qp) + sizeof(SelectiveSend)) SelectiveReceive();
    }
    qp->cc = base + offset[0];
    qp->path = base + offset[1];
    qp->receiver = base + offset[2];
    qp->law = config_.cc;
    qp->endpoint = endpoint_;
    qp->index = qp_count();
    qp->number = end_qp();
    qps_.push_back(qp);
    timers_.add();
    if (credits_ != nullptr) credits_->add_qp();
    return *qp;
}

uint32_t Nic::create_qp(const QpConfig& config, Time now)
{
    check(config, config_, shared_receives_.size());
    Qp& qp = make_qp();
    qp.service = config.service;
    if (config.srq != kNoSrq) qp.resp.shared = shared_receives_[config.srq].get();
    set_common(qp, config);
    set_receiver(qp, config, now);
    set_sender(qp, config);
    enter_state(qp, config.state);
    timers_.arm_all(qp);
    return qp.number;
}

Timeouts timeouts_for(const NicConfig& nic, Time base_rtt)
{
    const RetrySettings& set = nic.retry;
    const TimeoutBasis& basis = nic.basis;
    // Without another word about a loss, rud's timeout and irn's low one find it before a buffer has drained.
    const Time soon = patient_wait(base_rtt, basis.losses_are_told ? basis.queueing : Time{});
    const Time late = patient_wait(base_rtt, basis.queueing);
    Timeouts all;
    all.ack = set.ack_timeout.value_or(
        automatic_ack_timeout(ack_timeout(kLeastAckTimeout), base_rtt + nic.acks.delay, basis.queueing));
    all.rto = set.rto.value_or(std::max(basis.least_rto, recovery_of(nic).rto_outlasts_queues ? late : soon));
    all.rto_low = set.rto_low.value_or(std::max(kLeastRtoLow, soon));
    return all;
}

/// Sets what may be set in any state.
void Nic::set_common(Qp& qp, const QpConfig& config)
{
    qp.retries = or_else(config.retries, config_.retry.retries);
    qp.rnr_retries = or_else(config.rnr_retries, config_.rnr.retries);
    qp.rnr_timer = static_cast<uint8_t>(or_else(config.rnr_timer, config_.rnr.timer));
    qp.max_rd_atomic = static_cast<uint8_t>(or_else(config.max_rd_atomic, config_.reads.outstanding));
    qp.max_dest_rd_atomic =
        static_cast<uint8_t>(or_else(config.max_dest_rd_atomic, config_.reads.outstanding));
    qp.ack_timeout_code = static_cast<int8_t>(config.ack_timeout_code);
    set_timeouts(qp);
    qp.domain = config.domain;
    qp.qkey = config.qkey;
    qp.forbidden = forbidden(config.rights);
}

void Nic::set_timeouts(Qp& qp)
{
    const Timeouts timeouts = timeouts_for(config_, qp.flow.base_rtt);
    const Time ack = qp.ack_timeout_code >= 0 ? ack_timeout(qp.ack_timeout_code) : timeouts.ack;
    qp.rto = recovery_.any_order ? timeouts.rto : ack;
    qp.rto_low = timeouts.rto_low;
}

/// Sets the address vector.
void Nic::set_address(Qp& qp, const QpConfig& config)
{
    qp.peer = config.peer;
    qp.priority = config.priority >= 0 ? static_cast<Priority>(config.priority) : config_.priority;
    qp.dscp = config.priority >= 0 ? config.dscp : config_.dscp;
    qp.own_port = config.home_port;
    qp.flow.source_port = config.source_port;
    qp.dest_port = config.dest_port;
    qp.bdp = config.bdp;
    qp.flow.base_rtt = config.base_rtt;
    set_timeouts(qp);
    const double reorder = config_.selective.reorder.value_or(0);
    if (recovery_.told_by_overtaking && reorder > 0) {
        qp.reorder = {static_cast<int64_t>(reorder * static_cast<double>(config.base_rtt.ps))};
        qp.told_by_overtaking = true;
    }
    choose_ports(qp);
}

/// Sets the path, and what arrives by it.
void Nic::set_receiver(Qp& qp, const QpConfig& config, Time now)
{
    qp.peer_qp = config.peer_qp;
    qp.resp.expected = config.recv_psn;
    Flow& flow = qp.flow;
    flow = Flow();
    flow.now = now;
    qp.mtu = static_cast<uint32_t>(config.mtu > 0 ? config.mtu : config_.mtu);
    flow.mtu = qp.mtu + config_.quirks.header;
    flow.header = static_cast<uint8_t>(config_.quirks.header);
    flow.hops = config.hops;
    flow.credited = credits_ != nullptr && qp.service == Service::rc && config_.cc.ops->on_credit != nullptr;
    flow.stream = stream_of(config_.seed, StreamKind::qp, config.stream_id);
    qp.req.room = config_.quirks.overshoot ? 1 : flow.mtu;
    set_address(qp, config);
    start_algorithms(qp);
    if (recovery_.caps_in_flight && qp.service == Service::rc)
        qp.req.cap = config_.irn_cap > 0 ? config_.irn_cap : std::max(flow.bdp, flow.mtu);
}

/// Sets the first PSN sent. Under irn and rud, answers to READs that arrived in RTR have been waiting for it.
void Nic::set_sender(Qp& qp, const QpConfig& config)
{
    Requester& req = qp.req;
    const Psn shift = config.send_psn - req.una;
    for (size_t i = 0; i < req.wqes.size(); ++i) req.wqes[i].first_psn += shift;
    req.end += shift;
    req.una = req.send = qp.flow.next_psn = config.send_psn;
}

void Nic::start_algorithms(Qp& qp)
{
    Flow& flow = qp.flow;
    flow.bdp = qp.bdp > 0 ? qp.bdp : bytes_in(flow.base_rtt, flow.line_rate);
    flow.rate = flow.line_rate;
    config_.cc.ops->slot.make_state(qp.cc);
    config_.path.ops->slot.make_state(qp.path);
    if (credits_ == nullptr) config_.receiver.ops->slot.make_state(qp.receiver);
    config_.path.ops->start(qp.path, flow, config_.path.params);
    qp.law.ops->start(qp.cc, flow, qp.law.params);
    law_watch_.check(qp, "start");
}

}  // namespace hpnsim
