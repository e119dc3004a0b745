// SPDX-License-Identifier: GPL-2.0-only
// TIMELY (Mittal et al., "TIMELY: RTT-based Congestion Control for the Datacenter", SIGCOMM'15, algorithm 1).
//
// At each completion, of a segment or of a round trip,
//     rtt_diff = (1 - alpha) rtt_diff + alpha (rtt - previous rtt),   gradient = rtt_diff / min RTT;
//     rtt < T_low:    rate += delta                 rtt > T_high:  rate *= 1 - beta (1 - T_high / rtt)
//     gradient <= 0:  rate += N delta               otherwise:     rate *= 1 - beta gradient
// with N = 5 after five increases in a row.
//
// The paper's segment of 64 KB is 2.6 BDP of its 10G and 20 us. At 400G it would be one of many per round
// trip, each of which cuts again for the same queue; and a completion per round trip alone comes too rarely
// when the queue is long, which without a window it then becomes without end. So by default a completion is a
// BDP or a round trip, whatever ends first.
//
// Flow::rate is the CC's own state. Thresholds of 0 take the paper's, in proportion to the path's base RTT.
#include "hpnsim/cc.hpp"

#include <algorithm>

using namespace hpnsim;

namespace
{

struct Timely {
    static constexpr Info info{"timely", "Rate from the gradient of the RTT (Mittal et al., SIGCOMM'15)",
                               Needs::rtt, Defaults{"gbn", "lossless", "ecmp", "echo"}};

    struct Params {
        double alpha = 0.875;
        double beta = 0.8;
        Time t_low;
        Time t_high;
        Time min_rtt;
        double ai = 25;
        double hai = 125;
        uint32_t hai_after = 5;
        bool hai_below_low = false;
        Bytes segment = 0;
        bool round_trips = true;
        double initial = 1;
        double window = 1;
        double timeout_cut = 0.5;
        double min_mbps = 100;

        static constexpr auto list()
        {
            return params(
                param<&Params::alpha>("alpha", "", "Weight of a new difference of RTTs (HPCC-sim: 0.875)", 0,
                                      1),
                param<&Params::beta>("beta", "", "Strength of a decrease (SIGCOMM'15: 0.8)", 0, 1),
                param<&Params::t_low>(
                    "t-low-us", "us",
                    "Below it the rate only rises; 0: 2.5 base RTTs (SIGCOMM'15: 50 us where "
                    "its minimal RTT is 20)",
                    0, 1e6),
                param<&Params::t_high>(
                    "t-high-us", "us",
                    "Above it the rate only falls; 0: 25 base RTTs (SIGCOMM'15: 500 us where "
                    "its minimal RTT is 20)",
                    0, 1e6),
                param<&Params::min_rtt>("min-rtt-us", "us",
                                        "What the gradient is measured by; 0: the base RTT (SIGCOMM'15: 20)",
                                        0, 1e6),
                param<&Params::ai>("ai", "Mb/s per 25G",
                                   "Delta per 25 Gb/s of line rate (SIGCOMM'15: 10 Mb/s at 10G)", 0, 25000),
                param<&Params::hai>("hai", "Mb/s per 25G",
                                    "Delta of hyperactive increase (SIGCOMM'15: five times the other)", 0,
                                    25000),
                param<&Params::hai_after>("hai-after", "", "Increases in a row before that (SIGCOMM'15: 5)",
                                          0, 1000),
                param<&Params::hai_below_low>(
                    "hai-below-low", "",
                    "1: increases below t-low count and grow too (HPCC-sim); 0: they do not "
                    "(SIGCOMM'15)",
                    0, 1),
                param<&Params::segment>("segment", "B",
                                        "Payload per completion; 0: one BDP (SIGCOMM'15: 16 to 64 KB at 10G)",
                                        0, 1e12),
                param<&Params::round_trips>(
                    "round-trips", "", "1: the end of a round trip is a completion too (HPCC-sim: it alone)",
                    0, 1),
                param<&Params::initial>(
                    "initial", "line rates",
                    "Rate at first (SIGCOMM'15: C/(N+1) of N flows of the host; 1: a lone flow)", 1e-6, 1),
                param<&Params::window>(
                    "window", "BDP",
                    "In-flight limit at line rate, less in proportion to the rate; 0: none "
                    "(SIGCOMM'15; HPCC's TIMELY+win: 1)",
                    0, 1e6),
                param<&Params::timeout_cut>(
                    "timeout-cut", "",
                    "Share of the rate that a retransmission timeout takes: without ACKs there "
                    "is no RTT to react to (assumption)",
                    0, 1),
                param<&Params::min_mbps>("min-mbps", "Mb/s", "Least rate (HPCC-sim's attribute: 100)", 1e-3,
                                         1e6));
        }
        static constexpr auto presets()
        {
            return hpnsim::presets(
                Preset{
                    "paper", "SIGCOMM'15, algorithm 1 and section 4; steps in proportion to its 10G",
                    "alpha=0.875,beta=0.8,t-low-us=50,t-high-us=500,min-rtt-us=20,ai=25,hai=125,hai-after=5,"
                    "hai-below-low=0,segment=65536,round-trips=0,initial=1,window=0,timeout-cut=0"},
                Preset{
                    "hpcc-sim", "HPCC-sim's run.py, timely, and its attributes",
                    "alpha=0.875,beta=0.8,t-low-us=50,t-high-us=500,min-rtt-us=20,ai=25,hai=125,hai-after=5,"
                    "hai-below-low=1,segment=1000000000000,round-trips=1,initial=1,window=0,timeout-cut=0,"
                    "min-mbps=1000"});
        }
    };

    static const char* unfit(const Flow& flow, const Params& p)
    {
        return p.t_high.ps > 0 && p.t_high <= flow.base_rtt
                   ? "t-high-us does not exceed the base RTT, so that the rate only falls; set t-low-us and "
                     "t-high-us above the base RTT, or to 0 for 2.5 and 25 times as much"
                   : nullptr;
    }

    void start(Flow& flow, const Params& p)
    {
        set(flow, p, p.initial * static_cast<double>(flow.line_rate.bps));
    }

    void on_ack(Flow& flow, const Params& p, const Ack& ack)
    {
        acked_ += ack.received;
        // The ACK echoes the time stamp of the very transmission, so a retransmission's RTT counts too. With
        // go-back-N and no window there may be no others for a long time.
        if (ack.rtt.ps <= 0) return;
        const bool complete =
            acked_ >= (p.segment > 0 ? p.segment : flow.bdp) || (p.round_trips && round_is_over(flow, ack));
        if (begun_ && !complete) return;
        if (begun_) update(flow, p, ack.rtt);
        begun_ = true;
        acked_ = 0;
        round_end_ = flow.next_psn;
        round_at_ = flow.now;
        previous_ = ack.rtt;
    }

    void on_timeout(Flow& flow, const Params& p, const Timeout&)
    {
        if (p.timeout_cut > 0) decrease(flow, p, 1 - p.timeout_cut);
    }

private:
    /// A round is over when a packet is acknowledged that was sent after the round began: a later PSN, or a
    /// retransmission.
    bool round_is_over(const Flow& flow, const Ack& ack) const
    {
        return ack.psn >= round_end_ || flow.now - ack.rtt - ack.host_delay > round_at_;
    }

    void update(Flow& flow, const Params& p, Time rtt)
    {
        const Time base = flow.base_rtt;
        const Time low = p.t_low.ps > 0 ? p.t_low : base * 5 / 2,
                   high = p.t_high.ps > 0 ? p.t_high : base * 25;
        // HPCC-sim adds in nanoseconds; so does this, to round alike.
        const double min_rtt = (p.min_rtt.ps > 0 ? p.min_rtt : base).ns();
        difference_ = (1 - p.alpha) * difference_ + p.alpha * (rtt - previous_).ns();
        const double gradient = difference_ / min_rtt;
        if (rtt < low)
            increase(flow, p, p.hai_below_low);
        else if (rtt > high)
            decrease(flow, p, 1 - p.beta * (1 - static_cast<double>(high.ps) / static_cast<double>(rtt.ps)));
        else if (gradient <= 0)
            increase(flow, p, true);
        else
            decrease(flow, p, std::max(0.0, 1 - p.beta * gradient));
    }

    void increase(Flow& flow, const Params& p, bool counts)
    {
        const bool hyper = counts && increases_ >= p.hai_after;
        if (counts && increases_ < p.hai_after) ++increases_;
        const double step = (hyper ? p.hai : p.ai) * static_cast<double>(flow.line_rate.bps) / 25000;
        set(flow, p, static_cast<double>(flow.rate.bps) + step);
    }

    void decrease(Flow& flow, const Params& p, double factor)
    {
        increases_ = 0;
        set(flow, p, static_cast<double>(flow.rate.bps) * factor);
    }

    static void set(Flow& flow, const Params& p, double bps)
    {
        const int64_t least = std::min(flow.line_rate.bps, static_cast<int64_t>(p.min_mbps * 1e6));
        flow.rate.bps = std::clamp(static_cast<int64_t>(bps), least, flow.line_rate.bps);
        flow.window = kUnlimited;
        if (p.window == 0) return;
        const double share = static_cast<double>(flow.rate.bps) / static_cast<double>(flow.line_rate.bps);
        flow.window =
            std::max<Bytes>(static_cast<Bytes>(p.window * share * static_cast<double>(flow.bdp)), 1);
    }

    double difference_ = 0;  // rtt_diff, ns
    Time previous_;          // RTT of the last completion
    Bytes acked_ = 0;        // since the last completion
    Psn round_end_ = 0;      // the next packet when the round began
    Time round_at_;          // and the time
    uint32_t increases_ = 0;
    bool begun_ = false;
};

}  // namespace

HPNSIM_CC(Timely)
