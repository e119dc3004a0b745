// SPDX-License-Identifier: GPL-2.0-only
// This must not compile: it defines on_sent, after the event's type, where the handler is on_send.
#include "hpnsim/cc.hpp"

using namespace hpnsim;

struct Near {
    static constexpr Info info{"near", ""};
    struct Params {
        static constexpr auto list() { return params(); }
    };
    void start(Flow&, const Params&) {}
    void on_sent(Flow&, const Params&, const Sent&) {}
};

HPNSIM_CC(Near)
