// SPDX-License-Identifier: GPL-2.0-only
// Reads one of several names, and finds the one that a user may have meant by another.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace hpnsim
{

/// The candidate that `name` may have been meant for, in letters of either case; empty if there is none. It
/// is the nearest by edit distance, unless more than half of the letters of the longer of the two differ. One
/// that goes on from `name`, of two letters or more, goes before all that are more than one slip away.
std::string nearest(const std::string& name, const std::vector<std::string>& candidates);

/// The end of a sentence about a name that is none of the candidates: "; the nearest is 'b'". Where none is
/// near, it says what there is: "; there are 'a', 'b' and 'c'", or of many "; there are 40, from 'a' to 'z'".
/// Empty without candidates.
std::string suggestion(const std::string& name, const std::vector<std::string>& candidates);

/// The same with all candidates beside the nearest: "; the nearest is 'b'; there are a, b, c".
std::string suggestion_of_all(const std::string& name, const std::vector<std::string>& candidates);

/// The place of `text` in `names`. Throws BadInput that begins with `place`, the option, key or file:line
/// that it was written for, and suggests another name.
size_t parse_name(const std::string& place, const std::string& text, const std::vector<std::string>& names);

}  // namespace hpnsim
