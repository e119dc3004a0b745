// SPDX-License-Identifier: GPL-2.0-only
// The NIC's scheduling: which QP a port sends from next, and when something must happen by itself.
#include "hpnsim/nic.hpp"

#include "hpnsim/random.hpp"
#include "qp.hpp"

#include <algorithm>
#include <cassert>
#include <new>

namespace hpnsim
{

namespace
{

constexpr uint64_t kQpStream = 1;  // kind of random stream (random.hpp)

size_t align_up(size_t size, size_t align)
{
    return (size + align - 1) / align * align;
}

}  // namespace

const char* status_name(Status status)
{
    switch (status) {
    case Status::success:
        return "IBV_WC_SUCCESS";
    case Status::local_length:
        return "IBV_WC_LOC_LEN_ERR";
    case Status::local_qp_operation:
        return "IBV_WC_LOC_QP_OP_ERR";
    case Status::local_protection:
        return "IBV_WC_LOC_PROT_ERR";
    case Status::flushed:
        return "IBV_WC_WR_FLUSH_ERR";
    case Status::remote_invalid_request:
        return "IBV_WC_REM_INV_REQ_ERR";
    case Status::remote_access:
        return "IBV_WC_REM_ACCESS_ERR";
    case Status::remote_operation:
        return "IBV_WC_REM_OP_ERR";
    case Status::retry_exceeded:
        return "IBV_WC_RETRY_EXC_ERR";
    case Status::rnr_retry_exceeded:
        return "IBV_WC_RNR_RETRY_EXC_ERR";
    }
    return "?";
}

Nic::Nic(const NicConfig& config, PacketPool& pool)
    : config_(config), pool_(pool), selective_(config.reliability == Reliability::rud),
      sprays_(config.path.ops->sprays)
{
    assert(config.receiver.ops->scope == Scope::qp);
    assert(config.ports >= 1 && config.ports <= 2 && config.wire != nullptr);
}

Nic::~Nic()
{
    for (Port& port : ports_) {
        while (!port.control.empty()) pool_.give(port.control.pop());
        while (!port.replies.empty()) pool_.give(port.replies.pop());
    }
    while (!delayed_.empty()) pool_.give(delayed_.pop());
    for (Qp* qp : qps_) qp->~Qp();
}

uint32_t Nic::create_qp(const QpConfig& config, Time now)
{
    // One block: the QP, then the states of its three algorithms.
    const SlotOps* slots[3] = {&config_.cc.ops->slot, &config_.path.ops->slot, &config_.receiver.ops->slot};
    size_t size = sizeof(Qp);
    size_t offset[3];
    for (int i = 0; i < 3; ++i) {
        offset[i] = align_up(size, std::max(slots[i]->state_align, alignof(void*)));
        size = offset[i] + slots[i]->state_size;
    }
    memory_.push_back(std::make_unique<std::byte[]>(size + alignof(Qp)));
    auto* base = reinterpret_cast<std::byte*>(
        align_up(reinterpret_cast<uintptr_t>(memory_.back().get()), alignof(Qp)));
    Qp* qp = new (base) Qp();
    qp->cc = base + offset[0];
    qp->path = base + offset[1];
    qp->receiver = base + offset[2];
    slots[0]->make_state(qp->cc);
    slots[1]->make_state(qp->path);
    slots[2]->make_state(qp->receiver);

    qp->number = static_cast<uint32_t>(qps_.size());
    qp->peer = config.peer;
    qp->peer_qp = config.peer_qp;
    qps_.push_back(qp);
    deadlines_.add();
    qp->req.una = qp->req.send = qp->req.end = config.send_psn;
    qp->resp.expected = config.recv_psn;

    Flow& flow = qp->flow;
    flow.now = now;
    flow.next_psn = config.send_psn;
    flow.mtu = config_.mtu;
    flow.base_rtt = config.base_rtt;
    flow.line_rate = {config_.port_rate.bps * (sprays_ ? config_.ports : 1)};
    flow.bdp = bytes_in(flow.base_rtt, flow.line_rate);
    flow.rate = flow.line_rate;
    flow.stream = stream_of(config_.seed, kQpStream, config.stream_id);
    flow.source_port = config.source_port;
    flow.home_port = config.home_port;
    flow.live_ports = static_cast<uint8_t>((1U << config_.ports) - 1);
    config_.path.ops->start(qp->path, flow, config_.path.params);
    config_.cc.ops->start(qp->cc, flow, config_.cc.params);
    arm_timers(*qp);
    return qp->number;
}

const Flow& Nic::flow(uint32_t qp) const
{
    return qps_[qp]->flow;
}

uint32_t Nic::peer(uint32_t qp) const
{
    return qps_[qp]->peer;
}

bool Nic::in_error(uint32_t qp) const
{
    return qps_[qp]->req.error;
}

void Nic::receive(Packet* packet, uint8_t port, Time now)
{
    Qp& qp = *qps_[packet->dst_qp];
    qp.flow.now = now;
    switch (packet->kind) {
    case PacketKind::data:
        on_data(qp, *packet, port, now);
        break;
    case PacketKind::ack:
        on_ack(qp, *packet, now);
        break;
    case PacketKind::nak:
        on_nak(qp, *packet, now);
        break;
    case PacketKind::cnp:
        on_cnp(qp, *packet, now);
        break;
    default:
        break;
    }
    pool_.give(packet);
}

// ---- what may be sent now ----

bool Nic::has_work(const Qp& qp) const
{
    const Requester& req = qp.req;
    if (req.error) return false;
    if (req.lost > 0) return true;
    return req.send != req.end && req.send - req.una < (selective_ ? config_.psn_window : kPsnHalf);
}

bool Nic::may_send(const Qp& qp) const
{
    if (!has_work(qp)) return false;
    const Flow& flow = qp.flow;
    // One packet may always be in flight; release_time paces what a window below one MTU allows.
    if (flow.in_flight == 0 || flow.in_flight + flow.mtu <= flow.window) return true;
    const bool only_new = qp.req.lost == 0 && qp.req.send == flow.next_psn;
    return only_new && flow.in_flight + flow.backlog <= flow.window;
}

Time Nic::release_time(const Qp& qp) const
{
    const Flow& flow = qp.flow;
    const Requester& req = qp.req;
    Time release = req.blocked_until;
    if (req.last_wire == 0) return release;
    if (flow.rate < flow.line_rate) {
        const Rate rate = {std::max<int64_t>(flow.rate.bps, 1)};
        release = std::max(release, req.last_sent + transmit_time(req.last_wire, rate));
    }
    if (flow.window < flow.mtu) {
        const double round_trips =
            static_cast<double>(req.last_payload) / static_cast<double>(std::max<Bytes>(flow.window, 1));
        release = std::max(
            release,
            req.last_sent + Time{static_cast<int64_t>(static_cast<double>(flow.base_rtt.ps) * round_trips)});
    }
    return release;
}

void Nic::consider(Qp& qp, Time now)
{
    if (qp.is_ready || !may_send(qp)) return;
    const Time release = release_time(qp);
    if (release <= now)
        push_ready(qp);
    else
        arm(qp, release);
}

void Nic::push_ready(Qp& qp)
{
    Port& list = sprays_ ? any_ : ports_[qp.flow.home_port];
    qp.is_ready = true;
    qp.next_ready = nullptr;
    if (list.ready_head == nullptr)
        list.ready_head = &qp;
    else
        list.ready_tail->next_ready = &qp;
    list.ready_tail = &qp;
}

bool Nic::ready(uint8_t port, PausedPriorities paused) const
{
    const Port& p = ports_[port];
    if (!p.control.empty() && (paused & priority_bit(kControlPriority)) == 0) return true;
    return (paused & priority_bit(kDataPriority)) == 0 &&
           (!p.replies.empty() || p.ready_head != nullptr || any_.ready_head != nullptr);
}

Packet* Nic::next_packet(uint8_t port, PausedPriorities paused, Time now)
{
    Port& p = ports_[port];
    if (!p.control.empty() && (paused & priority_bit(kControlPriority)) == 0) return p.control.pop();
    if ((paused & priority_bit(kDataPriority)) != 0) return nullptr;
    if (!p.replies.empty()) return p.replies.pop();
    Port& list = sprays_ ? any_ : p;
    return pull(list, port, now);
}

Packet* Nic::pull(Port& list, uint8_t port, Time now)
{
    while (list.ready_head != nullptr) {
        Qp& qp = *list.ready_head;
        list.ready_head = qp.next_ready;
        qp.is_ready = false;
        if (!may_send(qp)) continue;
        const Time release = release_time(qp);
        if (release > now) {
            arm(qp, release);
            continue;
        }
        qp.flow.now = now;
        Packet* packet = make_data(qp, port, now);
        consider(qp, now);
        arm_timers(qp);
        return packet;
    }
    return nullptr;
}

// ---- deadlines ----

void Nic::arm(Qp& qp, Time when)
{
    if (when >= qp.armed) return;
    qp.armed = when;
    deadlines_.pull_in(qp.number, when);
}

Time Nic::timeout_at(Qp& qp) const
{
    const Requester& req = qp.req;
    if (req.error || req.una == qp.flow.next_psn) return Time::max();
    const Time since = selective_ ? oldest_sent(qp) : req.send == req.una ? Time::max() : req.progress;
    const Time patience = selective_ ? backed_off(config_.rto, req.timeouts) : config_.ack_timeout;
    return since < Time::max() - patience ? since + patience : Time::max();
}

void Nic::arm_timers(Qp& qp)
{
    const Time* due = qp.flow.due;
    arm(qp, std::min(std::min(due[0], due[1]), std::min(due[2], due[3])));
    arm(qp, timeout_at(qp));
    arm(qp, qp.resp.ack_due);
}

void Nic::run_timers(Qp& qp, Time now)
{
    for (int i = 0; i < 4; ++i) {
        if (qp.flow.due[i] > now) continue;
        qp.flow.due[i] = Time::max();
        if (config_.cc.ops->on_timer != nullptr)
            config_.cc.ops->on_timer(qp.cc, qp.flow, config_.cc.params, i);
    }
    if (timeout_at(qp) <= now) timeout(qp, now);
    if (qp.resp.ack_due <= now) send_delayed_ack(qp, now);
}

Time Nic::next_deadline()
{
    const Time delayed = delayed_.empty() ? Time::max() : delayed_.front()->arrival;
    return deadlines_.empty() ? delayed : std::min(delayed, deadlines_.first_time());
}

void Nic::on_deadline(Time now)
{
    release_delayed(now);
    while (!deadlines_.empty() && deadlines_.first_time() <= now) {
        Qp& qp = *qps_[deadlines_.first()];
        deadlines_.pop();
        qp.armed = Time::max();
        qp.flow.now = now;
        run_timers(qp, now);
        consider(qp, now);
        arm_timers(qp);
    }
}

void Nic::release_delayed(Time now)
{
    while (!delayed_.empty() && delayed_.front()->arrival <= now) {
        queue_reply(delayed_.pop());
    }
}

}  // namespace hpnsim
