// SPDX-License-Identifier: GPL-2.0-only
// Ideal times. Store-and-forward hops are the machines of a flow shop and packets its jobs, all in PSN
// order: a first one F (a WRITE's has the RETH), m equal middle ones M, and a last one L. The last packet
// leaves the last hop after the longest monotone way through the (job, hop) grid: F up to hop a, the middle
// jobs from a to b, where all but one of them stay at the slowest hop in between, and L from b on. So
//     C = max over a <= b of  F[0..a] + M[a..b] + (m - 1) max M[a..b] + L[b..end]
// and cable and switch latencies, the same for every packet, simply add up.
//
// Where a packet may choose among several links (HopPlan::ways), a sprayed message never waits for itself:
// such a hop is no machine, only the delay of the shortest packet. Equal delays let nobody overtake, so PSN
// order stays the best at what is left, and the bound holds for any spraying.
//
// A message beyond IBTA's 2 GiB is several requests. Their short last packets and their RETHs, all but the
// last and the first, are left out: a flow shop without some of its jobs ends no later.
#include "hpnsim/ideal.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

constexpr int64_t kNever = INT64_MAX;
constexpr Bytes kMaxRequest = Bytes{1} << 31;  // IBTA 9.7.7.2: the largest message

/// A time that does not fit counts as never.
int64_t fitting(__int128 ps)
{
    return ps > kNever ? kNever : static_cast<int64_t>(ps);
}

int64_t sum(int64_t a, int64_t b)
{
    return fitting(static_cast<__int128>(a) + b);
}

int64_t transmit(uint32_t wire_bytes, Rate rate, bool whole_ns)
{
    return (whole_ns ? whole_ns_transmit_time(wire_bytes, rate) : transmit_time(wire_bytes, rate)).ps;
}

/// Returns the times, in ps, for which a packet of `wire_bytes` occupies each hop.
std::vector<int64_t> occupancy(const std::vector<HopPlan>& hops, uint32_t wire_bytes, bool whole_ns)
{
    std::vector<int64_t> times;
    for (const HopPlan& hop : hops) times.push_back(transmit(wire_bytes, hop.rate, whole_ns));
    return times;
}

/// Returns the time that one packet takes alone.
int64_t traverse(const std::vector<HopPlan>& hops, uint32_t wire_bytes, bool whole_ns)
{
    int64_t sum = 0;
    for (const HopPlan& hop : hops)
        sum += hop.delay.ps + hop.latency.ps + transmit(wire_bytes, hop.rate, whole_ns);
    return sum;
}

struct Message {
    int64_t middle;             ///< packets between the first and the last
    uint32_t first, mid, last;  ///< wire bytes
    bool single;                ///< `first` is the only packet

    uint32_t shortest() const { return single ? first : std::min({first, mid, last}); }
    /// Counts the wire bytes of all packets.
    __int128 total() const { return first + static_cast<__int128>(middle) * mid + (single ? 0 : last); }
};

Message packets(Bytes bytes, const Terms& terms)
{
    const Bytes mtu = terms.mtu, requests = std::max<Bytes>((bytes - 1) / kMaxRequest, 0);
    const Bytes in_last = bytes - requests * kMaxRequest;
    const int64_t of_last = std::max<int64_t>((in_last + mtu - 1) / mtu, 1);
    const int64_t count = requests * (kMaxRequest / mtu) + of_last;
    const auto full = static_cast<uint32_t>(mtu);
    const auto rest = static_cast<uint32_t>(in_last - (of_last - 1) * mtu);
    const auto size = [&terms](Opcode opcode, uint32_t payload) {
        return opcode_wire_bytes(*terms.wire, opcode, payload, false);
    };
    Message message{};
    message.single = count == 1;
    message.middle = std::max<int64_t>(count - 2, 0);
    message.first = message.single ? size(terms.how.only, rest) : size(terms.how.first, full);
    message.mid = size(terms.how.middle, full);
    message.last = size(terms.how.last, rest);
    return message;
}

/// Holds what one port carries besides middle packets.
struct Load {
    bool first = false, last = false;
};

/// Returns the hops that are machines, and adds to `delay_ps` what the others take at least.
std::vector<HopPlan> machines(const std::vector<HopPlan>& hops, uint32_t shortest_wire, bool whole_ns,
                              int64_t& delay_ps)
{
    std::vector<HopPlan> alone;
    for (const HopPlan& hop : hops) {
        delay_ps += hop.delay.ps + hop.latency.ps;
        if (hop.ways > 1)
            delay_ps += transmit(shortest_wire, hop.rate, whole_ns);
        else
            alone.push_back(hop);
    }
    return alone;
}

/// One port's path as a flow shop: C(m) = latency + max of `alone`, and of at + (m - 1) step over `terms`.
class Lane
{
public:
    Lane(const std::vector<HopPlan>& path, const Message& message, Load load, bool whole_ns)
        : idle_(!load.first && !load.last)
    {
        const uint32_t shortest = load.last ? std::min(message.last, message.mid) : message.mid;
        const std::vector<HopPlan> hops = machines(path, shortest, whole_ns, latency_);
        const std::vector<int64_t> first = occupancy(hops, message.first, whole_ns);
        const std::vector<int64_t> mid = occupancy(hops, message.mid, whole_ns);
        const std::vector<int64_t> last = occupancy(hops, message.last, whole_ns);
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

    /// Returns when the last packet arrives, with `middle` middle packets.
    int64_t arrival(int64_t middle) const
    {
        int64_t most = alone_;
        if (middle > 0)
            for (const Term& term : terms_)
                most = std::max(most, fitting(term.at + static_cast<__int128>(middle - 1) * term.step));
        return sum(latency_, most);
    }

    /// Returns the most middle packets that arrive by `deadline`; -1 when not even the others do.
    int64_t capacity(int64_t deadline) const
    {
        if (latency_ + alone_ > deadline) return idle_ ? 0 : -1;
        int64_t most = kNever;
        for (const Term& term : terms_) {
            const int64_t slack = deadline - latency_ - term.at;
            if (slack < 0) return 0;
            if (term.step > 0) most = std::min(most, slack / term.step + 1);
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
    int64_t alone_ = 0;  ///< the time without middle packets
    std::vector<Term> terms_;
};

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
                path[k].latency != paths[0][k].latency || path[k].ways != paths[0][k].ways)
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

/// Returns the least arrival of the last packet, with the first on port `f` and the last on port `l`.
int64_t best_split(const Paths& out, const Message& message, bool whole_ns, size_t f, size_t l)
{
    std::vector<Lane> lanes;
    for (size_t i = 0; i < out.size(); ++i)
        lanes.emplace_back(out[i], message, Load{i == f, i == l}, whole_ns);
    if (lanes.size() == 1) return lanes[0].arrival(message.middle);
    if (fits(lanes, message.middle, 0)) return 0;
    int64_t too_soon = 0, enough = std::max(lanes[f].arrival(message.middle), lanes[l].arrival(0));
    while (too_soon + 1 < enough) {
        const int64_t trial = too_soon + (enough - too_soon) / 2;
        (fits(lanes, message.middle, trial) ? enough : too_soon) = trial;
    }
    return enough;
}

int64_t least_arrival(const Paths& out, const Message& message, bool whole_ns)
{
    int64_t least = kNever;
    if (message.single) {
        for (const std::vector<HopPlan>& path : out)
            least = std::min(least, traverse(path, message.first, whole_ns));
        return least;
    }
    const bool alike = all_alike(out);
    const size_t firsts = alike ? 1 : out.size();
    const size_t lasts = alike ? std::min<size_t>(out.size(), 2) : out.size();
    for (size_t f = 0; f < firsts; ++f)
        for (size_t l = 0; l < lasts; ++l) least = std::min(least, best_split(out, message, whole_ns, f, l));
    return least;
}

/// Returns the quickest time of one packet over any of `paths`.
int64_t quickest(const Paths& paths, uint32_t wire_bytes, bool whole_ns)
{
    int64_t least = kNever;
    for (const std::vector<HopPlan>& path : paths)
        least = std::min(least, traverse(path, wire_bytes, whole_ns));
    return least;
}

/// Returns the size of the packet that goes the other way: the request of a READ before the data, else the
/// ACK behind them.
uint32_t reply_bytes(const Terms& terms)
{
    return terms.how.pulled ? opcode_wire_bytes(*terms.wire, Opcode::read_request, 0, false)
                            : terms.wire->ack;
}

/// Returns the most bytes a second that a link carries which sends packets of `message`. Whole nanoseconds
/// make it a little faster than its rate, most of all for short packets; 0 means that one of them takes no
/// time at all.
double fastest_bytes_per_s(const Message& message, Rate rate, bool whole_ns)
{
    double most = 0;
    for (const uint32_t size : {message.first, message.single ? message.first : message.mid,
                                message.single ? message.first : message.last}) {
        const int64_t ps = transmit(size, rate, whole_ns);
        if (ps == 0) return 0;
        most = std::max(most, size * 1e12 / static_cast<double>(ps));
    }
    return most;
}

/// Returns the least time in which `links` carry `count` messages.
int64_t carrying(const std::vector<Rate>& links, const Message& message, int64_t count, bool whole_ns)
{
    const __int128 bytes = count * message.total();
    if (!whole_ns) {
        Rate all;
        for (const Rate rate : links) all = all + rate;
        if (all.bps == 0) return kNever;
        return bytes > (static_cast<__int128>(1) << 83) ? kNever : fitting(bytes * kBytePs / all.bps);
    }
    double all = 0;
    for (const Rate rate : links) {
        const double one = fastest_bytes_per_s(message, rate, true);
        if (one == 0) return 0;
        all += one;
    }
    const double ps = static_cast<double>(bytes) / all * 1e12 * (1 - 1e-12);
    return ps >= static_cast<double>(kNever) ? kNever : static_cast<int64_t>(ps);
}

}  // namespace

PathBounds::PathBounds(const FabricPlan& plan, const FabricIndex& index)
    : plan_(plan), index_(index), seen_(plan.endpoints + plan.switches.size(), 0)
{
}

/// Adds the link to `hop`; true if it ends at `dst`.
bool PathBounds::visit(const Link& link, uint32_t dst, HopPlan& hop)
{
    if (link.port >= index_.ports(link.node) || !index_.end(link.node, link.port).wired) return false;
    const FabricIndex::End& far = index_.end(link.node, link.port);
    const bool into_switch = far.peer >= plan_.endpoints;
    if (!into_switch && far.peer != dst) return false;
    const LinkPlan& plan = plan_.links[far.link];
    if (plan.rate.bps <= 0) return false;
    const Time latency = into_switch ? plan_.switches[far.peer - plan_.endpoints].latency : Time{};
    hop.rate = std::max(hop.rate, plan.rate);
    hop.delay = std::min(hop.delay, plan.delay);
    hop.latency = std::min(hop.latency, latency);
    ++hop.ways;
    if (into_switch && seen_[far.peer] != stamp_) {
        seen_[far.peer] = stamp_;
        add_next(far.peer, dst);
    }
    return !into_switch;
}

void PathBounds::add_next(uint32_t node, uint32_t dst)
{
    const NextHops next = plan_.router->next(node - plan_.endpoints, dst);
    for (uint32_t i = 0; i < next.count; ++i) next_.push_back({node, next.port(i)});
}

std::vector<HopPlan> PathBounds::path(uint32_t src, uint32_t dst, uint8_t plane)
{
    std::vector<HopPlan> hops;
    bool spread = false;
    stage_.assign(1, {src, plane});
    while (!stage_.empty() && hops.size() <= plan_.switches.size()) {
        HopPlan hop{Rate{}, Time::max(), Time::max(), 0};
        bool there = false;
        next_.clear();
        ++stamp_;
        for (const Link& link : stage_) there |= visit(link, dst, hop);
        if (hop.ways == 0) return {};
        // Behind a choice packets may have overtaken each other. Of the later hops that all packets share,
        // only the last is sure to gain nothing from that.
        spread |= hop.ways > 1;
        if (spread && !there) hop.ways = std::max(hop.ways, 2U);
        hops.push_back(hop);
        if (there) return hops;
        stage_.swap(next_);
    }
    return {};
}

Paths PathBounds::paths(uint32_t src, uint32_t dst)
{
    Paths all;
    for (uint8_t plane = 0; plane < plan_.ports_per_nic; ++plane) all.push_back(path(src, dst, plane));
    return all;
}

Time base_rtt(const std::vector<HopPlan>& out, const std::vector<HopPlan>& back, Bytes mtu, const Wire& wire)
{
    const uint32_t full = data_wire_bytes(wire, static_cast<uint32_t>(mtu), false, false);
    return {traverse(out, full, false) + traverse(back, wire.ack, false)};
}

Time ideal_delivery(const Paths& out, const Paths& back, Bytes bytes, const Terms& terms)
{
    const Paths ways = live(out), returns = live(back);
    if (ways.empty() || (terms.how.pulled && returns.empty())) return Time::max();
    const int64_t asked = terms.how.pulled ? quickest(returns, reply_bytes(terms), terms.whole_ns) : 0;
    return {sum(least_arrival(ways, packets(bytes, terms), terms.whole_ns), asked)};
}

Time ideal_fct(const Paths& out, const Paths& back, Bytes bytes, const Terms& terms)
{
    const Time delivered = ideal_delivery(out, back, bytes, terms);
    if (terms.how.pulled || delivered == Time::max()) return delivered;
    return {sum(delivered.ps, quickest(live(back), reply_bytes(terms), terms.whole_ns))};
}

IncastIdeal::IncastIdeal(std::vector<Rate> links, Bytes bytes, const Terms& terms)
    : links_(std::move(links)), bytes_(bytes), terms_(terms)
{
}

void IncastIdeal::add(const Paths& out, const Paths& back)
{
    const Message message = packets(bytes_, terms_);
    const Paths ways = live(out);
    ++senders_;
    alone_ = std::max(alone_, ideal_fct(out, back, bytes_, terms_));
    reply_ = std::min(reply_, Time{quickest(live(back), reply_bytes(terms_), terms_.whole_ns)});
    for (std::vector<HopPlan> path : ways) {
        // Where packets may overtake each other, any of them may be the first to arrive.
        const bool in_order =
            ways.size() == 1 &&
            std::all_of(path.begin(), path.end(), [](const HopPlan& hop) { return hop.ways == 1; });
        const HopPlan last = path.back();
        path.pop_back();
        const uint32_t size = in_order ? message.first : message.shortest();
        head_ = std::min(head_, Time{traverse(path, size, terms_.whole_ns)});
        cable_ = std::min(cable_, last.delay + last.latency);
    }
}

Time IncastIdeal::last() const
{
    if (alone_ == Time::max() || senders_ == 0) return Time::max();
    const int64_t link = carrying(links_, packets(bytes_, terms_), senders_, terms_.whole_ns);
    const int64_t around = head_.ps + cable_.ps + reply_.ps;
    return std::max(alone_, Time{sum(link, around)});
}

}  // namespace hpnsim
