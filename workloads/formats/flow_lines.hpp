// SPDX-License-Identifier: GPL-2.0-only
// Declares what the readers of flow files share.
#pragma once

#include "hpnsim/flow_file.hpp"
#include "hpnsim/text_input.hpp"

namespace hpnsim
{

/// Reads the endpoint that a number in the file names; `column` says where it stands.
uint32_t read_flow_node(const std::string& place, const std::string& column, const std::string& word,
                        const FlowNodes& nodes);

}  // namespace hpnsim
