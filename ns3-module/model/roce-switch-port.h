// SPDX-License-Identifier: GPL-2.0-only
// Port holds the state of one port of a RoceSwitch. Only the files of that class may include this.
#pragma once

#include "pause-state.h"
#include "pfc-sender.h"
#include "roce-switch.h"

namespace hpnsim
{

struct RoceSwitch::Port
{
    Port(const Clock& clock,
         PacketPool& pool,
         LinkEnd* owner,
         uint16_t port,
         uint32_t globalPort,
         uint32_t peerGlobal)
        : tx(clock, pool, owner, port, globalPort, peerGlobal)
        , global(globalPort)
        , number(port)
    {
    }

    PortScheduler queues;
    PausedPriorities paused{0};   // kept by pauseState
    PausedPriorities dropping{0}; // by the watchdog; a subset of paused
    LinkTx tx;
    EcnMarker marker;
    PhantomQueue phantom;
    Trimmer trimmer;
    QueueMonitor monitor;
    IngressBuffer* ingress{nullptr}; // one per lossless priority, for what arrives here
    uint32_t global;                 // number among the ports of the fabric
    uint16_t number;                 // among the ports of the switch
    Bytes onWire{0};                 // bytes being sent, for peaks
    Packet* unmarked{nullptr};       // being sent, its mark still to be decided
    Time unmarkedUntil;              // when its last bit leaves
    Bytes controlLimit{0};           // of the control priority; 0: none
    Bytes leastHeadroom{0};          // less would not hold what arrives after a PAUSE
    Priority onWirePriority{0};      // priority of what is being sent
    bool marksLate{false};           // marks are decided when the last bit has left
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
