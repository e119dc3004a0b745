// SPDX-License-Identifier: GPL-2.0-only
// Sprays around congested paths: source ports whose packets came back marked or trimmed are skipped for a
// while (uet-htsim's `bitmap`; UEC 1.0 leaves the choice of source ports to the vendor).
#include "hpnsim/path.hpp"
#include "hpnsim/penalties.hpp"

using namespace hpnsim;

namespace
{

struct Bitmap {
    static constexpr Info info{"bitmap",
                               "Spraying that skips source ports which were marked or trimmed (uet-htsim)"};
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
            return hpnsim::presets(Preset{"htsim", "uet-htsim, -load_balancing_algo bitmap",
                                          "paths=64,ecn=1,nack=4,timeout=15,mask=1"});
        }
    };

    void start(Flow& flow, const Params& p) { penalties_.start(flow, p); }
    uint16_t pick(Flow& flow, const Params&, Psn, uint8_t port) { return penalties_.pick(flow, port); }
    void feedback(Flow&, const Params& p, Entropy entropy, PathEvent event)
    {
        penalties_.feedback(p, entropy, event);
    }

private:
    Penalties penalties_;
};

}  // namespace

HPNSIM_PATH(Bitmap)
