// SPDX-License-Identifier: GPL-2.0-only
// HPCC-PINT (Ben Basat et al., "PINT: Probabilistic In-band Network Telemetry", SIGCOMM'20;
// HPCC-sim's hpccPint).
//
// Instead of a record per hop a data packet carries one digest of a byte or two: the utilisation of the
// busiest egress of its way, which each switch averages by itself and encodes with random rounding
// (digest.hpp). The sender takes the decoded value for HPCC's U, without an average of its own, and reacts as
// HPCC does (hpcc_law.hpp). It needs no memory of ports: a new path changes nothing.
#include "kit/hpcc_law.hpp"

#include "hpnsim/cc.hpp"
#include "hpnsim/digest.hpp"
#include "hpnsim/random.hpp"

using namespace hpnsim;

namespace
{

struct HpccPint {
    static constexpr Info info{
        "hpcc-pint", "HPCC from a digest of one or two bytes per packet (Ben Basat et al., SIGCOMM'20)",
        Needs::digest, Defaults{"gbn", "lossless", "ecmp", "echo"}};

    struct Params : HpccParams {
        double sample = 1;

        static constexpr auto list()
        {
            return joined(
                HpccParams::list(),
                params(param<&Params::sample>(
                    "sample", "", "Share of the ACKs whose digest is looked at (HPCC-sim's run.py: 1)", 1e-4,
                    1)));
        }
        static constexpr auto presets()
        {
            return hpnsim::presets(Preset{"paper", "SIGCOMM'20, on the authors' HPCC: a byte, base 1.05",
                                          "eta=0.95,max-stage=0,ai=12.5,rate-form=0,sample=1"}
                                       .with("fabric", "lossless:digest-base=1.05"),
                                   Preset{"hpcc-sim", "HPCC-sim's run.py, hpccPint: two bytes, base 1.01",
                                          "eta=0.95,max-stage=0,ai=10,min-mbps=1000,rate-form=1,sample=1"}
                                       .with("fabric", "lossless:digest-base=1.01"));
        }
    };

    void start(Flow& flow, const Params& p) { law_.start(flow, p); }

    void on_ack(Flow& flow, const Params& p, const Ack& ack)
    {
        if (ack.payload == 0) return;  // no switch on the path wrote one
        if (p.sample < 1 && next_uniform(flow.stream) >= p.sample) return;
        if (law_.begun(flow)) law_.react(flow, p, digest::utilisation(ack.payload), ack.psn);
    }

private:
    HpccLaw law_;
};

}  // namespace

HPNSIM_CC(HpccPint)
