// SPDX-License-Identifier: GPL-2.0-only
// Reads binary trace files, packed by gzip or not. Readers of text use TextInput instead.
#pragma once

#include <string>

namespace hpnsim
{

/// Returns what the file holds; gzip is unpacked. Throws BadInput if it cannot be read, if its gzip data are
/// damaged, or if it holds more than 4 GiB.
std::string read_trace_bytes(const std::string& path);

}  // namespace hpnsim
