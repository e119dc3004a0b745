// SPDX-License-Identifier: GPL-2.0-only
// This must not compile: a handler that takes Flow by value writes rate and window into a copy.
#include "hpnsim/cc.hpp"

using namespace hpnsim;

struct Copied {
    static constexpr Info info{"copied", ""};
    struct Params {
        static constexpr auto list() { return params(); }
    };
    void start(Flow&, const Params&) {}
    void on_ack(Flow flow, const Params&, const Ack&) { flow.window = 1; }
};

HPNSIM_CC(Copied)
