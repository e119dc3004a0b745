// SPDX-License-Identifier: GPL-2.0-only
// The nearest name is the one with the smallest edit distance.
#include "hpnsim/names.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Names differ by their letters, not by their case: the nearest to DCQCN is dcqcn.
std::string in_small_letters(std::string text)
{
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

size_t edit_distance(const std::string& a, const std::string& b)
{
    std::vector<size_t> row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
        }
    }
    return row[b.size()];
}

}  // namespace

std::string nearest(const std::string& name, const std::vector<std::string>& candidates)
{
    std::string best;
    size_t least = std::string::npos;
    const std::string wanted = in_small_letters(name);
    for (const std::string& candidate : candidates) {
        const size_t distance = edit_distance(wanted, in_small_letters(candidate));
        if (distance < least) {
            least = distance;
            best = candidate;
        }
    }
    return best;
}

}  // namespace hpnsim
