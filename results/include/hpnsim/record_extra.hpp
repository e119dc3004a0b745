// SPDX-License-Identifier: GPL-2.0-only
// Reads what a scenario added to a record's `extra`. It assumes nothing, because a record may come from any
// scenario.
#pragma once

#include "hpnsim/results.hpp"

#include <optional>

namespace hpnsim
{

/// A number of `extra`, or nothing.
std::optional<double> extra_number(const RunRecord& run, const std::string& key);

/// Bus bandwidth and what it could be at best. The ideal is extra.ideal_busbw_GBps, or else
/// busbw_GBps / efficiency.
struct BusBandwidth {
    double busbw = 0;  ///< GB/s, as nccl-tests has it
    std::optional<double> ideal, efficiency;
};
std::optional<BusBandwidth> bus_bandwidth(const RunRecord& run);

}  // namespace hpnsim
