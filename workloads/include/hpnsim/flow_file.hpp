// SPDX-License-Identifier: GPL-2.0-only
// Flow files say who sends how much to whom, and when. The scenario `flows` reads them by this.
#pragma once

#include "hpnsim/fabric.hpp"
#include "hpnsim/flow_triggers.hpp"
#include "hpnsim/units.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hpnsim
{

struct FlowSpec {
    uint32_t src = 0, dst = 0;  ///< endpoints
    uint32_t cls = 0;           ///< HPCC-sim's destination port: 100 background, 200 incast in its scripts
    Bytes bytes = 0;            ///< payload
    Time start;                 ///< since FlowFile::origin; 0 for a flow that waits for a trigger
    int priority = 3;           ///< HPCC-sim's priority group
    FlowLinks links;            ///< in FlowFile::triggers
};

struct FlowFile {
    /// The flows are sorted by start; those that wait for a trigger come last, and flows of one start in the
    /// order of the file.
    std::vector<FlowSpec> flows;
    std::vector<FlowTrigger> triggers;
    Time origin;          ///< the earliest start in the file
    bool sorted = true;   ///< the file itself was in order of start
    uint32_t nodes = 0;   ///< hosts that a connection matrix announces; 0: none
    std::string warning;  ///< a sentence about something that is allowed and looks wrong
};

/// Says whom the numbers of a flow file name: endpoints 0 to `endpoints` - 1, or the nodes of a topology file
/// by the ids that they have there. It converts from either.
struct FlowNodes {
    FlowNodes(uint32_t count) : endpoints(count) {}
    FlowNodes(const FabricPlan& fabric) : endpoints(fabric.endpoints), plan(&fabric) {}
    uint32_t endpoints;
    const FabricPlan* plan = nullptr;
};

/// Reads any of the formats of flow_formats.hpp; `format` empty: detected. The simulation starts with the
/// first flow, and `origin` keeps the rest. Throws BadInput with file:line, or that begins with "flow-file: "
/// or "format: ".
FlowFile read_flow_file(const std::string& path, const std::string& format, const FlowNodes& nodes);

/// Reads the file's text likewise; a pipe yields it only once.
FlowFile read_flows(const std::string& text, const std::string& path, const std::string& format,
                    const FlowNodes& nodes);

/// Cuts starts to nanoseconds, as HPCC-sim does, which keeps them as doubles of seconds.
void start_in_whole_ns(FlowFile& file);

/// Returns how many hosts a fabric must have: one more than the highest endpoint, or as many as the file
/// announces.
uint32_t endpoints_used(const FlowFile& file);

}  // namespace hpnsim
