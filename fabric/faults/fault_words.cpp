// SPDX-License-Identifier: GPL-2.0-only
// Reads times, places and keys from a line of a fault schedule, with sentences that name the line.
#include "faults/fault_words.hpp"

#include "faults/schedule.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/name_list.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/node_names.hpp"
#include "hpnsim/quantity.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace hpnsim
{

namespace
{

struct Named {
    const char* name;
    PacketSet set;
};
constexpr Named kPackets[] = {{"all", kAllPackets},
                              {"data", kDataPackets},
                              {"ack", set_of(PacketKind::ack)},
                              {"nak", set_of(PacketKind::nak)},
                              {"cnp", set_of(PacketKind::cnp)},
                              {"credit", set_of(PacketKind::credit)},
                              {"rts", set_of(PacketKind::rts)},
                              {"foreign", set_of(PacketKind::foreign)},
                              {"pfc", kPfcFrames}};

}  // namespace

Time parse_span(const std::string& what, const std::string& text)
{
    constexpr double kMost = 1e6;  // seconds
    const struct {
        const char* unit;
        double ps;
    } units[] = {{"ps", 1}, {"ns", 1e3}, {"us", 1e6}, {"ms", 1e9}, {"s", 1e12}};
    double value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    const bool number = error == std::errc() && std::isfinite(value) && !std::signbit(value);
    const std::string unit(stop, end);
    if (number && unit.empty() && value == 0) return {};
    for (const auto& each : units) {
        if (!number || unit != each.unit) continue;
        const double ps = value * each.ps;
        if (ps > kMost * 1e12) throw BadInput(what + ": " + text + " is beyond 1000000 s");
        return {std::llround(ps)};
    }
    throw BadInput(what + ": '" + text +
                   "' is not a time; write a number with ps, ns, us, ms or s, as in 100us");
}

PacketSet parse_packets(const std::string& what, const std::string& text)
{
    PacketSet set = 0;
    std::vector<std::string> known;
    for (const Named& each : kPackets) known.emplace_back(each.name);
    for (const std::string& word : split_list(text)) {
        const auto found = std::find(known.begin(), known.end(), word);
        if (found == known.end())
            throw BadInput(what + ": no packets '" + word + "'" + suggestion(word, known));
        set = static_cast<PacketSet>(set | kPackets[found - known.begin()].set);
    }
    return set;
}

Places::Places(const FabricPlan& fabric) : fabric_(fabric), index_(fabric)
{
    const auto nodes = fabric.endpoints + static_cast<uint32_t>(fabric.switches.size());
    for (uint32_t node = 0; node < nodes; ++node) {
        names_.push_back(fault_name(fabric, node));
        nodes_.emplace(names_.back(), node);
        if (node >= fabric.endpoints) continue;
        names_.push_back("nic" + std::to_string(fabric.id_of(node)));
        nodes_.emplace(names_.back(), node);
    }
    names_.emplace_back("all");
}

uint32_t Places::node_named(const std::string& what, const std::string& name) const
{
    const auto found = nodes_.find(name);
    if (found == nodes_.end())
        throw BadInput(what + ": no node '" + name + "' in this fabric" + suggestion(name, names_));
    return found->second;
}

uint16_t Places::port_named(const std::string& what, uint32_t node, const std::string& name) const
{
    const std::string own = fault_name(fabric_, node);
    const uint32_t ports = index_.ports(node);
    const bool number = !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
    if (number) {
        const int64_t port = parse_count(what + ": port", name, 0, 65535);
        if (port >= ports)
            throw BadInput(what + ": " + own + " has ports 0 to " + std::to_string(ports - 1) + ", and no " +
                           name);
        if (!index_.end(node, static_cast<uint32_t>(port)).wired)
            throw BadInput(what + ": port " + name + " of " + own + " has no link");
        return static_cast<uint16_t>(port);
    }
    const uint32_t peer = node_named(what, name);
    std::vector<std::string> neighbours;
    for (uint32_t port = 0; port < ports; ++port) {
        const FabricIndex::End& end = index_.end(node, port);
        if (!end.wired) continue;
        if (end.peer == peer) return static_cast<uint16_t>(port);
        neighbours.push_back(fault_name(fabric_, end.peer));
    }
    throw BadInput(what + ": " + own + " has no link to " + name + suggestion(name, neighbours));
}

Places::Place Places::find(const std::string& what, const std::string& name) const
{
    if (name == "all") return {Fault::kEveryLink, Fault::kEveryPort};
    const std::string text = without_arrow(name);
    const size_t colon = text.find(':');
    Place place;
    place.node = node_named(what, text.substr(0, colon));
    if (colon != std::string::npos) place.port = port_named(what, place.node, text.substr(colon + 1));
    return place;
}

FaultKeys::FaultKeys(std::string what, const std::vector<std::string>& words,
                     const std::vector<std::string>& known)
    : what_(std::move(what))
{
    for (const std::string& word : words) {
        const size_t equals = word.find('=');
        const std::string key = word.substr(0, equals);
        if (std::find(known.begin(), known.end(), key) == known.end())
            throw BadInput(what_ + " takes no key '" + key + "'" + suggestion(key, known));
        if (equals == std::string::npos || equals + 1 == word.size())
            throw BadInput(what_ + ": " + key + " needs a value, " + key + "=...");
        if (!values_.emplace(key, word.substr(equals + 1)).second)
            throw BadInput(what_ + ": " + key + " is given twice");
    }
}

const std::string& FaultKeys::text(const std::string& key) const
{
    return values_.at(key);
}

double FaultKeys::share(const std::string& key, double fallback) const
{
    return has(key) ? parse_range(what(key), text(key), 0, 1, "") : fallback;
}

Time FaultKeys::span(const std::string& key) const
{
    return parse_span(what(key), text(key));
}

int64_t FaultKeys::count(const std::string& key, int64_t lo, int64_t hi) const
{
    return parse_count(what(key), text(key), lo, hi);
}

double FaultKeys::number(const std::string& key, double lo, double hi, const std::string& unit) const
{
    return parse_range(what(key), text(key), lo, hi, unit);
}

void FaultKeys::need(const std::vector<std::string>& keys) const
{
    for (const std::string& key : keys)
        if (!has(key)) throw BadInput(what_ + " needs " + key + "=...");
}

}  // namespace hpnsim
