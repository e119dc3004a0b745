// SPDX-License-Identifier: GPL-2.0-only
// Rules about flows: how they ended, which were slowest and what they have in common, and a long end in which
// few still ran.
#include "explain/port_groups.hpp"
#include "explain/rules.hpp"
#include "hpnsim/format.hpp"
#include "hpnsim/statistics.hpp"

#include <algorithm>
#include <map>

namespace hpnsim
{

namespace
{

constexpr size_t kSlowest = 10;

void add_text(const RunRecord& run, const std::string& key, Sentences& out)
{
    if (run.extra.is_object() && run.extra.contains(key) && run.extra[key].is_string())
        out.push_back(run.extra[key].get<std::string>());
}

/// Completed flows with a slowdown, the slowest first.
std::vector<const FlowRow*> by_slowdown(const RunRecord& run)
{
    std::vector<const FlowRow*> flows;
    for (const FlowRow& flow : run.flows)
        if (flow.completed() && flow.ideal.ps > 0) flows.push_back(&flow);
    std::stable_sort(flows.begin(), flows.end(),
                     [](const FlowRow* a, const FlowRow* b) { return a->slowdown() > b->slowdown(); });
    return flows;
}

/// "8 of them end at endpoint 3", if more than half do, and far more than of all flows.
template <class Of> std::string shared(const std::vector<const FlowRow*>& slow,
                                       const std::vector<const FlowRow*>& all, Of of, const std::string& what)
{
    std::map<uint64_t, size_t> count;
    for (const FlowRow* flow : slow) ++count[of(*flow)];
    const auto top = std::max_element(count.begin(), count.end(),
                                      [](const auto& a, const auto& b) { return a.second < b.second; });
    const auto among_all = static_cast<double>(
        std::count_if(all.begin(), all.end(), [&](const FlowRow* flow) { return of(*flow) == top->first; }));
    const double share = static_cast<double>(top->second) / static_cast<double>(slow.size());
    if (share <= 0.5 || slow.size() < 2 || share < 2 * among_all / static_cast<double>(all.size())) return "";
    return std::to_string(top->second) + " of them " + what + " " + std::to_string(top->first);
}

std::string common_to(const std::vector<const FlowRow*>& slow, const std::vector<const FlowRow*>& all)
{
    std::vector<std::string> found = {
        shared(
            slow, all, [](const FlowRow& flow) { return flow.dst; }, "end at endpoint"),
        shared(
            slow, all, [](const FlowRow& flow) { return flow.src; }, "start at endpoint")};
    const auto lost = static_cast<size_t>(
        std::count_if(slow.begin(), slow.end(), [](const FlowRow* flow) { return flow->retransmitted > 0; }));
    if (lost * 2 > slow.size()) found.push_back(std::to_string(lost) + " of them retransmitted");
    Bytes largest = 0;
    for (const FlowRow* flow : slow) largest = std::max(largest, flow->bytes);
    const auto larger = static_cast<size_t>(
        std::count_if(all.begin(), all.end(), [&](const FlowRow* flow) { return flow->bytes > largest; }));
    if (larger * 2 > all.size()) found.push_back("all are smaller than the median flow");
    std::string text;
    for (const std::string& each : found)
        if (!each.empty()) text += (text.empty() ? "" : ", ") + each;
    return text.empty() ? "they have neither end in common" : text;
}

}  // namespace

Sentences say_end(const RunFacts& facts, double)
{
    Sentences out;
    if (facts.all.interrupted)
        out.push_back("The run was interrupted after " + text_of(facts.all.sim_time) + " of simulated time.");
    if (facts.unfinished > 0)
        out.push_back(counted(facts.unfinished, "flow") + " of " + std::to_string(facts.flows) +
                      " had not finished when the run ended.");
    if (facts.failed > 0)
        out.push_back(counted(facts.failed, "flow") + " of " + std::to_string(facts.flows) +
                      " ended in an error.");
    return out;
}

Sentences say_errors(const RunFacts& facts, double)
{
    Sentences out;
    for (const std::string& text : {facts.all.deadlock, facts.all.retries_exhausted})
        if (!text.empty()) out.push_back(text);
    for (const char* key : {"stopped", "error", "waits"}) add_text(facts.all, key, out);
    if (facts.all.pfc_storms > 0)
        out.push_back("The watchdog found " + counted(facts.all.pfc_storms, "PFC storm") + " and dropped " +
                      counted(facts.all.pfc_watchdog_drops, "packet") + ".");
    return out;
}

Sentences say_slowest(const RunFacts& facts, double threshold)
{
    const auto all = by_slowdown(facts.run);
    if (all.size() < 3) return {};
    const double median = all[all.size() / 2]->slowdown(), largest = all.front()->slowdown();
    if (median <= 0 || largest < threshold * median) return {};
    const size_t count = std::clamp<size_t>(all.size() / 100, 1, kSlowest);
    const std::vector<const FlowRow*> slow(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
    const FlowRow& worst = *slow.front();
    const std::string first = "The slowest flow, " + std::to_string(worst.id) + " from " +
                              std::to_string(worst.src) + " to " + std::to_string(worst.dst) + ", took " +
                              format_short(largest) + " times its ideal, the median flow " +
                              format_short(median) + " times";
    if (slow.size() < 2) return {first + "."};
    return {first + "; of the slowest " + std::to_string(slow.size()) + ", " + common_to(slow, all) + "."};
}

Sentences say_tail(const RunFacts& facts, double threshold)
{
    const Throughput& got = facts.run.throughput;
    if (got.bin.ps <= 0) return {};
    const auto bin_of = [&](Time t) { return static_cast<size_t>(t.ps / got.bin.ps); };
    const size_t first = bin_of(facts.first_start),
                 last = std::min(bin_of(facts.last_end), got.bytes.size() - 1);
    if (last <= first + 9 || got.bytes.empty()) return {};
    double sum = 0;
    for (size_t at = first; at <= last; ++at) sum += got.bytes[at];
    const double mean = sum / static_cast<double>(last - first + 1);
    size_t quiet = last + 1;
    while (quiet > first && got.bytes[quiet - 1] < mean / 10) --quiet;
    const double share = static_cast<double>(last + 1 - quiet) / static_cast<double>(last - first + 1);
    if (share < threshold) return {};
    const Time from = got.bin * static_cast<int64_t>(quiet);
    const auto still = static_cast<uint64_t>(
        std::count_if(facts.run.flows.begin(), facts.run.flows.end(),
                      [&](const FlowRow& flow) { return flow.unfinished() || flow.end > from; }));
    return {"For the last " + percent(share) +
            " of the time receivers got less than a tenth of the mean rate: " + counted(still, "flow") +
            " still ran after " + text_of(from) + "."};
}

}  // namespace hpnsim
