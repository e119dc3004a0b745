// SPDX-License-Identifier: GPL-2.0-only
// Finds what a CC writes that no sender can follow: a rate or a window that is not above 0, or timers that
// follow upon each other without end. A sentence tells of the first such act of a NIC's CCs.
#include "hpnsim/nic.hpp"
#include "qp/qp.hpp"

#include <cstdio>

namespace hpnsim
{

namespace
{

// No device has a timer that runs at 10 GHz for so long.
constexpr uint32_t kRestlessRuns = 100'000;
constexpr Time kRestlessSpan = microseconds(10);

std::string in_us(Time t)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.6f us", t.us());
    return text;
}

/// Names the CC, its handler and its QP.
std::string author(const Qp& qp, const char* handler, uint32_t endpoint)
{
    return std::string("the CC '") + qp.law.ops->slot.info->name + "', " + handler + ", QP " +
           std::to_string(qp.number) + " from endpoint " + std::to_string(endpoint) + " to " +
           std::to_string(qp.peer);
}

/// Says what is wrong with the number, if the number alone does not.
const char* origin(int64_t value)
{
    constexpr int64_t kNoNumber = std::numeric_limits<int64_t>::min();
    return value == kNoNumber ? ", which is what NaN, an infinity or a number beyond 2^63 becomes" : "";
}

}  // namespace

void Nic::blame_values(Qp& qp, const char* handler)
{
    Flow& flow = qp.flow;
    const bool rate = flow.rate.bps <= 0;
    const int64_t value = rate ? flow.rate.bps : flow.window;
    if (law_fault_ == nullptr) {
        law_fault_ = std::make_unique<LawFault>();
        law_fault_->sentence = author(qp, handler, endpoint_) + ", wrote a " + (rate ? "rate" : "window") +
                               " of " + std::to_string(value) + (rate ? " b/s" : " bytes") + origin(value) +
                               ", at " + in_us(flow.now) + "; it must be above 0";
    }
    if (rate) flow.rate = flow.line_rate;
    if (flow.window <= 0) flow.window = flow.mtu;
}

/// Counts how often a CC's timers run within a span of time. `due` is when this one wants to run again.
void Nic::count_timer(Qp& qp, int which, Time due, Time now)
{
    if (now - qp.timers_since > kRestlessSpan) {
        qp.timers_since = now;
        qp.timers_run = 0;
    }
    if (++qp.timers_run < kRestlessRuns || law_fault_ != nullptr) return;
    const std::string timer = "on_timer(" + std::to_string(which) + ")";
    const Time span = now - qp.timers_since;
    law_fault_ = std::make_unique<LawFault>();
    law_fault_->restless = true;
    law_fault_->sentence =
        author(qp, timer.c_str(), endpoint_) + ", keeps the simulation busy: its timers ran " +
        std::to_string(qp.timers_run) + " times in " + std::to_string(span.ps) + " ps, and at " + in_us(now) +
        " it set flow.due[" + std::to_string(which) + "] to " + (due == Time::max() ? "never" : in_us(due));
}

}  // namespace hpnsim
