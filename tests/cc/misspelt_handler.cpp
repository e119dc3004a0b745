// SPDX-License-Identifier: GPL-2.0-only
// This must not compile: it declares Needs::cnp, but the handler is called on_cmp.
#include "hpnsim/cc.hpp"

using namespace hpnsim;

struct Misspelt {
    static constexpr Info info{"misspelt", "", Needs::cnp};
    struct Params {
        static constexpr auto list() { return params(); }
    };
    void start(Flow&, const Params&) {}
    void on_cmp(Flow&, const Params&, const Cnp&) {}
};

HPNSIM_CC(Misspelt)
