// SPDX-License-Identifier: GPL-2.0-only
// Runs a program: starts tasks when what they depend on has happened, lets collectives send over NVLink and
// NICs, and says when each task began and ended.
#pragma once

#include "hpnsim/collective_table.hpp"
#include "hpnsim/program.hpp"
#include "hpnsim/workload.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hpnsim
{

/// Where ranks are, and how they do what a program leaves open.
struct ProgramSetting {
    std::vector<uint32_t> endpoint_of;  ///< by rank
    std::vector<uint32_t> host_of;      ///< by rank; equal: NVLink joins them
    /// Which collective does each kind of task, by CollectiveKind; null: the first of its operation.
    std::vector<const CollectiveOps*> collectives;
    std::vector<std::string> arguments;  ///< by CollectiveKind: the value of its key; may be empty
    uint32_t channels = 0;               ///< of every collective that has any; 0: its default
    Bytes chunk = 0;                     ///< likewise
    StepCosts costs;
    std::vector<Time> starts;  ///< by rank; empty: all at once
};

/// What became of a rank.
struct RankSummary {
    Time end = Time::max();  ///< of its last task
    Time computing;          ///< in which at least one computation ran
    Time communicating;      ///< in which a send, receive or collective was under way
    Time exposed;            ///< of that, in which no computation ran
    uint32_t tasks_left = 0;
};

/// Says what a message of a program belongs to: a send, or a step of a collective of a group.
struct MessageOrigin {
    bool collective = false;
    uint32_t rank = 0, task = 0;  ///< the send, of `rank` to `dst`
    uint32_t dst = 0;
    uint16_t family = 0;           ///< the collective
    uint32_t group = 0, turn = 0;  ///< of the family; TaskGraph::turn
    uint64_t code = 0;             ///< its step
};

/// The collective that does a kind of task, and the operation that it belongs to; a barrier has none.
const Operation* operation_of(CollectiveKind kind);

class ProgramWorkload : public Workload
{
public:
    /// The program has been checked (check_program). Throws BadInput if a collective cannot be made.
    ProgramWorkload(std::shared_ptr<const Program> program, ProgramSetting setting);
    ~ProgramWorkload() override;

    /// Called when a task begins, before anything follows from it.
    std::function<void(uint32_t rank, uint32_t task, Time now)> on_begin;
    /// Called when a task has ended.
    std::function<void(uint32_t rank, uint32_t task, Time start, Time end)> on_task;
    /// Called when a message of a send has arrived, with the tasks' own ranks.
    std::function<void(uint64_t id, uint32_t src, uint32_t task, uint32_t dst, Time sent, Time arrived)>
        on_message;

    void start(Carrier&) override;
    void on_delivered(Carrier&, const Message&) override;
    void on_completed(Carrier&, const Message&, FlowStatus status) override;
    void on_timer(Carrier&, uint64_t token) override;
    bool done() const override;
    bool outlasts(uint32_t) const override { return true; }
    double progress() const override;

    const Program& program() const;
    /// Of a rank, up to `now`.
    RankSummary summary(uint32_t rank, Time now) const;
    /// Calls `see` with each task that has begun and not ended.
    void each_begun(const std::function<void(uint32_t rank, uint32_t task, Time start)>& see) const;
    /// Says in one sentence which rank waits for what, if nothing can happen any more; empty: nobody waits.
    std::string stuck() const;
    /// Says in one sentence which message no receive has taken, or which receive asked for fewer bytes than
    /// its message has; empty: there is none.
    std::string mismatch() const;
    /// Says what a message is that is under way; it may be delivered, if the workload has not heard of it.
    MessageOrigin origin_of(const Message& message) const;
    /// Returns what the engine itself keeps in memory at present, beside the program.
    size_t memory_bytes() const;

private:
    class Engine;
    std::unique_ptr<Engine> engine_;
};

/// What a program could at best take in an empty network.
struct ProgramIdeal {
    Time chain;      ///< in a network in which no message ever meets another
    Time nic;        ///< the busiest NIC sends or takes in its bytes without a pause
    Time nvlink;     ///< likewise
    Time computing;  ///< the rank that computes longest
    uint64_t messages = 0;
    Bytes network_bytes = 0, nvlink_bytes = 0;
    Time total() const;
};

/// Runs the program once in such a network; takes about a microsecond a message. The limits' functions are
/// asked about endpoints. A program that gets stuck has the bound of what it did.
ProgramIdeal program_ideal(std::shared_ptr<const Program> program, const ProgramSetting& setting,
                           const CollectiveLimits& limits);

/// Returns the same program with a send and a receive for every step of its collectives, as GOAL needs it.
/// Costs of steps are left out. Throws BadInput if that would be more than 2^32 tasks of a rank.
Program expand_collectives(const Program& program, const ProgramSetting& setting);

}  // namespace hpnsim
