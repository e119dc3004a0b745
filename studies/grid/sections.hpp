// SPDX-License-Identifier: GPL-2.0-only
// Files of lines `name = text` under headings `[NAME]`, as studies and claims are written.
#pragma once

#include "hpnsim/study.hpp"

#include <string>
#include <vector>

namespace hpnsim
{

struct Line {
    std::string place;  ///< FILE:LINE
    std::string name, text;
};

struct Section {
    std::string name;
    std::string place;
    std::vector<Line> lines;

    /// The last line of the name; null if there is none.
    const Line* find(const std::string& line_name) const;
};

/// Reads the file. The first section has no name: what stands above the first heading. A `#` begins a
/// comment. With `prose`, a line that is indented goes on from the line above. Throws BadInput that names
/// FILE:LINE.
std::vector<Section> sections_of(const std::string& path, bool prose = false);

/// Makes a grid of the lines of `shared`, in whose place those of `own` come where they name the same
/// options.
Grid grid_of(const std::string& scenario, const Section& shared, const Section& own);

/// Takes the line `scenario = NAME` out of the section; empty if it has none. Throws BadInput: there is no
/// such scenario.
std::string take_scenario(Section& section);

}  // namespace hpnsim
