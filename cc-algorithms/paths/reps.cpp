// SPDX-License-Identifier: GPL-2.0-only
// REPS: recycled entropy packet spraying (Bonato et al., arXiv 2407.21625). An entropy whose packet was
// acknowledged unmarked is used again, once; else one is drawn at random. After a timeout the buffer
// freezes: for a while only entropies that worked are used, in turn, for a link may have failed.
// Each NIC port has its own buffer; what it holds ends with the port.
#include "hpnsim/entropies.hpp"
#include "hpnsim/path.hpp"

using namespace hpnsim;

namespace
{

struct RepsParams {
    uint16_t paths = Entropies::kCount;
    uint8_t buffer = 8;
    Time freeze = milliseconds(10);
    uint16_t explore = 16;
};

/// The circular buffer of one NIC port.
class RepsBuffer
{
public:
    static constexpr int kMaxSize = 32;

    void clear() { *this = RepsBuffer(); }
    void put(uint16_t entropy, uint8_t size)
    {
        entropy_[head_] = entropy;
        head_ = static_cast<uint8_t>((head_ + 1) % size);
        if (valid_ < size) ++valid_;
        if (fresh_ < size) ++fresh_;
    }
    bool has_fresh() const { return fresh_ > 0; }
    /// Takes the oldest that has not been used since it was put in.
    uint16_t take_fresh(uint8_t size)
    {
        const unsigned at = (head_ + size - fresh_) % size;
        --fresh_;
        return entropy_[at];
    }
    bool has_any() const { return valid_ > 0; }
    /// While frozen, takes one after the other, used or not.
    uint16_t reuse(uint8_t size)
    {
        if (fresh_ > 0) return take_fresh(size);
        const uint16_t entropy = entropy_[turn_ % valid_];
        turn_ = static_cast<uint8_t>((turn_ + 1) % valid_);
        return entropy;
    }

private:
    uint16_t entropy_[kMaxSize] = {};
    uint8_t head_ = 0, valid_ = 0, fresh_ = 0, turn_ = 0;
};

struct Reps {
    static constexpr Info info{
        "reps", "Source ports that came back unmarked are used again, once (REPS, arXiv 2407.21625)"};
    static constexpr bool sprays = true;
    struct Params : RepsParams {
        static constexpr auto list()
        {
            return params(param<&Params::paths>("paths", "",
                                                "Entropy values to draw from (REPS: any; uet-htsim: 64)", 1,
                                                Entropies::kCount),
                          param<&Params::buffer>("buffer", "", "Entropies remembered per NIC port (REPS: 8)",
                                                 1, RepsBuffer::kMaxSize),
                          param<&Params::freeze>("freeze-us", "us",
                                                 "How long a timeout freezes (uet-htsim: 10 ms)", 0, 1e6),
                          param<&Params::explore>("explore", "",
                                                  "Random entropies after freezing; no freezing meanwhile "
                                                  "(uet-htsim: 16)",
                                                  0, 1024));
        }
        static constexpr auto presets()
        {
            return hpnsim::presets(
                Preset{"htsim", "uet-htsim, -load_balancing_algo reps", "paths=64,buffer=8,explore=16"});
        }
    };

    void start(Flow& flow, const Params& p)
    {
        live_ = flow.live_ports;
        set_.start(flow.stream, p.paths);
    }

    uint16_t pick(Flow& flow, const Params& p, Psn, uint8_t port)
    {
        retire(flow);
        RepsBuffer& buffer = buffers_[port];
        if (frozen_) {
            if (flow.now < frozen_until_) return buffer.has_any() ? buffer.reuse(p.buffer) : draw(flow);
            thaw(p);
        }
        if (exploring_ > 0) {
            --exploring_;
            return draw(flow);
        }
        return buffer.has_fresh() ? buffer.take_fresh(p.buffer) : draw(flow);
    }

    void feedback(Flow& flow, const Params& p, Entropy entropy, PathEvent event)
    {
        retire(flow);
        if (event == PathEvent::timeout && !frozen_ && exploring_ == 0) {
            frozen_ = true;
            frozen_until_ = flow.now + p.freeze;
        }
        if (event == PathEvent::good && (flow.live_ports >> entropy.port & 1) != 0)
            buffers_[entropy.port].put(entropy.source_port, p.buffer);
    }

private:
    uint16_t draw(Flow& flow) const { return set_.any(flow.stream); }
    void thaw(const Params& p)
    {
        frozen_ = false;
        exploring_ = p.explore;
        for (RepsBuffer& buffer : buffers_.of) buffer.clear();
    }
    void retire(const Flow& flow)
    {
        if (live_ == flow.live_ports) return;
        retire_ports(buffers_, live_, flow.live_ports, [](RepsBuffer& buffer) { buffer.clear(); });
        live_ = flow.live_ports;
    }

    Time frozen_until_;
    Entropies set_;
    uint16_t exploring_ = 0;
    bool frozen_ = false;
    uint8_t live_ = 0;
    PerPort<RepsBuffer> buffers_;
};

}  // namespace

HPNSIM_PATH(Reps)
