// SPDX-License-Identifier: GPL-2.0-only
// Schedules the NIC: it hands each arrival to its QP, and chooses the QP that a port sends from next.
#include "hpnsim/nic.hpp"

#include "credit/credits.hpp"
#include "hpnsim/bad_input.hpp"
#include "nic/arming.hpp"
#include "nic/turns.hpp"
#include "recovery/recovery.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace hpnsim
{

namespace
{

/// The configuration, if a NIC can work with it.
const NicConfig& checked(const NicConfig& config)
{
    if (config.ports < 1 || config.ports > kMaxNicPorts)
        throw BadInput("a NIC of " + std::to_string(config.ports) + " ports; it may have 1 to " +
                       std::to_string(kMaxNicPorts));
    for (const auto& [missing, what] :
         {std::pair(config.wire == nullptr, "framing: NicConfig::wire"),
          {config.cc.ops == nullptr, "congestion control: NicConfig::cc"},
          {config.path.ops == nullptr, "path policy: NicConfig::path"},
          {config.receiver.ops == nullptr, "receiver policy: NicConfig::receiver"}})
        if (missing) throw BadInput(std::string("a NIC without a ") + what + " is not set");
    if (config.mtu < 1)
        throw BadInput("a NIC with an MTU of " + std::to_string(config.mtu) + " bytes; it takes 1 or more");
    for (uint8_t port = 0; port < config.ports; ++port)
        if (config.rate_of(port).bps < 1)
            throw BadInput("port " + std::to_string(port) + " of a NIC with a rate of " +
                           std::to_string(config.rate_of(port).bps) + " b/s; it takes 1 or more");
    if (config.receiver.ops->scope == Scope::port && !recovery_of(config).carries_credit)
        throw BadInput(std::string("receiver policy '") + config.receiver.ops->slot.info->name +
                       "' grants credit, which the transport rud alone carries");
    return config;
}

}  // namespace

Nic::Nic(uint32_t endpoint, std::shared_ptr<const NicConfig> config, PacketPool& pool)
    : config_(checked(*config)), recovery_(recovery_of(config_)), pool_(pool), ports_(config_.ports),
      endpoint_(endpoint), sprays_(config_.path.ops->sprays),
      rare_deadlines_(config_.receiver.ops->scope == Scope::port || config_.cnp.delay.ps != 0),
      live_ports_(static_cast<uint8_t>((1U << config_.ports) - 1)),
      pulls_(config_.quirks.rotation == Rotation::ring ? Pulls::in_turn : Pulls::freely),
      psn_window_(recovery_.psn_window(config_)), shared_config_(std::move(config))
{
    if (config_.receiver.ops->scope == Scope::port) credits_ = std::make_unique<Credits>(endpoint_, config_);
}

Nic::~Nic()
{
    for (Port& port : ports_) {
        while (!port.control.empty()) pool_.give(port.control.pop());
        while (!port.replies.empty()) pool_.give(port.replies.pop());
    }
    while (!delayed_.empty()) pool_.give(delayed_.pop());
    for (Qp* qp : qps_) destroy(qp);
}

const Flow& Nic::flow(uint32_t qp) const
{
    return qp_of(qp).flow;
}

void Nic::tap(uint32_t qp, const Plugged<CcOps>& tap)
{
    qp_of(qp).law = tap;
}

Bytes Nic::received(uint32_t qp) const
{
    return qp_of(qp).resp.received;
}

uint32_t Nic::peer(uint32_t qp) const
{
    return qp_of(qp).peer;
}

uint32_t Nic::peer_qp(uint32_t qp) const
{
    return qp_of(qp).peer_qp;
}

bool Nic::in_error(uint32_t qp) const
{
    return qp_of(qp).state == QpState::err;
}

/// Tells whether the QP may look at the packet: it must come from its peer, in a state that receives.
inline bool Nic::listens(const Qp& qp, const Packet& packet) const
{
    return takes_packets(qp.state) && (qp.service == Service::ud || packet.src == qp.peer);
}

void Nic::receive(Packet* packet, uint8_t port, Time now)
{
    const uint32_t index = packet->dst_qp - config_.first_qp;
    if (packet->corrupted || index >= qps_.size() || !listens(*qps_[index], *packet)) {
        drop(packet);
        return;
    }
    Qp& qp = *qps_[index];
    qp.flow.now = now;
    if (packet->kind == PacketKind::data)
        recovery_.take_data(*this, qp, *packet, port, now);
    else if (packet->kind == PacketKind::ack)
        recovery_.take_ack(*this, qp, *packet, now);
    else
        receive_rare(qp, *packet, port, now);
    pool_.give(packet);
}

void Nic::warm() const
{
    for (const Port& port : ports_) __builtin_prefetch(&port);
    __builtin_prefetch(completions_.data());
    deadlines_.warm();
}

void Nic::warm(const Packet& packet) const
{
    constexpr size_t kLine = 64, kFlowLines = 6, kReceiverLines = 3;
    const uint32_t index = packet.dst_qp - config_.first_qp;
    if (index >= qps_.size()) return;
    const Qp* qp = qps_[index];
    const bool data = packet.kind == PacketKind::data;
    const auto* from = data ? reinterpret_cast<const char*>(&qp->resp) : reinterpret_cast<const char*>(qp);
    warm();
    __builtin_prefetch(qp);            // flow.now
    __builtin_prefetch(&qp->service);  // whether it listens
    for (size_t line = 0; line < (data ? kReceiverLines : kFlowLines); ++line)
        __builtin_prefetch(from + line * kLine);
}

void Nic::warm_qp(uint32_t number) const
{
    constexpr size_t kLine = 64, kLines = 8;
    const uint32_t index = number - config_.first_qp;
    if (index >= qps_.size()) return;
    for (size_t line = 0; line < kLines; ++line)
        __builtin_prefetch(reinterpret_cast<const char*>(qps_[index]) + line * kLine);
}

uint64_t Nic::oldest_request(const Packet& ack) const
{
    const uint32_t index = ack.dst_qp - config_.first_qp;
    if (index >= qps_.size() || qps_[index]->req.wqes.empty()) return ~uint64_t{0};
    return qps_[index]->req.wqes[0].request.cookie;
}

/// Drops a packet that is broken, or that no QP takes.
void Nic::drop(Packet* packet)
{
    ++(packet->corrupted ? counters_.icrc_errors : counters_.strays);
    pool_.give(packet);
}

/// Hands over what is neither data nor an ACK.
void Nic::receive_rare(Qp& qp, Packet& packet, uint8_t port, Time now)
{
    switch (packet.kind) {
    case PacketKind::nak:
        on_nak(qp, packet, now);
        break;
    case PacketKind::response:
        if (recovery_.on_response != nullptr) recovery_.on_response(*this, qp, packet, port, now);
        break;
    case PacketKind::cnp:
        on_cnp(qp, packet, now);
        break;
    case PacketKind::credit:
        on_credit(qp, packet, now);
        break;
    case PacketKind::rts:
        on_rts(qp, packet, port, now);
        break;
    default:
        break;
    }
}

// ---- what may be sent now ----

/// Returns when HPCC-sim's pacing, in whole nanoseconds, lets the next packet go.
[[gnu::cold]] Time Nic::whole_ns_release(const Qp& qp) const
{
    const Requester& req = qp.req;
    if (config_.quirks.pacing == Pacing::rate_then) return req.release;
    return req.last_sent + whole_ns_transmit_time(req.last_wire, qp.flow.rate);
}

/// A window below one MTU spreads its packets over as many round trips.
[[gnu::noinline]] Time Nic::small_window_release(const Qp& qp) const
{
    const Requester& req = qp.req;
    const double round_trips =
        static_cast<double>(req.last_payload) / static_cast<double>(std::max<Bytes>(qp.flow.window, 1));
    return req.last_sent + Time{static_cast<int64_t>(static_cast<double>(qp.flow.base_rtt.ps) * round_trips)};
}

inline void Nic::push_ready(Qp& qp)
{
    if (config_.quirks.rotation == Rotation::ring) {
        join_ring(qp);
        return;
    }
    ReadySet& set = qp.anywhere ? any_ : ports_[qp.flow.home_port].ready;
    ReadySet::List& list = set.list[qp.priority];
    qp.is_ready = true;
    qp.reconsider = false;
    qp.next_ready = nullptr;
    if (list.head == nullptr)
        list.head = &qp;
    else
        list.tail->next_ready = &qp;
    list.tail = &qp;
    set.occupied |= priority_bit(qp.priority);
}

void Nic::consider(Qp& qp, Time now)
{
    if (qp.is_ready) {
        qp.reconsider = true;
        return;
    }
    if (!may_send(qp)) {
        if (qp.flow.credit <= 0) await_credit(qp, now);
        return;
    }
    const Time release = release_time(qp);
    if (release <= now)
        push_ready(qp);
    else
        arm(qp, release);
}

Packet* Nic::next_packet(uint8_t port, PausedPriorities paused, Time now)
{
    Port& p = ports_[port];
    if (may_leave(p.control, paused, priority_bit(config_.control_priority))) {
        if (config_.quirks.control_share > 0) return take_turn(port, paused, now);
        return p.control.pop();
    }
    if (reply_ready(p, paused)) return p.replies.pop();
    const unsigned occupied = p.ready.occupied | any_.occupied;
    if ((occupied & ~paused) == 0) return nullptr;
    return pull_data(port, paused, now);
}

Packet* Nic::pull_data(uint8_t port, PausedPriorities paused, Time now)
{
    if (pulls_ == Pulls::freely) return pull_from(port, paused, now);
    return pulls_ == Pulls::in_turn ? pull_in_turn(port, paused, now) : pull_allowed(port, paused, now);
}

/// Sends one of the control packets that wait, or, after every control_share of them, a data packet if there
/// is one.
Packet* Nic::take_turn(uint8_t port, PausedPriorities paused, Time now)
{
    Port& p = ports_[port];
    Packet* packet = nullptr;
    if (((p.ready.occupied | any_.occupied) & ~paused) != 0) {
        p.control_turn = (p.control_turn + 1) % (config_.quirks.control_share + 1);
        if (p.control_turn == 0) packet = pull_data(port, paused, now);
    }
    return packet != nullptr ? packet : p.control.pop();
}

/// Takes the next priority below the last one, and begins again at the top.
inline Priority Nic::next_in_turn(const ReadySet& set, unsigned open)
{
    const unsigned below = open & ((1U << set.turn) - 1);
    return static_cast<Priority>(31 - __builtin_clz(below != 0 ? below : open));
}

/// Tells whether a QP that has left its list may send now. If not, something else will bring it back. What it
/// entered the list for holds unless something has happened to it since.
inline bool Nic::due(Qp& qp, Time now)
{
    qp.is_ready = false;
    if (!qp.reconsider) {
        assert(may_send(qp) && release_time(qp) <= now);
        return true;
    }
    if (!may_send(qp)) {
        if (qp.flow.credit <= 0) await_credit(qp, now);
        return false;
    }
    const Time release = release_time(qp);
    if (release > now) arm(qp, release);
    return release <= now;
}

inline Packet* Nic::send_from(Qp& qp, uint8_t port, Time now)
{
    qp.flow.now = now;
    Packet* packet = make_data(qp, port, now);
    consider(qp, now);
    arm_timers(qp);
    return packet;
}

inline Packet* Nic::pull(ReadySet& set, uint8_t port, PausedPriorities paused, Time now)
{
    for (;;) {
        const unsigned open = set.occupied & ~static_cast<unsigned>(paused);
        if (open == 0) return nullptr;
        const Priority priority = next_in_turn(set, open);
        ReadySet::List& list = set.list[priority];
        Qp& qp = *list.head;
        list.head = qp.next_ready;
        if (list.head == nullptr) set.occupied &= static_cast<PausedPriorities>(~priority_bit(priority));
        if (!due(qp, now)) continue;
        set.turn = priority;
        return send_from(qp, port, now);
    }
}

/// QPs bound to the port and QPs that may use any port take turns when both have something to send.
Packet* Nic::pull_from(uint8_t port, PausedPriorities paused, Time now)
{
    Port& p = ports_[port];
    for (;;) {
        const bool bound = (p.ready.occupied & ~paused) != 0;
        const bool roaming = (any_.occupied & ~paused) != 0;
        if (!bound && !roaming) return nullptr;
        if (bound && roaming) p.any_turn = !p.any_turn;
        Packet* packet = pull(roaming && (!bound || p.any_turn) ? any_ : p.ready, port, paused, now);
        if (packet != nullptr) return packet;
    }
}

/// As pull_from, while some QPs that spray may not use every port: each port takes the first that may use it.
Packet* Nic::pull_allowed(uint8_t port, PausedPriorities paused, Time now)
{
    Port& p = ports_[port];
    p.any_turn = !p.any_turn;
    for (ReadySet* set : {p.any_turn ? &any_ : &p.ready, p.any_turn ? &p.ready : &any_}) {
        unsigned passed = paused;  // priorities that are stopped, or have nothing for this port
        while (const unsigned open = set->occupied & ~passed) {
            const Priority priority = next_in_turn(*set, open);
            Qp* qp = take_allowed(*set, priority, port);
            if (qp == nullptr) passed |= priority_bit(priority);
            if (qp == nullptr || !due(*qp, now)) continue;
            set->turn = priority;
            return send_from(*qp, port, now);
        }
    }
    return nullptr;
}

/// Takes the first QP of the list that may use the port out of it; null if there is none.
Qp* Nic::take_allowed(ReadySet& set, Priority priority, uint8_t port)
{
    ReadySet::List& list = set.list[priority];
    Qp* before = nullptr;
    Qp* qp = list.head;
    while (qp != nullptr && (qp->flow.live_ports >> port & 1) == 0) {
        before = qp;
        qp = qp->next_ready;
    }
    if (qp == nullptr) return nullptr;
    (before == nullptr ? list.head : before->next_ready) = qp->next_ready;
    if (list.tail == qp) list.tail = before;
    if (list.head == nullptr) set.occupied &= static_cast<PausedPriorities>(~priority_bit(priority));
    return qp;
}

}  // namespace hpnsim
