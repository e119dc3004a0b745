// SPDX-License-Identifier: GPL-2.0-only
// Carries out the steps of one collective: which may take place now, and which ranks have done their part.
#pragma once

#include "hpnsim/collective.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace hpnsim
{

/// A rank that takes more time for each step that ends at it.
struct SlowRank {
    uint32_t rank = 0;
    Time more;
};

/// What the GPUs and hosts take for a step, beside the links. Nothing by default.
struct StepCosts {
    Time latency;                   ///< of every step, before what waits for it may begin
    double reduce_bytes_per_s = 0;  ///< at which a GPU adds up; 0: in no time; NVSwitch takes none
    double copy_bytes_per_s = 0;    ///< at which a GPU copies inside its memory; 0: in no time
    std::vector<SlowRank> slow;     ///< who is slower than the others; few
    /// Returns what passes between a step's arrival and its end.
    Time of(const Transfer& step) const;
    bool none() const
    {
        return latency == Time{} && reduce_bytes_per_s <= 0 && copy_bytes_per_s <= 0 && slow.empty();
    }
};

/// The state of one collective under way: counts of joins, and what is held back. What happens at one rank
/// touches this rank's state alone: the others' share is in `Out` until settle().
class RunningCollective
{
public:
    /// A step that ends later.
    struct Later {
        Time delay;
        uint64_t code;
        uint32_t rank;  ///< where it ends
    };
    struct Send {
        uint64_t code;
        Transfer transfer;
    };
    /// A rank of which another has ended a step.
    struct Owed {
        uint32_t rank;
        Time at;
    };
    /// What follows from an event. Whoever runs events at the same time has one for each lane.
    struct Out {
        std::vector<Send> work;    ///< local work with bytes that has been done now, before the sends
        std::vector<Send> sends;   ///< that begin now
        std::vector<Later> later;  ///< call ended() of these after the delay
        /// Forgets these three, between events.
        void clear();

        std::vector<uint32_t> done;  ///< ranks whose part has ended: complete after settle(), for callers to
                                     ///< clear
    private:
        friend class RunningCollective;
        std::vector<Owed> owed_;
        int64_t postponed_ = 0;
        Collective::Codes ready_, enabled_;  // scratch
    };

    RunningCollective(std::shared_ptr<const Collective> collective, uint32_t ranks, const StepCosts& costs);
    ~RunningCollective();

    void begin(uint32_t rank, Time now, Out& out);
    /// The bytes of a transfer are there. Calls for receivers on different hosts may come in any order of
    /// time, and from several lanes at once.
    void delivered(uint64_t code, Time now, Out& out);
    /// Asks the caches for the state of a rank; any number may be given.
    void warm(uint32_t rank) const;
    /// What `later` named has passed. As delivered().
    void ended(uint64_t code, Time now, Out& out);
    /// Adds to the other ranks what events have left in `out`. To be called for each `out`, by one lane
    /// alone, before anything of this is asked.
    void settle(Out& out);
    /// Returns when the last step ended that the rank sent, received or did by itself.
    Time last_step(uint32_t rank) const;

    const Collective& collective() const { return *collective_; }
    /// Counts the ranks whose part has not ended.
    uint32_t open() const { return open_; }
    /// True when every rank has done its part and no step is to end later.
    bool over() const { return open_ == 0 && pending_ == 0; }
    /// Returns the memory that it takes at present.
    size_t memory_bytes() const;

private:
    struct Rank;

    void arrive(uint64_t code, Rank& rank, Out& out) const;
    void take_place(uint64_t code, Rank& rank, Out& out) const;
    void work_off(Rank& rank, Out& out);
    static void credit(uint32_t number, Rank& rank, Time now, Out& out);
    void end(uint64_t code, Time now, Out& out);
    static void postpone(Time delay, uint64_t code, uint32_t rank, Out& out);

    std::shared_ptr<const Collective> collective_;
    StepCosts costs_;
    const bool free_;  // steps cost nothing
    std::vector<Rank> ranks_;
    uint32_t open_;
    int64_t pending_ = 0;  // steps to end later
};

}  // namespace hpnsim
