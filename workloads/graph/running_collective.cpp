// SPDX-License-Identifier: GPL-2.0-only
// Implements the state of a collective under way.
#include "hpnsim/running_collective.hpp"

#include "graph/join_table.hpp"

#include <algorithm>
#include <cmath>

namespace hpnsim
{

Time StepCosts::of(const Transfer& step) const
{
    const bool adds = step.reduce && !step.by_switch();
    const double rate = adds ? reduce_bytes_per_s : step.local() ? copy_bytes_per_s : 0;
    const Time work = rate > 0 ? Time{std::llround(static_cast<double>(step.bytes) / rate * 1e12)} : Time{};
    Time more;
    for (const SlowRank& each : slow)
        if (each.rank == step.dst) more += each.more;
    return (step.local() ? work : latency + work) + more;
}

void RunningCollective::Out::clear()
{
    work.clear();
    sends.clear();
    later.clear();
    done.clear();
}

RunningCollective::RunningCollective(std::shared_ptr<const Collective> collective, uint32_t ranks,
                                     const StepCosts& costs)
    : collective_(std::move(collective)), costs_(costs), free_(costs.none()), left_(ranks),
      begun_(ranks, false), open_(ranks), joins_(std::make_unique<JoinTable>())
{
    for (uint32_t rank = 0; rank < ranks; ++rank) left_[rank] = collective_->share(rank);
}

RunningCollective::~RunningCollective() = default;

void RunningCollective::begin(uint32_t rank, Out& out)
{
    begun_[rank] = true;
    enabled_.clear();
    collective_->begin(rank, enabled_);
    for (const uint64_t code : enabled_) arrive(code);
    if (const auto early = early_.find(rank); early != early_.end())
        std::sort(early->second.begin(), early->second.end());  // whatever came first
    release(rank, early_);
    work_off(out);
    if (left_[rank] > 0) return;
    --open_;
    out.done.push_back(rank);
}

void RunningCollective::delivered(uint64_t code, Out& out)
{
    const Time delay = free_ ? Time{} : costs_.of(collective_->transfer(code));
    if (delay > Time{})
        postpone(delay, code, out);
    else
        end(code, out);
}

void RunningCollective::ended(uint64_t code, Out& out)
{
    --pending_;
    end(code, out);
}

void RunningCollective::postpone(Time delay, uint64_t code, Out& out)
{
    ++pending_;
    out.later.push_back({delay, code});
}

void RunningCollective::end(uint64_t code, Out& out)
{
    const Transfer step = collective_->transfer(code);
    if (step.local() && step.bytes > 0) out.work.push_back({code, step});
    take_place(code, step);
    work_off(out);
    credit(step.src, out);
    if (!step.local()) credit(step.dst, out);
}

/// A rank that ends before it begins ends when it begins.
void RunningCollective::credit(uint32_t rank, Out& out)
{
    if (--left_[rank] > 0 || !begun_[rank]) return;
    --open_;
    out.done.push_back(rank);
}

/// One of the things that a step waits for has come.
void RunningCollective::arrive(uint64_t code)
{
    if (!joins_->arrive(code, collective_->waits(code))) return;
    const uint64_t gate = collective_->gate(code);
    if (gate != Collective::kNoGate && passed_.count(gate) == 0)
        at_gate_[gate].push_back(code);
    else
        ready_.push_back(code);
}

/// The step has taken place: what waits for it may.
void RunningCollective::take_place(uint64_t code, const Transfer& step)
{
    enabled_.clear();
    collective_->enables(code, enabled_);
    for (const uint64_t each : enabled_) arrive(each);
    if (!step.local() || step.bytes > 0) return;
    passed_.insert(code);
    release(code, at_gate_);
}

void RunningCollective::release(uint64_t key, std::unordered_map<uint64_t, Collective::Codes>& held)
{
    const auto found = held.find(key);
    if (found == held.end()) return;
    ready_.insert(ready_.end(), found->second.begin(), found->second.end());
    held.erase(found);
}

/// Takes the steps that may take place in the order in which they could; local work may make more ready.
void RunningCollective::work_off(Out& out)
{
    for (size_t i = 0; i < ready_.size(); ++i) {
        const uint64_t code = ready_[i];
        const Transfer step = collective_->transfer(code);
        if (!begun_[step.src]) {
            early_[step.src].push_back(code);
        } else if (!step.local()) {
            out.sends.push_back({code, step});
        } else if (const Time delay = free_ ? Time{} : costs_.of(step); delay > Time{}) {
            ++left_[step.src];
            postpone(delay, code, out);
        } else {
            if (step.bytes > 0) out.work.push_back({code, step});
            take_place(code, step);
        }
    }
    ready_.clear();
}

size_t RunningCollective::memory_bytes() const
{
    size_t bytes = joins_->memory_bytes() + left_.size() * (sizeof(uint64_t) + 1);
    bytes += passed_.size() * 4 * sizeof(void*);
    for (const auto* held : {&at_gate_, &early_})
        for (const auto& each : *held) bytes += each.second.capacity() * sizeof(uint64_t) + 64;
    return bytes;
}

}  // namespace hpnsim
