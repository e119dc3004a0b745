// SPDX-License-Identifier: GPL-2.0-only
// Oblivious spraying: each QP walks through its N entropy values, every value once per lap. Each NIC
// port (plane) has its own walk, so that alternating pulls do not split the values between the planes.
#include "hpnsim/entropies.hpp"
#include "hpnsim/path.hpp"

using namespace hpnsim;

namespace
{

struct Spray {
    static constexpr Info info{"spray", "Each packet takes the next of N source ports, feedback ignored"};
    static constexpr bool sprays = true;
    struct Params {
        uint16_t paths = 64;
        bool mask = false;
        static constexpr auto list()
        {
            return params(param<&Params::paths>("paths", "",
                                                "Entropy values per QP (uet-htsim: 64; UEC: 64-256)", 1,
                                                Entropies::kCount),
                          param<&Params::mask>("mask", "",
                                               "1: laps permuted by exclusive-or, if paths is a power of two "
                                               "(uet-htsim: 1); 0: by steps",
                                               0, 1));
        }
        static constexpr auto presets()
        {
            return hpnsim::presets(
                Preset{"htsim", "uet-htsim, -load_balancing_algo oblivious", "paths=64,mask=1"});
        }
    };

    void start(Flow& flow, const Params& p)
    {
        set_.start(flow.stream, p.paths);
        start_walks(walks_, flow.stream, p.paths, p.mask, 4);
    }

    uint16_t pick(Flow& flow, const Params& p, Psn, uint8_t port)
    {
        return set_.source_port(walks_[port].next(flow.stream, p.paths));
    }

private:
    Entropies set_;
    PerPort<Walk> walks_;
};

}  // namespace

HPNSIM_PATH(Spray)
