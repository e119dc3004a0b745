// SPDX-License-Identifier: GPL-2.0-only
// What a reader of the report wants to know first, in sentences, and the figures of several seeds with
// intervals.
#pragma once

#include "hpnsim/report_page.hpp"
#include "hpnsim/results.hpp"

namespace hpnsim
{

/// What happened, or which run was best and by how much.
std::string verdict_of(const std::vector<RunRecord>& runs);

/// The ranks of more than two runs, and what the network did to packets.
std::vector<std::string> facts_of(const std::vector<RunRecord>& runs);

/// A row a run: means over seeds, with intervals. Without rows unless a run has several seeds.
PageTable seeds_table(const std::vector<RunRecord>& runs);

}  // namespace hpnsim
