// SPDX-License-Identifier: GPL-2.0-only
// The receiver reports in its ACKs what it saw, and a CE mark does not wait for coalescing.
#include "hpnsim/receiver.hpp"

using namespace hpnsim;

namespace
{

struct Echo {
    static constexpr Info info{"echo", "ACKs echo CE; a marked packet is acknowledged at once (UEC)"};
    static constexpr Scope scope = Scope::qp;
    struct Params {
        static constexpr auto list() { return params(); }
    };

    Reply on_data(const Params&, const Received& data) { return {false, data.ecn}; }
};

}  // namespace

HPNSIM_RECEIVER(Echo)
