// SPDX-License-Identifier: GPL-2.0-only
// Reads the words of one line of a fault schedule: times, places, keys. Internal to the reader of schedules.
#pragma once

#include "faults/fault_plan.hpp"
#include "hpnsim/fabric.hpp"

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace hpnsim
{

/// Reads "100us", "1.5ms", "20ns", "3ps", "2s", or a bare 0. `what` begins the sentence of a BadInput.
Time parse_span(const std::string& what, const std::string& text);

/// Reads "data", "ack", "nak", "cnp", "credit", "rts", "foreign", "pfc", "all", or several of them joined by
/// commas.
PacketSet parse_packets(const std::string& what, const std::string& text);

/// Knows the names of nodes and ports of a fabric.
class Places
{
public:
    explicit Places(const FabricPlan& fabric);

    struct Place {
        uint32_t node = 0;
        uint16_t port = Fault::kEveryPort;
    };
    /// Finds "nic5", "tor-0:3", "tor-s0-r1-p0:agg-p0-2" (the first link to that neighbour), or "all".
    Place find(const std::string& what, const std::string& name) const;
    const FabricPlan& fabric() const { return fabric_; }

private:
    uint32_t node_named(const std::string& what, const std::string& name) const;
    uint16_t port_named(const std::string& what, uint32_t node, const std::string& name) const;

    const FabricPlan& fabric_;
    FabricIndex index_;
    std::unordered_map<std::string, uint32_t> nodes_;  // looked up, never walked
    std::vector<std::string> names_;                   // for "the nearest is"
};

/// The key=value words of a line. Every key must be one that the action takes.
class FaultKeys
{
public:
    FaultKeys(std::string what, const std::vector<std::string>& words, const std::vector<std::string>& known);

    bool has(const std::string& key) const { return values_.count(key) != 0; }
    double share(const std::string& key, double fallback) const;  ///< 0 to 1
    Time span(const std::string& key) const;
    int64_t count(const std::string& key, int64_t lo, int64_t hi) const;
    double number(const std::string& key, double lo, double hi, const std::string& unit) const;
    const std::string& text(const std::string& key) const;
    /// Throws unless all of these keys are given.
    void need(const std::vector<std::string>& keys) const;
    std::string what(const std::string& key) const { return what_ + ": " + key; }

private:
    std::string what_;
    std::map<std::string, std::string> values_;
};

}  // namespace hpnsim
