// SPDX-License-Identifier: GPL-2.0-only
// Lets hosts act for themselves within a window: what others are to see is told at its end, in order.
#include "run/network_carrier.hpp"

#include "ns3/make-event.h"

#include <algorithm>

namespace hpnsim
{

int64_t NetworkCarrier::sum(int64_t Lane::*count) const
{
    int64_t all = 0;
    lanes_.for_each([&all, count](const Lane& lane) { all += lane.*count; });
    return all;
}

/// A message that is posted bit by bit, what checks bytes, and a receive that the other side posts all touch
/// what hosts share. A post to a QP in error completes something at once, which other ranks do not know.
bool NetworkCarrier::may_act_apart() const
{
    return acts_apart_ && contents_ == nullptr && verb_ == Verb::write && postings_.empty() && !erred_;
}

NetworkCarrier::Place NetworkCarrier::place_now()
{
    constexpr uint64_t kDeferred = uint64_t{1} << 63;
    return {now(), t_cursor.context, lanes_.mine().turn++ | (apart() ? 0 : kDeferred)};
}

/// True if nothing need be made for the message that others number too. It notes the pair.
bool NetworkCarrier::has_qps(Slot& slot)
{
    const Message& message = slot.end.message;
    if (message.nvlink) return true;
    if (network_.Config().qpPerMessage || message.bytes > kRequestsAhead * kMaxRequest) return false;
    slot.pair = known_pair(message);
    return slot.pair != nullptr;
}

/// Returns the pair if it has QPs; else null.
NetworkCarrier::Pair* NetworkCarrier::known_pair(const Message& message)
{
    const uint64_t key = key_of(ends_of(message));
    Recent& recent = recent_[message.src];
    if (recent.key == key && recent.function == message.function) return recent.pair;
    auto& pairs = pairs_.at(message.function);
    const auto found = pairs.find(key);
    if (found == pairs.end()) return nullptr;
    Pair& pair = found->second;
    recent = {key, &pair, message.function, pair.qps.empty() ? 0 : pair.qps[0].number};
    return &pair;
}

/// A message that has come is often answered by one to where the last one went.
void NetworkCarrier::WarmMessage(const RoceNetDevice& device, uint64_t cookie, WarmRound round) const
{
    const uint32_t endpoint = device.GetNic().endpoint();
    const Recent& recent = recent_[endpoint];
    if (round == WarmRound::FAR) {
        slots_.warm(cookie);
        workload_.warm(endpoint);
        __builtin_prefetch(&recent);
    } else if (recent.pair != nullptr) {
        __builtin_prefetch(recent.pair);
        device.GetNic(recent.function).warm_qp(recent.qp);
    }
}

void NetworkCarrier::WarmCompletion(const RoceNetDevice& device, uint64_t cookie) const
{
    slots_.warm(cookie);
    __builtin_prefetch(recent_[device.GetNic().endpoint()].pair);
}

/// Keeps the message back if it must wait for other hosts. What its host sends then waits with it.
bool NetworkCarrier::hold(uint64_t slot)
{
    Slot& its = slots_.at(slot);
    Held& held = held_[network_.Plan().host_of(its.end.message.src)];
    if (held.slots.empty()) {
        if (has_qps(its)) return false;
        Held::Sends::Defer(network_.GetClock(), &held);
    }
    held.slots.push_back(slot);
    return true;
}

void NetworkCarrier::Held::send_now()
{
    for (const uint64_t slot : slots) carrier->launch(slot);
    slots.clear();
}

/// Over ranks the host's own has the event, and tells the others of it. Where hosts act in turn, timers have
/// one order among all.
void NetworkCarrier::at_host(uint32_t endpoint, Time when, uint64_t token)
{
    if (!acts_by_host_) return at(when, token);
    ++lanes_.mine().timers;
    const Clock& clock = network_.GetClock();
    const EventOrder order = network_.OrderOfHost(endpoint);
    const Time delay = when - now();
    if (clock.ActsHere(order, delay))
        clock.Schedule(
            order, delay,
            ns3::MakeEvent(&NetworkCarrier::timer_of_host, this, network_.Plan().host_of(endpoint), token));
}

void NetworkCarrier::timer_of_host(uint32_t host, uint64_t token)
{
    Held& held = held_[host];
    held.token = token;
    const bool may = apart() && may_act_apart();
    if (may) Held::Timer::NoteApart(network_.GetClock(), &held);
    if (may || !Held::Timer::Defer(network_.GetClock(), &held)) timer(token);
}

/// Other ranks have kept the same messages back, and know no more of a timer than its token.
bool NetworkCarrier::PackOwn(const PendingEvent& action, MessageWriter& out)
{
    const bool sends = Held::Sends::Is(action);
    if (!sends && !Held::Timer::Is(action)) return false;
    const auto* held = static_cast<const Held*>(action.object);
    out.Put(sends);
    out.Put(sends ? static_cast<uint64_t>(held - held_.data()) : held->token);
    return true;
}

void NetworkCarrier::CarryOutOwn(MessageReader& in)
{
    const bool sends = in.Get<bool>();
    const auto value = in.Get<uint64_t>();
    if (sends)
        held_.at(value).send_now();
    else
        timer(value);
}

/// Where hosts act in turn, they end messages in the order of time, and what a workload says of one holds
/// only now: its job may begin another turn at once.
void NetworkCarrier::tell_end(const MessageEnd& end, bool transfer)
{
    const EventKernel* kernel = network_.GetClock().Kernel();
    if (kernel != nullptr && kernel->InWindow() && acts_by_host_)
        lanes_.mine().ended.push_back({place_now(), end, transfer});
    else
        tell_ended(end, transfer);
}

void NetworkCarrier::tell_ended(const MessageEnd& end, bool transfer)
{
    if (transfer ? on_transfer : on_end) (transfer ? on_transfer : on_end)(end);
}

void NetworkCarrier::window_over()
{
    tell_kept();
    workload_.caught_up(*this);
}

void NetworkCarrier::tell_kept()
{
    lanes_.for_each([this](const Lane& lane) {
        for (const Ended& each : lane.ended) ended_.emplace_back(each.place, &each);
    });
    std::sort(ended_.begin(), ended_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [place, each] : ended_) tell_ended(each->end, each->transfer);
    ended_.clear();
    lanes_.for_each([](Lane& lane) { lane.ended.clear(); });
}

}  // namespace hpnsim
