// SPDX-License-Identifier: GPL-2.0-only
// Declares the engine behind ProgramWorkload: the state of all ranks, and of what is under way. Internal to
// the graph engine.
#pragma once

#include "graph/group_collectives.hpp"
#include "graph/join_table.hpp"
#include "graph/mailbox.hpp"
#include "graph/rank_clock.hpp"
#include "graph/slots.hpp"
#include "hpnsim/program_workload.hpp"

#include <deque>
#include <functional>
#include <queue>
#include <unordered_map>

namespace hpnsim
{

/// A task of a rank.
struct Job {
    uint32_t rank = 0, task = 0;
};

inline uint64_t ticket_of(Job job)
{
    return uint64_t{job.rank} << 32 | job.task;
}

inline Job job_of(uint64_t ticket)
{
    return {static_cast<uint32_t>(ticket >> 32), static_cast<uint32_t>(ticket)};
}

class ProgramWorkload::Engine
{
public:
    /// A task that has begun and not ended.
    struct Begun {
        Job job;
        Time start;
    };

    Engine(ProgramWorkload& owner, std::shared_ptr<const Program> program, ProgramSetting setting);

    void start(Carrier& carrier);
    void delivered(Carrier& carrier, const Message& message);
    void completed(Carrier& carrier, const Message& message, FlowStatus status);
    void timer(Carrier& carrier, uint64_t token);
    bool done() const { return outstanding_ == 0 && (failed_ || left_ == 0); }
    double progress() const;
    RankSummary summary(uint32_t rank, Time now) const;
    std::string stuck() const;
    std::string mismatch() const;
    MessageOrigin origin_of(const Message& message) const;
    size_t memory_bytes() const;
    const Slots<Begun>& begun() const { return begun_; }
    const Program& program() const { return *program_; }

private:
    /// Tasks that take turns.
    struct Stream {
        uint8_t number = 0;
        bool busy = false;
        std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> ready;
    };
    struct Rank {
        std::vector<Stream> streams;
        RankClock clock;
        uint32_t left = 0;
        Time end;
    };
    /// What a timer ends.
    struct Timer {
        enum class Kind : uint8_t { begin, compute, step } kind = Kind::begin;
        uint32_t at = 0;  ///< rank, slot of `begun_`, or collective
        uint64_t code = 0;
    };
    /// What a message belongs to.
    struct Flight {
        bool collective = false, delivered = false, completed = false;
        uint32_t at = 0;  ///< slot of `begun_`, or collective
        uint64_t code = 0;
        uint32_t task = 0;
        Time sent;
    };

    const Task& task(Job job) const { return program_->graph(job.rank).task(job.task); }
    void begin_rank(Carrier& carrier, uint32_t rank);
    void arrive(Job job);
    void ready(Job job);
    Stream& stream(uint32_t rank, uint8_t number);
    void begin(Carrier& carrier, Job job);
    void begin_kind(Carrier& carrier, Job job, uint32_t slot);
    void send(Carrier& carrier, Job job, uint32_t slot);
    void join(Carrier& carrier, Job job);
    void follow(Carrier& carrier, uint32_t index);
    void emit(Carrier& carrier, uint32_t index, const RunningCollective::Send& send);
    void work(Carrier& carrier, uint32_t index, const RunningCollective::Send& step);
    void pass_barrier(Carrier& carrier, uint32_t index);
    void close_if_over(uint32_t index);
    void transmit(Carrier& carrier, const Transfer& transfer, Flight flight);
    void matched(Carrier& carrier);
    void end(Carrier& carrier, uint32_t slot);
    void end_of(Carrier& carrier, Job job) { end(carrier, slot_of_[ticket_of(job)]); }
    void work_off(Carrier& carrier);
    std::string sender_of(Job receive) const;
    void set_timer(Carrier& carrier, Time when, Timer timer) { carrier.at(when, timers_.put(timer)); }

    ProgramWorkload& owner_;
    std::shared_ptr<const Program> program_;
    ProgramSetting setting_;
    GroupCollectives groups_;
    std::vector<Rank> ranks_;
    std::vector<Mailbox> mail_;
    JoinTable joins_;
    Slots<Begun> begun_;
    Slots<Timer> timers_;
    Slots<Flight> flights_;
    std::unordered_map<uint64_t, uint32_t> slot_of_;  // of receives and of tasks in collectives; never walked
    std::deque<Job> to_begin_;
    RunningCollective::Out out_;
    std::vector<Mailbox::Match> matches_;
    uint64_t left_ = 0, total_ = 0, outstanding_ = 0, next_id_ = 0;
    bool failed_ = false;
};

}  // namespace hpnsim
