// SPDX-License-Identifier: GPL-2.0-only
// Runs several workloads at once over one network, each as if it were alone: it counts endpoints, message ids
// and time from its own first, and hears of its own messages and timers only.
#pragma once

#include "hpnsim/workload.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace hpnsim
{

/// A workload among several, and its turns.
struct JobPlan {
    /// Makes the workload of a turn, which lives until the next is asked for.
    std::function<Workload&(uint64_t turn)> begin;
    /// Called when a turn has ended, before the next begins; may be null.
    std::function<void(uint64_t turn)> ended = {};
    std::vector<uint32_t> endpoint_of = {};  ///< by the workload's own numbers; empty: they are the network's
    Time start = {};                         ///< of the first turn
    Time stop = Time::max();                 ///< from then on it sends nothing more, and begins no turn
    Time gap = {};                           ///< between the end of a turn and the next
    uint32_t function = 0;                   ///< of the NICs, which carries its messages
    uint64_t turns = 1;                      ///< 0: one after the other without end

    bool ends() const { return turns > 0 || stop < Time::max(); }
};

/// How far a job is.
struct JobState {
    uint64_t turns_ended = 0;
    uint64_t first_id = 0;  ///< of the messages of the turn that is under way, or was last
    Time first_begun = Time::max(), begun = Time::max();  ///< of the first turn, and of this one
    Time last_end;                                        ///< of a turn, or when its last message had ended
    bool running = false;                                 ///< a turn is under way
};

/// Messages tell whose they are (Message::job, the place in the list of plans). Their ids are the workload's
/// own in its first turn, and go on from there. The whole is done when every job that ends has ended.
class CompositeWorkload : public Workload
{
public:
    explicit CompositeWorkload(std::vector<JobPlan> jobs);
    ~CompositeWorkload() override;

    void start(Carrier&) override;
    void on_delivered(Carrier&, const Message&) override;
    void on_completed(Carrier&, const Message&, FlowStatus status) override;
    void on_timer(Carrier&, uint64_t token) override;
    bool done() const override;
    bool outlasts(uint32_t job) const override;
    double progress() const override;

    const JobState& state(uint32_t job) const;
    /// True once nothing more is sent or awaited of the job.
    bool over(uint32_t job) const;

private:
    class Job;
    class Timers;
    std::unique_ptr<Timers> timers_;
    std::vector<std::unique_ptr<Job>> jobs_;
};

}  // namespace hpnsim
