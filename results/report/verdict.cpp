// SPDX-License-Identifier: GPL-2.0-only
// Chooses what runs are compared by, and words the outcome.
#include "report/verdict.hpp"

#include "hpnsim/contest.hpp"
#include "hpnsim/format.hpp"
#include "hpnsim/statistics.hpp"
#include "hpnsim/writers.hpp"

#include <algorithm>
#include <optional>

namespace hpnsim
{

namespace
{

using Json = nlohmann::ordered_json;

/// A figure of summary.json, and how it is called.
struct Named {
    const char* key;
    const char* member;  ///< of an object; empty: the value itself
    Measure measure;
};

/// From what a scenario is about to what every scenario has.
const std::vector<Named>& contests()
{
    static const std::vector<Named> kAll = {{"interruption_us", "", {"interruption of goodput", "us", true}},
                                            {"iteration_us", "", {"iteration time", "us", true}},
                                            {"busbw_GBps", "", {"bus bandwidth", "GB/s", false}},
                                            {"slowdown", "p99", {"p99 slowdown", "", true}},
                                            {"fct_us", "p99", {"p99 flow completion time", "us", true}},
                                            {"fct_us", "mean", {"mean flow completion time", "us", true}}};
    return kAll;
}

std::optional<double> number_in(const Json& entry, const char* key, const char* member)
{
    const auto found = entry.find(key);
    if (found == entry.end()) return std::nullopt;
    const Json& value = *member != '\0' && found->is_object() ? found->value(member, Json()) : *found;
    return value.is_number() ? std::optional<double>(value.get<double>()) : std::nullopt;
}

/// A run and what each of its seeds found. Seeds that were the same run count once.
struct Seeds {
    const RunRecord& run;
    std::vector<Json> entries;

    explicit Seeds(const RunRecord& of) : run(of)
    {
        const auto found = of.extra.is_object() ? of.extra.find("seeds") : of.extra.end();
        if (of.extra.is_object() && found != of.extra.end() && !of.extra.contains("seeds_note"))
            entries.assign(found->begin(), found->end());
        else
            entries.push_back(summary_json(of));
    }

    /// One a seed, or none if a seed has none.
    std::vector<double> values(const char* key, const char* member) const
    {
        std::vector<double> out;
        for (const Json& entry : entries) {
            const auto value = number_in(entry, key, member);
            if (!value) return {};
            out.push_back(*value);
        }
        return out;
    }
};

bool several_sizes(const RunRecord& run)
{
    return std::any_of(run.flows.begin(), run.flows.end(),
                       [&run](const FlowRow& flow) { return flow.bytes != run.flows.front().bytes; });
}

uint64_t lost_flows(const RunRecord& run)
{
    const FlowCounts counts = count_flows(run);
    return counts.failed + counts.unfinished;
}

bool whole(const RunRecord& run)
{
    return lost_flows(run) == 0 && !run.interrupted && !run.flows.empty();
}

/// Of all runs, or of those that can be compared.
std::vector<Seeds> seeds_of(const std::vector<RunRecord>& runs, bool all_of_them)
{
    std::vector<Seeds> out;
    for (const RunRecord& run : runs)
        if (all_of_them || whole(run)) out.emplace_back(run);
    return out;
}

/// The first figure that all runs have, with as many values each.
const Named* common_measure(const std::vector<Seeds>& all)
{
    for (const Named& each : contests()) {
        if (std::string(each.key) == "slowdown" && !several_sizes(all.front().run)) continue;
        const size_t count = all.front().values(each.key, each.member).size();
        const bool fits = count > 0 && std::all_of(all.begin(), all.end(), [&](const Seeds& seeds) {
                              const std::vector<double> values = seeds.values(each.key, each.member);
                              return values.size() == count && mean_of(values) > 0;
                          });
        if (fits) return &each;
    }
    return nullptr;
}

std::string counted(uint64_t count, const char* one, const char* more)
{
    std::string text = std::to_string(count);
    for (size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
    return text + " " + (count == 1 ? one : more);
}

/// What keeps a run out of the comparison.
std::string losses(const std::vector<RunRecord>& runs)
{
    std::string out;
    for (const RunRecord& run : runs) {
        if (run.extra.is_object() && run.extra.contains("error")) {
            out += run.label + " failed. ";
        } else if (const uint64_t lost = lost_flows(run); lost > 0) {
            out += std::to_string(lost) + " of " + std::to_string(run.flows.size()) + " flows of " +
                   run.label + " did not complete. ";
        } else if (run.interrupted) {
            out += run.label + " was interrupted. ";
        }
    }
    return out;
}

/// How far from the best that is possible.
std::string against_ideal(const Seeds& seeds, const Named& named)
{
    const auto share = seeds.values("efficiency", "");
    if (std::string(named.key) == "busbw_GBps" && !share.empty())
        return ", " + format_fixed(mean_of(share) * 100, 1) + " % of the algorithm's bound";
    const auto slowdown = seeds.values("slowdown", "p50");
    if (std::string(named.key) != "fct_us" || slowdown.empty()) return "";
    return ", and the median flow took " + format_short(mean_of(slowdown)) +
           " times as long as in an empty network";
}

std::string single_sentence(const Seeds& seeds)
{
    const Named* named = common_measure({seeds});
    const std::string done =
        "all " + counted(seeds.run.flows.size(), "flow", "flows") + " of " + seeds.run.label + " completed";
    if (named == nullptr) return "A" + done.substr(1) + ".";
    const std::string& words = named->measure.words;
    return "A" + done.substr(1) + ": " + words + " " +
           estimate_text(seeds.values(named->key, named->member), named->measure, "seeds") +
           against_ideal(seeds, *named) + ".";
}

std::vector<Contender> contenders_of(const std::vector<Seeds>& all, const Named& named)
{
    std::vector<Contender> out;
    for (const Seeds& seeds : all) out.push_back({seeds.run.label, seeds.values(named.key, named.member)});
    return out;
}

std::string cell_of(const std::vector<double>& values)
{
    if (values.empty()) return "-";
    const Estimate found = bootstrap(values, mean_of);
    std::string text = format_short(found.value);
    if (found.interval && found.interval->low < found.interval->high)
        text += " (" + format_short(found.interval->low) + " to " + format_short(found.interval->high) + ")";
    return text;
}

struct SeedColumn {
    const char* head;
    const char* key;
    const char* member;
};

constexpr SeedColumn kSeedColumns[] = {{"iteration us", "iteration_us", ""},
                                       {"busbw GB/s", "busbw_GBps", ""},
                                       {"efficiency", "efficiency", ""},
                                       {"goodput Gb/s", "goodput_gbps", ""},
                                       {"interruption us", "interruption_us", ""},
                                       {"FCT us mean", "fct_us", "mean"},
                                       {"FCT us p50", "fct_us", "p50"},
                                       {"FCT us p99", "fct_us", "p99"},
                                       {"FCT us max", "fct_us", "max"},
                                       {"slowdown p50", "slowdown", "p50"},
                                       {"slowdown p99", "slowdown", "p99"},
                                       {"max queue B", "max_queue_bytes", ""},
                                       {"drops", "drops", ""},
                                       {"ECN marks", "ecn_marks", ""},
                                       {"PFC pauses", "pfc_pauses", ""}};

}  // namespace

std::string verdict_of(const std::vector<RunRecord>& runs)
{
    if (runs.empty()) return "Nothing was run.";
    std::string text = losses(runs);
    const std::vector<Seeds> all = seeds_of(runs, false);
    if (all.empty()) return text.empty() ? "No flow was sent." : text.substr(0, text.size() - 1);
    if (all.size() == 1) return text + single_sentence(all[0]);
    if (const Named* named = common_measure(all))
        text += contest_sentence(named->measure, contenders_of(all, *named), Averaging::mean, "seeds");
    else
        text += "All flows of " + std::to_string(all.size()) + " runs completed.";
    return text;
}

std::vector<std::string> facts_of(const std::vector<RunRecord>& runs)
{
    std::vector<std::string> out;
    const std::vector<Seeds> all = seeds_of(runs, false);
    const Named* named = all.size() > 2 ? common_measure(all) : nullptr;
    if (named != nullptr) {
        std::string text = "By " + named->measure.words + ", best first: ";
        for (const Contender& each : ranked(named->measure, contenders_of(all, *named), Averaging::mean))
            text += each.label + " " + estimate_text(each.values, named->measure, "seeds") + "; ";
        text.replace(text.size() - 2, 2, ".");
        out.push_back(text);
    }
    std::string events;
    for (const RunRecord& run : runs) {
        std::string own;
        const auto add = [&own](uint64_t count, const char* one, const char* more) {
            if (count > 0) own += (own.empty() ? "" : ", ") + counted(count, one, more);
        };
        add(run.drops, "packet dropped", "packets dropped");
        add(run.trims, "packet trimmed", "packets trimmed");
        add(run.pfc_pauses, "PFC pause", "PFC pauses");
        add(run.timeouts, "timeout", "timeouts");
        if (!own.empty()) events += (events.empty() ? "" : "; ") + run.label + ": " + own;
    }
    if (!runs.empty())
        out.push_back(events.empty()
                          ? "No packet was dropped or trimmed, nothing timed out, and PFC paused no port."
                          : "What went wrong for packets: " + events + ".");
    return out;
}

PageTable seeds_table(const std::vector<RunRecord>& runs)
{
    const std::vector<Seeds> all = seeds_of(runs, true);
    PageTable table{"Over seeds", "", {}, {}};
    if (std::none_of(all.begin(), all.end(), [](const Seeds& each) { return each.entries.size() > 1; }))
        return table;
    TableColumn labels{"run", "", {}, true}, count{"seeds", "runs that are pooled", {}, false};
    for (const Seeds& seeds : all) {
        labels.cells.push_back(seeds.run.label);
        count.cells.push_back(std::to_string(seeds.entries.size()));
    }
    table.columns = {labels, count};
    for (const SeedColumn& spec : kSeedColumns) {
        TableColumn column{spec.head, "mean over seeds", {}, false};
        for (const Seeds& seeds : all) column.cells.push_back(cell_of(seeds.values(spec.key, spec.member)));
        const bool any = std::any_of(column.cells.begin(), column.cells.end(),
                                     [](const std::string& cell) { return cell != "-" && cell != "0"; });
        if (any) table.columns.push_back(std::move(column));
    }
    table.note = "Means over seeds, with 95 % intervals in parentheses (bootstrap; they take at least " +
                 std::to_string(kFewestForInterval) + " seeds). Percentiles are those of each seed's flows.";
    return table;
}

}  // namespace hpnsim
