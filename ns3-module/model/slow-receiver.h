// SPDX-License-Identifier: GPL-2.0-only
// SlowReceiver models a host that takes data more slowly than the link brings it. A fault injector
// puts one between the link and the NIC.
#pragma once

#include "link-tx.h"

#include "faults/fault_plan.hpp"

namespace hpnsim
{

/**
 * \brief A NIC whose host takes data more slowly than the link brings it (a congested PCIe bus).
 *
 * It stands between the link and the NIC. Data waits in the NIC's receive buffer and goes on at the
 * host's rate; ACKs, NAKs and CNPs are the NIC's own business and pass. When the buffer holds
 * `xoff` bytes the NIC pauses its upstream, priority by priority, and lets it go on at half of
 * that. What still comes then has `headroom` to lie in, and is lost beyond. PAUSE is repeated while
 * it must hold.
 */
class SlowReceiver : public LinkEnd
{
  public:
    struct Settings
    {
        Rate rate;           ///< of the host, in wire bytes
        Bytes xoff{0};       ///< wire bytes
        Bytes headroom{0};   ///< wire bytes beyond `xoff`
        uint32_t pauseBytes; ///< of a PFC frame
        Time refresh;        ///< between two PAUSE frames
        bool pauses{true};   ///< the fabric has PFC
    };

    /// `incoming` leads to the NIC's port, `outgoing` away from it; arrivals count for `incoming`.
    SlowReceiver(const Clock& clock,
                 PacketPool& pool,
                 LinkTx& incoming,
                 LinkTx& outgoing,
                 const Settings& settings);
    ~SlowReceiver() override;
    SlowReceiver(const SlowReceiver&) = delete;
    SlowReceiver& operator=(const SlowReceiver&) = delete;

    /// Takes effect from the next packet on.
    void SetRate(Rate rate, Bytes xoff);

    Bytes
    Held() const
    {
        return m_held;
    }

    Bytes
    Peak() const
    {
        return m_peak;
    }

    uint64_t
    PausesSent() const
    {
        return m_pausesSent;
    }

    template <class Function>
    void
    ForEach(Function function) const
    {
        for (const Packet* packet = m_waiting.empty() ? nullptr : m_waiting.front();
             packet != nullptr;
             packet = packet->next)
        {
            function(*packet);
        }
    }

    // LinkEnd: only arrivals come here.
    void Arrive(Packet* packet, uint16_t port, Time now) override;
    void TxIdle(uint16_t port, Time now) override;
    void PfcArrives(uint16_t port, const PfcFrame& frame, Time now) override;
    void ForgetPauses(uint16_t port, Time now) override;

  private:
    void Taken();
    void Work();
    void SendPauses(PausedPriorities which, bool on, Time now);

    const Clock& m_clock;
    PacketPool& m_pool;
    LinkTx& m_incoming;
    LinkTx& m_outgoing;
    LinkEnd* m_nic;
    Settings m_settings;
    PacketFifo m_waiting; // the first one is being taken
    Bytes m_held{0};
    Bytes m_peak{0};
    uint16_t m_port{0};
    bool m_working{false};
    PausedPriorities m_paused{0};
    Time m_pausedAt;
    uint64_t m_pausesSent{0};
    HotEvent<SlowReceiver, &SlowReceiver::Taken> m_taken;
};

} // namespace hpnsim
