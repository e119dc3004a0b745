// SPDX-License-Identifier: GPL-2.0-only
// Ideal times. Store-and-forward hops are the machines of a flow shop and packets its jobs, all in PSN
// order: a first one F (with the RETH), m equal middle ones M, and a last one L. The last packet leaves the
// last hop after the longest monotone way through the (job, hop) grid: F up to hop a, the middle jobs from a
// to b, where all but one of them stay at the slowest hop in between, and L from b on. So
//     C = max over a <= b of  F[0..a] + M[a..b] + (m - 1) max M[a..b] + L[b..end]
// and cable and switch latencies, the same for every packet, simply add up.
//
// Where a packet may choose among several links (HopPlan::ways), a sprayed message never waits for itself:
// such a hop is no machine, only the delay of the shortest packet. Equal delays let nobody overtake, so PSN
// order stays the best at what is left, and the bound holds for any spraying.
#include "hpnsim/ideal.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// The times, in ps, that a packet of `wire_bytes` occupies each hop.
std::vector<int64_t> occupancy(const std::vector<HopPlan>& hops, uint32_t wire_bytes)
{
    std::vector<int64_t> times;
    for (const HopPlan& hop : hops) times.push_back(transmit_time(wire_bytes, hop.rate).ps);
    return times;
}

int64_t latency(const std::vector<HopPlan>& hops)
{
    int64_t sum = 0;
    for (const HopPlan& hop : hops) sum += hop.delay.ps + hop.latency.ps;
    return sum;
}

/// One packet alone.
int64_t traverse(const std::vector<HopPlan>& hops, uint32_t wire_bytes)
{
    int64_t sum = latency(hops);
    for (const int64_t time : occupancy(hops, wire_bytes)) sum += time;
    return sum;
}

struct Message {
    int64_t middle;             ///< packets between the first and the last
    uint32_t first, mid, last;  ///< wire bytes
    bool single;                ///< `first` is the only packet
    int64_t total_wire;         ///< of all packets
};

Message packets(Bytes bytes, Bytes mtu, const Wire& wire)
{
    const int64_t count = std::max<int64_t>((bytes + mtu - 1) / mtu, 1);
    const auto full = static_cast<uint32_t>(mtu);
    const auto rest = static_cast<uint32_t>(bytes - (count - 1) * mtu);
    Message message{};
    message.single = count == 1;
    message.middle = std::max<int64_t>(count - 2, 0);
    message.first = data_wire_bytes(wire, message.single ? rest : full, true, false);
    message.mid = data_wire_bytes(wire, full, false, false);
    message.last = data_wire_bytes(wire, rest, false, false);
    message.total_wire = message.first + message.middle * message.mid + (message.single ? 0 : message.last);
    return message;
}

/// What one port carries besides middle packets.
struct Load {
    bool first = false, last = false;
};

/// The hops that are machines; `delay_ps` gains what the others take at least.
std::vector<HopPlan> machines(const std::vector<HopPlan>& hops, uint32_t shortest_wire, int64_t& delay_ps)
{
    std::vector<HopPlan> alone;
    for (const HopPlan& hop : hops) {
        delay_ps += hop.delay.ps + hop.latency.ps;
        if (hop.ways > 1)
            delay_ps += transmit_time(shortest_wire, hop.rate).ps;
        else
            alone.push_back(hop);
    }
    return alone;
}

/// One port's path as a flow shop: C(m) = latency + max of `alone`, and of at + (m - 1) step over `terms`.
class Lane
{
public:
    Lane(const std::vector<HopPlan>& path, const Message& message, Load load)
        : idle_(!load.first && !load.last)
    {
        const uint32_t shortest = load.last ? std::min(message.last, message.mid) : message.mid;
        const std::vector<HopPlan> hops = machines(path, shortest, latency_);
        const std::vector<int64_t> first = occupancy(hops, message.first);
        const std::vector<int64_t> mid = occupancy(hops, message.mid);
        const std::vector<int64_t> last = occupancy(hops, message.last);
        const size_t hop_count = hops.size();
        std::vector<int64_t> tail(hop_count + 1, 0);
        for (size_t k = hop_count; k-- > 0;) tail[k] = tail[k + 1] + (load.last ? last[k] : 0);
        int64_t head = 0;
        for (size_t a = 0; a < hop_count; ++a) {
            if (load.first) head += first[a];
            if (load.first || a == 0) alone_ = std::max(alone_, head + tail[a]);
            if (!load.first && a > 0) break;
            add_terms(mid, a, head, tail, load.last);
        }
    }

    /// When the last packet arrives, with `middle` middle packets.
    int64_t arrival(int64_t middle) const
    {
        int64_t most = alone_;
        if (middle > 0)
            for (const Term& term : terms_) most = std::max(most, term.at + (middle - 1) * term.step);
        return latency_ + most;
    }

    /// The most middle packets that arrive by `deadline`; -1 when not even the others do.
    int64_t capacity(int64_t deadline) const
    {
        if (latency_ + alone_ > deadline) return idle_ ? 0 : -1;
        int64_t most = INT64_MAX;
        for (const Term& term : terms_) {
            const int64_t slack = deadline - latency_ - term.at;
            most = slack < 0 ? 0 : std::min(most, slack / term.step + 1);
            if (most == 0) return 0;
        }
        return most;
    }

private:
    struct Term {
        int64_t at, step;
    };

    void add_terms(const std::vector<int64_t>& mid, size_t a, int64_t head, const std::vector<int64_t>& tail,
                   bool has_last)
    {
        int64_t sum = 0, slowest = 0;
        for (size_t b = a; b < mid.size(); ++b) {
            sum += mid[b];
            slowest = std::max(slowest, mid[b]);
            if (has_last || b + 1 == mid.size()) terms_.push_back({head + sum + tail[b], slowest});
        }
    }

    int64_t latency_ = 0;
    bool idle_;          ///< carries nothing else
    int64_t alone_ = 0;  ///< without middle packets
    std::vector<Term> terms_;
};

using Paths = std::vector<std::vector<HopPlan>>;

Paths live(const Paths& all)
{
    Paths some;
    for (const std::vector<HopPlan>& path : all)
        if (!path.empty()) some.push_back(path);
    return some;
}

bool all_alike(const Paths& paths)
{
    for (const std::vector<HopPlan>& path : paths) {
        if (path.size() != paths[0].size()) return false;
        for (size_t k = 0; k < path.size(); ++k)
            if (path[k].rate != paths[0][k].rate || path[k].delay != paths[0][k].delay ||
                path[k].latency != paths[0][k].latency)
                return false;
    }
    return true;
}

bool fits(const std::vector<Lane>& lanes, int64_t middle, int64_t deadline)
{
    for (const Lane& lane : lanes) {
        const int64_t capacity = lane.capacity(deadline);
        if (capacity < 0) return false;
        middle -= std::min(capacity, middle);
    }
    return middle == 0;
}

/// The least arrival of the last packet with the first on port `f` and the last on port `l`.
int64_t best_split(const Paths& out, const Message& message, size_t f, size_t l)
{
    std::vector<Lane> lanes;
    for (size_t i = 0; i < out.size(); ++i) lanes.emplace_back(out[i], message, Load{i == f, i == l});
    if (lanes.size() == 1) return lanes[0].arrival(message.middle);
    int64_t too_soon = 0, enough = std::max(lanes[f].arrival(message.middle), lanes[l].arrival(0));
    while (too_soon + 1 < enough) {
        const int64_t trial = too_soon + (enough - too_soon) / 2;
        (fits(lanes, message.middle, trial) ? enough : too_soon) = trial;
    }
    return enough;
}

int64_t least_arrival(const Paths& out, const Message& message)
{
    int64_t least = INT64_MAX;
    if (message.single) {
        for (const std::vector<HopPlan>& path : out) least = std::min(least, traverse(path, message.first));
        return least;
    }
    const bool alike = all_alike(out);
    const size_t firsts = alike ? 1 : out.size();
    const size_t lasts = alike ? std::min<size_t>(out.size(), 2) : out.size();
    for (size_t f = 0; f < firsts; ++f)
        for (size_t l = 0; l < lasts; ++l) least = std::min(least, best_split(out, message, f, l));
    return least;
}

int64_t quickest_ack(const Paths& back, const Wire& wire)
{
    int64_t least = INT64_MAX;
    for (const std::vector<HopPlan>& path : back) least = std::min(least, traverse(path, wire.ack));
    return least;
}

}  // namespace

Time base_rtt(const std::vector<HopPlan>& out, const std::vector<HopPlan>& back, Bytes mtu, const Wire& wire)
{
    const uint32_t full = data_wire_bytes(wire, static_cast<uint32_t>(mtu), false, false);
    return {traverse(out, full) + traverse(back, wire.ack)};
}

Time ideal_fct(const Paths& out, const Paths& back, Bytes bytes, Bytes mtu, const Wire& wire)
{
    const Paths ways = live(out), returns = live(back);
    if (ways.empty() || returns.empty()) return Time::max();
    return {least_arrival(ways, packets(bytes, mtu, wire)) + quickest_ack(returns, wire)};
}

Time ideal_incast_last(const Paths& out, const Paths& back, uint64_t senders, Bytes bytes, Bytes mtu,
                       const Wire& wire)
{
    const Paths ways = live(out), returns = live(back);
    if (ways.empty() || returns.empty()) return Time::max();
    const Message message = packets(bytes, mtu, wire);
    int64_t head = INT64_MAX, cable = INT64_MAX;
    Rate total;
    for (std::vector<HopPlan> path : ways) {
        const HopPlan last = path.back();
        path.pop_back();
        head = std::min(head, traverse(path, message.first));
        cable = std::min(cable, last.delay.ps + last.latency.ps);
        total = total + last.rate;
    }
    const auto bit_ps = static_cast<__int128>(senders) * message.total_wire * 8'000'000'000'000;
    return {head + static_cast<int64_t>(bit_ps / total.bps) + cable + quickest_ack(returns, wire)};
}

}  // namespace hpnsim
