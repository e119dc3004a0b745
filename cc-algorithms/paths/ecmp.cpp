// SPDX-License-Identifier: GPL-2.0-only
// Every QP keeps one path: it always uses its own source port, so that switches hash all its packets alike.
#include "hpnsim/path.hpp"

using namespace hpnsim;

namespace
{

struct Ecmp {
    static constexpr Info info{"ecmp", "One source port per QP; the switches' hash picks the path"};
    static constexpr bool sprays = false;
    struct Params {
        static constexpr auto list() { return params(); }
    };

    void start(Flow&, const Params&) {}
    uint16_t pick(Flow& flow, const Params&, Psn, uint8_t) { return flow.source_port; }
};

}  // namespace

HPNSIM_PATH(Ecmp)
