// SPDX-License-Identifier: GPL-2.0-only
// PowerTCP's two CCs share this (NSDI'22, algorithms 1 and 2): the smoothed normalised power, and the window
//     w = gamma (w_old / power + beta) + (1 - gamma) w,
// with w_old the window when the acknowledged packet was sent. Power is current (the rate at which bytes
// arrive) times voltage (BDP and queue), normalised by its value at a full link without queue. At rest power
// is 1 + q / BDP, so that N senders keep a queue of N beta (the paper's equilibrium).
#pragma once

#include "hpnsim/events.hpp"
#include "hpnsim/params.hpp"

#include <algorithm>

namespace hpnsim
{

struct PowerParams {
    double gamma = 0.9;
    double beta = 0.03;
    double target = 1;
    double min_current = 0.5;
    double max_window = 1;
    double min_mbps = 100;

    static constexpr auto list()
    {
        return params(
            param<&PowerParams::gamma>("gamma", "", "Weight of the newest window (NSDI'22: 0.9)", 0.01, 1),
            param<&PowerParams::beta>(
                "beta", "BDP",
                "Additive increase, which is each sender's share of the queue at rest "
                "(NSDI'22: 1 / expected flows; assumption: 32 of them. Its authors' ns-3: "
                "150 Mb/s at 25G, 0.006)",
                0, 1),
            param<&PowerParams::target>("target", "",
                                        "Power to steer for: below 1 some of the link stays free "
                                        "(NSDI'22: 1; its authors' ns-3: 0.95, and 1.05 for theta)",
                                        0.01, 2),
            param<&PowerParams::min_current>(
                "min-current", "line rates",
                "Current that counts at least: senders that a queue silences send nothing, which the CC "
                "takes for room (NSDI'22: 0; its authors' ns-3: 0.5 for theta)",
                0, 1),
            param<&PowerParams::max_window>("max-window", "BDP",
                                            "Largest window (its authors' ns-3: at most the line rate, 1)",
                                            0.01, 1000),
            param<&PowerParams::min_mbps>("min-mbps", "Mb/s",
                                          "Least window / RTT (its authors' ns-3: HPCC-sim's attribute, 100)",
                                          1e-3, 1e6));
    }
};

class PowerWindow
{
public:
    void start(Flow& flow, const PowerParams& p)
    {
        window_ = std::min(most(flow, p), static_cast<double>(flow.bdp));
        publish(flow);
    }

    /// Averages over one base RTT; `dt` is the time since the sample before.
    double smooth(double power, Time dt, Time base_rtt)
    {
        const auto rtt = static_cast<double>(base_rtt.ps);
        const double weight = std::min(static_cast<double>(dt.ps), rtt);
        power_ = (power_ * (rtt - weight) + power * weight) / rtt;
        return power_;
    }

    void update(Flow& flow, const PowerParams& p, double old_window, double power)
    {
        const double limit = most(flow, p), bdp = static_cast<double>(flow.bdp);
        const double rate = p.min_mbps / (static_cast<double>(flow.line_rate.bps) / 1e6);
        const double least = std::min(limit, std::max(1.0, rate * bdp));
        const double aim = old_window * p.target / std::max(power, 1e-9) + p.beta * bdp;
        window_ = std::clamp(p.gamma * aim + (1 - p.gamma) * window_, least, limit);
        publish(flow);
    }

    double window() const { return window_; }
    double power() const { return power_; }

private:
    static double most(const Flow& flow, const PowerParams& p)
    {
        return std::max(1.0, p.max_window * static_cast<double>(flow.bdp));
    }

    /// Rate = window / base RTT (algorithm 1), unpaced at a whole BDP.
    void publish(Flow& flow) const
    {
        flow.window = static_cast<Bytes>(window_);
        const double paced = bps_of(window_, flow.base_rtt);
        flow.rate = flow.window >= flow.bdp || paced >= static_cast<double>(flow.line_rate.bps)
                        ? flow.line_rate
                        : Rate{std::max<int64_t>(static_cast<int64_t>(paced), 1)};
    }

    double window_ = 0;  // bytes
    double power_ = 1;   // smoothed
};

}  // namespace hpnsim
