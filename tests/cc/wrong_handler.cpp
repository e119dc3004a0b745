// SPDX-License-Identifier: GPL-2.0-only
// This must not compile: on_ack lacks its event.
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
