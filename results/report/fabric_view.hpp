// SPDX-License-Identifier: GPL-2.0-only
// The fabric of a run as data that the page draws: nodes by tier, links between them with their load and
// queues, and queues over time where samples were taken.
#pragma once

#include "hpnsim/results.hpp"

#include <nlohmann/json.hpp>

namespace hpnsim
{

/// The names are those that results/page/fabric.js reads; null if the run has no ports. What is too large is
/// put together: a page must open whatever the fabric's size.
nlohmann::ordered_json fabric_view(const RunRecord& run);

}  // namespace hpnsim
