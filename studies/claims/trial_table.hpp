// SPDX-License-Identifier: GPL-2.0-only
// The figures of a trial as rows of text, and as charts.
#pragma once

#include "hpnsim/chart.hpp"
#include "hpnsim/claim.hpp"

namespace hpnsim
{

/// A row a condition, a column an option of the conditions and one a figure. The first row is the head.
std::vector<std::vector<std::string>> table_of(const Claim& claim, const Trial& trial);

/// A figure of a claim with its unit, as text: "59.3 %".
std::string figure_text(const ClaimFigure& figure, const Finding& finding);

/// How many findings of the figure lie in the band.
size_t count_within(const Band& band, const std::vector<Finding>& findings);

/// A chart for each figure that has more than one finding.
std::vector<Chart> charts_of(const Claim& claim, const Trial& trial);

}  // namespace hpnsim
