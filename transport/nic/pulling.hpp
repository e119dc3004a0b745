// SPDX-License-Identifier: GPL-2.0-only
// Chooses the queue pair that a port serves next (NicScheduler). Every data packet is pulled through here,
// and so this is compiled into whoever pulls. Internal to the transport.
#pragma once

#include "hpnsim/nic_scheduler.hpp"
#include "qp/qp.hpp"

namespace hpnsim
{

/// Takes the next priority below the last one, and begins again at the top.
inline Priority NicScheduler::next_in_turn(const ReadySet& set, unsigned open)
{
    const unsigned below = open & ((1U << set.turn) - 1);
    return static_cast<Priority>(31 - __builtin_clz(below != 0 ? below : open));
}

inline Qp& NicScheduler::take_first(ReadySet& set, Priority priority)
{
    ReadySet::List& list = set.list[priority];
    Qp& qp = *list.head;
    list.head = qp.next_ready;
    if (list.head == nullptr) set.occupied &= static_cast<PausedPriorities>(~priority_bit(priority));
    return qp;
}

template <class Due> inline Qp* NicScheduler::pull(ReadySet& set, PausedPriorities paused, Due& due)
{
    for (;;) {
        const unsigned open = set.occupied & ~static_cast<unsigned>(paused);
        if (open == 0) return nullptr;
        const Priority priority = next_in_turn(set, open);
        Qp& qp = take_first(set, priority);
        if (!due(qp)) continue;
        set.turn = priority;
        return &qp;
    }
}

/// QPs bound to the port and QPs that may use any port take turns when both have something to send.
template <class Due> inline Qp* NicScheduler::pull_from(Port& port, PausedPriorities paused, Due& due)
{
    for (;;) {
        const bool bound = (port.ready.occupied & ~paused) != 0;
        const bool roaming = (any_.occupied & ~paused) != 0;
        if (!bound && !roaming) return nullptr;
        if (bound && roaming) port.any_turn = !port.any_turn;
        Qp* qp = pull(roaming && (!bound || port.any_turn) ? any_ : port.ready, paused, due);
        if (qp != nullptr) return qp;
    }
}

/// As pull_from, while some QPs that spray may not use every port: each port takes the first that may use it.
template <class Due>
[[gnu::noinline]] Qp* NicScheduler::pull_allowed(uint8_t number, PausedPriorities paused, Due& due)
{
    Port& port = ports_[number];
    port.any_turn = !port.any_turn;
    for (ReadySet* set : {port.any_turn ? &any_ : &port.ready, port.any_turn ? &port.ready : &any_}) {
        unsigned passed = paused;  // priorities that are stopped, or have nothing for this port
        while (const unsigned open = set->occupied & ~passed) {
            const Priority priority = next_in_turn(*set, open);
            Qp* qp = take_allowed(*set, priority, number);
            if (qp == nullptr) passed |= priority_bit(priority);
            if (qp == nullptr || !due(*qp)) continue;
            set->turn = priority;
            return qp;
        }
    }
    return nullptr;
}

template <class Due> inline Qp* NicScheduler::next_qp(uint8_t number, PausedPriorities paused, Time now,
                                                      const SendGate& gate, Due due)
{
    Port& port = ports_[number];
    if (occupied(port, paused) == 0) return nullptr;
    if (pulls_ == Pulls::freely) return pull_from(port, paused, due);
    return pulls_ == Pulls::in_turn ? next_in_ring(port, paused, now, gate)
                                    : pull_allowed(number, paused, due);
}

/// Puts a QP into the list of its priority, at its home port, or where any port may take it (Qp::anywhere).
inline void NicScheduler::enter(Qp& qp)
{
    if (pulls_ == Pulls::in_turn) {
        join_ring(qp);
        return;
    }
    ReadySet& set = qp.anywhere ? any_ : ports_[qp.flow.home_port].ready;
    ReadySet::List& list = set.list[qp.priority];
    qp.is_ready = true;
    qp.reconsider = false;
    qp.next_ready = nullptr;
    if (list.head == nullptr)
        list.head = &qp;
    else
        list.tail->next_ready = &qp;
    list.tail = &qp;
    set.occupied |= priority_bit(qp.priority);
}

}  // namespace hpnsim
