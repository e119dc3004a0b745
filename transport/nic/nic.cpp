// SPDX-License-Identifier: GPL-2.0-only
// The NIC between its owner and its QPs: it hands each arrival to its QP, and lets the QP send whose turn it
// is.
#include "hpnsim/nic.hpp"

#include "credit/credits.hpp"
#include "hpnsim/bad_input.hpp"
#include "nic/arming.hpp"
#include "nic/pulling.hpp"
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

/// Tells whether the QP may look at the packet: it must come from its peer, in a state that receives.
bool listens(const Qp& qp, const Packet& packet)
{
    return takes_packets(qp.state) && (qp.service == Service::ud || packet.src == qp.peer);
}

constexpr size_t kLine = 64;

void warm_bytes(const char* from, size_t bytes)
{
    for (size_t at = 0; at < bytes; at += kLine) __builtin_prefetch(from + at);
}

/// What lies behind a QP, for SelectiveSend and then SelectiveReceive (Nic::make_qp); it is not read to be
/// found.
const char* behind(const Qp& qp)
{
    return reinterpret_cast<const char*>(&qp) + sizeof(Qp);
}

/// Asks for what sends a QP's packets and takes its ACKs (qp.hpp).
void warm_sender(const Qp& qp, bool selective)
{
    constexpr size_t kLines = 6;
    warm_bytes(reinterpret_cast<const char*>(&qp), kLines * kLine);
    if (selective) warm_bytes(behind(qp), sizeof(SelectiveSend));
}

}  // namespace

Nic::Nic(uint32_t endpoint, std::shared_ptr<const NicConfig> config, PacketPool& pool)
    : config_(checked(*config)), recovery_(recovery_of(config_)), pool_(pool), scheduler_(config_),
      gate_(config_, recovery_.psn_window(config_)), endpoint_(endpoint),
      rare_deadlines_(config_.receiver.ops->scope == Scope::port || config_.cnp.delay.ps != 0),
      live_ports_(static_cast<uint8_t>((1U << config_.ports) - 1)), timers_(config_, recovery_),
      shared_config_(std::move(config))
{
    if (config_.receiver.ops->scope == Scope::port) credits_ = std::make_unique<Credits>(endpoint_, config_);
}

Nic::~Nic()
{
    scheduler_.drain(pool_);
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
    scheduler_.warm();
    __builtin_prefetch(completions_.data());
    timers_.warm();
}

void Nic::warm(const Packet& packet) const
{
    const uint32_t index = packet.dst_qp - config_.first_qp;
    if (index >= qps_.size()) return;
    const Qp& qp = *qps_[index];
    warm();
    if (packet.kind != PacketKind::data) {
        warm_sender(qp, recovery_.any_order);
        return;
    }
    __builtin_prefetch(&qp);          // flow.now
    __builtin_prefetch(&qp.service);  // whether it listens
    __builtin_prefetch(&qp.resp);
    __builtin_prefetch(&qp.resp.message);
    if (recovery_.any_order) warm_bytes(behind(qp) + sizeof(SelectiveSend), sizeof(SelectiveReceive));
}

void Nic::warm_parts(const Packet& packet) const
{
    const uint32_t index = packet.dst_qp - config_.first_qp;
    if (index >= qps_.size()) return;
    const Qp& qp = *qps_[index];
    if (packet.kind == PacketKind::data) qp.resp.message.warm();
}

void Nic::warm_qp(uint32_t number) const
{
    const uint32_t index = number - config_.first_qp;
    if (index < qps_.size()) warm_sender(*qps_[index], recovery_.any_order);
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

void Nic::consider(Qp& qp, Time now)
{
    if (qp.is_ready) {
        qp.reconsider = true;
        return;
    }
    if (!gate_.may_send(qp)) {
        if (qp.flow.credit <= 0) await_credit(qp, now);
        return;
    }
    const Time release = gate_.release_time(qp);
    if (release <= now)
        scheduler_.enter(qp);
    else
        timers_.arm(qp, release);
}

/// Tells whether a QP that has left its list may send now. If not, something else will bring it back. What it
/// entered the list for holds unless something has happened to it since.
inline bool Nic::due(Qp& qp, Time now)
{
    qp.is_ready = false;
    if (!qp.reconsider) {
        assert(gate_.may_send(qp) && gate_.release_time(qp) <= now);
        return true;
    }
    if (!gate_.may_send(qp)) {
        if (qp.flow.credit <= 0) await_credit(qp, now);
        return false;
    }
    const Time release = gate_.release_time(qp);
    if (release > now) timers_.arm(qp, release);
    return release <= now;
}

Packet* Nic::next_packet(uint8_t port, PausedPriorities paused, Time now)
{
    if (Packet* control = scheduler_.next_control(port, paused)) return control;
    Qp* qp = scheduler_.next_qp(port, paused, now, gate_, [&](Qp& each) { return due(each, now); });
    if (qp == nullptr) return scheduler_.yielded_control(port, paused);
    qp->flow.now = now;
    Packet* packet = make_data(*qp, port, now);
    consider(*qp, now);
    timers_.arm_changing(*qp);
    return packet;
}

}  // namespace hpnsim
