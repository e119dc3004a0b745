// SPDX-License-Identifier: GPL-2.0-only
// Reads `--trace LIST`: which QPs are traced.
#pragma once

#include "hpnsim/fabric.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hpnsim
{

/// Picks QPs by sender, receiver and number at the sender, as flows.csv has them (`src`, `dst`, `qp`); what
/// is not given may be anything.
struct TracePick {
    std::string name;  ///< as the user wrote it
    std::optional<uint32_t> src, dst, qp;
    bool takes(uint32_t from, uint32_t to, uint32_t number) const
    {
        return src.value_or(from) == from && dst.value_or(to) == to && qp.value_or(number) == number;
    }
};

/// What a list names, in its order: comma-separated `all`, `nic3` (whatever NIC 3 sends), `3-0` or `3->0`
/// (from endpoint 3 to endpoint 0), each with `:qp1` (number 1 alone) if wanted, or `qp1` (of every NIC).
/// Throws BadInput: one sentence that names the nearest valid name.
std::vector<TracePick> parse_traces(const std::string& list, const FabricPlan& plan);

}  // namespace hpnsim
