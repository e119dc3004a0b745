// SPDX-License-Identifier: GPL-2.0-only
// Carries out the steps of one collective: which may take place now, and which ranks have done their part.
#pragma once

#include "hpnsim/collective.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace hpnsim
{

class JoinTable;

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

/// The state of one collective under way: counts of joins, and what is held back.
class RunningCollective
{
public:
    /// A step that ends later.
    struct Later {
        Time delay;
        uint64_t code;
    };
    struct Send {
        uint64_t code;
        Transfer transfer;
    };
    /// What follows from an event. Callers clear it between events.
    struct Out {
        std::vector<Send> work;      ///< local work with bytes that has been done now, before the sends
        std::vector<Send> sends;     ///< that begin now
        std::vector<Later> later;    ///< call ended() of these after the delay
        std::vector<uint32_t> done;  ///< ranks whose part has ended
        void clear();
    };

    RunningCollective(std::shared_ptr<const Collective> collective, uint32_t ranks, const StepCosts& costs);
    ~RunningCollective();

    void begin(uint32_t rank, Out& out);
    /// The bytes of a transfer are there.
    void delivered(uint64_t code, Out& out);
    /// What `later` named has passed.
    void ended(uint64_t code, Out& out);

    const Collective& collective() const { return *collective_; }
    /// Counts the ranks whose part has not ended.
    uint32_t open() const { return open_; }
    /// True when every rank has done its part and no step is to end later.
    bool over() const { return open_ == 0 && pending_ == 0; }
    /// Returns the memory that it takes at present.
    size_t memory_bytes() const;

private:
    void arrive(uint64_t code);
    void take_place(uint64_t code, const Transfer& step);
    void work_off(Out& out);
    void credit(uint32_t rank, Out& out);
    void end(uint64_t code, Out& out);
    void postpone(Time delay, uint64_t code, Out& out);
    void release(uint64_t key, std::unordered_map<uint64_t, Collective::Codes>& held);

    std::shared_ptr<const Collective> collective_;
    StepCosts costs_;
    const bool free_;             // steps cost nothing
    std::vector<uint64_t> left_;  // transfers of each rank, and its local work that ends later
    std::vector<bool> begun_;
    uint32_t open_;
    uint64_t pending_ = 0;  // steps to end later
    std::unique_ptr<JoinTable> joins_;
    std::unordered_set<uint64_t> passed_;                              // gates
    std::unordered_map<uint64_t, Collective::Codes> at_gate_, early_;  // by gate; by rank that has not begun
    Collective::Codes ready_, enabled_;                                // scratch
};

}  // namespace hpnsim
