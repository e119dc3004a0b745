// SPDX-License-Identifier: GPL-2.0-only
// This is uet-htsim's default policy: source ports whose packets came back unmarked are used again, once each
// and oldest first; when none waits, it takes the next that `bitmap` would take.
#include "hpnsim/path.hpp"
#include "hpnsim/penalties.hpp"

using namespace hpnsim;

namespace
{

/// Holds source ports of one NIC port that worked. uet-htsim's queue grows without bound; here the newest 128
/// stay, which is more than a coalescing receiver reports in a round trip.
class Recycled
{
public:
    bool empty() const { return size_ == 0; }
    void clear() { size_ = 0; }
    void push(uint16_t index)
    {
        ring_[(first_ + size_) % kSize] = static_cast<uint8_t>(index);
        if (size_ < kSize)
            ++size_;
        else
            first_ = static_cast<uint8_t>((first_ + 1) % kSize);
    }
    uint16_t pop()
    {
        const uint16_t index = ring_[first_];
        first_ = static_cast<uint8_t>((first_ + 1) % kSize);
        --size_;
        return index;
    }

private:
    static constexpr unsigned kSize = 128;
    static_assert(PenaltyParams::kMaxPaths <= 256, "an index fits a byte");
    uint8_t ring_[kSize] = {};
    uint8_t first_ = 0, size_ = 0;
};

struct Mixed {
    static constexpr Info info{
        "mixed", "Source ports that came back unmarked again, else the next of bitmap (uet-htsim's default)"};
    static constexpr bool sprays = true;
    struct Params : PenaltyParams {
        static constexpr auto list()
        {
            return params(
                param<&Params::paths>("paths", "", "Entropy values per QP (uet-htsim: 64; UEC: 64-256)", 1,
                                      kMaxPaths),
                param<&Params::ecn>("ecn", "", "Turns that a marked entropy sits out (uet-htsim: 1)", 0,
                                    kMax),
                param<&Params::nack>("nack", "", "Turns that a trimmed entropy sits out (uet-htsim: 4)", 0,
                                     kMax),
                param<&Params::timeout>("timeout", "",
                                        "Turns that the first entropy sits out after a timeout, which names "
                                        "no path (uet-htsim: 15)",
                                        0, kMax),
                param<&Params::mask>("mask", "",
                                     "1: laps permuted by exclusive-or, if paths is a power of two "
                                     "(uet-htsim: 1); 0: by steps",
                                     0, 1));
        }
        static constexpr auto presets()
        {
            return hpnsim::presets(Preset{"htsim", "uet-htsim, -load_balancing_algo mixed",
                                          "paths=64,ecn=1,nack=4,timeout=15,mask=1"});
        }
    };

    void start(Flow& flow, const Params& p)
    {
        live_ = flow.live_ports;
        penalties_.start(flow, p);
    }

    uint16_t pick(Flow& flow, const Params&, Psn, uint8_t port)
    {
        retire(flow);
        Recycled& recycled = recycled_[port];
        return recycled.empty() ? penalties_.pick(flow, port)
                                : penalties_.entropies().source_port(recycled.pop());
    }

    void feedback(Flow& flow, const Params& p, Entropy entropy, PathEvent event)
    {
        retire(flow);
        penalties_.feedback(p, entropy, event);
        const uint16_t index = penalties_.entropies().index_of(entropy.source_port);
        const bool usable = index < p.paths && (flow.live_ports >> entropy.port & 1) != 0;
        if (event == PathEvent::good && usable) recycled_[entropy.port].push(index);
    }

private:
    /// What was learnt about a port is forgotten when the port goes.
    void retire(const Flow& flow)
    {
        if (live_ == flow.live_ports) return;
        retire_ports(recycled_, live_, flow.live_ports, [](Recycled& recycled) { recycled.clear(); });
        live_ = flow.live_ports;
    }
    Penalties penalties_;
    PerPort<Recycled> recycled_;
    uint8_t live_ = 0;
};

}  // namespace

HPNSIM_PATH(Mixed)
