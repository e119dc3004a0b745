// SPDX-License-Identifier: GPL-2.0-only
// Says in sentences how runs differ from the first one, seed by seed.
#include "hpnsim/bootstrap.hpp"
#include "hpnsim/report.hpp"

#include <map>
#include <set>

namespace hpnsim
{

namespace
{

using Json = nlohmann::ordered_json;

struct Compared {
    const char* key;
    const char* member;  ///< of an object; empty: the key is a number
    const char* words;
};

constexpr Compared kCompared[] = {{"fct_us", "mean", "mean FCT"},
                                  {"fct_us", "p99", "p99 FCT"},
                                  {"busbw_GBps", "", "bus bandwidth"},
                                  {"iteration_us", "", "iteration time"}};

/// Of runs whose seeds differ: the value of each seed that has one.
std::map<uint64_t, double> by_seed(const RunRecord& run, const Compared& of)
{
    std::map<uint64_t, double> out;
    if (!run.extra.is_object() || !run.extra.contains("seeds") || run.extra.contains("seeds_note"))
        return out;
    for (const Json& seed : run.extra["seeds"]) {
        const auto key = seed.find(of.key);
        if (key == seed.end()) continue;
        const Json value = *of.member == 0 ? *key : key->value(of.member, Json());
        if (value.is_number()) out[seed.at("seed").get<uint64_t>()] = value.get<double>();
    }
    return out;
}

std::string sentence(const RunRecord& first, const RunRecord& other, const Compared& of, size_t& seeds)
{
    const std::map<uint64_t, double> of_first = by_seed(first, of), of_other = by_seed(other, of);
    std::vector<double> a, b;
    for (const auto& [seed, value] : of_first) {
        const auto same = of_other.find(seed);
        if (same == of_other.end() || value == 0) continue;
        a.push_back(value);
        b.push_back(same->second);
    }
    if (a.size() < 2) return "";
    seeds = a.size();
    return other.label + ": " + of.words + " " + change_text(paired_change(a, b));
}

}  // namespace

std::string seed_comparison(const std::vector<RunRecord>& runs)
{
    std::string out;
    std::set<size_t> counts;
    for (size_t at = 1; at < runs.size(); ++at)
        for (const Compared& each : kCompared) {
            size_t seeds = 0;
            const std::string text = sentence(runs[0], runs[at], each, seeds);
            if (text.empty()) continue;
            counts.insert(seeds);
            out += "  " + text + "\n";
        }
    if (out.empty()) return "";
    const bool few = *counts.begin() < kFewestForInterval;
    return "\nAgainst " + runs[0].label + ", seed by seed" +
           (few ? " (no intervals: they take at least " + std::to_string(kFewestForInterval) + " seeds):\n"
                : ", with 95 % intervals (bootstrap of pairs):\n") +
           out;
}

}  // namespace hpnsim
