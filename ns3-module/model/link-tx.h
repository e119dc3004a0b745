// SPDX-License-Identifier: GPL-2.0-only
// LinkTx is one direction of one link: it models serialisation, propagation, and the packets in
// flight.
#pragma once

#include "faults/link_faults.hpp"
#include "flight-ring.h"
#include "hot-event.h"
#include "pfc/pfc_frame.hpp"

#include "hpnsim/packet.hpp"
#include "hpnsim/units.hpp"

#include <cstdint>
#include <memory>

namespace hpnsim
{

/// How the links of a node call it.
class LinkEnd
{
  public:
    virtual ~LinkEnd() = default;
    /// A packet has arrived whole; the node owns it.
    virtual void Arrive(Packet* packet, uint16_t port, Time now) = 0;
    /// The transmitter of `port`, of which WantIdle has asked this, has become idle.
    virtual void TxIdle(uint16_t port, Time now) = 0;
    /// Asks the caches for what `port` is about to send.
    virtual void
    WarmHead(uint16_t) const
    {
    }

    /// Asks the caches for what Arrive will touch for that packet, a step further in each round.
    virtual void
    WarmArrival(const Packet&, WarmRound) const
    {
    }

    /// A PFC frame has arrived at `port`.
    virtual void PfcArrives(uint16_t port, const PfcFrame& frame, Time now) = 0;
    /// The link of `port` went down: what PFC frames said about it no longer holds.
    virtual void ForgetPauses(uint16_t port, Time now) = 0;
    /// The link came up again: the far end has forgotten what this one wants to be paused.
    virtual void
    RepeatPauses(uint16_t, Time)
    {
    }
};

struct LinkParams
{
    Rate rate;
    Time delay;                 ///< cable, plus the pipeline of the switch at the far end
    Time cable;                 ///< cable alone: PFC frames are answered before the pipeline
    double loss{0};             ///< probability that a packet is lost, independently of others
    uint64_t seed{1};           ///< of the run, for the dice of the link's faults
    bool wholeNs{false};        ///< serialisation takes whole_ns_transmit_time
    bool separateEvents{false}; ///< see LinkTx
    bool asksForEnds{false};    ///< the sender says by WantIdle when it waits for the end
};

/**
 * \brief The transmitter of a port, the cable behind it, and the way into the far node.
 *
 * The arrival time is known when transmission starts, so a direction keeps its packets in a ring
 * and one event for the head of it. An event at the end of transmission exists only while somebody
 * waits for it.
 *
 * Faults of the link are kept in a side object that only links with faults have. Packets that a
 * fault lets others overtake leave the ring and have events of their own; of what arrives at the
 * same time they come first. A link that is down takes packets at its usual rate and loses them, as
 * a switch does whose port has lost its signal: nothing piles up behind it.
 *
 * With LinkParams::separateEvents each transmission schedules its end, then its arrival, when it
 * begins, and the transmitter is busy until the event of its end has run: whatever else happens at
 * that very time comes before or after it by the order of scheduling. ns-3's point-to-point devices
 * work like this, and so do simulators made from them. If the sender says when it waits for the end
 * (LinkParams::asksForEnds), the others only take their turns, and have no events.
 */
class alignas(64) LinkTx
{
  public:
    /// `globalPort` and `peerGlobalPort` are numbers among the ports of the whole fabric: they make
    /// the canonical order.
    LinkTx(const Clock& clock,
           PacketPool& pool,
           LinkEnd* owner,
           uint16_t port,
           uint32_t globalPort,
           uint32_t peerGlobalPort);

    void Connect(LinkEnd* peer, uint16_t peerPort, const LinkParams& params);
    /// Has the nodes at both ends keep slots for the link's events (EventKernel::Bind).
    void BindSlots();

    bool
    Idle(Time now) const
    {
        return m_busyUntil <= now || (m_endsInTurn && EndedBefore(now));
    }

    Time
    BusyUntil() const
    {
        return m_busyUntil - m_grip;
    }

    /// Puts a packet on the wire. The transmitter must be idle.
    void Send(Packet* packet, Time now);
    /// Calls the owner's TxIdle when the transmitter becomes idle; once, however often it is asked.
    void WantIdle(Time now);
    /// The same for an event after which the owner may send what it has kept back: of separate
    /// events, an idle transmitter has none to come.
    void GoOn(Time now);
    /// Sends a PFC frame of `wireBytes` as soon as the packet on the wire is out.
    void SendPause(Priority priority, bool on, uint32_t wireBytes, Time now);
    /// Reserves the wire for a MAC control frame behind the packet on it; returns when that frame
    /// ends.
    Time ReserveControl(uint32_t wireBytes, Time now);
    /// Sends a PFC frame whose place on the wire ends at `end`.
    void SendPfc(const PfcFrame& frame, Time end, Time now);

    /// Returns the link's faults, made on first use. Those of `--loss` are there from the start.
    LinkFaults& Faults();

    /// Returns null if nothing was ever wrong with this direction.
    const LinkFaults*
    PeekFaults() const
    {
        return m_faults.get();
    }

    /// Cuts or mends this direction. Nothing that is on a link when it is cut arrives.
    void SetUp(bool up, Time now);
    /// Lets the link keep only `share` of its planned rate from the next packet on.
    void Degrade(double share, Time now);
    /// Takes a packet that another rank, which runs this side of the link, has sent.
    void TakePacket(Packet* packet, Time arrival);
    /// The same for a PFC frame.
    void TakePfc(const PfcFrame& frame, Time arrival, Time now);
    /// What parcels of links are opened by: packets, those that others overtake, and PFC frames
    /// that go to another rank.
    static void Land(void* link, void* packet, uint64_t arrival);
    static void LandLate(void* link, void* packet, uint64_t arrival);
    static void LandPfc(void* link, void* frame, uint64_t arrival);

    /// Returns when what arrives at that time comes among its events.
    EventOrder
    ArrivalOrder() const
    {
        return m_arrivalOrder;
    }

    /// Tells whether another lane runs the far node (EventKernel::LanesApart).
    void CrossLanes(bool crosses);
    /// Puts another receiver between the link and its peer.
    void SetPeer(LinkEnd* peer);
    LinkEnd* Peer() const;

    /// Calls `function` with the packets on the wire.
    template <class Function>
    void
    ForEachInFlight(Function function) const
    {
        for (uint32_t i = 0; i < m_inFlight.Size(); ++i)
        {
            function(*m_inFlight[i].packet);
        }
        if (m_faults != nullptr)
        {
            for (const LinkFaults::Late& late : m_faults->late)
            {
                function(*late.packet);
            }
        }
    }

    /// Gives back what is on the wire, at the end of a simulation: its events have been dropped.
    void DropInFlight();

    Rate
    LinkRate() const
    {
        return m_params.rate;
    }

    /// Counts the bytes of every packet whose transmission has begun.
    Bytes
    SentBytes() const
    {
        return m_sentBytes;
    }

    /// Counts the bytes sent, without what is still to leave of the packet on the wire.
    Bytes SentBytes(Time now) const;
    /// Returns the time spent sending until `now`.
    Time BusyTime(Time now) const;

    uint64_t
    SentPackets() const
    {
        return m_sentPackets;
    }

    /// Returns the number of the port among the ports of the fabric.
    uint32_t
    GlobalPort() const
    {
        return m_globalPort;
    }

    /// Counts the packets that faults of this direction have lost, without PFC frames.
    uint64_t LostPackets() const;

  private:
    void ArrivalDue();
    void LateDue();
    void TxDone();
    void TransmissionEnds(Time now);
    /// Has a transmission of a link with separate events (LinkParams::separateEvents) end then.
    void
    PlanEnd(Time end, Time now)
    {
        if (m_endsInTurn)
        {
            m_endTurn = m_clock.Kernel()->TakeTurn();
            m_doneArmed = false;
            return;
        }
        ArmEnd(end, now);
    }

    void ArmEnd(Time end, Time now);
    void ArmPlannedEnd();
    bool EndedBefore(Time now) const;
    void PfcArrives(PfcFrame frame, uint32_t epoch);
    void Launch(Packet* packet, Time arrival, Time now);
    void Board(Packet* packet, Time arrival, Time now);
    bool IsSpecial() const;
    void ArmArrival(Time arrival, Time now);
    void PostArrival(Time arrival, Time now);
    void ArmDone(Time at, Time now);
    void SendSpecial(Packet* packet, Time end, Time arrival, Time now);
    void SendFaulty(Packet* packet, Time arrival, Time now);
    void Deliver(Packet* packet, Time arrival, const LinkFaults::Verdict& verdict, Time now);
    void LaunchLate(Packet* packet, Time arrival, Time now);
    void BoardLate(Packet* packet, Time arrival, Time now);
    InFlight PopHead();
    void FaultyArrivalDue();
    bool TakeLate(Time now);
    void TakeHead();
    void Lose(Packet* packet, FaultEffect why);
    void LoseArriving(Packet* packet, FaultEffect why);
    void TellLost(Packet* packet, FaultEffect why);
    Packet* Twin(const Packet& packet);
    bool LosesPfc();
    Time SerialisationTime(uint32_t bytes);
    Time FractionalTime(uint32_t bytes);
    void SetRate(Rate rate);

    // First cache line: what the sending node touches.
    Time m_busyUntil;
    Time m_delay; // m_params.delay
    Bytes m_sentBytes{0};
    uint64_t m_sentPackets{0};
    NodeQueue* m_doneQueue{nullptr}; // null: no slots (BindSlots)
    LinkEnd* m_owner;
    uint32_t m_doneSlot{0};
    int32_t m_psPerByte{0}; // 0: not a whole number, or too large
    uint16_t m_port;
    bool m_headOnly{true}; // one arrival event, for the head of the ring
    bool m_special{false}; // IsSpecial
    bool m_crossing{false};
    bool m_doneArmed{false};
    bool m_endsInTurn{false}; // separate events, and ends have one only if they are waited for
    // Second cache line: what the receiving node touches, which another core may run; and the
    // sending one, if it is of the same lane.
    alignas(64) FlightRing m_inFlight;
    NodeQueue* m_arrivalQueue{nullptr}; // the far node's
    LinkEnd* m_peer{nullptr};
    const Clock& m_clock;
    std::unique_ptr<LinkFaults> m_faults;
    uint32_t m_arrivalSlot{0};
    EventOrder m_arrivalOrder; // at the far port
    uint16_t m_peerPort{0};
    bool m_arrivalArmed{false};
    bool m_peerHeadOnly{true}; // the same as m_headOnly
    // What few packets touch.
    EventOrder m_doneOrder;
    uint32_t m_globalPort;
    PacketPool& m_pool;
    LinkParams m_params;
    uint32_t m_peerGlobalPort;
    EventOrder m_endTurn{}; // of the transmission, if m_endsInTurn
    Time m_grip;            // separate events: 1 ps more of m_busyUntil, to be busy at the end too
    Time m_wholeNsBusy;     // kept for links in whole nanoseconds, because their bytes do not tell
    Rate m_planned;         // m_params.rate may be less: Degrade
    Time m_earlierBusy;     // at earlier rates, with the bytes that were sent then
    Bytes m_earlierBytes{0};
    uint32_t m_lastBytes{0}; // of FractionalTime
    Time m_lastTime;

    // Ask the caches for what the two events below will touch.
    static void WarmArrival(const void* link, WarmRound round);
    static void WarmDone(const void* link, WarmRound round);

    using Arrival = HotEvent<LinkTx, &LinkTx::ArrivalDue, &LinkTx::WarmArrival>;
    using Late = HotEvent<LinkTx, &LinkTx::LateDue>;
    using Done = HotEvent<LinkTx, &LinkTx::TxDone, &LinkTx::WarmDone>;
};

} // namespace hpnsim
