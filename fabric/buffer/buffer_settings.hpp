// SPDX-License-Identifier: GPL-2.0-only
// BufferSettings hold what a user may set of a switch's shared packet buffer, and the rules by which a peer
// simulator divides its own.
#pragma once

#include "hpnsim/packet.hpp"
#include "hpnsim/units.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace hpnsim
{

struct Setting;

/// How a peer's switch divides its buffer among lossless ingresses.
struct BufferRules {
    std::function<double(Rate)> alpha;                ///< of an ingress by its port's rate; null: one for all
    std::function<Bytes(Rate, Time cable)> headroom;  ///< null: PfcControl::Headroom
    bool perPort{false};              ///< headroom and reserve are set aside once a port, not a class
    bool mayOverbook{false};          ///< they may exceed the buffer; sizes are 32 bits and wrap then
    bool unlessBothFull{false};       ///< SharedBuffer::AdmitUnlessBothFull
    PausedPriorities unaccounted{0};  ///< priorities, not lossless ones, that take no buffer
};

struct BufferSettings {
    std::optional<Bytes> size;      ///< per switch; empty: as the fabric plan says
    double alpha{0.125};            ///< of the dynamic threshold
    Bytes reserve{4096};            ///< per port and lossless priority, always available
    std::optional<Bytes> headroom;  ///< the same beyond XOFF; empty: PfcControl::Headroom
    BufferRules rules;              ///< a peer's; no key sets them

    static const std::vector<Setting>& settings();
};

}  // namespace hpnsim
