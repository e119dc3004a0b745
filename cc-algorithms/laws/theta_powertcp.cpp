// SPDX-License-Identifier: GPL-2.0-only
// Theta-PowerTCP (Addanki, Michel, Schmid, NSDI'22, algorithm 2): PowerTCP's power from RTTs alone.
//
// At one bottleneck the RTT is (q + B T) / B, and its slope q' / B, so that with the times of two ACKs
//     power = (dRTT / dt + 1) RTT / T.
// The window moves once per round trip (power_window.hpp), so the window "when the packet was sent" is the
// current one. As its authors' simulator does, it steers for 1.05 instead of 1, or the least jitter would
// read as a queue.
#include "kit/power_window.hpp"

#include "hpnsim/cc.hpp"

using namespace hpnsim;

namespace
{

struct ThetaPowerTcp {
    static constexpr Info info{"theta-powertcp",
                               "PowerTCP from RTT and its slope alone (Addanki et al., NSDI'22)", Needs::rtt,
                               Defaults{"gbn", "lossless", "ecmp", "echo"}};

    struct Params : PowerParams {
        double slope_over = 0.25;
        Params() { target = 1.05; }

        static constexpr auto list()
        {
            return joined(PowerParams::list(),
                          params(param<&Params::slope_over>(
                              "slope-over", "base RTTs",
                              "Least time that a slope spans: from ACK to ACK, jitter is all that it sees "
                              "(assumption; NSDI'22: 0)",
                              0, 1)));
        }
        static constexpr auto presets()
        {
            return hpnsim::presets(
                Preset{"paper", "NSDI'22, algorithm 2, for ten expected flows",
                       "gamma=0.9,beta=0.1,target=1,min-current=0,max-window=1,slope-over=0"},
                Preset{"ns3-datacenter", "its authors' simulator, whose hosts have 25G",
                       "gamma=0.7,beta=0.006,target=1.05,min-current=0.5,max-window=1,min-mbps=100,slope-"
                       "over=0"});
        }
    };

    void start(Flow& flow, const Params& p) { window_.start(flow, p); }

    void on_ack(Flow& flow, const Params& p, const Ack& ack)
    {
        if (!ack.rtt_valid || ack.rtt.ps <= 0) return;
        const Time dt = flow.now - at_;
        const bool first = rtt_.ps == 0;
        const auto least = static_cast<int64_t>(p.slope_over * static_cast<double>(flow.base_rtt.ps));
        if (!first && dt.ps <= least) return;
        if (!first) window_.smooth(power_of(flow, p, ack, dt), dt, flow.base_rtt);
        rtt_ = ack.rtt;
        at_ = flow.now;
        if (first || ack.psn < update_at_) return;
        update_at_ = flow.next_psn;
        window_.update(flow, p, window_.window(), window_.power());
    }

private:
    double power_of(const Flow& flow, const Params& p, const Ack& ack, Time dt) const
    {
        const double slope = static_cast<double>((ack.rtt - rtt_).ps) / static_cast<double>(dt.ps);
        const double current = std::max(slope + 1, p.min_current);
        return current * static_cast<double>(ack.rtt.ps) / static_cast<double>(flow.base_rtt.ps);
    }

    PowerWindow window_;
    Time rtt_, at_;      // of the ACK before, and when it came
    Psn update_at_ = 0;  // the ACK of this packet, or a later one, moves the window
};

}  // namespace

HPNSIM_CC(ThetaPowerTcp)
