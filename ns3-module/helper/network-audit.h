// SPDX-License-Identifier: GPL-2.0-only
// NetworkAudit checks a running network against rules that must always hold (--audit).
#pragma once

#include "audit/packet_history.hpp"
#include "faults/link_faults.hpp"

#include "hpnsim/audit.hpp"
#include "hpnsim/nic.hpp"

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace hpnsim
{

class RoceNetwork;

/**
 * \brief Checks a running network: every packet is somewhere, every buffer's books balance, every
 * QP keeps the rules of its PSNs, nothing is delivered that has not arrived.
 *
 * It listens to the trace sources of NICs and switches, so it must be made before the run. Check()
 * looks at the state between two events; what can only be seen in the moment (a lossless drop, a
 * delivery) is caught in it. The first violation stops the simulation, and is reported with the
 * history of the packet or QP. Nothing of this exists in a run without an audit.
 */
class NetworkAudit : public FaultListener
{
  public:
    explicit NetworkAudit(RoceNetwork& network);
    ~NetworkAudit() override;

    /// Looks at everything now; false if a rule is broken.
    bool Check();

    /// Returns what was found, with its history; empty: nothing.
    const std::string&
    Violation() const
    {
        return m_violation;
    }

    uint64_t
    Checks() const
    {
        return m_checks;
    }

    /// Counts what a check has to go through: packets on their way, ports and QPs.
    size_t
    Work() const
    {
        return m_abroad.size() + m_ports.size() + m_before.size();
    }

    // As FaultListener:
    void Lost(const Packet& packet, uint32_t globalPort, FaultEffect why) override;

  private:
    struct Probe;
    using Key = std::pair<uint32_t, uint32_t>; // endpoint, QP

    void Listen();
    void Saw(const Packet& packet, PacketEvent::What what, uint32_t node, uint16_t port);
    void Gone(const Packet& packet);
    bool HasQp(uint32_t endpoint, uint32_t qp) const;
    void Reached(uint32_t endpoint, const Packet& packet);
    void Dropped(uint32_t node, uint16_t port, const Packet& packet);
    bool Promised(uint32_t node, uint16_t port, const Packet& packet) const;
    bool Crowded(uint32_t node, uint16_t port) const;
    bool ForwardsAgainstPauses() const;
    void Completed(uint32_t endpoint, const Completion& completion);

    void CheckPackets();
    int64_t CountPackets(const std::function<void(const Packet&)>& each) const;
    void TellLostPacket(int64_t lent, int64_t found);
    void CheckBuffers();
    void CheckQps();
    void CheckQp(uint32_t endpoint, uint32_t qp);

    void Break(const std::string& what, const PacketHistory::Filter& history);
    PacketHistory::Filter OfQp(uint32_t endpoint, uint32_t qp, const QpAudit& view) const;

    RoceNetwork& m_network;
    PacketHistory m_history;
    std::vector<std::unique_ptr<Probe>> m_probes;
    std::unordered_map<const Packet*, PacketEvent> m_abroad; // left a NIC, not yet at its end
    std::map<Key, QpAudit> m_before;
    std::map<Key, std::unique_ptr<ArrivalAccount>> m_accounts;
    std::vector<std::pair<uint32_t, uint16_t>> m_ports; // by global number
    uint64_t m_checks{0};
    std::string m_violation;
};

} // namespace hpnsim
