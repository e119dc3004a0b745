// SPDX-License-Identifier: GPL-2.0-only
// Reads and writes whole files, and makes the texts of a run's files.
#pragma once

#include "hpnsim/columns.hpp"

#include <filesystem>
#include <functional>
#include <ostream>

namespace hpnsim
{

/// Writes beside the file and renames, so that nobody reads half of it. Throws BadInput.
void write_file(const std::filesystem::path& path, const std::string& text);
/// Does the same with what `write` puts out, so that a large file need not be a string first.
void write_file(const std::filesystem::path& path, const std::function<void(std::ostream&)>& write);
/// Reads the whole file; empty when it cannot be read.
std::string read_file(const std::filesystem::path& path);
/// Makes a folder with its parents. Throws BadInput.
void make_folder(const std::filesystem::path& dir);

std::string flows_header(const RunRecord& run);
std::string flow_row(const FlowRow& flow, const std::vector<Column<FlowRow>>& columns = flow_columns());
/// flows.csv as a whole. Throws BadInput.
void write_flows(const RunRecord& run, const std::filesystem::path& path);

}  // namespace hpnsim
