// SPDX-License-Identifier: GPL-2.0-only
// HPCC (Li et al., "HPCC: High Precision Congestion Control", SIGCOMM'19, section 3 and algorithm 1).
//
// Every ACK brings each hop's clock, bytes sent and queue. With the hop's previous record they give
//     u = txRate / B + min(q, q') / (B T),
// the largest u over the hops moves U, an average with weight tau/T, and
//     W = Wc / (U / eta) + W_AI,  or Wc + W_AI while U < eta and fewer than maxStage steps went by.
// The reference Wc moves once per round trip; the ACKs in between react from the same Wc.
//
// Records are compared with the same egress port's only: eight are kept by port, the stalest giving
// way, so that a new path (or a sprayed packet's) sets a base without moving the rate, and the ports
// that all paths share stay known. A record older than the one kept is ignored.
#include "hpnsim/cc.hpp"

#include <algorithm>
#include <cmath>

using namespace hpnsim;

namespace
{

struct Hpcc {
    static constexpr Info info{"hpcc", "Window from in-band telemetry of every hop (Li et al., SIGCOMM'19)",
                               Needs::telemetry, Defaults{"gbn", "lossless", "ecmp", "echo"}};

    struct Params {
        double eta = 0.95;
        uint32_t max_stage = 0;
        double ai = 12.5;
        double min_mbps = 100;
        bool rate_form = false;

        static constexpr auto list()
        {
            return params(
                param<&Params::eta>(
                    "eta", "", "Target utilisation (SIGCOMM'19: 0.95; its authors later: 0.99)", 0.01, 1),
                param<&Params::max_stage>(
                    "max-stage", "",
                    "Additive round trips before a multiplicative one (the authors' result "
                    "page: 0 throughout, the paper's 5 is a typo)",
                    0, 1000),
                param<&Params::ai>("ai", "Mb/s per 25G",
                                   "W_AI / T per 25 Gb/s of line rate (SIGCOMM'19: 80 B per 13 us at 100G, "
                                   "50 Mb/s)",
                                   0, 25000),
                param<&Params::min_mbps>("min-mbps", "Mb/s", "Least window / T (HPCC-sim's attribute: 100)",
                                         1e-3, 1e6),
                param<&Params::rate_form>(
                    "rate-form", "",
                    "1: the law sets a rate in whole b/s and the window follows (HPCC-sim); "
                    "0: it sets the window (SIGCOMM'19)",
                    0, 1));
        }
        static constexpr auto presets()
        {
            return hpnsim::presets(Preset{"paper", "SIGCOMM'19, with the authors' maxStage",
                                          "eta=0.95,max-stage=0,ai=12.5,rate-form=0"},
                                   Preset{"hpcc-sim", "HPCC-sim's run.py, hpcc",
                                          "eta=0.95,max-stage=0,ai=10,min-mbps=1000,rate-form=1"});
        }
    };

    void start(Flow& flow, const Params& p)
    {
        reference_ = most(flow, p);
        publish(flow, p, reference_);
    }

    void on_ack(Flow& flow, const Params& p, const Ack& ack)
    {
        const Load load = measure(flow, ack);
        if (!begun_ && ack.hop_count > 0) {
            begun_ = true;
            update_at_ = flow.next_psn;
            return;
        }
        if (load.tau_ps == 0) return;  // no hop was known: nothing learnt, nothing changed
        const auto rtt = static_cast<double>(flow.base_rtt.ps);
        const double tau = std::min(load.tau_ps, rtt);
        utilisation_ = (utilisation_ * (rtt - tau) + load.u * tau) / rtt;
        const Step step = react(flow, p);
        publish(flow, p, step.value);
        if (ack.psn < update_at_) return;
        reference_ = step.value;
        stage_ = step.stage;
        update_at_ = flow.next_psn;
    }

private:
    static constexpr int kRecords = 8;

    struct Record {
        Time ts;
        Bytes tx_bytes, queue;
        uint32_t port;
    };
    struct Load {
        double u = 0, tau_ps = 0;  ///< of the busiest hop; tau 0: none measured
    };
    struct Step {
        double value;
        uint32_t stage;
    };

    /// The record of `port`, or null after making room for it.
    Record* find(const IntHop& hop)
    {
        for (int i = 0; i < known_; ++i)
            if (records_[i].port == hop.port) return &records_[i];
        Record* room = &records_[0];
        if (known_ < kRecords)
            room = &records_[known_++];
        else
            for (Record& record : records_)
                if (record.ts < room->ts) room = &record;
        *room = {hop.ts, hop.tx_bytes, hop.queue, hop.port};
        return nullptr;
    }

    /// The busiest hop that was seen before; every hop's record becomes the new one.
    Load measure(const Flow& flow, const Ack& ack)
    {
        Load busiest;
        for (int i = 0; i < ack.hop_count; ++i) {
            const IntHop& hop = ack.hops[i];
            Record* before = find(hop);
            if (before == nullptr) continue;
            const Time since = ack.int_wrap.elapsed(before->ts, hop.ts);
            if (since.ps <= 0) continue;
            const auto tau = static_cast<double>(since.ps);
            const auto link = static_cast<double>(hop.link.bps);
            const auto queue = static_cast<double>(std::min(hop.queue, before->queue));
            const Bytes bytes = ack.int_wrap.sent(before->tx_bytes, hop.tx_bytes);
            const double sent = static_cast<double>(bytes) * 8e12 / tau;
            const double u = sent / link + queue * 8e12 / (link * static_cast<double>(flow.base_rtt.ps));
            if (u > busiest.u) busiest = {u, tau};
            *before = {hop.ts, hop.tx_bytes, hop.queue, hop.port};
        }
        return busiest;
    }

    /// The law, in b/s (rate form) or bytes (window form).
    Step react(const Flow& flow, const Params& p) const
    {
        const double to_unit = p.rate_form ? 1 : static_cast<double>(flow.base_rtt.ps) / 8e12;
        const double step = p.ai * static_cast<double>(flow.line_rate.bps) / 25000 * to_unit;
        const double limit = most(flow, p);
        const double reference = std::min(reference_, limit);
        const double excess = utilisation_ / p.eta;
        const bool additive = excess < 1 && stage_ < p.max_stage;
        const double scaled = additive ? reference : reference / excess;
        const double next = (p.rate_form ? std::floor(scaled) : scaled) + step;
        const double least = std::min(limit, std::max(1.0, p.min_mbps * 1e6 * to_unit));
        return {std::clamp(next, least, limit), additive ? stage_ + 1 : 0};
    }

    static double most(const Flow& flow, const Params& p)
    {
        return static_cast<double>(p.rate_form ? flow.line_rate.bps : flow.bdp);
    }

    static void publish(Flow& flow, const Params& p, double value)
    {
        if (p.rate_form) {
            flow.rate.bps = static_cast<int64_t>(value);
            flow.window =
                static_cast<Bytes>(static_cast<__int128>(flow.bdp) * flow.rate.bps / flow.line_rate.bps);
            flow.window = std::max<Bytes>(flow.window, 1);
            return;
        }
        flow.window = static_cast<Bytes>(value);
        flow.rate = flow.window >= flow.bdp
                        ? flow.line_rate
                        : Rate{static_cast<int64_t>(value * 8e12 / static_cast<double>(flow.base_rtt.ps))};
    }

    double reference_ = 0;    // Wc in bytes, or Rc in b/s
    double utilisation_ = 1;  // U
    Psn update_at_ = 0;       // the ACK of this packet, or a later one, moves the reference
    uint32_t stage_ = 0;
    uint8_t known_ = 0;
    bool begun_ = false;  // telemetry has come
    Record records_[kRecords] = {};
};

}  // namespace

HPNSIM_CC(Hpcc)
