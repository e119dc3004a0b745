// SPDX-License-Identifier: GPL-2.0-only
// DCQCN's reaction point (Zhu et al., "Congestion Control for Large-Scale RDMA Deployments",
// SIGCOMM'15, section 3.1), in the two forms that are in use:
//
// - paper: every CNP cuts. target = rate; rate *= 1 - alpha/2; alpha = (1-g) alpha + g. Without a CNP
//   alpha decays by (1-g) every 55 us.
// - periodic (ConnectX, HPCC-sim): a CNP only sets two marks. Every `cut-us` a set mark cuts, every
//   `alpha-us` alpha = (1-g) alpha + g [mark].
//
// A timer and a byte counter then bring the rate back in rounds: fast recovery toward the target while
// max(rounds) < F, hyper increase of the target when min(rounds) > F, additive increase otherwise.
//
// Alpha is computed when it is read, so a QP has a timer only while it recovers or owes a cut.
#include "hpnsim/cc.hpp"

#include <algorithm>

using namespace hpnsim;

namespace
{

struct Dcqcn {
    static constexpr Info info{"dcqcn", "Rate cut on CNPs, timed recovery (Zhu et al., SIGCOMM'15)",
                               Needs::cnp, Defaults{"gbn", "lossless", "ecmp", "cnp"}};

    struct Params {
        bool periodic = false;
        double g = 1.0 / 256;
        double initial_alpha = 1;
        Time alpha_period = microseconds(55);
        Time cut_period = microseconds(50);
        Time timer = microseconds(55);
        Bytes byte_counter = 10'000'000;
        uint32_t rounds = 5;
        double ai = 25;
        double hai = 125;
        bool growing_hai = true;
        bool clamp_target = false;
        double min_mbps = 100;

        static constexpr auto list()
        {
            return params(
                param<&Params::periodic>(
                    "periodic", "",
                    "1: cuts and alpha by periodic timers (ConnectX, HPCC-sim); 0: a cut "
                    "per CNP (SIGCOMM'15, section 3.1)",
                    0, 1),
                param<&Params::g>("g", "", "Weight of a CNP in alpha (SIGCOMM'15: 1/256)", 0, 1),
                param<&Params::initial_alpha>("initial-alpha", "", "Alpha at the first CNP (SIGCOMM'15: 1)",
                                              0, 1),
                param<&Params::alpha_period>("alpha-us", "us", "Alpha's decay timer (SIGCOMM'15: 55)", 0.1,
                                             1e6),
                param<&Params::cut_period>("cut-us", "us",
                                           "Time between cuts, with periodic=1 only (SIGCOMM'15: 50, its CNP "
                                           "interval)",
                                           0.1, 1e6),
                param<&Params::timer>("timer-us", "us", "Timer of the rate increase (SIGCOMM'15: 55)", 0.1,
                                      1e7),
                param<&Params::byte_counter>("byte-counter", "B",
                                             "Payload sent per round of the byte counter; 0: no byte counter "
                                             "(SIGCOMM'15: 10 MB)",
                                             0, 1e12),
                param<&Params::rounds>("rounds", "", "F, the rounds of fast recovery (SIGCOMM'15: 5)", 0,
                                       1000),
                param<&Params::ai>("ai", "Mb/s per 25G",
                                   "Additive step per 25 Gb/s of line rate (SIGCOMM'15: 40 Mb/s at 40G)", 0,
                                   25000),
                param<&Params::hai>(
                    "hai", "Mb/s per 25G",
                    "Hyper step per 25 Gb/s of line rate (the authors' simulator: 200 Mb/s at 40G)", 0,
                    25000),
                param<&Params::growing_hai>(
                    "hyper-growth", "", "1: the i-th hyper round adds i steps (SIGCOMM'15); 0: one", 0, 1),
                param<&Params::clamp_target>(
                    "clamp-target", "",
                    "1: with periodic=1, every cut lowers the target, not only the first "
                    "since an increase (ConnectX: off)",
                    0, 1),
                param<&Params::min_mbps>("min-mbps", "Mb/s", "Least rate (HPCC-sim's attribute: 100)", 1e-3,
                                         1e6));
        }
        static constexpr auto presets()
        {
            return hpnsim::presets(
                Preset{
                    "paper",
                    "SIGCOMM'15 section 5; hyper step: the authors' ns-3 configuration; scaled from 40G",
                    "periodic=0,g=0.00390625,initial-alpha=1,alpha-us=55,timer-us=55,byte-counter=10000000,"
                    "rounds=5,ai=25,hai=125,hyper-growth=1"}
                    .with("receiver", "cnp:interval-us=50"),
                Preset{
                    "vendor",
                    "NVIDIA's ConnectX documentation, whose steps (5 and 50 Mb/s at any rate) are taken per "
                    "25G as HPCC-sim has them",
                    "periodic=1,g=0.0048828125,initial-alpha=0.9990234375,alpha-us=1,cut-us=4,timer-us=300,"
                    "byte-counter=32767,rounds=1,ai=5,hai=50,hyper-growth=0,clamp-target=0,min-mbps=1"}
                    .with("receiver", "cnp:interval-us=4"),
                Preset{
                    "hpcc-sim", "HPCC-sim's run.py, dcqcn; every marked ACK counts as a CNP",
                    "periodic=1,g=0.00390625,initial-alpha=1,alpha-us=1,cut-us=4,timer-us=300,byte-counter=0,"
                    "rounds=1,ai=5,hai=50,hyper-growth=0,clamp-target=0,min-mbps=1000"}
                    .with("receiver", "cnp:interval-us=0"),
                Preset{"hpcc-sim-paper", "HPCC-sim's run.py, dcqcn_paper; every marked ACK counts as a CNP",
                       "periodic=1,g=0.00390625,initial-alpha=1,alpha-us=50,cut-us=50,timer-us=55,byte-"
                       "counter=0,"
                       "rounds=1,ai=5,hai=50,hyper-growth=0,clamp-target=0,min-mbps=1000"}
                    .with("receiver", "cnp:interval-us=0"));
        }
    };

    void start(Flow& flow, const Params& p)
    {
        flow.rate = flow.line_rate;
        flow.window = kUnlimited;
        target_ = flow.line_rate;
        alpha_ = p.initial_alpha;
    }

    void on_cnp(Flow& flow, const Params& p, const Cnp&)
    {
        const bool first = !active_;
        if (first) begin(flow, p);
        decay(p, flow.now);
        if (!p.periodic) {
            cut(flow, p);
            alpha_ = (1 - p.g) * alpha_ + p.g;
            alpha_at_ = flow.now;
            return;
        }
        alpha_mark_ = !first;  // the first CNP only marks the cut (HPCC-sim)
        if (flow.due[kCut] == Time::max()) flow.due[kCut] = next_cut(p, flow.now);
    }

    void on_send(Flow& flow, const Params& p, const Sent& sent)
    {
        if (flow.due[kIncrease] == Time::max()) {
            rest(flow, p);
            return;
        }
        if (p.byte_counter == 0) return;
        sent_ += sent.size;
        if (sent_ < p.byte_counter) return;
        sent_ -= p.byte_counter;
        increase(flow, p, byte_rounds_);
    }

    void on_timer(Flow& flow, const Params& p, int which)
    {
        flow.due[which] = Time::max();
        if (which == kIncrease) {
            flow.due[kIncrease] = flow.now + p.timer;
            increase(flow, p, timer_rounds_);
        } else {
            decay(p, flow.now);
            cut(flow, p);
        }
    }

private:
    // When both are due at once the increase comes first, as in HPCC-sim, whose increase timer is the older
    // event.
    enum Timers { kIncrease = 0, kCut = 1 };

    void begin(const Flow& flow, const Params& p)
    {
        active_ = true;
        alpha_at_ = flow.now;
        first_cut_ = flow.now + p.cut_period + nanoseconds(1);  // HPCC-sim's 1 ns: after alpha's tick
    }

    /// A port that came back leaves room above the target. Before the first CNP the rate takes it at once,
    /// later step by step.
    void rest(Flow& flow, const Params& p)
    {
        if (target_ >= flow.line_rate) return;
        if (active_)
            flow.due[kIncrease] = flow.now + p.timer;
        else
            flow.rate = target_ = flow.line_rate;
    }

    /// The first moment after `now` at which the periodic cut timer would fire.
    Time next_cut(const Params& p, Time now) const
    {
        if (now < first_cut_) return first_cut_;
        const int64_t passed = (now - first_cut_).ps / p.cut_period.ps;
        return first_cut_ + p.cut_period * (passed + 1);
    }

    /// Brings alpha up to `now`: the first tick takes the mark, the others decay.
    void decay(const Params& p, Time now)
    {
        int64_t ticks = (now - alpha_at_).ps / p.alpha_period.ps;
        if (ticks == 0) return;
        alpha_at_ += p.alpha_period * ticks;
        alpha_ = (1 - p.g) * alpha_ + (alpha_mark_ ? p.g : 0);
        alpha_mark_ = false;
        // Below 1e-20 alpha changes no rate any more, not even in its 53rd bit, and no later alpha either.
        while (--ticks > 0 && alpha_ > 1e-20) alpha_ *= 1 - p.g;
    }

    void cut(Flow& flow, const Params& p)
    {
        const Rate rate = std::min(flow.rate, flow.line_rate);
        const bool raised = timer_rounds_ != 0 || byte_rounds_ != 0;
        if (!p.periodic || p.clamp_target || raised) target_ = rate;
        target_ = std::min(target_, flow.line_rate);
        const auto least = static_cast<int64_t>(p.min_mbps * 1e6);
        flow.rate.bps =
            std::max(least, static_cast<int64_t>(static_cast<double>(rate.bps) * (1 - alpha_ / 2)));
        timer_rounds_ = byte_rounds_ = 0;
        sent_ = 0;
        flow.due[kIncrease] = flow.now + p.timer;
    }

    static int64_t scaled(double mbps_per_25g, Rate line)
    {
        return static_cast<int64_t>(mbps_per_25g * static_cast<double>(line.bps) / 25000);
    }

    /// One round of the timer or the byte counter, whichever `rounds` counts.
    void increase(Flow& flow, const Params& p, uint32_t& rounds)
    {
        const uint32_t other = p.byte_counter > 0 ? byte_rounds_ : timer_rounds_;
        const uint32_t least = std::min(timer_rounds_, other), most = std::max(timer_rounds_, other);
        if (most >= p.rounds && least > p.rounds)
            target_.bps += scaled(p.hai, flow.line_rate) * (p.growing_hai ? least - p.rounds : 1);
        else if (most >= p.rounds)
            target_.bps += scaled(p.ai, flow.line_rate);
        target_ = std::min(target_, flow.line_rate);
        flow.rate = average(p, flow.rate, target_);
        ++rounds;
        if (target_ == flow.line_rate && average(p, flow.rate, target_) == flow.rate)
            flow.due[kIncrease] = Time::max();  // nothing is left to gain
    }

    /// HPCC-sim halves both before it adds, and so may stay 1 b/s short of the target.
    static Rate average(const Params& p, Rate a, Rate b)
    {
        return {p.periodic ? a.bps / 2 + b.bps / 2 : (a.bps + b.bps + 1) / 2};
    }

    Rate target_;
    double alpha_ = 1;
    Time alpha_at_;   // alpha's last tick (periodic), or the last CNP or decay (paper)
    Time first_cut_;  // the periodic cut timer fires then, and every cut_period later
    Bytes sent_ = 0;  // since the byte counter's last round
    uint32_t timer_rounds_ = 0, byte_rounds_ = 0;
    bool active_ = false;  // a CNP has come
    bool alpha_mark_ = false;
};

}  // namespace

HPNSIM_CC(Dcqcn)
