// SPDX-License-Identifier: GPL-2.0-only
// Flowlets from the sender: after a pause the QP takes another source port, at random (the rule of LetFlow,
// NSDI'17, applied where the entropy is chosen). Packets after a pause longer than the paths' difference in
// delay cannot overtake those before it, so a transport that needs order keeps it. The QP stays on its port.
#include "hpnsim/entropies.hpp"
#include "hpnsim/path.hpp"

using namespace hpnsim;

namespace
{

struct Flowlet {
    static constexpr Info info{"flowlet",
                               "A new random source port after a pause in sending (LetFlow, NSDI'17)"};
    static constexpr bool sprays = false;
    struct Params {
        uint16_t paths = 64;
        Time gap;
        static constexpr auto list()
        {
            return params(
                param<&Params::paths>("paths", "", "Entropy values per QP", 1, Entropies::kCount),
                param<&Params::gap>("gap-us", "us",
                                    "The pause that begins a flowlet; 0: the base RTT, which no two "
                                    "paths' delays differ by in an uncongested fabric",
                                    0, 1e6));
        }
    };

    void start(Flow& flow, const Params& p)
    {
        set_.start(flow.stream, p.paths);
        current_ = set_.any(flow.stream);
    }

    uint16_t pick(Flow& flow, const Params& p, Psn, uint8_t)
    {
        const Time gap = p.gap.ps > 0 ? p.gap : flow.base_rtt;
        if (flow.now - last_ >= gap) current_ = set_.any(flow.stream);
        last_ = flow.now;
        return current_;
    }

private:
    Entropies set_;
    uint16_t current_ = 0;
    Time last_;
};

}  // namespace

HPNSIM_PATH(Flowlet)
