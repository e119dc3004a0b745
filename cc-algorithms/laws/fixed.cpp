// SPDX-License-Identifier: GPL-2.0-only
// The null algorithm: a constant share of the line rate and a constant window. Whatever goes wrong
// under it is not the fault of congestion control.
#include "hpnsim/cc.hpp"

#include <algorithm>

using namespace hpnsim;

namespace
{

struct Fixed {
    static constexpr Info info{"fixed", "Constant rate and window; the null algorithm", Needs::nothing,
                               Defaults{"gbn", "lossless", "ecmp", "echo"}};

    struct Params {
        double rate = 1;
        double window = 1.5;
        bool timeouts = false;

        static constexpr auto list()
        {
            return params(
                param<&Params::rate>("rate", "line rates",
                                     "Share of the line rate; 1 means unpaced (assumption)", 1e-6, 1),
                param<&Params::window>("window", "BDP",
                                       "In-flight limit; 0 means none "
                                       "(1.5: the constant sender of uet-htsim)",
                                       0, 1e6),
                param<&Params::timeouts>(
                    "timeouts", "", "1: what a timeout gives up on leaves the window for good (uet-htsim: 1)",
                    0, 1));
        }
        static constexpr auto presets()
        {
            return hpnsim::presets(
                Preset{"htsim", "uet-htsim, -sender_cc_algo constant", "rate=1,window=1.5,timeouts=1"}
                    .with("transport", "rud")
                    .with("fabric", "trimming"));
        }
    };

    void start(Flow& flow, const Params& p)
    {
        line_rate_ = flow.line_rate;
        const auto share = static_cast<int64_t>(p.rate * static_cast<double>(flow.line_rate.bps));
        const auto bytes = static_cast<Bytes>(p.window * static_cast<double>(flow.bdp));
        flow.rate.bps = share > 1 ? share : 1;
        flow.window = p.window > 0 ? (bytes > 1 ? bytes : 1) : kUnlimited;
    }

    // Ports come and go, and line_rate changes with them.
    void on_ack(Flow& flow, const Params& p, const Ack&)
    {
        if (flow.line_rate != line_rate_) start(flow, p);
    }
    void on_timeout(Flow& flow, const Params& p, const Timeout& timeout)
    {
        if (p.timeouts) flow.window = std::max(flow.window - timeout.lost, flow.mtu);
    }

private:
    Rate line_rate_;
};

}  // namespace

HPNSIM_CC(Fixed)
