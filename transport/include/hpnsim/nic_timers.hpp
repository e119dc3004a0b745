// SPDX-License-Identifier: GPL-2.0-only
// NicTimers knows when each queue pair of a NIC must be looked at again: for its retransmission timeout, its
// CC's timers, and whatever else it waits for.
#pragma once

#include "hpnsim/deadline_heap.hpp"
#include "hpnsim/nic_config.hpp"

namespace hpnsim
{

struct Qp;
struct RecoveryOps;

class NicTimers
{
public:
    NicTimers(const NicConfig& config, const RecoveryOps& recovery) : config_(config), recovery_(recovery) {}

    /// Makes room for one more queue pair; they are numbered from 0.
    void add() { heap_.add(); }
    /// Returns when the first queue pair is due; max: none waits.
    Time first() const { return heap_.empty() ? Time::max() : heap_.first_time(); }
    /// Takes the first one off, and returns its number. It is not armed any more (Qp::armed).
    uint32_t take()
    {
        const uint32_t qp = heap_.first();
        heap_.pop();
        return qp;
    }
    /// Asks the caches for the first entry.
    void warm() const { heap_.warm(); }

    // Every packet that leaves and every ACK asks whether something has become earlier; nearly always nothing
    // has, and so these are compiled into whoever asks (nic/arming.hpp).
    /// Keeps the QP's place no later than `when`.
    void arm(Qp& qp, Time when);
    /// Arms what a packet that leaves or an ACK may have changed: the CC's timers, and the timeout. Whoever
    /// sets one of the others (arm_all) arms it too.
    void arm_changing(Qp& qp);
    /// Arms everything that the QP may wait for.
    void arm_all(Qp& qp);

    /// Returns when the transmission began that has waited longest for its ACK; max: none waits.
    Time waiting_since(Qp& qp) const;
    /// Returns how long the oldest packet, sent at `since`, may stay unacknowledged.
    Time patience(const Qp& qp, Time since) const;
    /// Returns when the QP's retransmission timeout runs out; max: it waits for nothing.
    Time timeout_at(Qp& qp) const;

private:
    void arm_earlier(Qp& qp, Time when);

    const NicConfig& config_;
    const RecoveryOps& recovery_;
    DeadlineHeap heap_;
};

}  // namespace hpnsim
