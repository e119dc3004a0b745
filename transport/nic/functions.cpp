// SPDX-License-Identifier: GPL-2.0-only
// Shares the ports of a NIC among its functions, and hands each arrival to the function of its QP.
#include "hpnsim/nic_functions.hpp"

#include "hpnsim/bad_input.hpp"

#include <algorithm>
#include <utility>

namespace hpnsim
{

NicFunctions::NicFunctions(Nic& first, std::vector<std::shared_ptr<const NicConfig>> others, PacketPool& pool)
    : nics_{&first}, turns_(first.config().ports)
{
    if (others.size() >= kMaxFunctions)
        throw BadInput("a NIC of " + std::to_string(others.size() + 1) + " functions; it may have 1 to " +
                       std::to_string(kMaxFunctions));
    for (std::shared_ptr<const NicConfig>& config : others) {
        owned_.push_back(std::make_unique<Nic>(first.endpoint(), std::move(config), pool));
        nics_.push_back(owned_.back().get());
    }
}

void NicFunctions::set_port_state(uint8_t port, bool up, Time now)
{
    for (Nic* nic : nics_) nic->set_port_state(port, up, now);
}

void NicFunctions::set_peer_ports(uint32_t peer, uint8_t ports, Time now)
{
    for (Nic* nic : nics_) nic->set_peer_ports(peer, ports, now);
}

/// A packet for a function that is not there is a stray of the first.
void NicFunctions::receive(Packet* packet, uint8_t port, Time now)
{
    const uint32_t function = function_of(packet->dst_qp);
    nics_[function < count() ? function : 0]->receive(packet, port, now);
}

Packet* NicFunctions::next_packet(uint8_t port, PausedPriorities paused, Time now)
{
    const auto is_ready = [&](const Nic& nic) { return nic.control_ready(port, paused); };
    const bool control = std::any_of(nics_.begin(), nics_.end(), [&](Nic* nic) { return is_ready(*nic); });
    for (uint32_t i = 1; i <= count(); ++i) {
        const uint32_t function = (turns_[port] + i) % count();
        Nic& nic = *nics_[function];
        if (control && !is_ready(nic)) continue;
        Packet* packet = nic.next_packet(port, paused, now);
        if (packet == nullptr) continue;
        if (!control) turns_[port] = function;
        return packet;
    }
    return nullptr;
}

bool NicFunctions::ready(uint8_t port, PausedPriorities paused) const
{
    return std::any_of(nics_.begin(), nics_.end(), [&](Nic* nic) { return nic->ready(port, paused); });
}

Time NicFunctions::next_deadline() const
{
    Time next = Time::max();
    for (const Nic* nic : nics_) next = std::min(next, nic->next_deadline());
    return next;
}

void NicFunctions::on_deadline(Time now)
{
    for (Nic* nic : nics_) nic->on_deadline(now);
}

/// The first function that has completions to tell; function 0 if none has.
Nic* NicFunctions::teller() const
{
    const auto tells = [](const Nic* nic) { return !nic->completions().empty(); };
    const auto found = std::find_if(nics_.begin(), nics_.end(), tells);
    return found != nics_.end() ? *found : nics_.front();
}

const std::vector<Completion>& NicFunctions::completions() const
{
    return teller()->completions();
}

void NicFunctions::clear_completions()
{
    teller()->clear_completions();
}

const LawFault* NicFunctions::law_fault() const
{
    for (const Nic* nic : nics_)
        if (const LawFault* fault = nic->law_fault()) return fault;
    return nullptr;
}

}  // namespace hpnsim
