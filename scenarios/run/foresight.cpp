// SPDX-License-Identifier: GPL-2.0-only
// Learns how long messages take, and plans those that are known.
#include "run/foresight.hpp"

#include <algorithm>
#include <cmath>

namespace hpnsim
{

namespace
{

constexpr int kMostAgree = 8;
constexpr double kChance = 2;           // packets
constexpr double kMostByChance = 0.05;  // of a message's time

}  // namespace

Foresight::Plan Foresight::begin(uint64_t number, uint64_t lane_number, Bytes bytes, Time now)
{
    if (messages_.size() <= number) messages_.resize(number + 1);
    Lane& lane = lanes_[lane_number];
    Underway& message = messages_[number];
    message = Underway();
    message.kind = {lane_number, bytes, lane.open > 0};
    message.began = now;
    message.open = true;
    const auto known = known_.find(message.kind);
    const bool knows = known != known_.end() && known->second.agree >= kAgree;
    message.stranger = !knows;
    message.foreseen = knows && strangers_ == 0;
    strangers_ += message.stranger ? 1 : 0;
    ++lane.open;
    const bool wait = message.foreseen ? message.kind.behind : lane.foreseen > 0 || !lane.waiting.empty();
    if (!wait) return go(message, lane);
    message.waited = true;
    lane.waiting.push_back(number);
    return {Way::waits, {}};
}

/// Starts a message that has nothing to wait for any more.
Foresight::Plan Foresight::go(Underway& message, Lane& lane)
{
    if (!message.foreseen) return {Way::real, {}};
    ++lane.foreseen;
    return {Way::foreseen, Time{std::llround(known_.at(message.kind).takes_ps)}};
}

/// Takes the time of a real message as a sample of its kind. What had to wait for a foreseen one has been
/// held up, and is none.
void Foresight::observe(const Underway& message, const Lane& lane, Time now)
{
    if (message.waited) return;
    const Time since = message.kind.behind ? lane.last_arrival : message.began;
    const auto took = static_cast<double>((now - since).ps);
    Known& known = known_[message.kind];
    const bool agrees = std::abs(took - known.takes_ps) <= tolerance(message.kind.bytes) * known.takes_ps;
    if (known.agree == 0) known.takes_ps = took;
    known.agree = std::clamp(known.agree + (agrees || known.agree == 0 ? 1 : -1), 0, kMostAgree);
    known.takes_ps += (took - known.takes_ps) / (known.agree + 1);
}

/// Where packets of several QPs take turns, it is chance whether one packet more or less comes first.
double Foresight::tolerance(Bytes bytes) const
{
    const double packets = static_cast<double>(bytes) / static_cast<double>(mtu_);
    return std::max(band_, std::min(kChance / packets, kMostByChance));
}

std::vector<Foresight::Released> Foresight::arrived(uint64_t number, Time now)
{
    Underway& message = messages_[number];
    if (!message.open) return {};
    message.open = false;
    Lane& lane = lanes_[message.kind.lane];
    --lane.open;
    if (message.foreseen)
        --lane.foreseen;
    else
        observe(message, lane, now);
    if (message.stranger) --strangers_;
    lane.last_arrival = now;
    std::vector<Released> released;
    // All that are left wait: the first goes, and real ones after a real one do not wait for each other.
    if (lane.open != lane.waiting.size()) return released;
    while (!lane.waiting.empty()) {
        const uint64_t next = lane.waiting.front();
        if (!released.empty() && messages_[next].foreseen) break;
        lane.waiting.pop_front();
        released.push_back({next, go(messages_[next], lane)});
        if (messages_[next].foreseen) break;
    }
    return released;
}

void Foresight::completed(uint64_t number, Time after_arrival)
{
    const Underway& message = messages_[number];
    if (message.waited || message.foreseen) return;
    const auto known = known_.find(message.kind);
    if (known != known_.end()) known->second.completion = after_arrival;
}

std::vector<Foresight::Released> Foresight::lost(uint64_t number, Time now)
{
    messages_[number].waited = true;  // its time is none of its kind's
    return arrived(number, now);
}

Time Foresight::completion_of(uint64_t number) const
{
    const auto known = known_.find(messages_[number].kind);
    return known == known_.end() ? Time{} : known->second.completion;
}

}  // namespace hpnsim
