// SPDX-License-Identifier: GPL-2.0-only
// Stands between each workload and the network: translates endpoints, ids, times and timers, and begins
// turns.
#include "hpnsim/composite_workload.hpp"

#include "graph/slots.hpp"

#include <algorithm>

namespace hpnsim
{

/// What the timers of the network stand for.
class CompositeWorkload::Timers
{
public:
    enum class Kind : uint8_t { begin, stop, own };
    struct Timer {
        uint32_t job;
        Kind kind;
        uint64_t turn, token;  // of the workload's own
    };
    Slots<Timer> slots;
};

/// A job with its present turn; to its workload it is the carrier.
class CompositeWorkload::Job : public Carrier
{
public:
    Job(uint32_t number, JobPlan plan, Timers& timers)
        : number_(number), plan_(std::move(plan)), timers_(timers)
    {
        for (uint32_t own = 0; own < plan_.endpoint_of.size(); ++own) {
            const uint32_t endpoint = plan_.endpoint_of[own];
            if (own_number_.size() <= endpoint) own_number_.resize(size_t{endpoint} + 1);
            own_number_[endpoint] = own;
        }
    }

    void start(Carrier& network)
    {
        network_ = &network;
        if (plan_.stop < Time::max()) set_timer(plan_.stop, Timers::Kind::stop, 0);
        if (plan_.start <= network.now())
            begin();
        else
            set_timer(plan_.start, Timers::Kind::begin, 0);
    }

    // As Carrier, in the workload's own numbers:
    Time now() const override { return network_->now() - state_.begun; }
    void send(const Message& message) override
    {
        if (stopped_) return;
        ++open_;
        next_id_ = std::max(next_id_, state_.first_id + message.id + 1);
        network_->send(outward(message));
    }
    void work(const Message& message) override { network_->work(outward(message)); }
    void at(Time when, uint64_t token) override { set_timer(state_.begun + when, Timers::Kind::own, token); }

    void on_delivered(const Message& message)
    {
        if (!present(message)) return;
        workload_->on_delivered(*this, inward(message));
        go_on();
    }
    void on_completed(const Message& message, FlowStatus status)
    {
        --open_;
        state_.last_end = network_->now();
        if (!present(message)) return;
        workload_->on_completed(*this, inward(message), status);
        go_on();
    }
    void on_timer(const Timers::Timer& timer)
    {
        if (timer.kind == Timers::Kind::stop) {
            stopped_ = true;
            if (!state_.running) finished_ = true;
        } else if (timer.kind == Timers::Kind::begin) {
            if (!stopped_) begin();
        } else if (!stopped_ && state_.running && timer.turn == turn()) {
            workload_->on_timer(*this, timer.token);
            go_on();
        }
    }

    bool ends() const { return plan_.ends(); }
    bool over() const { return open_ == 0 && (finished_ || stopped_); }
    double progress() const
    {
        if (over()) return 1;
        if (plan_.turns == 0) return network_->now().s() / plan_.stop.s();
        const double part = state_.running ? workload_->progress() : 0;
        return (static_cast<double>(state_.turns_ended) + part) / static_cast<double>(plan_.turns);
    }
    const JobState& state() const { return state_; }

private:
    uint64_t turn() const { return state_.turns_ended; }
    /// A message of an earlier turn may arrive late, and means nothing to this one.
    bool present(const Message& message) const { return state_.running && message.id >= state_.first_id; }

    Message outward(Message message) const
    {
        message.id += state_.first_id;
        message.job = number_;
        message.function = plan_.function;
        if (plan_.endpoint_of.empty()) return message;
        message.src = plan_.endpoint_of.at(message.src);
        message.dst = plan_.endpoint_of.at(message.dst);
        return message;
    }
    Message inward(Message message) const
    {
        message.id -= state_.first_id;
        message.job = 0;
        if (plan_.endpoint_of.empty()) return message;
        message.src = own_number_[message.src];
        message.dst = own_number_[message.dst];
        return message;
    }

    void set_timer(Time when, Timers::Kind kind, uint64_t token)
    {
        network_->at(when, timers_.slots.put({number_, kind, turn(), token}));
    }

    void begin()
    {
        begin_turn();
        go_on();
    }
    void begin_turn()
    {
        state_.begun = network_->now();
        state_.first_begun = std::min(state_.first_begun, state_.begun);
        state_.first_id = next_id_;
        state_.running = true;
        workload_ = &plan_.begin(turn());
        workload_->start(*this);
    }

    /// Ends turns whose workload is done, and begins the next ones.
    void go_on()
    {
        while (state_.running && workload_->done() && end_turn()) begin_turn();
    }

    /// Returns whether the next turn begins at once. Endless turns that take no time would never let time go
    /// on, so that there is only one of them.
    bool end_turn()
    {
        const bool idle = plan_.turns == 0 && network_->now() == state_.begun && plan_.gap == Time{};
        state_.running = false;
        state_.last_end = network_->now();
        if (plan_.ended) plan_.ended(turn());
        ++state_.turns_ended;
        finished_ = stopped_ || idle || turn() == plan_.turns;
        if (finished_) return false;
        if (plan_.gap == Time{}) return true;
        set_timer(network_->now() + plan_.gap, Timers::Kind::begin, 0);
        return false;
    }

    const uint32_t number_;
    const JobPlan plan_;
    Timers& timers_;
    std::vector<uint32_t> own_number_;  // by endpoint, of those that it has
    Carrier* network_ = nullptr;
    Workload* workload_ = nullptr;  // of this turn
    JobState state_;
    uint64_t next_id_ = 0;
    uint64_t open_ = 0;  // messages sent and not completed
    bool stopped_ = false, finished_ = false;
};

CompositeWorkload::CompositeWorkload(std::vector<JobPlan> jobs) : timers_(std::make_unique<Timers>())
{
    for (JobPlan& plan : jobs)
        jobs_.push_back(
            std::make_unique<Job>(static_cast<uint32_t>(jobs_.size()), std::move(plan), *timers_));
}

CompositeWorkload::~CompositeWorkload() = default;

void CompositeWorkload::start(Carrier& carrier)
{
    for (const auto& job : jobs_) job->start(carrier);
}

void CompositeWorkload::on_delivered(Carrier&, const Message& message)
{
    jobs_[message.job]->on_delivered(message);
}

void CompositeWorkload::on_completed(Carrier&, const Message& message, FlowStatus status)
{
    jobs_[message.job]->on_completed(message, status);
}

void CompositeWorkload::on_timer(Carrier&, uint64_t token)
{
    const Timers::Timer timer = timers_->slots.take(token);
    jobs_[timer.job]->on_timer(timer);
}

bool CompositeWorkload::done() const
{
    bool any = false;
    for (const auto& job : jobs_) {
        if (job->ends() && !job->over()) return false;
        any |= job->ends();
    }
    return any;
}

/// Nothing ends a run of jobs none of which ends.
bool CompositeWorkload::outlasts(uint32_t job) const
{
    const auto ends = [](const std::unique_ptr<Job>& each) { return each->ends(); };
    return jobs_.at(job)->ends() || std::none_of(jobs_.begin(), jobs_.end(), ends);
}

double CompositeWorkload::progress() const
{
    double least = 1;
    bool any = false;
    for (const auto& job : jobs_) {
        if (job->ends()) least = std::min(least, job->progress());
        any |= job->ends();
    }
    return any ? least : 0;
}

const JobState& CompositeWorkload::state(uint32_t job) const
{
    return jobs_.at(job)->state();
}

bool CompositeWorkload::over(uint32_t job) const
{
    return jobs_.at(job)->over();
}

}  // namespace hpnsim
