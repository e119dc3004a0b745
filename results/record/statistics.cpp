// SPDX-License-Identifier: GPL-2.0-only
// Computes percentiles and means of flows with integers, so that the order of the samples does not matter.
#include "hpnsim/statistics.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

// Rounds to the nearest, halves away from zero. `divisor` > 0.
int64_t divide(__int128 value, __int128 divisor)
{
    const __int128 half = value < 0 ? -divisor / 2 : divisor / 2;
    return static_cast<int64_t>((value + half) / divisor);
}

nlohmann::ordered_json number(const std::optional<int64_t>& millionths)
{
    // Both operands are exact below 2^53, so the quotient is the double nearest to the decimal number, and
    // its shortest text is that number.
    if (!millionths) return nullptr;
    return static_cast<double>(*millionths) / 1e6;
}

}  // namespace

std::optional<int64_t> percentile(const std::vector<int64_t>& ascending, int permille)
{
    const auto n = static_cast<uint64_t>(ascending.size());
    const auto p = static_cast<uint64_t>(permille);
    if (n * (1000 - p) < 1000) return std::nullopt;
    const uint64_t rank = std::max<uint64_t>(1, (n * p + 999) / 1000);
    return ascending[rank - 1];
}

Summary summarise(std::vector<int64_t> millionths)
{
    Summary out;
    out.n = millionths.size();
    if (millionths.empty()) return out;
    std::sort(millionths.begin(), millionths.end());
    __int128 sum = 0;
    for (int64_t v : millionths) sum += v;
    out.min = millionths.front();
    out.max = millionths.back();
    out.mean = divide(sum, static_cast<__int128>(out.n));
    out.p50 = percentile(millionths, 500);
    out.p95 = percentile(millionths, 950);
    out.p99 = percentile(millionths, 990);
    out.p999 = percentile(millionths, 999);
    return out;
}

std::optional<int64_t> slowdown_millionths(const FlowRow& flow)
{
    if (flow.ideal.ps <= 0) return std::nullopt;
    return divide(static_cast<__int128>(flow.counted().ps) * 1'000'000, flow.ideal.ps);
}

std::vector<int64_t> completed_fcts(const RunRecord& run)
{
    std::vector<int64_t> out;
    out.reserve(run.flows.size());
    for (const FlowRow& flow : run.flows)
        if (flow.completed() && flow.measured) out.push_back(flow.fct().ps);
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<int64_t> completed_slowdowns(const RunRecord& run)
{
    std::vector<int64_t> out;
    out.reserve(run.flows.size());
    for (const FlowRow& flow : run.flows) {
        const auto slowdown = slowdown_millionths(flow);
        if (flow.completed() && flow.measured && slowdown) out.push_back(*slowdown);
    }
    std::sort(out.begin(), out.end());
    return out;
}

Summary fct_summary(const RunRecord& run)
{
    return summarise(completed_fcts(run));
}

Summary slowdown_summary(const RunRecord& run)
{
    return summarise(completed_slowdowns(run));
}

FlowCounts count_flows(const RunRecord& run)
{
    FlowCounts out;
    out.flows = run.flows.size();
    for (const FlowRow& flow : run.flows) {
        out.completed += flow.completed();
        out.unfinished += flow.unfinished();
    }
    out.failed = out.flows - out.completed - out.unfinished;
    return out;
}

nlohmann::ordered_json to_json(const Summary& s)
{
    return {{"n", s.n},
            {"min", number(s.min)},
            {"mean", number(s.mean)},
            {"p50", number(s.p50)},
            {"p95", number(s.p95)},
            {"p99", number(s.p99)},
            {"p999", number(s.p999)},
            {"max", number(s.max)}};
}

}  // namespace hpnsim
