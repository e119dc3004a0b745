// SPDX-License-Identifier: GPL-2.0-only
// This must not compile: the start of the path policy takes Flow by value.
#include "hpnsim/path.hpp"

using namespace hpnsim;

struct CopiedStart {
    static constexpr Info info{"copied-start", ""};
    static constexpr bool sprays = false;
    struct Params {
        static constexpr auto list() { return params(); }
    };
    void start(Flow, const Params&) noexcept {}
    uint16_t pick(Flow&, const Params&, Psn, uint8_t) { return 0; }
};

HPNSIM_PATH(CopiedStart)
