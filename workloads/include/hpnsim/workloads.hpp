// SPDX-License-Identifier: GPL-2.0-only
// Declares the workloads of the scenarios, as implementations of Workload.
#pragma once

#include "hpnsim/collective.hpp"
#include "hpnsim/flow_file.hpp"
#include "hpnsim/lane.hpp"
#include "hpnsim/running_collective.hpp"
#include "hpnsim/workload.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace hpnsim
{

/// Says who takes part in an incast.
struct IncastGroup {
    uint32_t receiver = 0;
    std::vector<uint32_t> senders;
};

/// `rail`: receiver GPU 0 of host 0, sender i GPU 0 of host i (from 1). `cross-segment`: the receiver is the
/// same, senders are GPUs 0 of the hosts of the other segments, in order. `index`: endpoints 0 and 1, 2, ...
/// Throws BadInput that says how many there are.
IncastGroup place_incast(const FabricPlan& plan, const std::string& placement, uint32_t senders);

class SendsLeft;

/// Start and end of a round of an incast or of an iteration of a collective. An unfinished one ends at
/// Time::max().
struct Period {
    Time start, end = Time::max();
};

/// When each of `count` senders starts, uniform in 0..jitter.
std::vector<Time> jittered_starts(uint32_t count, Time jitter, uint64_t seed);

/// All senders send at once; the next round starts when every sender of this one has its completion.
class IncastWorkload : public Workload
{
public:
    IncastWorkload(IncastGroup group, Bytes bytes, uint32_t rounds, Time jitter, uint64_t seed);
    void start(Carrier&) override;
    void on_delivered(Carrier&, const Message&) override {}
    void on_completed(Carrier&, const Message&, FlowStatus status) override;
    void on_timer(Carrier&, uint64_t token) override;
    bool done() const override { return rounds_done_ == rounds_; }
    bool acts_by_host() const override { return true; }
    bool acts_apart() const override { return true; }
    bool awaits_completions() const override { return true; }
    double progress() const override;
    /// Returns start and end (the last completion) of each round.
    const std::vector<Period>& periods() const { return periods_; }

private:
    void begin_round(Carrier&);
    void send(Carrier&, uint32_t sender);

    IncastGroup group_;
    Bytes bytes_;
    uint32_t rounds_, rounds_done_ = 0;
    std::atomic<uint32_t> completed_{0};
    Time jitter_;
    std::vector<uint64_t> streams_;  ///< one random stream per sender
    std::vector<Period> periods_;
};

/// Sends each flow at its start, or when its trigger fires. Message ids are indices of `flows`.
class FlowsWorkload : public Workload
{
public:
    /// `flows` are sorted by start, those that wait for one of `triggers` last.
    explicit FlowsWorkload(std::vector<FlowSpec> flows, const std::vector<FlowTrigger>& triggers = {});
    void start(Carrier&) override;
    void on_delivered(Carrier&, const Message&) override;
    void on_completed(Carrier&, const Message&, FlowStatus status) override;
    void on_timer(Carrier&, uint64_t) override;
    bool done() const override { return completed_ == flows_.size(); }
    /// A trigger may be pulled anywhere.
    bool acts_by_host() const override { return timed_ == flows_.size(); }
    bool outlasts(uint32_t) const override { return true; }
    bool acts_apart() const override { return board_.empty(); }
    bool awaits_completions() const override { return true; }
    const std::vector<FlowSpec>& flows() const { return flows_; }
    double progress() const override;

private:
    void send_due(Carrier&);
    void send(Carrier&, uint32_t flow);
    void fire(Carrier&, uint32_t trigger);

    std::vector<FlowSpec> flows_;
    TriggerBoard board_;
    Time origin_;       ///< the workload's start: flow times count from it
    size_t timed_ = 0;  ///< flows with a start of their own
    size_t next_ = 0;
    std::atomic<size_t> completed_{0};
};

/// A rank that is slow in iterations that begin in from..to.
struct SlowSpell {
    SlowRank who;
    Time from, to = Time::max();
};
/// Collectives that follow each other, each for some iterations: the sizes of a sweep.
using CollectiveSeries = std::vector<std::shared_ptr<const Collective>>;

/// Messages of iteration i, counted over all of the series, have the ids i * message_span() + code.
uint64_t message_span(const CollectiveSeries& series);

/// Iterations of a collective with a barrier between: the next one starts when every rank has done its part
/// of this one. After a message in error nothing more is sent.
class CollectiveWorkload : public Workload
{
public:
    /// `iterations` of each collective of the series, which has at least one.
    CollectiveWorkload(CollectiveSeries series, RankPlaces places, uint32_t iterations, Time jitter,
                       uint64_t seed, const StepCosts& costs = {});
    /// `jitter`: each rank starts each iteration up to this late, at random.
    CollectiveWorkload(std::unique_ptr<Collective> collective, CollectiveShape shape, uint32_t iterations,
                       Time jitter, uint64_t seed, const StepCosts& costs = {});
    ~CollectiveWorkload() override;
    /// No iteration begins at `when` or later.
    void begin_none_from(Time when) { last_begin_ = when; }
    void slow_down(const SlowSpell& spell) { spells_.push_back(spell); }
    void start(Carrier&) override;
    void on_delivered(Carrier&, const Message&) override;
    void on_completed(Carrier&, const Message&, FlowStatus status) override;
    void on_timer(Carrier&, uint64_t token) override;
    bool done() const override;
    bool acts_by_host() const override { return true; }
    bool acts_apart() const override { return true; }
    void caught_up(Carrier&) override;
    bool must_send_more() const override;
    bool must_send_more_or_inside() const override;
    /// Ranks fill hosts in order as a rule, so that this is the endpoint's rank.
    void warm(uint32_t endpoint) const override
    {
        if (running_ != nullptr) running_->warm(endpoint);
    }
    double progress() const override;
    /// Returns start and end (the last step) of each iteration begun.
    const std::vector<Period>& periods() const { return periods_; }
    /// Returns when each group ended an iteration that has begun; Time::max(): it has not.
    const std::vector<Time>& group_ends(uint64_t iteration) const { return group_ends_.at(iteration); }
    /// Tells which range of the buffer a message carries, and what the receiver does with it.
    Transfer transfer(const Message& message) const;

private:
    /// What a lane has done in this iteration.
    struct Lane {
        RunningCollective::Out out;
        uint64_t delivered = 0;
        uint64_t sent = 0;        ///< between hosts, until `settle`
        uint64_t inside = 0;      ///< sent inside hosts, until `settle`
        int64_t outstanding = 0;  ///< sent, not completed; of all lanes together it is never below 0
    };

    void begin_iteration(Carrier&);
    void follow(Carrier&);
    void settle(Lane& lane);
    void tell_sent(Lane& lane);
    Message message_of(const RunningCollective::Send& step) const;
    void emit(Carrier&, Lane& lane, const Message& message);
    StepCosts costs_at(Time now) const;

    /// The collective of an iteration.
    const std::shared_ptr<const Collective>& collective_of(uint64_t iteration) const;
    uint64_t iterations() const { return ended_ ? finished_ : uint64_t{iterations_} * series_.size(); }

    CollectiveSeries series_;
    uint64_t span_;  ///< of message ids, an iteration
    RankPlaces places_;
    StepCosts costs_;
    uint32_t iterations_;  ///< of each collective
    uint64_t finished_ = 0;
    bool ended_ = false;  ///< no iteration begins any more
    Time jitter_, last_begin_ = Time::max();
    std::vector<SlowSpell> spells_;
    std::vector<uint64_t> streams_;               ///< one random stream per rank
    std::unique_ptr<RunningCollective> running_;  ///< of this iteration
    std::unique_ptr<SendsLeft> to_send_;          ///< of this iteration
    std::vector<Period> periods_;
    std::vector<std::vector<Time>> group_ends_;  ///< by iteration and group
    std::vector<uint32_t> group_left_;           ///< ranks of each group that have not done their part
    std::vector<Time> group_last_;               ///< when the last rank of each group did, so far
    std::unique_ptr<PerLane<Lane>> lanes_;
    bool failed_ = false;
};

}  // namespace hpnsim
