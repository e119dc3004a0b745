// SPDX-License-Identifier: GPL-2.0-only
// RCCC, the sender's half (Ultra Ethernet specification 1.0, CMS; EQDS, NSDI'22): the receiver grants credit
// (receiver policy `credit`), each packet spends its payload. The first window goes out on trust. Nothing
// that the network says changes the window, which caps what may be in flight, asked for or held in hand:
// trimmed packets are granted anew, and congestion elsewhere than at the receiver is not answered at all.
#include "hpnsim/cc.hpp"
#include "hpnsim/credit.hpp"

using namespace hpnsim;

namespace
{

struct Rccc {
    static constexpr Info info{
        "rccc", "UEC's receiver credit, sender's half: spends what is granted (UE 1.0)",
        Needs::ecn | Needs::trimming | Needs::credits, Defaults{"rud", "trimming", "spray", "credit"}};

    struct Params {
        double max_window = 1.5;

        static constexpr auto list()
        {
            return params(param<&Params::max_window>(
                "max-window", "BDP", "First window, and most credit asked for or held (UE 1.0: 1.5)", 0.01,
                1000));
        }
        static constexpr auto presets()
        {
            return hpnsim::presets(Preset{"htsim", "uet-htsim, -receiver_cc_only", "max-window=1.5"}
                                       .with("transport", "rud")
                                       .with("fabric", "trimming")
                                       .with("receiver", "credit:preset=htsim"));
        }
    };

    void start(Flow& flow, const Params& p)
    {
        refresh(flow, p);
        begin_on_trust(flow, flow.window);
    }
    void on_ack(Flow& flow, const Params& p, const Ack&)
    {
        if (flow.line_rate != line_rate_) refresh(flow, p);
        end_trust(flow);
    }
    void on_nack(Flow& flow, const Params&, const Nack&) { end_trust(flow); }
    void on_credit(Flow& flow, const Params& p, Bytes granted)
    {
        if (flow.line_rate != line_rate_) refresh(flow, p);
        take_grant(flow, granted, flow.window);
    }

private:
    void refresh(Flow& flow, const Params& p)
    {
        line_rate_ = flow.line_rate;
        flow.rate = flow.line_rate;  // unpaced
        flow.window = std::max(static_cast<Bytes>(p.max_window * static_cast<double>(flow.bdp)), flow.mtu);
    }

    Rate line_rate_;  // what the window was computed for
};

}  // namespace

HPNSIM_CC(Rccc)
