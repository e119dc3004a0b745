// SPDX-License-Identifier: GPL-2.0-only
// Must not compile: on_ack without its event.
#include "hpnsim/cc.hpp"

using namespace hpnsim;

struct Wrong {
    static constexpr Info info{"wrong", ""};
    struct Params {
        static constexpr auto list() { return params(); }
    };
    void start(Flow&, const Params&) {}
    void on_ack(Flow&, const Params&) {}
};

HPNSIM_CC(Wrong)
