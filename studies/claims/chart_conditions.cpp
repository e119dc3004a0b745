// SPDX-License-Identifier: GPL-2.0-only
// Finds out which options of conditions vary together.
#include "claims/chart_conditions.hpp"

#include <algorithm>
#include <set>

namespace hpnsim
{

namespace
{

std::string value_of(const Condition& condition, const std::string& option)
{
    for (const auto& each : condition)
        if (each.first == option) return each.second;
    return "";
}

std::vector<std::string> options_of(const std::vector<Condition>& conditions)
{
    std::vector<std::string> options;
    for (const Condition& each : conditions)
        for (const auto& [option, value] : each)
            if (std::find(options.begin(), options.end(), option) == options.end()) options.push_back(option);
    return options;
}

size_t count(const std::vector<Condition>& conditions, const std::string& option)
{
    std::set<std::string> values;
    for (const Condition& each : conditions) values.insert(value_of(each, option));
    return values.size();
}

size_t count_pairs(const std::vector<Condition>& conditions, const std::string& a, const std::string& b)
{
    std::set<std::pair<std::string, std::string>> pairs;
    for (const Condition& each : conditions) pairs.emplace(value_of(each, a), value_of(each, b));
    return pairs.size();
}

void leave_out(std::vector<Condition>& conditions, const std::string& option)
{
    for (Condition& each : conditions)
        each.erase(std::remove_if(each.begin(), each.end(),
                                  [&option](const auto& entry) { return entry.first == option; }),
                   each.end());
}

/// Puts the value of `b` behind that of `a`, under both names.
void join(std::vector<Condition>& conditions, const std::string& a, const std::string& b)
{
    for (Condition& each : conditions) {
        const std::string more = value_of(each, b);
        for (auto& [option, value] : each) {
            if (option != a) continue;
            option += ", " + b;
            if (!more.empty()) value += " " + more;
        }
    }
    leave_out(conditions, b);
}

/// Leaves out one option that follows from another, or joins two. Returns false if there are none.
bool condense_once(std::vector<Condition>& conditions)
{
    const std::vector<std::string> options = options_of(conditions);
    for (size_t a = 0; a < options.size(); ++a)
        for (size_t b = 0; b < options.size(); ++b) {
            if (a == b || count_pairs(conditions, options[a], options[b]) != count(conditions, options[a]))
                continue;
            if (a > b && count(conditions, options[a]) == count(conditions, options[b])) continue;
            leave_out(conditions, options[b]);
            return true;
        }
    for (size_t a = 0; a < options.size(); ++a)
        for (size_t b = a + 1; b < options.size(); ++b) {
            if (count_pairs(conditions, options[a], options[b]) ==
                count(conditions, options[a]) * count(conditions, options[b]))
                continue;
            join(conditions, options[a], options[b]);
            return true;
        }
    return false;
}

}  // namespace

std::vector<Condition> condensed(std::vector<Condition> conditions)
{
    while (condense_once(conditions)) {
    }
    return conditions;
}

}  // namespace hpnsim
