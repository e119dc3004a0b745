// SPDX-License-Identifier: GPL-2.0-only
// Adds up ports, and writes quantities for sentences.
#include "explain/port_groups.hpp"

#include "hpnsim/format.hpp"

namespace hpnsim
{

namespace
{

std::string without_port(const std::string& end)
{
    return end.substr(0, end.find(':'));
}

void add(const PortRow& port, HostLinks& to)
{
    to.bytes += port.bytes;
    to.rate.bps += port.rate.bps;
    to.most = std::max(to.most, port.bytes);
    ++to.ports;
}

}  // namespace

LinkEnds ends_of(const PortRow& port)
{
    const size_t arrow = port.name.find(" -> ");
    if (arrow == std::string::npos) return {port.name, ""};
    return {without_port(port.name.substr(0, arrow)), without_port(port.name.substr(arrow + 4))};
}

std::map<std::string, HostLinks> links_to_hosts(const RunRecord& run)
{
    std::map<std::string, HostLinks> all;
    for (const PortRow& port : run.ports)
        if (port.role == "host" && port.tier != "nic") add(port, all[ends_of(port).to]);
    return all;
}

std::map<std::string, HostLinks> links_from_nics(const RunRecord& run)
{
    std::map<std::string, HostLinks> all;
    for (const PortRow& port : run.ports)
        if (port.tier == "nic") add(port, all[ends_of(port).from]);
    return all;
}

std::string percent(double share)
{
    const double value = share * 100;
    return format_fixed(value, value >= 9.95 || value == 0 ? 0 : value >= 0.1 ? 1 : 3) + " %";
}

std::string counted(uint64_t count, const std::string& what)
{
    return format_short(static_cast<double>(count))
               .substr(0, count < 100 ? std::to_string(count).size() : 30) +
           " " + what + (count == 1 ? "" : "s");
}

std::string text_of(Time time)
{
    return time.us() >= 10'000 ? format_short(time.us() / 1e3) + " ms" : format_short(time.us()) + " us";
}

}  // namespace hpnsim
