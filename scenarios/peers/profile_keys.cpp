// SPDX-License-Identifier: GPL-2.0-only
// Lists the keys that each peer's profile sets.
#include "peers/profile_keys.hpp"

namespace hpnsim
{

KeyTexts transport_of_profile(const std::string& profile)
{
    // HPCC-sim has no timeouts.
    if (profile == "hpcc-sim") return {{"ack-timeout", "0"}};
    // uet-htsim tries for ever, which a peer that is gone makes a run without end. A flow that hears nothing
    // for a thousand timeouts, each six full queues and more, has no peer: with 7 none of the figures of
    // docs/validation/uet-htsim.md changes. Its receivers
    // send no ACK that nothing has asked for, however long it takes.
    if (profile == "htsim") return {{"retry", "1000"}, {"ack-delay-us", "0"}};
    return {};
}

}  // namespace hpnsim
