// SPDX-License-Identifier: GPL-2.0-only
// HPCC (Li et al., "HPCC: High Precision Congestion Control", SIGCOMM'19, section 3 and algorithm 1).
//
// Every ACK brings each hop's clock, bytes sent and queue. With the hop's previous record they give
//     u = txRate / B + min(q, q') / (B T),
// the largest u over the hops moves U, an average with weight tau/T, and U the window (hpcc_law.hpp).
// Records are compared with the same egress port's only (hop_records.hpp).
#include "kit/hop_records.hpp"
#include "kit/hpcc_law.hpp"

#include "hpnsim/cc.hpp"

using namespace hpnsim;

namespace
{

struct Hpcc {
    static constexpr Info info{"hpcc", "Window from in-band telemetry of every hop (Li et al., SIGCOMM'19)",
                               Needs::telemetry, Defaults{"gbn", "lossless", "ecmp", "echo"}};

    struct Params : HpccParams {
        static constexpr auto presets()
        {
            return hpnsim::presets(Preset{"paper", "SIGCOMM'19, with the authors' maxStage",
                                          "eta=0.95,max-stage=0,ai=12.5,rate-form=0"},
                                   Preset{"hpcc-sim", "HPCC-sim's run.py, hpcc",
                                          "eta=0.95,max-stage=0,ai=10,min-mbps=1000,rate-form=1"});
        }
    };

    void start(Flow& flow, const Params& p) { law_.start(flow, p); }

    void on_ack(Flow& flow, const Params& p, const Ack& ack)
    {
        const Load load = measure(flow, ack);
        if (ack.hop_count > 0 && !law_.begun(flow)) return;
        if (load.tau_ps == 0) return;  // no hop had an earlier record: nothing is known
        const auto rtt = static_cast<double>(flow.base_rtt.ps);
        const double tau = std::min(load.tau_ps, rtt);
        utilisation_ = (utilisation_ * (rtt - tau) + load.u * tau) / rtt;
        law_.react(flow, p, utilisation_, ack.psn);
    }

private:
    struct Load {
        double u = 0, tau_ps = 0;  ///< of the busiest hop; tau 0: none measured
    };

    /// Finds the busiest of the hops that have an earlier record.
    Load measure(const Flow& flow, const Ack& ack)
    {
        Load busiest;
        HopRecords::Record before;
        for (int i = 0; i < ack.hop_count; ++i) {
            const IntHop& hop = ack.hops[i];
            if (!records_.exchange(hop, ack.int_wrap, before)) continue;
            const auto tau = static_cast<double>((hop.ts - before.ts).ps);
            const auto link = static_cast<double>(hop.link.bps);
            const auto queue = static_cast<double>(std::min(hop.queue, before.queue));
            const double sent =
                bps_of(static_cast<double>(hop.tx_bytes - before.tx_bytes), hop.ts - before.ts);
            const double u = sent / link + load_of(queue, link, flow.base_rtt);
            if (u > busiest.u) busiest = {u, tau};
        }
        return busiest;
    }

    HpccLaw law_;
    double utilisation_ = 1;  // U
    HopRecords records_;
};

}  // namespace

HPNSIM_CC(Hpcc)
