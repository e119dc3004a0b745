// SPDX-License-Identifier: GPL-2.0-only
// This plug-in file fills three slots: a window that marks halve, a source port that counts up, a CNP for
// every mark.
#include "hpnsim/cc.hpp"
#include "hpnsim/path.hpp"
#include "hpnsim/receiver.hpp"

#include <algorithm>

#ifndef LAW
#define LAW "sample"
#endif

using namespace hpnsim;

namespace
{

struct Law {
    static constexpr Info info{
        LAW, "Marks halve the window", Needs::ecn, {"gbn", "lossless", "ecmp", "echo"}};
    struct Params {
        double cut = 0.5;
        static constexpr auto list()
        {
            return params(param<&Params::cut>("cut", "", "Share that a mark takes", 0, 1));
        }
    };
    void start(Flow& flow, const Params&)
    {
        flow.rate = flow.line_rate;
        flow.window = flow.bdp;
    }
    void on_ack(Flow& flow, const Params& p, const Ack& ack)
    {
        if (ack.ecn)
            flow.window = std::max(flow.mtu, static_cast<Bytes>(static_cast<double>(flow.window) * p.cut));
    }
};

#ifndef LAW_ALONE
struct Path {
    static constexpr Info info{"sample-path", "Source ports in turn"};
    static constexpr bool sprays = true;
    struct Params {
        static constexpr auto list() { return params(); }
    };
    void start(Flow&, const Params&) {}
    uint16_t pick(Flow&, const Params&, Psn psn, uint8_t) { return static_cast<uint16_t>(0xC000 + psn % 64); }
};

struct Receiver {
    static constexpr Info info{"sample-receiver", "A CNP for every mark", Needs::cnp};
    static constexpr Scope scope = Scope::qp;
    struct Params {
        static constexpr auto list() { return params(); }
    };
    Reply on_data(const Params&, const Received& data) { return {data.ecn, false}; }
};

#endif

}  // namespace

HPNSIM_CC(Law)
#ifndef LAW_ALONE
HPNSIM_PATH(Path)
HPNSIM_RECEIVER(Receiver)
#endif
