// SPDX-License-Identifier: GPL-2.0-only
// Refuses what is asked of traces that say all themselves. Internal to the readers.
#pragma once

#include "hpnsim/bad_input.hpp"
#include "hpnsim/trace_formats.hpp"

namespace hpnsim
{

/// For formats of sends and receives alone; `a_trace` names them in a sentence.
inline void refuse_groups_and_passes(const TraceAsked& asked, const std::string& a_trace)
{
    const std::string begin = "'" + asked.file + "': " + a_trace + " ";
    if (asked.tensor || asked.pipeline || asked.expert || !asked.groups.empty())
        throw BadInput(
            begin + "has no groups; neither sizes of tensor, pipeline and expert groups nor a file of groups "
                    "are for it");
    if (asked.passes != 1)
        throw BadInput(begin + "is run once, not in " + std::to_string(asked.passes) + " passes");
}

}  // namespace hpnsim
