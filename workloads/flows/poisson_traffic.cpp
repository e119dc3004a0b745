// SPDX-License-Identifier: GPL-2.0-only
// Draws arrivals, sizes and peers of flows, from random streams that do not depend on each other; and incasts
// that arrive at random beside them, as HPCC's evaluation has them.
#include "hpnsim/poisson_traffic.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/natural_log.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/random_streams.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace hpnsim
{

namespace
{

constexpr double kMostFlows = 1e7;
constexpr double kPsPerSecond = 1e12;
constexpr uint64_t kOfIncasts = uint64_t{1} << 32;  // streams beside those of sources

uint64_t arrival_stream(uint64_t seed, uint64_t which)
{
    return stream_of(seed, StreamKind::poisson_arrival, which);
}

uint64_t target_stream(uint64_t seed, uint64_t which)
{
    return stream_of(seed, StreamKind::poisson_target, which);
}

/// Sums up the rates of the ports of each endpoint.
std::vector<Rate> nic_rates(const FabricPlan& plan)
{
    std::vector<Rate> rates(plan.endpoints);
    for (const LinkPlan& link : plan.links)
        for (const uint32_t node : {link.a, link.b})
            if (node < plan.endpoints) rates[node] = rates[node] + link.rate;
    return rates;
}

/// Returns how many flows a second make `load` of `rate`.
double arrivals_per_second(Rate rate, double load, double mean_bytes)
{
    return static_cast<double>(rate.bps) * load / (8 * mean_bytes);
}

void add_flows_of(uint32_t src, double mean_gap_ps, uint32_t endpoints, const SizeDistribution& sizes,
                  Time duration, uint64_t seed, std::vector<FlowSpec>& flows)
{
    uint64_t arrivals = arrival_stream(seed, src), size = stream_of(seed, StreamKind::poisson_size, src),
             target = target_stream(seed, src);
    FlowSpec flow;
    flow.src = src;
    while (true) {
        // Draws an exponential gap by inversion; 1 - u lies in (0, 1].
        const double gap = -natural_log(1 - next_uniform(arrivals)) * mean_gap_ps;
        if (gap >= static_cast<double>((duration - flow.start).ps)) return;
        flow.start.ps += static_cast<int64_t>(gap);
        flow.bytes = sizes.quantile(next_uniform(size));
        flow.dst = static_cast<uint32_t>(next_below(target, endpoints - 1));
        if (flow.dst >= src) ++flow.dst;
        flows.push_back(flow);
    }
}

void check_number(double expected, Time duration)
{
    if (expected <= kMostFlows) return;
    throw BadInput("duration: " + format_number(duration.us()) + " us at this load are about " +
                   format_number(std::round(expected)) + " flows; the most is 10 million, " +
                   format_number(std::floor(duration.us() * kMostFlows / expected)) + " us");
}

/// The first `count` of a shuffle of `endpoints` without `receiver`.
std::vector<uint32_t> draw_senders(uint64_t& stream, uint32_t endpoints, uint32_t receiver, uint32_t count)
{
    std::vector<uint32_t> all(endpoints);
    std::iota(all.begin(), all.end(), 0U);
    std::swap(all[receiver], all.back());
    all.pop_back();
    for (uint32_t at = 0; at < count; ++at) std::swap(all[at], all[at + next_below(stream, all.size() - at)]);
    all.resize(count);
    return all;
}

void check_incasts(const FabricPlan& plan, const RandomIncasts& incasts, double expected, Time duration)
{
    if (incasts.senders >= plan.endpoints)
        throw BadInput("senders: incasts of " + std::to_string(incasts.senders) +
                       " senders need as many endpoints beside the receiver, and '" + plan.name + "' has " +
                       std::to_string(plan.endpoints));
    if (expected * incasts.senders > kMostFlows)
        throw BadInput("incasts: " + format_number(duration.us()) + " us at this load are about " +
                       format_number(std::round(expected * incasts.senders)) +
                       " flows of incasts; the most is 10 million");
}

}  // namespace

Rate total_nic_rate(const FabricPlan& plan)
{
    Rate total;
    for (const Rate rate : nic_rates(plan)) total = total + rate;
    return total;
}

std::vector<FlowSpec> poisson_flows(const FabricPlan& plan, const SizeDistribution& sizes, double load,
                                    Time duration, uint64_t seed)
{
    const double mean = sizes.mean();
    const double expected = arrivals_per_second(total_nic_rate(plan), load, mean) * duration.s();
    check_number(expected, duration);
    const std::vector<Rate> rates = nic_rates(plan);
    std::vector<FlowSpec> flows;
    for (uint32_t src = 0; src < plan.endpoints; ++src) {
        if (rates[src].bps == 0) continue;
        const double gap_ps = kPsPerSecond / arrivals_per_second(rates[src], load, mean);
        add_flows_of(src, gap_ps, plan.endpoints, sizes, duration, seed, flows);
    }
    if (flows.empty())
        throw BadInput("duration: no flow starts within " + format_number(duration.us()) +
                       " us; at this load " + format_number(std::ceil(duration.us() / expected)) +
                       " us bring about one");
    std::stable_sort(flows.begin(), flows.end(),
                     [](const FlowSpec& a, const FlowSpec& b) { return a.start < b.start; });
    return flows;
}

std::vector<FlowSpec> poisson_incasts(const FabricPlan& plan, const RandomIncasts& incasts, Time duration,
                                      uint64_t seed)
{
    if (incasts.senders == 0) return {};
    const double bits = 8.0 * static_cast<double>(incasts.bytes) * incasts.senders;
    const double per_second = static_cast<double>(total_nic_rate(plan).bps) * incasts.load / bits;
    check_incasts(plan, incasts, per_second * duration.s(), duration);
    uint64_t when = arrival_stream(seed, kOfIncasts), whom = target_stream(seed, kOfIncasts),
             from = target_stream(seed, kOfIncasts + 1);
    std::vector<FlowSpec> flows;
    FlowSpec flow;
    flow.cls = RandomIncasts::kClass;
    flow.bytes = incasts.bytes;
    while (true) {
        const double gap = -natural_log(1 - next_uniform(when)) * kPsPerSecond / per_second;
        if (gap >= static_cast<double>((duration - flow.start).ps)) break;
        flow.start.ps += static_cast<int64_t>(gap);
        flow.dst = static_cast<uint32_t>(next_below(whom, plan.endpoints));
        for (const uint32_t sender : draw_senders(from, plan.endpoints, flow.dst, incasts.senders)) {
            flow.src = sender;
            flows.push_back(flow);
        }
    }
    if (flows.empty())
        throw BadInput("incasts: none starts within " + format_number(duration.us()) + " us; at this load " +
                       format_number(std::ceil(1e6 / per_second)) + " us bring about one");
    return flows;
}

}  // namespace hpnsim
