// SPDX-License-Identifier: GPL-2.0-only
// Holds what `bench` has measured of each case, over its repeats, and writes it: as a table, as JSON, and as
// ratios to an earlier file.
#pragma once

#include "bench/measure.hpp"

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace hpnsim
{

/// The repeats of a case at one size. All of them do the same work.
struct CaseResult {
    std::string name, size, command;
    std::vector<Measured> runs;
};

/// The least, the middle and the greatest of a figure over the repeats.
struct Spread {
    double min = 0, median = 0, max = 0;
};
Spread spread_of(const CaseResult& result, double Measured::*figure);

void print_heading(std::ostream& out);
void print_row(std::ostream& out, const CaseResult& result);

/// Writes the results with every repeat. Throws BadInput if the file cannot be written.
void write_results(const std::filesystem::path& file, const std::vector<CaseResult>& results);
/// Reads what write_results has written. Throws BadInput that names the file.
std::vector<CaseResult> read_results(const std::filesystem::path& file);

/// Prints medians of `now` over those of `before`, for the cases that both have; then the cases that only one
/// of them has. Less than 1 is faster, or smaller.
void compare(std::ostream& out, const std::vector<CaseResult>& before, const std::vector<CaseResult>& now);

}  // namespace hpnsim
