// SPDX-License-Identifier: GPL-2.0-only
// Bolt (Arslan, Li, Kumar, Dukkipati, "Bolt: Sub-RTT Congestion Control for Ultra-Low Latency", NSDI'23,
// section 3). Switches tell, senders follow; what switches do is notice.hpp's and the fabric's.
//
// A switch with more than a packet waiting answers the sender itself (SRC, sub-RTT control) with queue and
// rate. The sender's share of that queue is its share of the link; it takes a packet out of its window as
// often as drains that share within one round trip to that switch:
//     if now - last >= rtt_src / (q / MTU x min(1, rate / link rate)): cwnd -= 1.
// A packet that comes back with the right to grow adds one: switches grant it for flows that end (PRU,
// proactive ramp-up: packets of a flow's last window say so) and for link time that nobody used (SM, supply
// matching). Beside that the window grows by `ai` packets per round trip.
//
// Not in the paper: at one packet and below a notice takes `cut` of the window, as a loss does (its authors'
// simulator), both at most once per round trip; no window exceeds `max-window`, for a sender's own port
// sends no notices.
#include "hpnsim/cc.hpp"
#include "hpnsim/notice.hpp"

#include <algorithm>

using namespace hpnsim;

namespace
{

struct Bolt {
    static constexpr Info info{"bolt",
                               "Window by what switches themselves tell and grant (Arslan et al., NSDI'23)",
                               Needs::notices | Needs::rtt, Defaults{"gbn", "lossless", "ecmp", "echo"}};

    struct Params {
        double ai = 1;
        double initial = 1;
        double max_window = 1;
        double min_window = 0.01;
        double cut = 0.5;

        static constexpr auto list()
        {
            return params(
                param<&Params::ai>("ai", "MTU", "Added per round trip (NSDI'23: 1)", 0, 1000),
                param<&Params::initial>("initial", "BDP", "Window at first (NSDI'23: starts at line rate, 1)",
                                        0.001, 1000),
                param<&Params::max_window>(
                    "max-window", "BDP",
                    "Largest window (assumption: 1; its authors' simulator: 256 packets)", 0.001, 1000),
                param<&Params::min_window>("min-window", "MTU",
                                           "Least window (its authors' simulator: 15 B of 1460 B)", 0.001,
                                           1000),
                param<&Params::cut>(
                    "cut", "",
                    "Share of the window that a loss takes, and below one packet a notice (its "
                    "authors' simulator: 0.5)",
                    0, 1));
        }
        static constexpr auto presets()
        {
            return hpnsim::presets(Preset{"paper",
                                          "NSDI'23 and its authors' simulator: 256 packets at 100G and 25 us",
                                          "ai=1,initial=1,max-window=1.2,min-window=0.01,cut=0.5"});
        }
    };

    void start(Flow& flow, const Params& p)
    {
        rtt_ = flow.base_rtt;
        window_ = p.initial * static_cast<double>(flow.bdp);
        publish(flow, p);
    }

    /// Sets the flags of the packet that is about to leave.
    void on_send(Flow& flow, const Params&, const Sent& sent)
    {
        if (flow.in_flight <= sent.size && !first_window_) {  // the QP was idle: a window that no ACK paces
            first_window_ = true;
            first_psn_ = sent.psn;
        }
        const bool ending = flow.backlog + sent.size <= flow.window;
        if (first_window_)
            flow.request = ending ? notice::kFirst | notice::kEnding : notice::kFirst;
        else
            flow.request = ending ? notice::kEnding : notice::kGrow;
    }

    void on_ack(Flow& flow, const Params& p, const Ack& ack)
    {
        if (ack.psn >= first_psn_) first_window_ = false;
        if (ack.rtt.ps > 0) rtt_ = ack.rtt;
        const auto mtu = static_cast<double>(flow.mtu);
        if ((ack.payload & notice::kGrow) != 0) window_ += mtu;
        if (ack.psn >= round_end_) {
            round_end_ = flow.next_psn;
            window_ += p.ai * mtu;
        }
        publish(flow, p);
    }

    void on_cnp(Flow& flow, const Params& p, const Cnp& cnp)
    {
        if (window_ <= static_cast<double>(flow.mtu)) {
            if (flow.now - cut_at_ < rtt_) return;
            window_ *= 1 - p.cut;
        } else {
            const double packets = share(flow, cnp) / static_cast<double>(flow.mtu);
            if (packets <= 0 || static_cast<double>((flow.now - cut_at_).ps) * packets < cnp.rtt.ps) return;
            window_ -= static_cast<double>(flow.mtu);
        }
        cut_at_ = flow.now;
        publish(flow, p);
    }

    void on_nack(Flow& flow, const Params& p, const Nack&) { lose(flow, p); }
    void on_timeout(Flow& flow, const Params& p, const Timeout&) { lose(flow, p); }

private:
    /// The bytes of the switch's queue that this sender is responsible for.
    double share(const Flow& flow, const Cnp& cnp) const
    {
        const auto link = static_cast<double>(notice::link_of(cnp.payload).bps);
        if (link == 0) return 0;  // a receiver's CNP
        const double line = static_cast<double>(flow.line_rate.bps);
        const double rate = std::min(line, bps_of(window_, rtt_));
        return static_cast<double>(notice::queue_of(cnp.payload)) * std::min(1.0, rate / link);
    }

    void lose(Flow& flow, const Params& p)
    {
        if (flow.now - cut_at_ < rtt_) return;
        window_ *= 1 - p.cut;
        cut_at_ = flow.now;
        publish(flow, p);
    }

    /// A window below one packet is published as a rate by the RTT, a larger one is paced by ACKs.
    void publish(Flow& flow, const Params& p)
    {
        const double most = std::max(1.0, p.max_window * static_cast<double>(flow.bdp));
        const double least = std::min(most, std::max(1.0, p.min_window * static_cast<double>(flow.mtu)));
        window_ = std::clamp(window_, least, most);
        flow.window = static_cast<Bytes>(window_);
        const double paced = bps_of(window_, rtt_);
        const bool unpaced = flow.window >= flow.mtu || paced >= static_cast<double>(flow.line_rate.bps);
        flow.rate = unpaced ? flow.line_rate : Rate{std::max<int64_t>(static_cast<int64_t>(paced), 1)};
    }

    double window_ = 0;  // bytes
    Time rtt_;           // the newest
    Time cut_at_{-1'000'000'000'000};
    Psn round_end_ = 0;  // the ACK of this packet, or a later one, adds `ai`
    Psn first_psn_ = 0;  // the first packet since the QP was idle
    bool first_window_ = false;
};

}  // namespace

HPNSIM_CC(Bolt)
