// SPDX-License-Identifier: GPL-2.0-only
// Reads and checks `--switch-lb NAME[:key=value,...]`: how switches choose among equal next hops.
#pragma once

#include "balancing/switch_lb.hpp"

#include "hpnsim/settings.hpp"

#include <string>

namespace hpnsim
{

/// `ecmp` (the hash), `adaptive` (per packet), `flowlet` (per burst), `rotation` (per packet, in turn for
/// each destination), `round-robin` (per packet, in turn) or `weighted` (the hash, by capacity).
std::string name_of(SwitchLb kind);

/// The keys that the kind has; they refer to `lb`.
Keys keys_of(SwitchLbSettings& lb);
Keys keys_of(const SwitchLbSettings& lb);

/// Throws BadInput; `what` begins the sentence.
SwitchLbSettings parse_switch_lb(const std::string& what, const std::string& text);

/// Why a CC cannot run over such switches with `transport`, in one sentence; empty if it can.
std::string check_switch_lb(const std::string& cc, SwitchLb kind, const std::string& transport);

}  // namespace hpnsim
