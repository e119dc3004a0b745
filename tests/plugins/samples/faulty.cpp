// SPDX-License-Identifier: GPL-2.0-only
// This plug-in has a CC that behaves until its QP has had `after` ACKs, and then does what `how` says.
#include "hpnsim/cc.hpp"

#include <limits>

using namespace hpnsim;

namespace
{

struct Faulty {
    static constexpr Info info{"faulty", "Breaks a rule after a while"};

    enum How {
        kWell,
        kTimerNow,
        kTimerPast,
        kTimerAhead,
        kTimersInTurn,
        kRateNan,
        kRateInfinite,
        kRateZero,
        kRateNegative,
        kWindowNan,
        kWindowZero,
        kWindowHuge,
        kZeroAtStart,
        kZeroInTimer,
        kZeroInSend
    };

    struct Params {
        uint32_t how = kWell;
        uint32_t after = 3;
        static constexpr auto list()
        {
            return params(param<&Params::how>("how", "", "What it does, by number", 0, 100),
                          param<&Params::after>("after", "", "ACKs until then", 0, 1e9));
        }
    };

    void start(Flow& flow, const Params& p) { flow.window = p.how == kZeroAtStart ? 0 : flow.bdp; }

    void on_ack(Flow& flow, const Params& p, const Ack&)
    {
        if (++acks_ == p.after) act(flow, p.how);
    }

    void on_send(Flow& flow, const Params& p, const Sent&)
    {
        if (p.how == kZeroInSend && acks_ >= p.after) flow.rate = {};
    }

    void on_timer(Flow& flow, const Params& p, int which)
    {
        if (p.how == kTimerNow) flow.due[which] = flow.now;
        if (p.how == kTimerPast) flow.due[which] = Time{};
        if (p.how == kTimerAhead) flow.due[which] = flow.now + picoseconds(1);
        if (p.how == kTimersInTurn) flow.due[which ^ 1] = flow.now;
        if (p.how == kZeroInTimer) flow.window = 0;
    }

private:
    /// Converts as a CC does that works in doubles, also when they are no numbers.
    static int64_t whole(double value)
    {
        volatile double number = value;  // the machine's conversion, not the compiler's
        return static_cast<int64_t>(number);
    }

    static void act(Flow& flow, uint32_t how)
    {
        switch (how) {
        case kTimerNow:
        case kTimerPast:
        case kTimerAhead:
        case kTimersInTurn:
        case kZeroInTimer:
            flow.due[2] = flow.now;
            break;
        case kRateNan:
            flow.rate.bps = whole(std::numeric_limits<double>::quiet_NaN());
            break;
        case kRateInfinite:
            flow.rate.bps = whole(std::numeric_limits<double>::infinity());
            break;
        case kRateZero:
            flow.rate = {};
            break;
        case kRateNegative:
            flow.rate.bps = -1;
            break;
        case kWindowNan:
            flow.window = whole(std::numeric_limits<double>::quiet_NaN());
            break;
        case kWindowZero:
            flow.window = 0;
            break;
        case kWindowHuge:
            flow.window = whole(1e30);
            break;
        default:
            break;
        }
    }

    uint32_t acks_ = 0;
};

}  // namespace

HPNSIM_CC(Faulty)
