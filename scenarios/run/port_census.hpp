// SPDX-License-Identifier: GPL-2.0-only
// Counts the ports of a fabric by kind, idle ones included: `ports` of summary.json. queues.csv has rows of
// used ports alone, from which nobody can tell how many others could have been chosen.
#pragma once

#include "model/rank-message.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <string>

namespace hpnsim
{

class PortCensus
{
public:
    /// Adds a port of the present node.
    void add(const std::string& kind, bool used);
    /// The ports that follow belong to another node.
    void end_node();
    nlohmann::ordered_json json() const;
    /// Adds what another rank has counted, and writes it for others.
    void add(MessageReader& in);
    void put(MessageWriter& out) const;

private:
    struct Count {
        uint64_t all = 0, used = 0, beside_used = 0;
    };
    std::map<std::string, Count> kinds_, node_;
};

}  // namespace hpnsim
