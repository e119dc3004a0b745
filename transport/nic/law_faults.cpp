// SPDX-License-Identifier: GPL-2.0-only
// Says in a sentence what a CC has written that no sender can follow (LawWatch).
#include "hpnsim/law_watch.hpp"
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
std::string author(const Qp& qp, const char* handler)
{
    return std::string("the CC '") + qp.law.ops->slot.info->name + "', " + handler + ", QP " +
           std::to_string(qp.number) + " from endpoint " + std::to_string(qp.endpoint) + " to " +
           std::to_string(qp.peer);
}

/// Says what is wrong with the number, if the number alone does not.
const char* origin(int64_t value)
{
    constexpr int64_t kNoNumber = std::numeric_limits<int64_t>::min();
    return value == kNoNumber ? ", which is what NaN, an infinity or a number beyond 2^63 becomes" : "";
}

}  // namespace

void LawWatch::blame_values(Qp& qp, const char* handler)
{
    Flow& flow = qp.flow;
    const bool rate = flow.rate.bps <= 0;
    const int64_t value = rate ? flow.rate.bps : flow.window;
    if (fault_ == nullptr) {
        fault_ = std::make_unique<LawFault>();
        fault_->sentence = author(qp, handler) + ", wrote a " + (rate ? "rate" : "window") + " of " +
                           std::to_string(value) + (rate ? " b/s" : " bytes") + origin(value) + ", at " +
                           in_us(flow.now) + "; it must be above 0";
    }
    if (rate) flow.rate = flow.line_rate;
    if (flow.window <= 0) flow.window = flow.mtu;
}

void LawWatch::count_timer(Qp& qp, int which, Time due, Time now)
{
    if (now - qp.timers_since > kRestlessSpan) {
        qp.timers_since = now;
        qp.timers_run = 0;
    }
    if (++qp.timers_run < kRestlessRuns || fault_ != nullptr) return;
    const std::string timer = "on_timer(" + std::to_string(which) + ")";
    const Time span = now - qp.timers_since;
    fault_ = std::make_unique<LawFault>();
    fault_->restless = true;
    fault_->sentence = author(qp, timer.c_str()) + ", keeps the simulation busy: its timers ran " +
                       std::to_string(qp.timers_run) + " times in " + std::to_string(span.ps) +
                       " ps, and at " + in_us(now) + " it set flow.due[" + std::to_string(which) + "] to " +
                       (due == Time::max() ? "never" : in_us(due));
}

}  // namespace hpnsim
