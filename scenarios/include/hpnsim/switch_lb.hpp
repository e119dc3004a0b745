// SPDX-License-Identifier: GPL-2.0-only
// Reads and checks `--switch-lb NAME[:key=value,...]`: how switches choose among equal next hops.
#pragma once

#include "hpnsim/plugin.hpp"
#include "hpnsim/units.hpp"

#include <string>
#include <utility>
#include <vector>

namespace hpnsim
{

struct SwitchLbOptions {
    std::string name = "ecmp";  ///< `ecmp` (the hash), `adaptive` (per packet), `flowlet` (per burst)
    int levels = 8;             ///< adaptive: how many levels of load are told apart
    double step_kb = 64;        ///< adaptive: where the second level begins, 1 KB = 1000 bytes
    double gap_us = -1;         ///< flowlet: the pause that ends a burst; -1: the network's base RTT
    int entries = 16384;        ///< flowlet: size of the table of each switch

    static Span<Param> adaptive_keys();
    static Span<Param> flowlet_keys();
};

/// Throws BadInput; `what` begins the sentence.
SwitchLbOptions parse_switch_lb(const std::string& what, const std::string& text);

/// Says why a CC cannot run over such switches with `transport`, in one sentence; empty if it can.
std::string check_switch_lb(const std::string& cc, const SwitchLbOptions& lb, const std::string& transport);

/// Lists "key=value unit" of the keys that the name has, for result headers.
std::vector<std::pair<std::string, std::string>> describe(const SwitchLbOptions& options);

}  // namespace hpnsim
