// SPDX-License-Identifier: GPL-2.0-only
// PowerTCP (Addanki, Michel, Schmid, "PowerTCP: Pushing the Performance Limits of Datacenter Networks",
// NSDI'22, algorithm 1).
//
// Two INT records of a hop give its queue's slope q' and its output, whose sum is what comes in: the current.
// Queue and BDP are the voltage. Per hop, with B the port's rate and T the base RTT,
//     power = (q' + txRate) (q + B T) / (B B T),
// the greatest of the hops counts, smoothed over one base RTT; the window follows on every ACK
// (power_window.hpp). The window "when the packet was sent" is remembered once per round trip, as its
// authors' simulator does. Records are compared with the same egress port's only (hop_records.hpp).
#include "kit/hop_records.hpp"
#include "kit/power_window.hpp"

#include "hpnsim/cc.hpp"

using namespace hpnsim;

namespace
{

struct PowerTcp {
    static constexpr Info info{
        "powertcp", "Window from the power, current x voltage, of every hop (Addanki et al., NSDI'22)",
        Needs::telemetry, Defaults{"gbn", "lossless", "ecmp", "echo"}};

    struct Params : PowerParams {
        static constexpr auto presets()
        {
            return hpnsim::presets(
                Preset{"paper", "NSDI'22, for ten expected flows",
                       "gamma=0.9,beta=0.1,target=1,min-current=0,max-window=1"},
                Preset{"ns3-datacenter", "its authors' simulator, whose hosts have 25G",
                       "gamma=0.9,beta=0.006,target=0.95,min-current=0,max-window=1,min-mbps=100"});
        }
    };

    void start(Flow& flow, const Params& p)
    {
        window_.start(flow, p);
        old_ = window_.window();
    }

    void on_ack(Flow& flow, const Params& p, const Ack& ack)
    {
        const Sample sample = measure(flow, p, ack);
        if (round_end_ == 0) round_end_ = flow.next_psn;
        if (sample.dt.ps == 0) return;  // no hop had an earlier record: nothing is known
        window_.update(flow, p, old_, window_.smooth(sample.power, sample.dt, flow.base_rtt));
        if (ack.psn < round_end_) return;
        old_ = window_.window();
        round_end_ = flow.next_psn;
    }

private:
    struct Sample {
        double power = 0;
        Time dt;  ///< of the hop with the greatest power; 0: none measured
    };

    /// Finds the greatest power of the hops that have an earlier record.
    Sample measure(const Flow& flow, const Params& p, const Ack& ack)
    {
        Sample greatest;
        HopRecords::Record before;
        for (int i = 0; i < ack.hop_count; ++i) {
            const IntHop& hop = ack.hops[i];
            if (!records_.exchange(hop, ack.int_wrap, before)) continue;
            const double power = power_of(hop, before, flow.base_rtt, p);
            if (power > greatest.power || greatest.dt.ps == 0)
                greatest = {std::max(power, 0.0), hop.ts - before.ts};
        }
        return greatest;
    }

    static double power_of(const IntHop& hop, const HopRecords::Record& before, Time base_rtt,
                           const Params& p)
    {
        const Bytes came = hop.queue - before.queue + hop.tx_bytes - before.tx_bytes;
        const auto link = static_cast<double>(hop.link.bps);
        const double passed = load_of(static_cast<double>(came), link, hop.ts - before.ts);
        const double current = std::max(passed, p.min_current);
        const double bdp = bytes_at(link, base_rtt);
        return current * (static_cast<double>(hop.queue) + bdp) / bdp;
    }

    PowerWindow window_;
    double old_ = 0;     // the window when this round began
    Psn round_end_ = 0;  // the next packet when this round began
    HopRecords records_;
};

}  // namespace

HPNSIM_CC(PowerTcp)
