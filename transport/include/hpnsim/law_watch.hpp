// SPDX-License-Identifier: GPL-2.0-only
// LawWatch finds what a CC writes that no sender can follow: a rate or a window that is not above 0, or
// timers that follow upon each other without end. It keeps a sentence of the first such act of a NIC's CCs.
#pragma once

#include "hpnsim/nic_reports.hpp"
#include "hpnsim/units.hpp"

#include <cstdint>
#include <memory>

namespace hpnsim
{

struct Qp;

class LawWatch
{
public:
    /// Checks after every handler of the CC: with a rate or window of 0 or less a QP would never finish. They
    /// are then replaced by something harmless.
    void check(Qp& qp, const char* handler);
    /// Counts how often a CC's timers run within a span of time. `due` is when this one wants to run again.
    void count_timer(Qp& qp, int which, Time due, Time now);
    /// Returns the first fault; null: all CCs have behaved.
    const LawFault* fault() const { return fault_.get(); }

private:
    void blame_values(Qp& qp, const char* handler);

    std::unique_ptr<LawFault> fault_;
};

}  // namespace hpnsim
