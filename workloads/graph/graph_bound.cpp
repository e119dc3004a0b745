// SPDX-License-Identifier: GPL-2.0-only
// Implements the bound: a walk forward, a walk backward, and the busiest link of each kind.
#include "graph/graph_bound.hpp"

#include "collectives/bounds.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace hpnsim
{

namespace
{

/// Transfers that share a link of one kind, in one direction.
struct Shared {
    double bytes = 0, messages = 0;
    Time earliest = Time::max();  ///< when the first of them can begin
    Time nearest =
        Time::max();  ///< the least time of cables and switches of one of them, and of what follows
    void add(Bytes more, Time begin, Time after)
    {
        bytes += static_cast<double>(more);
        messages += 1;
        earliest = std::min(earliest, begin);
        nearest = std::min(nearest, after);
    }
};

class GraphBound
{
public:
    GraphBound(const Collective& collective, const std::vector<uint32_t>& host_of,
               const CollectiveLimits& limits, uint64_t most_stored)
        : collective_(collective), host_of_(host_of), limits_(limits), free_(limits.costs.none()),
          links_(host_of.size()), ways_(host_of.size()),
          stored_(collective.transfers() <= most_stored && collective.code_limit() <= 8 * most_stored)
    {
        if (stored_) tails_.assign(collective.code_limit(), Time{});
    }

    CollectiveIdeal compute()
    {
        forward();
        backward();
        CollectiveIdeal ideal;
        ideal.chain = latest_;
        for (uint32_t rank = 0; rank < links_.size(); ++rank) {
            for (const Shared& way : links_[rank].nic)
                if (way.messages > 0) ideal.nic = std::max(ideal.nic, over(true, rank, way));
            for (const Shared& way : links_[rank].nvlink)
                if (way.messages > 0) ideal.nvlink = std::max(ideal.nvlink, over(false, rank, way));
        }
        return ideal;
    }

private:
    struct Walked {
        uint64_t code;
        Time start;
    };
    /// A step of which something is still missing.
    struct Join {
        uint64_t left = 0;
        Time latest;
        Shared nic, nvlink;
    };
    /// Out and in of a rank.
    struct Links {
        std::array<Shared, 2> nic, nvlink;
    };
    /// Of what a rank last sent to another host: mostly it sends the same again.
    struct Way {
        uint32_t dst = 0;
        Bytes bytes = 0;
        Time delivery, latency;
    };

    bool on_nic(const Transfer& step) const { return host_of_[step.src] != host_of_[step.dst]; }

    /// Returns how long a step takes by itself.
    Time alone(const Transfer& step)
    {
        const Time cost = cost_of(step);
        if (step.local()) return cost;
        if (!on_nic(step))
            return sum(over_nvlink(static_cast<double>(std::max(step.sent(), step.received())), limits_),
                       cost);
        return sum(way_of(step).delivery, cost);
    }

    Time cost_of(const Transfer& step) const { return free_ ? Time{} : limits_.costs.of(step); }

    Time wire(const Transfer& step) { return on_nic(step) ? way_of(step).latency : limits_.nvlink_latency; }

    const Way& way_of(const Transfer& step)
    {
        Way& way = ways_[step.src];
        if (way.bytes != step.bytes || way.dst != step.dst)
            way = {step.dst, step.bytes, limits_.delivery(step.src, step.dst, step.bytes),
                   limits_.latency(step.src, step.dst)};
        return way;
    }

    /// Returns the time in which a rank's link moves what shares it.
    Time over(bool nic, uint32_t rank, const Shared& way) const
    {
        const Time busy = nic ? seconds(limits_.sending_s(rank, way.bytes, way.messages))
                              : seconds(way.bytes / limits_.nvlink_bytes_per_s);
        return sum(sum(way.earliest, busy), way.nearest);
    }

    void forward()
    {
        for (uint32_t rank = 0; rank < host_of_.size(); ++rank) {
            next_.clear();
            collective_.begin(rank, next_);
            for (const uint64_t code : next_) arrive(code, Time{}, nullptr, Time{});
        }
        for (size_t at = 0; at < ready_.size(); ++at) {
            if (!stored_ && at == kBlock) {  // what was walked is not needed again
                ready_.erase(ready_.begin(), ready_.begin() + kBlock);
                at = 0;
            }
            if (stored_ || !walk_row(ready_[at])) walk(ready_[at]);
        }
        if (stored_) walked_.swap(ready_);
    }

    void walk(Walked now)
    {
        const Transfer step = collective_.transfer(now.code);
        const Time end = sum(now.start, alone(step));
        latest_ = std::max(latest_, end);
        if (!stored_) count(step, now.start, Time{});
        next_.clear();
        collective_.enables(now.code, next_);
        for (const uint64_t code : next_) arrive(code, end, &step, now.start);
        if (!step.local() || step.bytes > 0) return;
        passed_.emplace(now.code, end);
        const auto held = held_.find(now.code);
        if (held == held_.end()) return;
        for (const Walked& each : held->second) ready_.push_back({each.code, std::max(each.start, end)});
        held_.erase(held);
    }

    /// Walks what follows the step in its row. Returns false if it is in none.
    bool walk_row(Walked now)
    {
        row_.clear();
        collective_.row(now.code, kRow, row_);
        if (row_.empty()) return false;
        for (size_t at = 0; at < row_.size(); ++at) {
            const auto& [step, gate, joins] = row_[at];
            if (at > 0 && !may_pass(gate, now)) break;
            if (at + 1 == row_.size()) {
                walk(now);
                break;
            }
            const Time end = sum(now.start, alone(step));
            latest_ = std::max(latest_, end);
            count(step, now.start, Time{});
            if (joins != Collective::kNoGate) join(joins, end, &step, now.start);
            now = {now.code + 1, end};
        }
        return true;
    }

    /// One of the things that a step waits for has come, by the transfer `by` that could begin at `begun`.
    void arrive(uint64_t code, Time when, const Transfer* by, Time begun)
    {
        if (collective_.waits(code) > 1)
            join(code, when, by, begun);
        else
            pass_gate({code, when});
    }

    /// The same of a step that may wait for several things.
    void join(uint64_t code, Time when, const Transfer* by, Time begun)
    {
        Join& join = joins_[code];
        if (join.left == 0) join.left = collective_.waits(code);
        join.latest = std::max(join.latest, when);
        if (by != nullptr && !by->local())
            (on_nic(*by) ? join.nic : join.nvlink).add(by->received(), begun, wire(*by));
        if (--join.left > 0) return;
        when = together(join, collective_.transfer(code).src);
        joins_.erase(code);
        pass_gate({code, when});
    }

    /// What a step waits for cannot have come faster than the link of its rank takes it.
    Time together(const Join& join, uint32_t rank) const
    {
        Time when = join.latest;
        if (join.nvlink.messages > 1) when = std::max(when, over(false, rank, join.nvlink));
        if (join.nic.messages > 1) when = std::max(when, over(true, rank, join.nic));
        return when;
    }

    void pass_gate(Walked step)
    {
        if (may_pass(collective_.gate(step.code), step)) ready_.push_back(step);
    }

    /// Makes a step wait for its gate, and holds it back if that has not taken place.
    bool may_pass(uint64_t gate, Walked& step)
    {
        if (gate == Collective::kNoGate) return true;
        const auto passed = passed_.find(gate);
        if (passed == passed_.end()) {
            held_[gate].push_back(step);
            return false;
        }
        step.start = std::max(step.start, passed->second);
        return true;
    }

    void backward()
    {
        for (size_t at = walked_.size(); at-- > 0;) {
            const Walked& each = walked_[at];
            const Transfer step = collective_.transfer(each.code);
            const Time after = tail_after(each.code);
            tails_[each.code] = after;
            latest_ = std::max(latest_, sum(sum(each.start, alone(step)), after));
            count(step, each.start, after);
        }
    }

    /// Returns the least time between the end of a step and the end of everything.
    Time tail_after(uint64_t code)
    {
        next_.clear();
        collective_.enables(code, next_);
        Time longest;
        Shared nic, nvlink;
        uint32_t rank = 0;
        for (const uint64_t each : next_) {
            const Transfer step = collective_.transfer(each);
            longest = std::max(longest, sum(alone(step), tails_[each]));
            if (step.local()) continue;
            rank = step.src;
            (on_nic(step) ? nic : nvlink).add(step.sent(), Time{}, sum(wire(step), tails_[each]));
        }
        if (nvlink.messages > 1) longest = std::max(longest, over(false, rank, nvlink));
        if (nic.messages > 1) longest = std::max(longest, over(true, rank, nic));
        return longest;
    }

    void count(const Transfer& step, Time start, Time after)
    {
        if (step.local()) return;
        const bool nic = on_nic(step);
        const Time rest = sum(sum(wire(step), cost_of(step)), after);
        (nic ? links_[step.src].nic : links_[step.src].nvlink)[0].add(step.sent(), start, rest);
        (nic ? links_[step.dst].nic : links_[step.dst].nvlink)[1].add(step.received(), start, rest);
    }

    static constexpr size_t kBlock = 1 << 20, kRow = 256;

    const Collective& collective_;
    const std::vector<uint32_t>& host_of_;
    const CollectiveLimits& limits_;
    const bool free_;  // steps cost nothing beside the links
    std::vector<Links> links_;
    std::vector<Way> ways_;  // by sender
    const bool stored_;
    std::vector<Walked> ready_, walked_;
    std::vector<Time> tails_;  // by code
    Collective::Codes next_;   // scratch, as the next
    Collective::Row row_;
    std::unordered_map<uint64_t, Join> joins_;
    std::unordered_map<uint64_t, Time> passed_;
    std::unordered_map<uint64_t, std::vector<Walked>> held_;
    Time latest_;
};

}  // namespace

CollectiveIdeal graph_bound(const Collective& collective, const std::vector<uint32_t>& host_of,
                            const CollectiveLimits& limits, uint64_t most_stored)
{
    return GraphBound(collective, host_of, limits, most_stored).compute();
}

}  // namespace hpnsim
