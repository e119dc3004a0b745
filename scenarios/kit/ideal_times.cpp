// SPDX-License-Identifier: GPL-2.0-only
// Ideal times of messages between endpoints, each reckoned once.
#include "hpnsim/ideal_times.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/no_path.hpp"

#include <algorithm>
#include <map>
#include <memory>

namespace hpnsim
{

namespace
{

/// This is half of what Time holds; the other half is for what a run takes beyond its ideal.
constexpr Time kLongest{INT64_MAX / 2};

[[noreturn]] void too_long(const std::string& what)
{
    throw BadInput(what +
                   " takes more than 53 days on this fabric even when it is empty, and simulated time, which "
                   "counts picoseconds in 63 bits, has no room for that; send less or use faster links");
}

std::vector<std::vector<Rate>> nic_ports(const FabricPlan& plan)
{
    std::vector<std::vector<Rate>> ports(plan.endpoints);
    for (const LinkPlan& link : plan.links)
        for (const uint32_t node : {link.a, link.b})
            if (node < plan.endpoints) ports[node].push_back(link.rate);
    return ports;
}

/// Numbers the endpoints by what their ports are wired to. Paths between two of them depend on their numbers
/// alone.
std::vector<uint32_t> kinds_of(const FabricPlan& plan, const FabricIndex& index)
{
    std::map<std::vector<int64_t>, uint32_t> known;
    std::vector<uint32_t> kinds;
    std::vector<int64_t> cables;
    for (uint32_t endpoint = 0; endpoint < plan.endpoints; ++endpoint) {
        cables.clear();
        for (uint32_t port = 0; port < index.ports(endpoint); ++port) {
            const FabricIndex::End& end = index.end(endpoint, port);
            if (!end.wired) {
                cables.insert(cables.end(), {-1, 0, 0});
                continue;
            }
            const LinkPlan& link = plan.links[end.link];
            cables.insert(cables.end(), {end.peer, link.rate.bps, link.delay.ps});
        }
        kinds.push_back(known.emplace(cables, static_cast<uint32_t>(known.size())).first->second);
    }
    return kinds;
}

Time least_latency(const Paths& paths)
{
    Time least = Time::max();
    for (const std::vector<HopPlan>& path : paths) {
        if (path.empty()) continue;
        Time sum;
        for (const HopPlan& hop : path) sum += hop.delay + hop.latency;
        least = std::min(least, sum);
    }
    return least;
}

}  // namespace

IdealTimes::IdealTimes(const FabricPlan& plan, const Terms& terms, IdealRule rule)
    : plan_(plan), adjacency_(plan), bounds_(plan, adjacency_), terms_(terms), rule_(std::move(rule)),
      ports_(nic_ports(plan)), last_(plan.endpoints), kind_(kinds_of(plan, adjacency_))
{
}

Time IdealTimes::of(uint32_t src, uint32_t dst, Bytes bytes)
{
    Known& known = last_[src];
    if (known.dst == dst && known.bytes == bytes) return known.ideal;
    const Time ideal = rule_.fct ? rule_.fct(adjacency_.path(src, dst, 0), bytes) : own(src, dst, bytes);
    known = {dst, bytes, ideal};
    return ideal;
}

IdealTimes::Between& IdealTimes::between(uint32_t src, uint32_t dst)
{
    const auto [found, made] = between_.try_emplace(uint64_t{kind_[src]} << 32 | kind_[dst]);
    if (made) {
        found->second.out = bounds_.paths(src, dst);
        found->second.latency = least_latency(found->second.out);
        if (found->second.latency == Time::max()) refuse_pair(plan_, src, dst);
    }
    return found->second;
}

Time IdealTimes::own(uint32_t src, uint32_t dst, Bytes bytes)
{
    return ideal_fct(between(src, dst).out, between(dst, src).out, bytes, terms_);
}

Time IdealTimes::delivery(uint32_t src, uint32_t dst, Bytes bytes)
{
    Between& way = between(src, dst);
    if (way.bytes != bytes) {
        way.bytes = bytes;
        way.delivery = ideal_delivery(way.out, between(dst, src).out, bytes, terms_);
    }
    return way.delivery;
}

Time IdealTimes::latency(uint32_t src, uint32_t dst)
{
    return between(src, dst).latency;
}

Time IdealTimes::incast(const std::vector<uint32_t>& senders, uint32_t receiver, Bytes bytes)
{
    IncastIdeal ideal(ports_[receiver], bytes, terms_);
    for (const uint32_t sender : senders)
        ideal.add(between(sender, receiver).out, between(receiver, sender).out);
    return ideal.last();
}

double IdealTimes::sending_s(uint32_t endpoint, double bytes, double messages) const
{
    const std::vector<Rate>& ports = ports_[endpoint];
    double bits_per_s = 0;
    for (const Rate rate : ports) bits_per_s += static_cast<double>(rate.bps);
    // A message has at least one packet, and a packet holds no more than the MTU.
    const double full = bytes / static_cast<double>(terms_.mtu);
    const double wire = bytes + std::max(full, messages) * terms_.wire->data_overhead;
    const double exact = 8 * wire / bits_per_s;
    if (!terms_.whole_ns) return exact;
    // A packet on such a link takes up to a nanosecond less than its bytes do.
    return std::max(0.0, exact - (full + messages) * 1e-9 / static_cast<double>(ports.size()));
}

CollectiveLimits collective_limits(const FabricPlan& plan, IdealTimes& ideals,
                                   std::vector<uint32_t> endpoint_of)
{
    const auto at = [of = std::make_shared<const std::vector<uint32_t>>(std::move(endpoint_of))](
                        uint32_t rank) { return of->empty() ? rank : (*of)[rank]; };
    CollectiveLimits limits;
    limits.delivery = [&ideals, at](uint32_t src, uint32_t dst, Bytes bytes) {
        return ideals.delivery(at(src), at(dst), bytes);
    };
    limits.latency = [&ideals, at](uint32_t src, uint32_t dst) { return ideals.latency(at(src), at(dst)); };
    limits.sending_s = [&ideals, at](uint32_t rank, double bytes, double messages) {
        return ideals.sending_s(at(rank), bytes, messages);
    };
    limits.nvlink_bytes_per_s = static_cast<double>(plan.nvlink.rate.bps) / 8;
    limits.nvlink_latency = plan.nvlink.latency * 2;
    return limits;
}

void require_representable(const std::string& what, Time ideal, uint64_t times)
{
    if (times > 0 && static_cast<uint64_t>(ideal.ps) > static_cast<uint64_t>(kLongest.ps) / times)
        too_long(what + (times > 1 ? ", " + std::to_string(times) + " times," : ""));
}

/// The slowest link tells which flows might be too long, and the bound itself is computed only for those.
void require_representable(const std::string& what, const FabricPlan& plan,
                           const std::vector<FlowSpec>& flows, IdealTimes& ideals)
{
    constexpr double kMargin = 16;  // more than headers and the rest of the path multiply the time by
    Rate slowest{INT64_MAX};
    for (const LinkPlan& link : plan.links)
        if (link.rate.bps > 0) slowest = std::min(slowest, link.rate);
    const double longest = kLongest.s() / 8 / kMargin * static_cast<double>(slowest.bps);
    for (const FlowSpec& flow : flows) {
        if (static_cast<double>(flow.bytes) < longest) continue;
        const Time ideal = ideals.of(flow.src, flow.dst, flow.bytes);
        if (ideal > kLongest - flow.start)
            too_long(what + ": a flow of " + std::to_string(flow.bytes) + " bytes from " +
                     plan.node_name(flow.src) + " to " + plan.node_name(flow.dst));
    }
}

}  // namespace hpnsim
