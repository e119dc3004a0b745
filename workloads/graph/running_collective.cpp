// SPDX-License-Identifier: GPL-2.0-only
// Implements the state of a collective under way.
#include "hpnsim/running_collective.hpp"

#include "graph/join_table.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

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
}

struct alignas(64) RunningCollective::Rank {
    /// What waits at gates, which few collectives have.
    struct Gates {
        std::unordered_set<uint64_t> passed;
        std::unordered_map<uint64_t, Collective::Codes> held;
    };

    Gates& the_gates()
    {
        if (gates == nullptr) gates = std::make_unique<Gates>();
        return *gates;
    }

    bool has_passed(uint64_t gate);

    JoinTable joins;
    uint64_t left = 0;  // its transfers, and its local work that ends later
    Time last;
    bool begun = false;
    Collective::Codes early;  // what could take place before it began
    std::unique_ptr<Gates> gates;
    uint64_t recent_gate = Collective::kNoGate;  // the last of those passed that a step has asked for
};

bool RunningCollective::Rank::has_passed(uint64_t gate)
{
    if (gate == recent_gate) return true;
    if (the_gates().passed.count(gate) == 0) return false;
    recent_gate = gate;
    return true;
}

RunningCollective::RunningCollective(std::shared_ptr<const Collective> collective, uint32_t ranks,
                                     const StepCosts& costs)
    : collective_(std::move(collective)), costs_(costs), free_(costs.none()), ranks_(ranks), open_(ranks)
{
    for (uint32_t rank = 0; rank < ranks; ++rank) ranks_[rank].left = collective_->share(rank);
}

RunningCollective::~RunningCollective() = default;

void RunningCollective::begin(uint32_t number, Time now, Out& out)
{
    Rank& rank = ranks_[number];
    rank.begun = true;
    out.enabled_.clear();
    collective_->begin(number, out.enabled_);
    for (const uint64_t code : out.enabled_) arrive(code, rank, out);
    std::sort(rank.early.begin(), rank.early.end());  // whatever came first
    out.ready_.insert(out.ready_.end(), rank.early.begin(), rank.early.end());
    Collective::Codes().swap(rank.early);
    work_off(rank, out);
    if (rank.left > 0) return;
    rank.last = std::max(rank.last, now);
    out.done.push_back(number);
}

void RunningCollective::warm(uint32_t rank) const
{
    constexpr size_t kLine = 64;
    if (rank >= ranks_.size()) return;
    for (size_t byte = 0; byte < sizeof(Rank); byte += kLine)
        __builtin_prefetch(reinterpret_cast<const char*>(&ranks_[rank]) + byte);
}

void RunningCollective::delivered(uint64_t code, Time now, Out& out)
{
    if (free_) return end(code, now, out);
    const Transfer step = collective_->transfer(code);
    if (const Time delay = costs_.of(step); delay > Time{})
        postpone(delay, code, step.dst, out);
    else
        end(code, now, out);
}

void RunningCollective::ended(uint64_t code, Time now, Out& out)
{
    --out.postponed_;
    end(code, now, out);
}

void RunningCollective::settle(Out& out)
{
    pending_ += out.postponed_;
    out.postponed_ = 0;
    std::vector<uint32_t> receivers;
    receivers.swap(out.done);
    for (const Owed& each : out.owed_) credit(each.rank, ranks_[each.rank], each.at, out);
    out.owed_.clear();
    out.done.insert(out.done.end(), receivers.begin(), receivers.end());  // a step's sender comes first
    open_ -= static_cast<uint32_t>(out.done.size());
}

Time RunningCollective::last_step(uint32_t rank) const
{
    return ranks_[rank].last;
}

void RunningCollective::postpone(Time delay, uint64_t code, uint32_t rank, Out& out)
{
    ++out.postponed_;
    out.later.push_back({delay, code, rank});
}

void RunningCollective::end(uint64_t code, Time now, Out& out)
{
    const Transfer step = collective_->transfer(code);
    Rank& rank = ranks_[step.dst];
    if (step.local() && step.bytes > 0) out.work.push_back({code, step});
    take_place(code, rank, out);
    work_off(rank, out);
    if (!step.local()) out.owed_.push_back({step.src, now});
    credit(step.dst, rank, now, out);
}

/// A rank that ends before it begins ends when it begins.
void RunningCollective::credit(uint32_t number, Rank& rank, Time now, Out& out)
{
    rank.last = std::max(rank.last, now);
    if (--rank.left == 0 && rank.begun) out.done.push_back(number);
}

/// One of the things that a step waits for has come.
void RunningCollective::arrive(uint64_t code, Rank& rank, Out& out) const
{
    if (!rank.joins.arrive(code, collective_->waits(code))) return;
    const uint64_t gate = collective_->gate(code);
    if (gate == Collective::kNoGate || rank.has_passed(gate))
        out.ready_.push_back(code);
    else
        rank.the_gates().held[gate].push_back(code);
}

/// The step has taken place: what waits for it may.
void RunningCollective::take_place(uint64_t code, Rank& rank, Out& out) const
{
    out.enabled_.clear();
    collective_->enables(code, out.enabled_);
    for (const uint64_t each : out.enabled_) arrive(each, rank, out);
    if (!collective_->is_gate(code)) return;
    Rank::Gates& gates = rank.the_gates();
    gates.passed.insert(code);
    const auto found = gates.held.find(code);
    if (found == gates.held.end()) return;
    out.ready_.insert(out.ready_.end(), found->second.begin(), found->second.end());
    gates.held.erase(found);
}

/// Takes the steps that may take place in the order in which they could; local work may make more ready.
void RunningCollective::work_off(Rank& rank, Out& out)
{
    for (size_t i = 0; i < out.ready_.size(); ++i) {
        const uint64_t code = out.ready_[i];
        const Transfer step = collective_->transfer(code);
        if (!rank.begun) {
            rank.early.push_back(code);
        } else if (!step.local()) {
            out.sends.push_back({code, step});
        } else if (const Time delay = free_ ? Time{} : costs_.of(step); delay > Time{}) {
            ++rank.left;
            postpone(delay, code, step.src, out);
        } else {
            if (step.bytes > 0) out.work.push_back({code, step});
            take_place(code, rank, out);
        }
    }
    out.ready_.clear();
}

size_t RunningCollective::memory_bytes() const
{
    size_t bytes = ranks_.size() * sizeof(Rank);
    for (const Rank& rank : ranks_) {
        bytes += rank.joins.memory_bytes() + rank.early.capacity() * sizeof(uint64_t);
        if (rank.gates == nullptr) continue;
        bytes += sizeof(Rank::Gates) + rank.gates->passed.size() * 4 * sizeof(void*);
        for (const auto& each : rank.gates->held) bytes += each.second.capacity() * sizeof(uint64_t) + 64;
    }
    return bytes;
}

}  // namespace hpnsim
