// SPDX-License-Identifier: GPL-2.0-only
// Compares looks at the flows of a network.
#include "run/steady.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace hpnsim
{

namespace
{

constexpr double kMostOfOne = 4;    // a single flow may change by so many bands
constexpr double kChance = 2;       // packets in flight, more or less, mean nothing
constexpr double kMostHalves = 64;  // the reach is at most so many times as long as half of what was seen

/// Packets per ps; 0: too few to tell.
double rate_between(const FlowCount& from, const FlowCount& to)
{
    const uint64_t packets = to.sent - from.sent;
    if (packets < SteadyTest::kLeastPackets || to.last_sent <= from.last_sent) return 0;
    return static_cast<double>(packets) / static_cast<double>((to.last_sent - from.last_sent).ps);
}

}  // namespace

void SteadyTest::add(FlowsSeen seen)
{
    if (looks_ == 3) {
        std::rotate(seen_.begin(), seen_.begin() + 1, seen_.end());
        --looks_;
    }
    seen_[static_cast<size_t>(looks_++)] = std::move(seen);
}

bool SteadyTest::same_flows() const
{
    const auto same = [](const FlowCount& a, const FlowCount& b) { return a.key == b.key; };
    for (size_t i = 1; i < 3; ++i) {
        const auto& before = seen_[i - 1].flows;
        const auto& after = seen_[i].flows;
        if (!std::equal(before.begin(), before.end(), after.begin(), after.end(), same)) return false;
    }
    return seen_[0].repairs == seen_[2].repairs;
}

bool SteadyTest::balanced(const FlowsSeen& from, const FlowsSeen& to) const
{
    Bytes grown = 0;
    double sent = 0;
    for (size_t i = 0; i < to.flows.size(); ++i) {
        grown += to.flows[i].in_flight - from.flows[i].in_flight;
        sent += static_cast<double>(to.flows[i].sent - from.flows[i].sent);
    }
    return std::abs(static_cast<double>(grown)) <= band_ * sent * static_cast<double>(mtu_);
}

/// The packets per ps that a flow brings to its receiver, over all three looks.
double SteadyTest::rate_of(size_t flow) const
{
    const FlowCount& from = seen_[0].flows[flow];
    const FlowCount& to = seen_[2].flows[flow];
    const double grown = static_cast<double>(to.in_flight - from.in_flight) / static_cast<double>(mtu_);
    const double rate = rate_between(from, to);
    if (std::abs(grown) <= kChance) return rate;
    return rate * (1 - grown / static_cast<double>(to.sent - from.sent));
}

std::optional<Steady> SteadyTest::judge() const
{
    if (!complete() || seen_[2].flows.empty() || !same_flows()) return std::nullopt;
    if (!balanced(seen_[0], seen_[1]) || !balanced(seen_[1], seen_[2])) return std::nullopt;
    Steady steady;
    double changes = 0;
    for (size_t i = 0; i < seen_[2].flows.size(); ++i) {
        const double before = rate_between(seen_[0].flows[i], seen_[1].flows[i]);
        const double after = rate_between(seen_[1].flows[i], seen_[2].flows[i]);
        if (before <= 0 || after <= 0) return std::nullopt;
        const double change = std::abs(after - before) / std::max(before, after);
        if (change > band_ * kMostOfOne) return std::nullopt;
        changes += change;
        steady.rates.push_back(rate_of(i));
    }
    const double trend = changes / static_cast<double>(seen_[2].flows.size());
    if (trend > band_) return std::nullopt;
    const double half = static_cast<double>((seen_[2].at - seen_[0].at).ps) / 2;
    steady.reach = Time{std::llround(half * std::min(band_ / std::max(trend, 1e-12), kMostHalves))};
    return steady;
}

}  // namespace hpnsim
