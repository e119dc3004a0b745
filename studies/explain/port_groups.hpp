// SPDX-License-Identifier: GPL-2.0-only
// Ports of a run by what they have in common.
#pragma once

#include "hpnsim/explain.hpp"

#include <map>

namespace hpnsim
{

/// Both ends of a port's link, without the numbers of ports: "tor 0", "h3".
struct LinkEnds {
    std::string from, to;
};
LinkEnds ends_of(const PortRow& port);

/// What leads to one host, or comes from one NIC, summed over its ports.
struct HostLinks {
    Bytes bytes = 0;
    Rate rate;
    size_t ports = 0;
    Bytes most = 0;  ///< of one port
};
/// By host or NIC: what switches send down to it, or what it sends up.
std::map<std::string, HostLinks> links_to_hosts(const RunRecord& run);
std::map<std::string, HostLinks> links_from_nics(const RunRecord& run);

/// "97 %", "3.2 %"
std::string percent(double share);
/// "1 flow", "3 flows"
std::string counted(uint64_t count, const std::string& what);
/// "12.3 us", "4.56 ms"
std::string text_of(Time time);

}  // namespace hpnsim
