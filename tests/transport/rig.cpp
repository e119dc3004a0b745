// SPDX-License-Identifier: GPL-2.0-only
// Moves packets between the two NICs of a rig, and wakes them at their deadlines.
#include "rig.hpp"

#include <algorithm>

namespace hpnsim::test
{

Rig::Rig(const RigOptions& options) : options_(options), receiver_(choose_receiver(options.receiver))
{
    options_.cc.journal = &journal_;
    NicConfig config = options.nic;
    config.port_rate = options.rate;
    if (config.wire == nullptr) config.wire = &wire_named("roce", config.reliability == Reliability::rud);
    config.cc = {&kRecorder, &options_.cc};
    config.path = {options.spray ? &kSpread : &kBound, &path_params_};
    config.receiver = {receiver_.ops, receiver_.params.get()};
    const auto shared = std::make_shared<const NicConfig>(config);
    for (uint32_t i = 0; i < 2; ++i) nics_[i] = std::make_unique<Nic>(i, shared, pool_);
}

uint32_t Rig::connect(uint8_t home_port, uint32_t first_psn)
{
    QpConfig qp;
    qp.home_port = home_port;
    qp.send_psn = qp.recv_psn = first_psn;
    return connect(qp);
}

uint32_t Rig::connect(QpConfig qp)
{
    qp.base_rtt = options_.base_rtt;
    qp.peer_qp = nics_[0]->qp_count();
    for (uint32_t i = 0; i < 2; ++i) {
        qp.peer = 1 - i;
        qp.stream_id = 2 * uint64_t{qp.peer_qp} + i;
        nics_[i]->create_qp(qp, now_);
        arm(static_cast<int>(i));
    }
    return qp.peer_qp;
}

void Rig::post(int nic, uint32_t qp, Bytes bytes, Verb verb, uint64_t cookie)
{
    WorkRequest request;
    request.verb = verb;
    request.bytes = bytes;
    request.cookie = cookie;
    post(nic, qp, request);
}

void Rig::post(int nic, uint32_t qp, const WorkRequest& request)
{
    nics_[nic]->post_send(qp, request, now_);
    settle(nic);
}

void Rig::pause(int nic, uint8_t port, Priority priority, bool on)
{
    PausedPriorities& paused = ports_[nic][port].paused;
    paused = static_cast<PausedPriorities>(on ? paused | priority_bit(priority)
                                              : paused & ~priority_bit(priority));
    settle(nic);
}

bool Rig::later(const Item& a, const Item& b)
{
    return a.when != b.when ? a.when > b.when : a.order > b.order;
}

void Rig::push(Time when, What what, int nic, uint8_t port, Packet* packet)
{
    heap_.push_back({when, orders_++, what, nic, port, packet});
    std::push_heap(heap_.begin(), heap_.end(), later);
}

Rig::Item Rig::pop()
{
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Item item = heap_.back();
    heap_.pop_back();
    return item;
}

void Rig::run_until(Time end)
{
    while (!heap_.empty() && heap_.front().when <= end) {
        const Item item = pop();
        now_ = item.when;
        work(item);
    }
    now_ = std::max(now_, end);
}

bool Rig::run(Time end)
{
    while (!heap_.empty() && heap_.front().when <= end) {
        const Item item = pop();
        now_ = item.when;
        work(item);
    }
    return heap_.empty();
}

void Rig::work(const Item& item)
{
    switch (item.what) {
    case What::arrival:
        nics_[item.nic]->receive(item.packet, item.port, now_);
        settle(item.nic);
        break;
    case What::idle:
        ports_[item.nic][item.port].idle_armed = false;
        pump(item.nic, item.port);
        arm(item.nic);
        break;
    case What::deadline:
        if (deadline_[item.nic] != now_) break;  // overtaken by an earlier one
        deadline_[item.nic] = Time::max();
        nics_[item.nic]->on_deadline(now_);
        settle(item.nic);
        break;
    }
}

void Rig::settle(int nic)
{
    while (!nics_[nic]->completions().empty()) {
        completed_ = nics_[nic]->completions();  // a post from on_done may complete at once
        nics_[nic]->clear_completions();
        for (const Completion& completion : completed_) {
            const Done one{now_, nic, completion};
            if (options_.keep) done.push_back(one);
            if (on_done) on_done(one);
        }
    }
    for (uint8_t port = 0; port < nics_[nic]->config().ports; ++port) pump(nic, port);
    arm(nic);
}

void Rig::pump(int nic, uint8_t port)
{
    Port& p = ports_[nic][port];
    if (p.busy_until <= now_) {
        Packet* packet = nics_[nic]->next_packet(port, p.paused, now_);
        if (packet == nullptr) return;
        send(nic, port, packet);
    }
    if (nics_[nic]->ready(port, p.paused) && !p.idle_armed) {
        p.idle_armed = true;
        push(p.busy_until, What::idle, nic, port);
    }
}

void Rig::send(int nic, uint8_t port, Packet* packet)
{
    ++carried;
    Port& p = ports_[nic][port];
    p.busy_until = now_ + transmit_time(packet->wire_bytes, options_.rate);
    const Seen one{now_, nic, port, *packet};
    if (options_.keep) seen.push_back(one);
    const Fate fate = script ? script(one) : Fate{};
    if (fate.drop) {
        pool_.give(packet);
        return;
    }
    if (fate.mark) packet->ce = true;
    if (fate.corrupt) packet->corrupted = true;
    if (fate.trim && packet->kind == PacketKind::data) {
        packet->trimmed = true;
        packet->last_hop = fate.last_hop;
    }
    const Time arrival = p.busy_until + options_.delay + fate.late;
    if (fate.twice) {
        push(arrival, What::arrival, 1 - nic, port, pool_.copy(*packet));
    }
    push(arrival, What::arrival, 1 - nic, port, packet);
}

void Rig::arm(int nic)
{
    // What a pull has completed (UC, UD) is read like a deadline that is due.
    const Time next = nics_[nic]->completions().empty() ? nics_[nic]->next_deadline() : now_;
    if (next >= deadline_[nic] || next == Time::max()) return;
    deadline_[nic] = std::max(next, now_);
    push(deadline_[nic], What::deadline, nic);
}

std::vector<Seen> Rig::seen_of(PacketKind kind, int from) const
{
    std::vector<Seen> found;
    for (const Seen& one : seen)
        if (one.packet.kind == kind && one.from == from) found.push_back(one);
    return found;
}

std::vector<Done> Rig::done_of(Completion::Kind kind, int nic) const
{
    std::vector<Done> found;
    for (const Done& one : done)
        if (one.completion.kind == kind && one.nic == nic) found.push_back(one);
    return found;
}

}  // namespace hpnsim::test
