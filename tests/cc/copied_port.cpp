// SPDX-License-Identifier: GPL-2.0-only
// This must not compile: the receiver policy sets the timer of a copy of its port.
#include "hpnsim/receiver.hpp"

using namespace hpnsim;

struct CopiedPort {
    static constexpr Info info{"copied-port", ""};
    static constexpr Scope scope = Scope::port;
    struct Params {
        static constexpr auto list() { return params(); }
    };
    struct Sender {
    };
    Reply on_data(const Params&, ReceivePort port, const Received&) const
    {
        port.due = Time{};
        return {};
    }
    Grant on_timer(const Params&, ReceivePort&) { return {}; }
};

HPNSIM_RECEIVER(CopiedPort)
