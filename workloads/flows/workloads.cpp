// SPDX-License-Identifier: GPL-2.0-only
// Implements the workloads: what each sends at the start, and what a timer or a completion makes it send
// next.
#include "hpnsim/workloads.hpp"

#include "graph/sends_left.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/random_streams.hpp"

#include <algorithm>
#include <utility>

namespace hpnsim
{

namespace
{

std::vector<uint64_t> jitter_streams(uint64_t seed, uint32_t count)
{
    std::vector<uint64_t> streams;
    streams.reserve(count);
    for (uint32_t i = 0; i < count; ++i) streams.push_back(stream_of(seed, StreamKind::start_jitter, i));
    return streams;
}

/// Draws uniformly from 0..jitter, both included; draws nothing without jitter.
Time draw(uint64_t& stream, Time jitter)
{
    if (jitter.ps <= 0) return {};
    return {static_cast<int64_t>(next_below(stream, static_cast<uint64_t>(jitter.ps) + 1))};
}

std::string plural(uint32_t count, const std::string& noun)
{
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

uint32_t first_foreign_host(const FabricPlan& plan)
{
    const uint32_t hosts = plan.endpoints / plan.nics_per_host;
    if (plan.hosts_per_segment == 0 || plan.hosts_per_segment >= hosts)
        throw BadInput("placement: cross-segment needs several segments, and '" + plan.name + "' has one");
    return plan.hosts_per_segment;
}

}  // namespace

std::vector<Time> jittered_starts(uint32_t count, Time jitter, uint64_t seed)
{
    std::vector<Time> starts;
    for (uint64_t stream : jitter_streams(seed, count)) starts.push_back(draw(stream, jitter));
    return starts;
}

IncastGroup place_incast(const FabricPlan& plan, const std::string& placement, uint32_t senders)
{
    const bool by_index = placement == "index";
    const uint32_t stride = by_index ? 1 : plan.nics_per_host;
    const uint32_t first = placement == "cross-segment" ? first_foreign_host(plan) : 1;
    const uint32_t there = plan.endpoints / stride - first;
    if (senders > there)
        throw BadInput("senders: " + plural(senders, "sender") + " placed by " + placement +
                       " need as many " + (by_index ? "endpoints" : "hosts") +
                       " beside the receiver's, and '" + plan.name + "' has " + std::to_string(there));
    IncastGroup group;
    for (uint32_t i = 0; i < senders; ++i) group.senders.push_back((first + i) * stride);
    return group;
}

IncastWorkload::IncastWorkload(IncastGroup group, Bytes bytes, uint32_t rounds, Time jitter, uint64_t seed)
    : group_(std::move(group)), bytes_(bytes), rounds_(rounds), jitter_(jitter),
      streams_(jitter_streams(seed, static_cast<uint32_t>(group_.senders.size())))
{
}

void IncastWorkload::start(Carrier& carrier)
{
    if (!done()) begin_round(carrier);
}

void IncastWorkload::begin_round(Carrier& carrier)
{
    completed_ = 0;
    periods_.push_back({carrier.now(), Time::max()});
    for (uint32_t i = 0; i < group_.senders.size(); ++i) {
        const Time late = draw(streams_[i], jitter_);
        if (late.ps == 0)
            send(carrier, i);
        else
            carrier.at(carrier.now() + late, i);
    }
}

void IncastWorkload::send(Carrier& carrier, uint32_t sender)
{
    Message message;
    message.id = uint64_t{rounds_done_} * group_.senders.size() + sender;
    message.src = group_.senders[sender];
    message.dst = group_.receiver;
    message.bytes = bytes_;
    carrier.send(message);
}

void IncastWorkload::on_timer(Carrier& carrier, uint64_t token)
{
    send(carrier, static_cast<uint32_t>(token));
}

void IncastWorkload::on_completed(Carrier& carrier, const Message&, FlowStatus)
{
    if (++completed_ < group_.senders.size()) return;
    periods_.back().end = carrier.now();
    if (++rounds_done_ < rounds_) begin_round(carrier);
}

double IncastWorkload::progress() const
{
    if (done()) return 1;
    return (rounds_done_ + static_cast<double>(completed_) / static_cast<double>(group_.senders.size())) /
           rounds_;
}

FlowsWorkload::FlowsWorkload(std::vector<FlowSpec> flows, const std::vector<FlowTrigger>& triggers)
    : flows_(std::move(flows)), board_(triggers)
{
    for (const FlowSpec& flow : flows_)
        if (flow.links.starts_on == kNoTrigger) ++timed_;
}

void FlowsWorkload::start(Carrier& carrier)
{
    origin_ = carrier.now();
    send_due(carrier);
}

void FlowsWorkload::on_timer(Carrier& carrier, uint64_t)
{
    send_due(carrier);
}

/// Sets the timer of the next flow; only one is pending at a time.
void FlowsWorkload::send_due(Carrier& carrier)
{
    while (next_ < timed_ && origin_ + flows_[next_].start <= carrier.now())
        send(carrier, static_cast<uint32_t>(next_++));
    if (next_ < timed_) carrier.at(origin_ + flows_[next_].start, 0);
}

void FlowsWorkload::send(Carrier& carrier, uint32_t flow)
{
    Message message;
    message.id = flow;
    message.src = flows_[flow].src;
    message.dst = flows_[flow].dst;
    message.bytes = flows_[flow].bytes;
    message.priority = flows_[flow].priority;
    message.port = static_cast<uint16_t>(flows_[flow].cls);
    carrier.send(message);
}

void FlowsWorkload::fire(Carrier& carrier, uint32_t trigger)
{
    board_.fire(trigger, [this, &carrier](uint32_t flow) { send(carrier, flow); });
}

void FlowsWorkload::on_delivered(Carrier& carrier, const Message& message)
{
    fire(carrier, flows_[message.id].links.on_received);
}

/// A flow in error fires nothing: what depends on it stays unfinished.
void FlowsWorkload::on_completed(Carrier& carrier, const Message& message, FlowStatus status)
{
    ++completed_;
    if (status == FlowStatus::ok) fire(carrier, flows_[message.id].links.on_sent);
}

double FlowsWorkload::progress() const
{
    return flows_.empty() ? 1 : static_cast<double>(completed_) / static_cast<double>(flows_.size());
}

uint64_t message_span(const CollectiveSeries& series)
{
    uint64_t span = 0;
    for (const auto& each : series) span = std::max(span, each->code_limit());
    return span;
}

CollectiveWorkload::CollectiveWorkload(CollectiveSeries series, RankPlaces places, uint32_t iterations,
                                       Time jitter, uint64_t seed, const StepCosts& costs)
    : series_(std::move(series)), span_(message_span(series_)), places_(std::move(places)), costs_(costs),
      iterations_(iterations), jitter_(jitter), streams_(jitter_streams(seed, places_.ranks())),
      to_send_(std::make_unique<SendsLeft>()), lanes_(std::make_unique<PerLane<Lane>>())
{
}

CollectiveWorkload::CollectiveWorkload(std::unique_ptr<Collective> collective, CollectiveShape shape,
                                       uint32_t iterations, Time jitter, uint64_t seed,
                                       const StepCosts& costs)
    : CollectiveWorkload(CollectiveSeries{std::move(collective)}, places_of(shape), iterations, jitter, seed,
                         costs)
{
}

CollectiveWorkload::~CollectiveWorkload() = default;

const std::shared_ptr<const Collective>& CollectiveWorkload::collective_of(uint64_t iteration) const
{
    return series_.at(iteration / iterations_);
}

void CollectiveWorkload::start(Carrier& carrier)
{
    if (iterations() > 0) begin_iteration(carrier);
}

void CollectiveWorkload::begin_iteration(Carrier& carrier)
{
    periods_.push_back({carrier.now(), Time::max()});
    lanes_->for_each([](Lane& lane) { lane.delivered = 0; });
    const RankGroups groups = collective_of(finished_)->groups();
    group_ends_.emplace_back(groups.count, Time::max());
    group_left_.assign(groups.count, places_.ranks() / groups.count);
    group_last_.assign(groups.count, carrier.now());
    running_ = std::make_unique<RunningCollective>(collective_of(finished_), places_.ranks(),
                                                   costs_at(carrier.now()));
    to_send_->begin(collective_of(finished_), places_);
    for (uint32_t rank = 0; rank < places_.ranks(); ++rank) {
        const Time late = draw(streams_[rank], jitter_);
        if (late > Time{})
            carrier.at_host(places_.endpoint_of[rank], carrier.now() + late, rank);
        else
            running_->begin(rank, carrier.now(), lanes_->mine().out);
    }
    follow(carrier);
}

/// Does what has become possible. Timers with tokens below the number of ranks are beginnings, others are
/// ends of steps.
void CollectiveWorkload::follow(Carrier& carrier)
{
    Lane& lane = lanes_->mine();
    for (const RunningCollective::Later& later : lane.out.later)
        carrier.at_host(places_.endpoint_of[later.rank], carrier.now() + later.delay,
                        places_.ranks() + later.code);
    for (const RunningCollective::Send& step : lane.out.work)
        if (!failed_) carrier.work(message_of(step));
    for (const RunningCollective::Send& send : lane.out.sends) emit(carrier, lane, message_of(send));
    lane.out.clear();
    if (carrier.apart()) return;
    settle(lane);
    if (!running_->over() || periods_.back().end != Time::max()) return;
    periods_.back().end = carrier.now();
    ++finished_;
    if (carrier.now() >= last_begin_) ended_ = true;
    if (finished_ < iterations() && !failed_) begin_iteration(carrier);
}

void CollectiveWorkload::tell_sent(Lane& lane)
{
    to_send_->sent(std::exchange(lane.sent, 0), std::exchange(lane.inside, 0));
}

/// Adds what a lane has done to what all ranks share. Within a window no iteration can end.
void CollectiveWorkload::settle(Lane& lane)
{
    tell_sent(lane);
    running_->settle(lane.out);
    if (lane.out.done.empty()) return;
    const RankGroups groups = collective_of(finished_)->groups();
    for (const uint32_t rank : lane.out.done) {
        const uint32_t group = groups.group_of(rank);
        Time& last = group_last_[group];
        last = std::max(last, running_->last_step(rank));
        if (--group_left_[group] == 0) group_ends_.back()[group] = last;
    }
    lane.out.done.clear();
}

void CollectiveWorkload::caught_up(Carrier&)
{
    lanes_->for_each([this](Lane& lane) { settle(lane); });
}

StepCosts CollectiveWorkload::costs_at(Time now) const
{
    StepCosts costs = costs_;
    for (const SlowSpell& spell : spells_)
        if (spell.from <= now && now < spell.to) costs.slow.push_back(spell.who);
    return costs;
}

Message CollectiveWorkload::message_of(const RunningCollective::Send& step) const
{
    const Transfer& t = step.transfer;
    Message message;
    message.id = finished_ * span_ + step.code;
    message.src = places_.endpoint_of[t.src];
    message.dst = places_.endpoint_of[t.dst];
    message.bytes = t.sent();
    message.down = t.down;
    message.nvlink = places_.host_of[t.src] == places_.host_of[t.dst];
    message.channel = t.channel;
    return message;
}

void CollectiveWorkload::emit(Carrier& carrier, Lane& lane, const Message& message)
{
    if (failed_) return;
    ++lane.outstanding;
    ++(message.nvlink ? lane.inside : lane.sent);
    if (!carrier.apart()) tell_sent(lane);
    carrier.send(message);
}

void CollectiveWorkload::on_timer(Carrier& carrier, uint64_t token)
{
    if (token < places_.ranks())
        running_->begin(static_cast<uint32_t>(token), carrier.now(), lanes_->mine().out);
    else
        running_->ended(token - places_.ranks(), carrier.now(), lanes_->mine().out);
    follow(carrier);
}

void CollectiveWorkload::on_delivered(Carrier& carrier, const Message& message)
{
    Lane& lane = lanes_->mine();
    ++lane.delivered;
    running_->delivered(message.id % span_, carrier.now(), lane.out);
    follow(carrier);
}

void CollectiveWorkload::on_completed(Carrier&, const Message&, FlowStatus status)
{
    --lanes_->mine().outstanding;
    if (status != FlowStatus::ok) failed_ = true;
}

bool CollectiveWorkload::done() const
{
    if (!failed_ && finished_ != iterations()) return false;
    int64_t outstanding = 0;
    lanes_->for_each([&outstanding](const Lane& lane) { outstanding += lane.outstanding; });
    return outstanding == 0;
}

bool CollectiveWorkload::must_send_more() const
{
    return !failed_ && to_send_->any();
}

bool CollectiveWorkload::must_send_more_or_inside() const
{
    return !failed_ && to_send_->any_or_inside();
}

double CollectiveWorkload::progress() const
{
    if (finished_ == iterations()) return 1;
    const auto transfers = static_cast<double>(collective_of(finished_)->transfers());
    uint64_t delivered = 0;
    lanes_->for_each([&delivered](const Lane& lane) { delivered += lane.delivered; });
    return (static_cast<double>(finished_) + static_cast<double>(delivered) / transfers) /
           static_cast<double>(iterations());
}

Transfer CollectiveWorkload::transfer(const Message& message) const
{
    return collective_of(message.id / span_)->transfer(message.id % span_);
}

}  // namespace hpnsim
