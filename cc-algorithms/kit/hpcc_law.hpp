// SPDX-License-Identifier: GPL-2.0-only
// Moves a window by a utilisation U as HPCC does, wherever U comes from (SIGCOMM'19, algorithm 1):
//     W = Wc / (U / eta) + W_AI,  or Wc + W_AI while U < eta and fewer than maxStage steps went by.
// The reference Wc moves once per round trip; the ACKs in between react from the same Wc.
#pragma once

#include "hpnsim/events.hpp"
#include "hpnsim/params.hpp"

#include <algorithm>
#include <cmath>

namespace hpnsim
{

struct HpccParams {
    double eta = 0.95;
    uint32_t max_stage = 0;
    double ai = 12.5;
    double min_mbps = 100;
    bool rate_form = false;

    static constexpr auto list()
    {
        return params(
            param<&HpccParams::eta>(
                "eta", "", "Target utilisation (SIGCOMM'19: 0.95; its authors later: 0.99)", 0.01, 1),
            param<&HpccParams::max_stage>(
                "max-stage", "",
                "Additive round trips before a multiplicative one (the authors' result "
                "page: 0 throughout, the paper's 5 is a typo)",
                0, 1000),
            param<&HpccParams::ai>("ai", "Mb/s per 25G",
                                   "W_AI / T per 25 Gb/s of line rate (SIGCOMM'19: 80 B per 13 us at 100G, "
                                   "50 Mb/s)",
                                   0, 25000),
            param<&HpccParams::min_mbps>("min-mbps", "Mb/s", "Least window / T (HPCC-sim's attribute: 100)",
                                         1e-3, 1e6),
            param<&HpccParams::rate_form>(
                "rate-form", "",
                "1: the CC sets a rate in whole b/s and the window follows (HPCC-sim); "
                "0: it sets the window (SIGCOMM'19)",
                0, 1));
    }
};

/// The values are bytes of window, or b/s in the rate form.
class HpccLaw
{
public:
    void start(Flow& flow, const HpccParams& p)
    {
        reference_ = most(flow, p);
        publish(flow, p, reference_);
    }

    /// The first feedback only sets the base, and returns false.
    bool begun(const Flow& flow)
    {
        if (begun_) return true;
        begun_ = true;
        update_at_ = flow.next_psn;
        return false;
    }

    void react(Flow& flow, const HpccParams& p, double utilisation, Psn acked)
    {
        const double limit = most(flow, p), excess = utilisation / p.eta;
        const double reference = std::min(reference_, limit);
        const bool additive = excess < 1 && stage_ < p.max_stage;
        const double scaled = additive ? reference : reference / excess;
        const double next = (p.rate_form ? std::floor(scaled) : scaled) + step(flow, p);
        const double least = std::min(limit, std::max(1.0, p.min_mbps * 1e6 * to_unit(flow, p)));
        const double value = std::clamp(next, least, limit);
        publish(flow, p, value);
        if (acked < update_at_) return;
        reference_ = value;
        stage_ = additive ? stage_ + 1 : 0;
        update_at_ = flow.next_psn;
    }

private:
    static double to_unit(const Flow& flow, const HpccParams& p)
    {
        return p.rate_form ? 1 : bytes_at(1, flow.base_rtt);
    }
    static double step(const Flow& flow, const HpccParams& p)
    {
        return p.ai * static_cast<double>(flow.line_rate.bps) / 25000 * to_unit(flow, p);
    }
    static double most(const Flow& flow, const HpccParams& p)
    {
        return static_cast<double>(p.rate_form ? flow.line_rate.bps : flow.bdp);
    }

    static void publish(Flow& flow, const HpccParams& p, double value)
    {
        if (p.rate_form) {
            flow.rate.bps = static_cast<int64_t>(value);
            flow.window =
                static_cast<Bytes>(static_cast<__int128>(flow.bdp) * flow.rate.bps / flow.line_rate.bps);
            flow.window = std::max<Bytes>(flow.window, 1);
            return;
        }
        flow.window = std::max<Bytes>(static_cast<Bytes>(value), 1);
        const double paced = bps_of(value, flow.base_rtt);
        flow.rate = flow.window >= flow.bdp ? flow.line_rate
                                            : Rate{std::max<int64_t>(static_cast<int64_t>(paced), 1)};
    }

    double reference_ = 0;  // Wc, or Rc
    Psn update_at_ = 0;     // the ACK of this packet, or a later one, moves the reference
    uint32_t stage_ = 0;
    bool begun_ = false;
};

}  // namespace hpnsim
