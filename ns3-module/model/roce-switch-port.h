// SPDX-License-Identifier: GPL-2.0-only
// Port holds the state of one port of a RoceSwitch. Only the files of that class may include this.
#pragma once

#include "pause-state.h"
#include "pfc-sender.h"
#include "roce-switch.h"

namespace hpnsim
{

/// Its first three cache lines, and the lane of a priority, are all that most packets touch.
struct alignas(64) RoceSwitch::Port
{
    Port(const Clock& clock,
         PacketPool& pool,
         LinkEnd* owner,
         uint16_t port,
         uint32_t globalPort,
         uint32_t peerGlobal)
        : tx(clock, pool, owner, port, globalPort, peerGlobal)
        , number(port)
        , global(globalPort)
    {
    }

    LinkTx tx;
    QueueMonitor monitor;
    Packet* unmarked{nullptr};    // being sent, its mark still to be decided
    uint32_t onWire{0};           // bytes being sent, for peaks
    PausedPriorities paused{0};   // kept by pauseState
    PausedPriorities dropping{0}; // by the watchdog; a subset of paused
    Priority onWirePriority{0};   // priority of what is being sent
    bool marksLate{false};        // marks are decided when the last bit has left
    uint16_t number;              // among the ports of the switch
    bool trims{false};            // what its trimmer is asked for
    bool limitsControl{false};    // controlLimit is in force
    uint32_t global;              // number among the ports of the fabric
    PortScheduler queues;         // its lanes begin a cache line
    EcnMarker marker;
    IngressBuffer* ingress{nullptr}; // one per lossless priority, for what arrives here
    PhantomQueue phantom;
    Trimmer trimmer;
    Time unmarkedUntil;     // when the last bit of `unmarked` leaves
    Bytes controlLimit{0};  // of the control priority; 0: none
    Bytes leastHeadroom{0}; // less would not hold what arrives after a PAUSE
    PortCounters counters;
    std::unique_ptr<DigestStamper> digest;  // if senders want one
    std::unique_ptr<PauseState> pauseState; // since a PFC frame arrived
    std::unique_ptr<PfcSender> pfcSender;   // since the upstream had to stop
};

/// Returns what a link that stands for several has of a threshold.
inline Bytes
ShareOf(const LinkPlan& link, Bytes bytes)
{
    return static_cast<Bytes>(link.share * static_cast<double>(bytes));
}

} // namespace hpnsim
