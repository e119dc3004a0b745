// SPDX-License-Identifier: GPL-2.0-only
// Reads `--pcap LIST`: which ports are captured, and into which files.
#pragma once

#include "hpnsim/fabric.hpp"
#include "hpnsim/options.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hpnsim
{

/// One capture file.
struct CapturePoint {
    static constexpr int kEveryPort = -1;
    uint32_t node = 0;  ///< endpoint, or endpoints + switch
    int port = kEveryPort;
    std::string file;  ///< NAME.pcap; characters but letters, digits, `.`, `-`, `=` are `_`
};

/// The points that a list names, each once, in its order: comma-separated `nic0` (endpoint 0), `nic0:1` (its
/// port 1), `tor 0:5` (port 5 of the switch that `topology` calls so), `tor 0` (all its ports), `all-nics`.
/// Throws BadInput: one sentence that begins with `option` and names the nearest valid name.
std::vector<CapturePoint> parse_captures(const std::string& list, const FabricPlan& plan,
                                         const std::string& option = "--pcap");

/// Throws BadInput if the run cannot be captured as asked: a wrong name, or a framing without bytes.
void check_captures(const CommonOptions& options, const FabricPlan& plan);

}  // namespace hpnsim
