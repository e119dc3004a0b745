// SPDX-License-Identifier: GPL-2.0-only
// NoticeSender stands before a switch whose senders want notices, and sees what arrives before the
// switch does.
#pragma once

#include "fabric_settings.hpp"
#include "link-tx.h"
#include "telemetry/growth_tokens.hpp"

#include <vector>

namespace hpnsim
{

class RoceSwitch;

/**
 * \brief Answers senders of a congested switch itself, and grants them growth elsewhere.
 *
 * A switch without it costs nothing: the links lead to the switch itself then. The answer takes the
 * way of an ACK, in the control priority, with the size of a CNP, whose reserved bytes hold it
 * (assumption: the paper has a header of its own). It names the sender's QP, which a data packet
 * carries for that purpose.
 */
class NoticeSender : public LinkEnd
{
  public:
    NoticeSender(RoceSwitch& sw, PacketPool& pool, const FabricSettings& settings);
    void AddPort(Rate rate);

    /// Judges a packet of any kind that is on its way to `egress`: sets what it carries on, and
    /// tells its sender.
    void Judge(Packet& packet, uint16_t egress, Time now);

    uint64_t
    Sent() const
    {
        return m_sent;
    }

    // As LinkEnd:
    void Arrive(Packet* packet, uint16_t port, Time now) override;
    void TxIdle(uint16_t port, Time now) override;
    void PfcArrives(uint16_t port, const PfcFrame& frame, Time now) override;
    void ForgetPauses(uint16_t port, Time now) override;

  private:
    void Notify(const Packet& data, Bytes queued, Rate rate, Time now);

    RoceSwitch& m_switch;
    PacketPool& m_pool;
    std::vector<GrowthTokens> m_ports;
    Bytes m_threshold;
    Bytes m_frame;
    uint32_t m_wireBytes; // wire bytes of a notice
    Priority m_priority;
    uint64_t m_sent{0};
};

} // namespace hpnsim
