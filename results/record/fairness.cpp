// SPDX-License-Identifier: GPL-2.0-only
// Computes Jain's index of flows, and of goodputs over time.
#include "hpnsim/fairness.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

namespace hpnsim
{

namespace
{

/// The time in which all flows are there.
struct Together {
    Time from, to = Time::max();
    size_t pairs = 0;
};

Together together(const RunRecord& run)
{
    Together out;
    std::set<std::pair<uint32_t, uint32_t>> pairs;
    for (const FlowRow& flow : run.flows) {
        out.from = std::max(out.from, flow.start);
        if (!flow.unfinished()) out.to = std::min(out.to, flow.end);
        pairs.emplace(flow.src, flow.dst);
    }
    out.pairs = pairs.size();
    return out;
}

/// What pairs of endpoints, "3-0" of "3-0:qp1", received in one interval.
using Received = std::map<std::string, double>;

std::map<Time, Received> received_over_time(const Series& series, const Together& span)
{
    std::map<Time, Received> out;
    for (const auto& row : series.qp_rows) {
        if (row.at - row.interval < span.from || row.at > span.to) continue;
        const std::string& name = series.qps[row.name];
        out[row.at][name.substr(0, name.find(':'))] += static_cast<double>(row.sample.delivered);
    }
    return out;
}

double index_of(const std::deque<const Received*>& samples, size_t pairs)
{
    Received sums;
    for (const Received* sample : samples)
        for (const auto& [pair, bytes] : *sample) sums[pair] += bytes;
    std::vector<double> values;
    for (const auto& each : sums) values.push_back(each.second);
    values.resize(std::max(pairs, values.size()), 0);
    return jain_index(values).value_or(0);
}

}  // namespace

std::optional<double> jain_index(const std::vector<double>& values)
{
    double sum = 0, squares = 0;
    for (const double value : values) {
        sum += value;
        squares += value * value;
    }
    if (values.size() < 2 || squares == 0) return std::nullopt;
    return sum * sum / (static_cast<double>(values.size()) * squares);
}

std::optional<double> jain_index(const RunRecord& run)
{
    std::vector<double> shares;
    for (const FlowRow& flow : run.flows)
        if (flow.completed() && flow.measured && flow.fct().ps > 0) shares.push_back(1 / flow.slowdown());
    return jain_index(shares);
}

std::optional<Time> convergence_time(const RunRecord& run)
{
    const Together span = together(run);
    if (span.pairs < 2 || span.to <= span.from) return std::nullopt;
    const std::map<Time, Received> all = received_over_time(run.series, span);
    std::deque<const Received*> last;
    std::optional<Time> fair;
    for (const auto& [at, received] : all) {
        last.push_back(&received);
        if (last.size() > kFairSamples) last.pop_front();
        if (last.size() < kFairSamples) continue;
        if (index_of(last, span.pairs) < kFair)
            fair.reset();
        else if (!fair)
            fair = at - span.from;
    }
    return fair;
}

}  // namespace hpnsim
