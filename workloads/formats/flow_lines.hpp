// SPDX-License-Identifier: GPL-2.0-only
// Declares what the readers of flow files share.
#pragma once

#include "hpnsim/flow_file.hpp"
#include "hpnsim/registry.hpp"
#include "hpnsim/text_input.hpp"

namespace hpnsim
{

/// Reads the endpoint that a number in the file names; `column` says where it stands.
uint32_t read_flow_node(const std::string& place, const std::string& column, const std::string& word,
                        const FlowNodes& nodes);

/// Reads uet-htsim's connection matrix; `words` holds its first line. Flows are in the order of the file, and
/// starts as the file has them.
FlowFile read_connection_matrix(TextLines& lines, std::vector<std::string> words, const FlowNodes& nodes);

}  // namespace hpnsim
