// SPDX-License-Identifier: GPL-2.0-only
// Counts a job's flows, and takes means over its turns.
#include "kit/job_results.hpp"

#include "hpnsim/statistics.hpp"
#include "hpnsim/summary_keys.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

using Json = nlohmann::ordered_json;

/// These tell of the whole network, or of what is not recorded of a job.
bool left_out(const std::string& key)
{
    return key == "receiver_port_bytes" || key == "verified" || key == "sweep";
}

bool has_mean(const std::string& key)
{
    const SummaryKey* known = find_summary_key(key);
    return known != nullptr && (known->pool == Pool::mean || known->pool == Pool::largest);
}

}  // namespace

void JobResults::add(const Json& extra)
{
    if (turns_++ == 0)
        for (const auto& item : extra.items())
            if (!left_out(item.key())) first_[item.key()] = item.value();
    for (const auto& item : extra.items()) {
        if (left_out(item.key()) || !has_mean(item.key())) continue;
        if (item.value().is_null()) missing_.push_back(item.key());
        if (!item.value().is_number()) continue;
        auto found = std::find_if(sums_.begin(), sums_.end(),
                                  [&](const auto& sum) { return sum.first == item.key(); });
        if (found == sums_.end()) found = sums_.insert(found, {item.key(), 0});
        found->second += item.value().get<double>();
    }
}

Json JobResults::summary(uint32_t job, const JobState& state, bool over, Time now,
                         const std::vector<FlowRow>& flows, Messages messages) const
{
    FlowCounts counts;
    std::vector<int64_t> fcts, slowdowns;
    for (const FlowRow& row : flows) {
        if (row.job != job) continue;
        ++counts.flows;
        counts.unfinished += row.unfinished() ? 1 : 0;
        counts.failed += !row.completed() && !row.unfinished() ? 1 : 0;
        if (!row.completed()) continue;
        ++counts.completed;
        if (!row.measured) continue;
        fcts.push_back(row.fct().ps);
        if (const auto slowdown = slowdown_millionths(row)) slowdowns.push_back(*slowdown);
    }
    const bool begun = state.first_begun < Time::max();
    const Time end = over ? state.last_end : now;
    Json out;
    out["start_us"] = begun ? Json(state.first_begun.us()) : Json(nullptr);
    out["end_us"] = over && begun ? Json(state.last_end.us()) : Json(nullptr);
    out["repeats"] = state.turns_ended;
    out["flows"] = counts.flows;
    out["completed"] = counts.completed;
    out["failed"] = counts.failed;
    out["unfinished"] = counts.unfinished;
    out["fct_us"] = to_json(summarise(std::move(fcts)));
    out["slowdown"] = to_json(summarise(std::move(slowdowns)));
    out["delivered_bytes"] = messages.delivered;
    out["goodput_gbps"] = nullptr;
    if (begun && end > state.first_begun)
        out["goodput_gbps"] = static_cast<double>(messages.delivered) * 8e-9 / (end - state.first_begun).s();
    for (const auto& item : first_.items()) out[item.key()] = item.value();
    for (const auto& [key, sum] : sums_) out[key] = sum / static_cast<double>(turns_);
    for (const std::string& key : missing_) out[key] = nullptr;
    if (out.contains("message_fct_us")) out["message_fct_us"] = to_json(summarise(std::move(messages.fcts)));
    return out;
}

}  // namespace hpnsim
