// SPDX-License-Identifier: GPL-2.0-only
// The page of a study: DIR/report.html, with what won and by how much, the results by what varies, every run
// with a link to its own page, and figures against what varies.
#pragma once

#include "hpnsim/study_store.hpp"

#include <filesystem>

namespace hpnsim
{

/// Reads the database and the run folders in `out`. Throws BadInput if the page cannot be written.
void write_study_report(const std::filesystem::path& out);

}  // namespace hpnsim
