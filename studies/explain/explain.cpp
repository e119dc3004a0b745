// SPDX-License-Identifier: GPL-2.0-only
// The table of rules, and what all of them say.
#include "explain/port_groups.hpp"
#include "explain/rules.hpp"
#include "hpnsim/format.hpp"
#include "hpnsim/run_graphs.hpp"
#include "hpnsim/statistics.hpp"

#include <algorithm>
#include <set>

namespace hpnsim
{

RunFacts::RunFacts(const RunRecord& one_seed, const RunRecord& all_seeds) : run(one_seed), all(all_seeds)
{
    std::set<uint64_t> seen;
    for (const FlowRow& flow : all.flows) {
        seen.insert(flow.seed);
        ++flows;
        completed += flow.completed() ? 1 : 0;
        unfinished += flow.unfinished() ? 1 : 0;
        payload += flow.completed() ? flow.bytes : 0;
    }
    seeds = std::max<uint64_t>(1, seen.size());
    failed = flows - completed - unfinished;
    if (run.flows.empty()) return;
    first_start = last_end = run.flows.front().start;
    for (const FlowRow& flow : run.flows) {
        first_start = std::min(first_start, flow.start);
        last_end = std::max(last_end, flow.unfinished() ? run.sim_time : flow.end);
    }
}

double RunFacts::share_busy(Rate rate, Bytes bytes) const
{
    const double seconds = busy().us() / 1e6;
    if (seconds <= 0 || rate.bps <= 0) return 0;
    return std::min(1.0, static_cast<double>(bytes) * 8 / (static_cast<double>(rate.bps) * seconds));
}

const std::vector<ExplainRule>& explain_rules()
{
    static const std::vector<ExplainRule> kRules = {
        {"end", 0, "flows that did not complete", say_end},
        {"errors", 0, "sentences that the run itself has left", say_errors},
        {"receivers", 0.8, "share of the time in which the links to a host were busy", say_receivers},
        {"senders", 0.8, "share of the time in which the links of a NIC were busy", say_senders},
        {"uplinks", 1.5, "busiest uplink of a tier over the mean of its uplinks", say_uplinks},
        {"nic-ports", 0.75, "share of a NIC's bytes that left by one of its ports, as a mean over NICs",
         say_nic_ports},
        {"pauses", 0, "pause frames", say_pauses},
        {"marks", 0.05, "marks per data packet", say_marks},
        {"losses", 0, "packets dropped or trimmed", say_losses},
        {"retransmissions", 0.001, "retransmitted over completed payload", say_retransmissions},
        {"slowest", 2, "largest slowdown over the median", say_slowest},
        {"tail", 0.2, "share of the time at the end in which receivers got less than a tenth of the mean",
         say_tail}};
    return kRules;
}

std::vector<std::string> explain(const RunRecord& record)
{
    const RunSample sample = sample_of(record);
    const RunFacts facts(sample.seeds.front(), record);
    std::vector<std::string> all;
    if (facts.flows == 0) return {"No flow was posted, so there is nothing to explain."};
    for (const ExplainRule& rule : explain_rules()) {
        const Sentences said = rule.say(facts, rule.threshold);
        all.insert(all.end(), said.begin(), said.end());
    }
    if (!all.empty()) return all;
    const Summary slowdown = slowdown_summary(record);
    std::string text =
        "Nothing stands out: " + counted(facts.flows, "flow") + " completed in " + text_of(facts.busy());
    if (slowdown.mean && slowdown.max)
        text += " with a mean slowdown of " + format_fixed(static_cast<double>(*slowdown.mean) / 1e6, 2) +
                " (largest " + format_fixed(static_cast<double>(*slowdown.max) / 1e6, 2) + ")";
    return {text + "."};
}

}  // namespace hpnsim
