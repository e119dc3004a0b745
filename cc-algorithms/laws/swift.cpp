// SPDX-License-Identifier: GPL-2.0-only
// Swift (Kumar et al., "Swift: Delay is Simple and Effective for Congestion Control in the Datacenter",
// SIGCOMM'20, section 3 and algorithm 1).
//
// Two windows, in packets, one for the fabric's delay and one for the receiving host's; the smaller rules.
// Each:
//     delay < target:  cwnd += ai acked / cwnd   (ai acked where cwnd < 1)
//     otherwise:       cwnd *= max(1 - beta (delay - target) / delay, 1 - max-cut), at most once per RTT.
// The host's target is constant. The fabric's grows with the path and, as 1 / sqrt(cwnd), with the flows that
// share it:
//     target = base + hops hop-us + clamp(a / sqrt(cwnd) + b, 0, fs-range),
//     a = fs-range / (1 / sqrt(fs-min) - 1 / sqrt(fs-max)),  b = -a / sqrt(fs-max).
// A window below one packet is paced: a packet per RTT / cwnd, with the measured RTT.
//
// Two departures: the time of the last decrease moves when a window shrinks (algorithm 1 also moves it when
// the window stays, after which no decrease could follow while ACKs come more than once per RTT), and a
// window that is not filled does not grow (RFC 7661; the paper bounds it by max_cwnd alone).
#include "hpnsim/cc.hpp"

#include <algorithm>
#include <cmath>

using namespace hpnsim;

namespace
{

struct Swift {
    static constexpr Info info{"swift",
                               "Window from delay targets of fabric and host (Kumar et al., SIGCOMM'20)",
                               Needs::rtt, Defaults{"gbn", "lossless", "ecmp", "echo"}};

    struct Params {
        Time base_target;
        Time hop_target = microseconds(1);
        double fs_range = 5;
        double fs_min = 0.1;
        double fs_max = 100;
        Time host_target = microseconds(20);
        double ai = 1;
        double beta = 0.8;
        double max_cut = 0.5;
        double min_cwnd = 0.001;
        double max_cwnd = 0;
        double initial = 1;
        uint32_t reset_after = 5;

        static constexpr auto list()
        {
            return params(
                param<&Params::base_target>(
                    "base-target-us", "us",
                    "Target of the fabric's delay before scaling; 0: 1.5 base RTTs, which hold "
                    "the hops already (assumption; Google's Falcon profile: 50)",
                    0, 1e6),
                param<&Params::hop_target>(
                    "hop-us", "us",
                    "Added per switch on the path unless base-target-us is 0 (Google's Falcon "
                    "profile: 1)",
                    0, 1e4),
                param<&Params::fs_range>("fs-range", "base targets",
                                         "Most that flow scaling adds; 0: no flow scaling (uet-htsim: 5)", 0,
                                         1000),
                param<&Params::fs_min>("fs-min", "packets", "Window at which it adds all (uet-htsim: 0.1)",
                                       1e-4, 1e4),
                param<&Params::fs_max>("fs-max", "packets",
                                       "Window at which it adds nothing (uet-htsim: 100)", 1e-3, 1e6),
                param<&Params::host_target>("host-target-us", "us", "Target of the host's delay (assumption)",
                                            0.001, 1e6),
                param<&Params::ai>("ai", "packets",
                                   "Added per round trip (uet-htsim, Google's Falcon profile: 1)", 0, 1000),
                param<&Params::beta>(
                    "beta", "", "Strength of a decrease (uet-htsim, Google's Falcon profile: 0.8)", 0, 1),
                param<&Params::max_cut>(
                    "max-cut", "", "Most that one decrease takes, and what a loss takes (uet-htsim: 0.5)", 0,
                    1),
                param<&Params::min_cwnd>("min-cwnd", "packets",
                                         "Least window (SIGCOMM'20, section 3.4: 0.001)", 1e-4, 1000),
                param<&Params::max_cwnd>(
                    "max-cwnd", "packets",
                    "Largest window; 0: none beyond what the sender fills (Google's Falcon "
                    "profile: 256)",
                    0, 1e6),
                param<&Params::initial>("initial", "BDP", "Window at first (assumption)", 0.0001, 1000),
                param<&Params::reset_after>("reset-after", "",
                                            "Timeouts in a row after which the window is the least "
                                            "(RETX_RESET_THRESHOLD; assumption)",
                                            1, 1000));
        }
        static constexpr auto presets()
        {
            return hpnsim::presets(Preset{
                "paper",
                "SIGCOMM'20, algorithm 1; targets and the largest window, which it gives in plots only, from "
                "Google's Falcon profile (50 us, 1 us per hop, 20 us of flow scaling, 256)",
                "base-target-us=50,hop-us=1,fs-range=0.4,fs-min=0.1,fs-max=100,host-target-us=50,ai=1,beta=0."
                "8,"
                "max-cut=0.5,min-cwnd=0.001,max-cwnd=256,initial=1,reset-after=5"});
        }
    };

    static const char* unfit(const Flow& flow, const Params& p)
    {
        const Time target = p.base_target + p.hop_target * flow.hops;
        if (p.base_target.ps > 0 && target <= flow.base_rtt)
            return "base-target-us with hop-us does not exceed the base RTT, so that an empty path counts as "
                   "congested and the window falls to the least; set base-target-us above the base RTT, or "
                   "to 0 "
                   "for 1.5 times as much";
        const double most = p.max_cwnd * static_cast<double>(flow.mtu);
        if (p.max_cwnd > 0 && most < static_cast<double>(flow.bdp))
            return "max-cwnd holds less than a BDP, so that a flow alone cannot fill its path; set max-cwnd "
                   "to "
                   "a BDP in packets, or to 0 for no limit";
        return nullptr;
    }

    void start(Flow& flow, const Params& p)
    {
        fabric_.cwnd = host_.cwnd =
            p.initial * static_cast<double>(flow.bdp) / static_cast<double>(std::max<Bytes>(flow.mtu, 1));
        rtt_ = flow.base_rtt;
        publish(flow, p);
    }

    void on_ack(Flow& flow, const Params& p, const Ack& ack)
    {
        if (ack.rtt.ps <= 0) return;  // a retransmission counts too: the ACK echoes its own time stamp
        rtt_ = ack.rtt + ack.host_delay;
        const auto mtu = static_cast<double>(flow.mtu);
        const Sample sample{flow.now, rtt_, static_cast<double>(ack.received) / mtu,
                            static_cast<double>(flow.in_flight + ack.received + flow.mtu) / mtu};
        move(fabric_, p, sample, ack.rtt, fabric_target(flow, p));
        move(host_, p, sample, ack.host_delay, p.host_target);
        publish(flow, p);
    }

    void on_nack(Flow& flow, const Params& p, const Nack&) { lose(flow, p); }

    void on_timeout(Flow& flow, const Params& p, const Timeout& timeout)
    {
        if (timeout.in_a_row >= static_cast<int>(p.reset_after)) {
            fabric_ = host_ = {p.min_cwnd, flow.now};
            publish(flow, p);
        } else {
            lose(flow, p);
        }
    }

private:
    struct Half {
        double cwnd = 0;  // packets
        Time cut_at;
    };
    struct Sample {
        Time now, rtt;
        double acked, filled;  // packets newly received; of window that the sender fills
    };

    static Time fabric_target(const Flow& flow, const Params& p, double cwnd)
    {
        const bool given = p.base_target.ps > 0;
        const Time base = given ? p.base_target : flow.base_rtt * 3 / 2;
        const Time hops = given ? p.hop_target * flow.hops : Time{};
        const double range = p.fs_range * static_cast<double>(base.ps), top = 1 / std::sqrt(p.fs_max);
        const double spread = 1 / std::sqrt(p.fs_min) - top;
        if (range == 0 || spread <= 0) return base + hops;
        const double more = range / spread * (1 / std::sqrt(cwnd) - top);
        return base + hops + picoseconds(static_cast<int64_t>(std::clamp(more, 0.0, range)));
    }
    Time fabric_target(const Flow& flow, const Params& p) const
    {
        return fabric_target(flow, p, fabric_.cwnd);
    }

    static void move(Half& half, const Params& p, const Sample& sample, Time delay, Time target)
    {
        if (delay < target) {
            const double per_packet = half.cwnd >= 1 ? p.ai / half.cwnd : p.ai;
            if (sample.filled > half.cwnd) half.cwnd += per_packet * sample.acked;
        } else if (sample.now - half.cut_at >= sample.rtt) {
            const auto above = static_cast<double>((delay - target).ps) / static_cast<double>(delay.ps);
            shrink(half, std::max(1 - p.beta * above, 1 - p.max_cut), sample.now);
        }
    }

    static void shrink(Half& half, double factor, Time now)
    {
        if (factor >= 1) return;
        half.cwnd *= factor;
        half.cut_at = now;
    }

    /// Fast recovery and timeouts concern the fabric's window, but both windows fall, each at most once per
    /// RTT.
    void lose(Flow& flow, const Params& p)
    {
        for (Half* half : {&fabric_, &host_})
            if (flow.now - half->cut_at >= rtt_) shrink(*half, 1 - p.max_cut, flow.now);
        publish(flow, p);
    }

    void publish(Flow& flow, const Params& p)
    {
        const double most =
            p.max_cwnd > 0 ? std::max(p.max_cwnd, p.min_cwnd) : 1e12 / static_cast<double>(flow.mtu);
        for (Half* half : {&fabric_, &host_}) half->cwnd = std::clamp(half->cwnd, p.min_cwnd, most);
        const double cwnd = std::min(fabric_.cwnd, host_.cwnd), bytes = cwnd * static_cast<double>(flow.mtu);
        flow.window = std::max<Bytes>(static_cast<Bytes>(bytes), 1);
        const double paced = bps_of(bytes, rtt_);
        const bool unpaced = cwnd >= 1 || paced >= static_cast<double>(flow.line_rate.bps);
        flow.rate = unpaced ? flow.line_rate : Rate{std::max<int64_t>(static_cast<int64_t>(paced), 1)};
    }

    Half fabric_, host_;
    Time rtt_;  // the newest, with the host's share
};

}  // namespace

HPNSIM_CC(Swift)
