// SPDX-License-Identifier: GPL-2.0-only
// DCTCP (Alizadeh et al., "Data Center TCP (DCTCP)", SIGCOMM'10, section 3; RFC 8257).
//
// Switches mark beyond one threshold K. Once per window of data, with F the marked share of it,
//     alpha = (1 - g) alpha + g F,
// and a mark cuts, at most once per window: W *= 1 - alpha / 2. Otherwise W grows by one MTU per round trip.
//
// Two forms: of a window in bytes (the paper's), and of a rate in whole b/s with the window in proportion
// (HPCC-sim's). The paper's part of TCP beside that: losses halve the window, a timeout leaves one MTU and
// slow start up to half of what there was (RFC 5681), and a window that the sender does not fill does not
// grow (RFC 7661). Slow start at the beginning is replaced by a start at `initial` BDP, as RDMA NICs have it.
// `mark-divisor` replaces all that by uet-htsim's rules, which have no alpha.
#include "hpnsim/cc.hpp"

#include <algorithm>

using namespace hpnsim;

namespace
{

struct Dctcp {
    static constexpr Info info{"dctcp",
                               "Window cut by the share of marked packets (Alizadeh et al., SIGCOMM'10)",
                               Needs::ecn, Defaults{"gbn", "lossless:ecn-step-kb=30", "ecmp", "echo"}};

    struct Params {
        double g = 1.0 / 16;
        double initial_alpha = 1;
        double ai = 1;
        double initial = 1;
        double min_window = 1;
        double max_window = 0;
        double pacing = 1.2;
        double loss_cut = 0.5;
        bool rate_form = false;
        double rate_ai = 615;
        double min_mbps = 100;
        Bytes mark_divisor = 0;

        static constexpr auto list()
        {
            return params(
                param<&Params::g>("g", "", "Weight of a window's marked share in alpha (SIGCOMM'10: 1/16)", 0,
                                  1),
                param<&Params::initial_alpha>("initial-alpha", "",
                                              "Alpha at first (RFC 8257, section 4.2: 1)", 0, 1),
                param<&Params::ai>("ai", "MTU", "Added to the window per round trip (SIGCOMM'10: 1)", 0,
                                   1000),
                param<&Params::initial>("initial", "BDP",
                                        "Window at first; below 1 it doubles per round trip up to one BDP "
                                        "(1: RDMA NICs start at line rate)",
                                        0.0001, 1000),
                param<&Params::min_window>(
                    "min-window", "MTU", "Least window; below 1 the sender paces (RFC 5681's loss window: 1)",
                    0.001, 1000),
                param<&Params::max_window>("max-window", "BDP", "Largest window; 0: none (SIGCOMM'10)", 0,
                                           1e6),
                param<&Params::pacing>("pacing", "window / base RTT",
                                       "Packets are spread at this rate; 0: sent as ACKs allow, in bursts "
                                       "(SIGCOMM'10's hosts; Linux's tcp_pacing_ca_ratio: 1.2)",
                                       0, 100),
                param<&Params::loss_cut>(
                    "loss-cut", "",
                    "Share of the window that a loss takes, once per window; 0: losses and "
                    "timeouts change nothing (RFC 8257, section 3.5: 0.5)",
                    0, 1),
                param<&Params::rate_form>(
                    "rate-form", "",
                    "1: the CC sets a rate in whole b/s, the window is bdp x rate / line "
                    "rate (HPCC-sim); 0: it sets the window (SIGCOMM'10)",
                    0, 1),
                param<&Params::rate_ai>(
                    "rate-ai", "Mb/s",
                    "Step per round trip with rate-form=1 (HPCC-sim: 1000 B per 13 us, 615)", 0, 1e6),
                param<&Params::min_mbps>(
                    "min-mbps", "Mb/s", "Least rate with rate-form=1 (HPCC-sim's attribute: 100)", 1e-3, 1e6),
                param<&Params::mark_divisor>(
                    "mark-divisor", "",
                    "Instead of alpha: a marked ACK takes what it reports, divided by this, off the "
                    "window, and a loss its own size; 0: alpha (uet-htsim: 3)",
                    0, 1e6));
        }
        static constexpr auto presets()
        {
            return hpnsim::presets(
                Preset{"paper",
                       "SIGCOMM'10, section 3, and RFC 8257; ten packets at first (RFC 6928) at a BDP of 100",
                       "g=0.0625,initial-alpha=1,ai=1,initial=0.1,min-window=1,max-window=0,pacing=0,loss-"
                       "cut=0.5,"
                       "rate-form=0"},
                Preset{"hpcc-sim", "HPCC-sim's run.py, dctcp: marks from 30 KB per 10G on",
                       "g=0.0625,initial-alpha=1,rate-form=1,rate-ai=615,min-mbps=1000,loss-cut=0"}
                    .with("fabric", "lossless:ecn-step-kb=30"),
                Preset{"htsim", "uet-htsim, -sender_cc_algo dctcp; whole bytes, and no largest window",
                       "mark-divisor=3,initial=1.5,min-window=1,max-window=0,pacing=0,rate-form=0"}
                    .with("transport", "rud")
                    .with("fabric", "trimming"));
        }
    };

    void start(Flow& flow, const Params& p)
    {
        alpha_ = p.initial_alpha;
        slow_start_below_ = static_cast<double>(flow.bdp);
        window_ = p.initial * static_cast<double>(flow.bdp);
        flow.rate = flow.line_rate;
        publish(flow, p);
    }

    void on_ack(Flow& flow, const Params& p, const Ack& ack)
    {
        const bool marked = ack.ecn || ack.marked > 0;
        if (p.mark_divisor > 0) {
            follow_each_mark(flow, p, ack, marked);
            return;
        }
        count(flow, p, ack, marked);
        const bool next_window = !begun_ || ack.psn >= window_end_;
        if (next_window) close_window(flow, p, ack);
        if (ack.psn >= cut_until_) cut_ = false;
        if (marked && !cut_) cut(flow, p, 1 - alpha_ / 2);
        if (!cut_) grow(flow, p, ack, next_window);
        publish(flow, p);
    }

    /// One loss per window counts, whether or not a mark has cut that window already.
    void on_nack(Flow& flow, const Params& p, const Nack& nack)
    {
        if (p.mark_divisor > 0) lose(flow, p, nack.lost);
        if (p.mark_divisor > 0 || p.loss_cut == 0 || nack.psn < lost_until_) return;
        lost_until_ = flow.next_psn;
        cut(flow, p, 1 - p.loss_cut);
        publish(flow, p);
    }

    void on_timeout(Flow& flow, const Params& p, const Timeout& timeout)
    {
        if (p.mark_divisor > 0) lose(flow, p, timeout.lost);
        if (p.mark_divisor > 0 || p.loss_cut == 0 || p.rate_form) return;
        const auto mtu = static_cast<double>(flow.mtu);
        if (timeout.in_a_row <= 1) slow_start_below_ = std::max(window_ * (1 - p.loss_cut), 2 * mtu);
        window_ = mtu;
        publish(flow, p);
    }

private:
    /// Follows uet-htsim's rules: an MTU more per round trip, and a cut for every mark, with no memory of
    /// either.
    void follow_each_mark(Flow& flow, const Params& p, const Ack& ack, bool marked)
    {
        const auto window = std::max<Bytes>(static_cast<Bytes>(window_), 1);
        const Bytes change = marked ? -(ack.received / p.mark_divisor) : ack.received * flow.mtu / window;
        window_ = static_cast<double>(window + change);
        publish(flow, p);
    }

    void lose(Flow& flow, const Params& p, Bytes lost)
    {
        window_ -= static_cast<double>(lost);
        publish(flow, p);
    }

    /// Counts marked and all data since the last window's end: in bytes, or in packets in HPCC-sim's form.
    void count(const Flow& flow, const Params& p, const Ack& ack, bool marked)
    {
        if (!p.rate_form) {
            marked_ += static_cast<double>(ack.marked);
            received_ += static_cast<double>(ack.received);
        } else if (marked) {
            const Bytes packets = (ack.marked + flow.mtu - 1) / flow.mtu;
            marked_ += static_cast<double>(std::max<Bytes>(packets, 1));
        }
    }

    /// Ends a window. HPCC-sim divides the marks by the packets that were outstanding when the window began,
    /// and takes the first ACK for the end of a window without computing an alpha from it.
    void close_window(const Flow& flow, const Params& p, const Ack& ack)
    {
        const bool first = !begun_;
        begun_ = true;
        window_end_ = flow.next_psn;
        if (p.rate_form) {
            const double batch = received_;
            // The window is counted in whole MTUs: of all that has been sent, at the first ACK, then of what
            // is in flight.
            const Bytes mtus = (flow.in_flight + (first ? ack.acked : 0)) / flow.mtu + 1;
            received_ = static_cast<double>(mtus);
            if (first) return;
            update_alpha(p, batch);
        } else {
            update_alpha(p, received_);
            received_ = 0;
        }
        marked_ = 0;
    }

    void update_alpha(const Params& p, double all)
    {
        if (all <= 0) return;
        alpha_ = (1 - p.g) * alpha_ + p.g * std::min(1.0, marked_ / all);
    }

    void cut(Flow& flow, const Params& p, double factor)
    {
        cut_ = true;
        cut_until_ = flow.next_psn;
        if (p.rate_form)
            flow.rate.bps = static_cast<int64_t>(static_cast<double>(flow.rate.bps) * factor);
        else
            slow_start_below_ = window_ = window_ * factor;
    }

    void grow(Flow& flow, const Params& p, const Ack& ack, bool next_window)
    {
        if (p.rate_form) {
            if (next_window) flow.rate.bps += static_cast<int64_t>(p.rate_ai * 1e6);
            return;
        }
        // The window counts as filled when what is left of it holds no whole packet (RFC 7661).
        const bool filled = static_cast<double>(flow.in_flight + ack.received + flow.mtu) > window_;
        if (!filled) return;
        const auto received = static_cast<double>(ack.received);
        if (window_ < slow_start_below_)
            window_ = std::min(window_ + received, slow_start_below_);
        else
            window_ += p.ai * static_cast<double>(flow.mtu) * received / window_;
    }

    void publish(Flow& flow, const Params& p)
    {
        if (p.rate_form) {
            const int64_t least = std::min(flow.line_rate.bps, static_cast<int64_t>(p.min_mbps * 1e6));
            flow.rate.bps = std::clamp(flow.rate.bps, least, flow.line_rate.bps);
            const auto window = static_cast<__int128>(flow.bdp) * flow.rate.bps / flow.line_rate.bps;
            flow.window = std::max<Bytes>(static_cast<Bytes>(window), 1);
            return;
        }
        window_ = std::max(window_, p.min_window * static_cast<double>(flow.mtu));
        if (p.max_window > 0) window_ = std::min(window_, p.max_window * static_cast<double>(flow.bdp));
        flow.window =
            std::max<Bytes>(static_cast<Bytes>(std::min(window_, static_cast<double>(kUnlimited))), 1);
        const double paced = bps_of(p.pacing * window_, flow.base_rtt);
        const bool unpaced = p.pacing == 0 || paced >= static_cast<double>(flow.line_rate.bps);
        flow.rate = unpaced ? flow.line_rate : Rate{std::max<int64_t>(static_cast<int64_t>(paced), 1)};
    }

    double window_ = 0;  // bytes; unused in rate form, whose state is Flow::rate
    double alpha_ = 1;
    double slow_start_below_ = 0;  // a window in bytes
    double marked_ = 0;            // since the window began: bytes, or packets in rate form
    double received_ = 0;          // bytes since the window began; rate form: packets outstanding then
    Psn window_end_ = 0;           // the ACK of this packet, or a later one, ends the window
    Psn cut_until_ = 0, lost_until_ = 0;
    bool cut_ = false;  // this window has been cut
    bool begun_ = false;
};

}  // namespace

HPNSIM_CC(Dctcp)
