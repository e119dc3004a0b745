// SPDX-License-Identifier: GPL-2.0-only
// The functions of one NIC, as an SR-IOV NIC has them: each is a Nic with an algorithm, a transport, queue
// pairs and memory of its own, and all leave by the same ports.
#pragma once

#include "hpnsim/nic.hpp"

#include <memory>
#include <vector>

namespace hpnsim
{

/// The QPs of function f are numbered from f times this on: packets find their function by their QP.
inline constexpr uint32_t kFunctionQps = 1'000'000;
/// So many functions have numbers of 24 bits.
inline constexpr uint32_t kMaxFunctions = 16;

constexpr uint32_t function_of(uint32_t qp)
{
    return qp / kFunctionQps;
}

constexpr uint32_t first_qp_of(uint32_t function)
{
    return function * kFunctionQps;
}

/// Is asked as a Nic is (nic.hpp), for a NIC of several functions. Work is posted to the Nics themselves.
///
/// Every port takes the functions in turn, a packet from each that has one: none is starved by how many QPs
/// another has. Control packets of any function go before data, as within one.
class NicFunctions
{
public:
    /// `first` is function 0, and outlives this. `others` are what functions 1, 2, ... are like: their QPs
    /// are numbered from first_qp_of(function) on.
    NicFunctions(Nic& first, std::vector<std::shared_ptr<const NicConfig>> others, PacketPool& pool);

    uint32_t count() const { return static_cast<uint32_t>(nics_.size()); }
    Nic& at(uint32_t function) const { return *nics_[function]; }

    void set_port_state(uint8_t port, bool up, Time now);
    void set_peer_ports(uint32_t peer, uint8_t ports, Time now);
    void receive(Packet* packet, uint8_t port, Time now);
    Packet* next_packet(uint8_t port, PausedPriorities paused, Time now);
    bool ready(uint8_t port, PausedPriorities paused) const;
    Time next_deadline() const;
    void on_deadline(Time now);
    /// Those of one function that has some, and `clear_completions` then clears these.
    const std::vector<Completion>& completions() const;
    void clear_completions();
    const LawFault* law_fault() const;

private:
    Nic* teller() const;

    std::vector<std::unique_ptr<Nic>> owned_;
    std::vector<Nic*> nics_;       // by function
    std::vector<uint32_t> turns_;  // by port: the function that sent last
};

}  // namespace hpnsim
