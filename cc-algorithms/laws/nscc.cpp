// SPDX-License-Identifier: GPL-2.0-only
// NSCC, the sender's window of UEC (Ultra Ethernet specification 1.0, CMS; constants as uet-htsim has
// them, which the specification shares). An ACK's mark and queueing delay choose among four cases:
//
//                delay < target                         delay >= target
//   no mark      proportional increase, or a fast one   fair increase
//                after a window of near-empty queues
//   mark         nothing (the path policy moves on)     cut by the average delay, once per RTT
//
// Increases gather in `inc_` (bytes x bytes) and reach the window every 8 MTU or base RTT. Quick adapt
// sets the window to what one RTT + target really delivered, when losses or delays say that it
// collapsed; what was in flight by then is ignored. A trimmed packet takes its size off the window.
//
// With receiver credit (`--receiver credit`: NSCC and RCCC together) both the window and the credit must
// allow a packet, and a trim at the last hop leaves the window alone: the receiver deals with its own port.
//
// Gains are defined at 100 Gb/s x 12 us and scale with BDP. Times, averages and windows are whole
// numbers, truncated after each step, as in uet-htsim.
#include "hpnsim/cc.hpp"
#include "hpnsim/credit.hpp"

#include <algorithm>

using namespace hpnsim;

namespace
{

constexpr double kReferenceBdp = 150000;      // 100 Gb/s x 12 us, bytes
constexpr double kReferenceRtt = 12e6;        // ps
constexpr Time kNearEmpty = microseconds(1);  // not scaled with rate or RTT

struct Nscc {
    static constexpr Info info{"nscc",
                               "UEC's sender window: ECN and delay in four cases, quick adapt (UE 1.0, CMS)",
                               Needs::ecn | Needs::rtt | Needs::trimming | Needs::accepts_credits,
                               Defaults{"rud", "trimming", "spray", "echo"}};

    struct Params {
        double target = 0.75;
        double max_window = 1.5;
        double proportional = 4;
        double fair = 5;
        double additive = 0.15;
        double fast = 0.25;
        double gamma = 0.8;
        double cut_floor = 0.5;
        double delay_weight = 0.0125;
        uint32_t adjust = 8;
        uint32_t qa_gate = 3;
        double qa_delay = 4;
        bool base_from_nack = true;
        Bytes header = 0;

        static constexpr auto list()
        {
            return params(
                param<&Params::target>("target", "base RTTs",
                                       "Target queueing delay (UE 1.0: 0.75 with trimming, 1 without)", 0.01,
                                       100),
                param<&Params::max_window>("max-window", "BDP", "Largest and first window (UE 1.0: 1.5)",
                                           0.01, 1000),
                param<&Params::proportional>("alpha", "", "Gain of the proportional increase (UE 1.0: 4)", 0,
                                             1000),
                param<&Params::fair>("fi", "MTU", "Gain of the fair increase (UE 1.0: 5)", 0, 1000),
                param<&Params::additive>("eta", "MTU", "Added once per base RTT (UE 1.0: 0.15)", 0, 1000),
                param<&Params::fast>("fi-scale", "", "Gain of the fast increase (UE 1.0: 0.25)", 0, 1000),
                param<&Params::gamma>("gamma", "", "Strength of the cut (UE 1.0: 0.8)", 0, 1),
                param<&Params::cut_floor>("cut-floor", "", "Least factor of one cut (UE 1.0: 0.5)", 0, 1),
                param<&Params::delay_weight>("delay-weight", "", "Weight of a delay sample (UE 1.0: 1/80)", 0,
                                             1),
                param<&Params::adjust>("adjust", "MTU", "Bytes between adjustments (uet-htsim: 8)", 0, 1e6),
                param<&Params::qa_gate>("qa-gate", "", "Quick adapt below max-window / 2^this (UE 1.0: 3)", 0,
                                        30),
                param<&Params::qa_delay>("qa-delay", "targets",
                                         "Delay that calls for quick adapt (UE 1.0: 4)", 0, 1e6),
                param<&Params::base_from_nack>("base-from-nack", "",
                                               "1: NACKs may lower the base RTT (uet-htsim: 1)", 0, 1),
                param<&Params::header>(
                    "header", "B", "Header bytes that byte counts include; 0 except in replays of wire bytes",
                    0, 1000));
        }
        static constexpr auto presets()
        {
            return hpnsim::presets(
                Preset{
                    "htsim", "uet-htsim, trimming on",
                    "target=0.75,max-window=1.5,alpha=4,fi=5,eta=0.15,fi-scale=0.25,gamma=0.8,cut-floor=0.5,"
                    "delay-weight=0.0125,adjust=8,qa-gate=3,qa-delay=4,base-from-nack=1"}
                    .with("transport", "rud")
                    .with("fabric", "trimming"),
                Preset{"no-trimming", "UE 1.0 for fabrics without trimming", "target=1"}.with("fabric",
                                                                                              "lossy"));
        }
    };

    void start(Flow& flow, const Params& p)
    {
        base_ = flow.base_rtt;
        refresh(flow, p);
        flow.window = max_window_;
        begin_on_trust(flow, max_window_);
    }

    void on_credit(Flow& flow, const Params&, Bytes granted) { take_grant(flow, granted, max_window_); }

    void on_ack(Flow& flow, const Params& p, const Ack& ack)
    {
        end_trust(flow);
        if (flow.line_rate != line_rate_) refresh(flow, p);
        achieved_ += ack.received;
        received_ += ack.received;
        ignored_ += ack.received;
        if (ack.penalty < 255) penalise(flow, ack);
        const Time delay = sample(flow, p, ack);
        if (quick_adapt(flow, p, {ack.ecn, false, delay})) return;
        respond(flow, p, ack, delay);
        clamp(flow);
        if (received_ > Bytes{p.adjust} * flow.mtu || flow.now - adjusted_ > flow.base_rtt) fulfil(flow, p);
        clamp(flow);
    }

    void on_nack(Flow& flow, const Params& p, const Nack& nack)
    {
        if (nack.why == Loss::out_of_order) return;  // go-back-N's repair, not a trimmed packet
        end_trust(flow);
        if (p.base_from_nack && nack.rtt_valid && nack.rtt < base_) lower_base(flow, p, nack.rtt);
        ignored_ += nack.lost;
        average(p, flow.base_rtt);
        trigger_ = true;
        if (quick_adapt(flow, p, {true, true, Time{}})) return;
        if (flow.credited && nack.why == Loss::trimmed_at_last_hop) return;
        flow.window -= nack.lost;
        clamp(flow);
    }

    void on_timeout(Flow& flow, const Params&, const Timeout& timeout)
    {
        flow.window = std::max(flow.window - timeout.lost, flow.mtu);
    }

private:
    struct Signal {
        bool ecn, loss;
        Time delay;
    };

    static Time target(const Flow& flow, const Params& p)
    {
        return {static_cast<int64_t>(p.target * static_cast<double>(flow.base_rtt.ps))};
    }
    static double scale(const Flow& flow) { return static_cast<double>(flow.bdp) / kReferenceBdp; }
    static double segment(const Flow& flow, const Params& p)
    {
        return static_cast<double>(flow.mtu - flow.header - p.header);
    }

    void refresh(Flow& flow, const Params& p)
    {
        line_rate_ = flow.line_rate;
        flow.rate = flow.line_rate;  // unpaced
        max_window_ = static_cast<Bytes>(p.max_window * static_cast<double>(bytes_in(base_, flow.line_rate)));
    }

    void lower_base(Flow& flow, const Params& p, Time rtt)
    {
        base_ = rtt;
        refresh(flow, p);
    }

    void clamp(Flow& flow) const { flow.window = std::max(flow.mtu, std::min(flow.window, max_window_)); }

    /// Applies the receiver's own window penalty; uet-htsim's receivers never ask for one.
    static void penalise(Flow& flow, const Ack& ack)
    {
        flow.window = std::max(flow.mtu, flow.window - (ack.received - ack.received * ack.penalty / 255));
    }

    void average(const Params& p, Time delay)
    {
        average_.ps = static_cast<int64_t>(p.delay_weight * static_cast<double>(delay.ps) +
                                           (1 - p.delay_weight) * static_cast<double>(average_.ps));
    }

    /// Returns this ACK's queueing delay, or the average if it has no valid sample. A long delay that no
    /// switch marked is not believed: a quarter of the base RTT enters the average instead. Only data may
    /// lower the base RTT. Control packets are shorter and wait in no queue, so one that was faster than the
    /// base either says nothing (uet-htsim's RTS) or says that no queue is left (its probes).
    Time sample(Flow& flow, const Params& p, const Ack& ack)
    {
        const bool faster = ack.rtt < base_;
        if (ack.answers == Answers::probe) {
            if (faster) return {};
        } else if (!ack.rtt_valid || (faster && ack.answers == Answers::rts)) {
            return average_;
        } else if (faster) {
            lower_base(flow, p, ack.rtt);
        }
        const Time delay = ack.rtt - base_;
        average(p, !ack.ecn && delay > target(flow, p) ? base_ / 4 : delay);
        return delay;
    }

    /// True if this ACK or NACK shall change nothing more.
    bool quick_adapt(Flow& flow, const Params& p, const Signal& signal)
    {
        bool handled = false;
        if (ignored_ < to_ignore_ && signal.ecn) {
            handled = true;
        } else if (flow.now > qa_end_) {
            handled = qa_end_.ps != 0 && collapsed(flow, p, signal) && achieved_ < max_window_ >> p.qa_gate;
            if (handled) {
                flow.window = std::max(achieved_, flow.mtu);
                to_ignore_ = flow.in_flight;
                ignored_ = 0;
                trigger_ = false;
            }
            achieved_ = 0;
            qa_end_ = flow.now + base_ + target(flow, p);
        }
        if (handled) inc_ = received_ = 0;
        return handled;
    }

    bool collapsed(const Flow& flow, const Params& p, const Signal& signal) const
    {
        const double patience = p.qa_delay * static_cast<double>(target(flow, p).ps);
        return trigger_ || signal.loss || static_cast<double>(signal.delay.ps) > patience;
    }

    void respond(Flow& flow, const Params& p, const Ack& ack, Time delay)
    {
        const Time limit = target(flow, p);
        const auto newly = static_cast<double>(ack.received);
        if (ack.ecn) {
            if (delay >= limit) cut(flow, p, limit);
        } else if (delay >= limit) {
            gather(p.fair * segment(flow, p) * scale(flow) * newly);
        } else if (!fast_increase(flow, p, ack.received, delay)) {
            const double alpha = p.proportional * segment(flow, p) * scale(flow) / kReferenceRtt;
            gather(alpha * newly * static_cast<double>((limit - delay).ps));
        }
    }

    void gather(double amount) { inc_ = static_cast<int64_t>(static_cast<double>(inc_) + amount); }

    /// Begins after a window of ACKs with next to no delay, and ends with the first ACK that has more.
    bool fast_increase(Flow& flow, const Params& p, Bytes newly, Time delay)
    {
        if (delay >= kNearEmpty) {
            fast_bytes_ = 0;
            fast_ = false;
            return false;
        }
        fast_bytes_ += newly;
        if (fast_bytes_ > flow.window) fast_ = true;
        if (!fast_) return false;
        flow.window += static_cast<Bytes>(static_cast<double>(newly) * p.fast * scale(flow));
        return true;
    }

    void cut(Flow& flow, const Params& p, Time limit)
    {
        fast_bytes_ = 0;
        fast_ = false;
        if (average_ <= limit || flow.now - cut_at_ <= base_) return;
        const double over = static_cast<double>((average_ - limit).ps) / static_cast<double>(average_.ps);
        const double factor = std::max(1 - p.gamma * over, p.cut_floor);
        flow.window = std::max(flow.mtu, static_cast<Bytes>(static_cast<double>(flow.window) * factor));
        cut_at_ = flow.now;
    }

    /// Moves the gathered increases into the window.
    void fulfil(Flow& flow, const Params& p)
    {
        flow.window += inc_ / flow.window;
        inc_ = received_ = 0;
        if (flow.now - adjusted_ < flow.base_rtt) return;
        const double eta = p.additive * segment(flow, p) * scale(flow);
        flow.window = static_cast<Bytes>(static_cast<double>(flow.window) + eta);
        adjusted_ = flow.now;
    }

    Time base_;      // the least round trip seen; starts at Flow::base_rtt
    Time average_;   // queueing delay
    Time qa_end_;    // of quick adapt's window; 0: not begun
    Time adjusted_;  // when eta was last added
    Time cut_at_;    // the last cut
    Bytes max_window_ = 0;
    Bytes achieved_ = 0;    // received in quick adapt's window
    Bytes received_ = 0;    // since the last adjustment
    Bytes ignored_ = 0;     // how much of to_ignore_ has been ignored
    Bytes to_ignore_ = 0;   // in flight when quick adapt acted
    Bytes fast_bytes_ = 0;  // acknowledged with next to no delay, in a row
    int64_t inc_ = 0;       // bytes x bytes
    Rate line_rate_;        // what max_window_ was computed for
    bool fast_ = false;
    bool trigger_ = false;  // a loss since quick adapt last acted
};

}  // namespace

HPNSIM_CC(Nscc)
