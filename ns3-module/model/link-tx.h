// SPDX-License-Identifier: GPL-2.0-only
// One direction of one link: serialisation, propagation, and the packets in flight.
#pragma once

#include "hot-event.h"
#include "pfc-frame.h"

#include "hpnsim/packet.hpp"
#include "hpnsim/units.hpp"

#include <cstdint>

namespace hpnsim
{

/// A node as its links see it.
class LinkEnd
{
  public:
    virtual ~LinkEnd() = default;
    /// A packet has arrived whole; the node owns it.
    virtual void Arrive(Packet* packet, uint16_t port, Time now) = 0;
    /// The transmitter of `port`, asked by WantIdle, has fallen idle.
    virtual void TxIdle(uint16_t port, Time now) = 0;
    /// Stop or resume sending `priority` at `port`.
    virtual void Pause(uint16_t port, Priority priority, bool on, Time now) = 0;
    /// A PFC frame arrived at `port`. By default, Pause for each priority that it enables.
    virtual void PfcArrives(uint16_t port, const PfcFrame& frame, Time now);
};

struct LinkParams
{
    Rate rate;
    Time delay;         ///< cable, plus the pipeline of the switch at the far end
    Time cable;         ///< cable alone: PFC frames are answered before the pipeline
    double loss{0};     ///< probability that a packet is lost, each by itself
    uint64_t stream{0}; ///< random stream of the losses
};

/**
 * \brief The transmitter of a port, the cable behind it, and the way into the far node.
 *
 * The arrival time is known when transmission starts, so a direction keeps its packets in a FIFO
 * and one event for the head of it. An event at the end of transmission exists only while somebody
 * waits for it.
 */
class LinkTx
{
  public:
    /// `globalPort` and `peerGlobalPort` number the ports of the whole fabric: the canonical order.
    LinkTx(const Clock& clock,
           PacketPool& pool,
           LinkEnd* owner,
           uint16_t port,
           uint32_t globalPort,
           uint32_t peerGlobalPort);

    void Connect(LinkEnd* peer, uint16_t peerPort, const LinkParams& params);

    bool
    Idle(Time now) const
    {
        return m_busyUntil <= now;
    }

    Time
    BusyUntil() const
    {
        return m_busyUntil;
    }

    /// Puts a packet on the wire. The transmitter must be idle.
    void Send(Packet* packet, Time now);
    /// Calls the owner's TxIdle when the transmitter falls idle; once, however often it is asked.
    void WantIdle(Time now);
    /// Sends a PFC frame of `wireBytes` as soon as the packet on the wire is out.
    void SendPause(Priority priority, bool on, uint32_t wireBytes, Time now);
    /// Takes the wire for a MAC control frame behind the packet on it; when that frame ends.
    Time ReserveControl(uint32_t wireBytes, Time now);
    /// Sends a PFC frame whose place on the wire ends at `end`.
    void SendPfc(const PfcFrame& frame, Time end, Time now);

    /// Gives back what is on the wire, at the end of a simulation: its events have been dropped.
    void DropInFlight();

    Rate
    LinkRate() const
    {
        return m_params.rate;
    }

    Bytes
    SentBytes() const
    {
        return m_sentBytes;
    }

    uint64_t
    SentPackets() const
    {
        return m_sentPackets;
    }

    uint64_t
    LostPackets() const
    {
        return m_lost;
    }

  private:
    void ArrivalDue();
    void TxDone();
    void PfcArrives(PfcFrame frame);
    Time SerialisationTime(uint32_t bytes) const;

    const Clock& m_clock;
    PacketPool& m_pool;
    LinkEnd* m_owner;
    LinkEnd* m_peer{nullptr};
    Time m_busyUntil;
    int64_t m_psPerByte{0}; // 0: not a whole number
    uint16_t m_port;
    uint16_t m_peerPort{0};
    bool m_arrivalArmed{false};
    bool m_doneArmed{false};
    PacketFifo m_inFlight;
    Bytes m_sentBytes{0};
    uint64_t m_sentPackets{0};
    LinkParams m_params;
    uint64_t m_lost{0};
    uint32_t m_peerGlobalPort;
    HotEvent<LinkTx, &LinkTx::ArrivalDue> m_arrival;
    HotEvent<LinkTx, &LinkTx::TxDone> m_done;
};

} // namespace hpnsim
