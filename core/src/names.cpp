// SPDX-License-Identifier: GPL-2.0-only
// The nearest name is the one with the smallest edit distance, if that is small enough to be a slip.
#include "hpnsim/names.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/text.hpp"

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

/// Counts letters that are missing, too many or wrong, and neighbours that have changed places.
size_t edit_distance(const std::string& a, const std::string& b)
{
    std::vector<size_t> before, above, row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
        before = std::move(above);
        above = row;
        row[0] = i;
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t substitute = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({row[j - 1] + 1, above[j] + 1, substitute});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
    }
    return row[b.size()];
}

/// With fewer letters, what a name begins with says too little of the rest.
constexpr size_t kBeginning = 2;
/// So many are all named; of more, the first and the last.
constexpr size_t kFew = 12;

bool may_mean(const std::string& name, const std::string& candidate)
{
    return 2 * edit_distance(name, candidate) <= std::max(name.size(), candidate.size());
}

bool begins(const std::string& name, const std::string& candidate)
{
    return name.size() >= kBeginning && candidate.compare(0, name.size(), name) == 0;
}

std::string quoted(const std::string& text)
{
    return "'" + text + "'";
}

}  // namespace

std::string nearest(const std::string& name, const std::vector<std::string>& candidates)
{
    const std::string* best = nullptr;
    size_t least = std::string::npos;
    const std::string wanted = in_small_letters(name);
    for (const std::string& candidate : candidates) {
        const size_t distance = edit_distance(wanted, in_small_letters(candidate));
        if (distance < least) {
            least = distance;
            best = &candidate;
        }
    }
    const auto longer = std::find_if(candidates.begin(), candidates.end(), [&](const std::string& each) {
        return begins(wanted, in_small_letters(each));
    });
    if (least > 1 && longer != candidates.end()) return *longer;
    return best != nullptr && may_mean(wanted, in_small_letters(*best)) ? *best : "";
}

std::string suggestion(const std::string& name, const std::vector<std::string>& candidates)
{
    const std::string near = nearest(name, candidates);
    if (!near.empty()) return "; the nearest is " + quoted(near);
    const size_t count = candidates.size();
    if (count == 0) return "";
    if (count == 1) return "; there is only " + quoted(candidates[0]);
    if (count > kFew)
        return "; there are " + std::to_string(count) + ", from " + quoted(candidates.front()) + " to " +
               quoted(candidates.back());
    std::vector<std::string> all;
    for (const std::string& each : candidates) all.push_back(quoted(each));
    return "; there are " + listed_texts(all);
}

std::string suggestion_of_all(const std::string& name, const std::vector<std::string>& candidates)
{
    const std::string near = nearest(name, candidates);
    return (near.empty() ? "" : "; the nearest is " + quoted(near)) + "; there are " +
           joined_texts(candidates);
}

size_t parse_name(const std::string& place, const std::string& text, const std::vector<std::string>& names)
{
    const auto found = std::find(names.begin(), names.end(), text);
    if (found == names.end()) throw BadInput(place + ": no '" + text + "'" + suggestion(text, names));
    return static_cast<size_t>(found - names.begin());
}

}  // namespace hpnsim
