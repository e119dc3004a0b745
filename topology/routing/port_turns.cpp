// SPDX-License-Identifier: GPL-2.0-only
// Finds the port that both NICs have used least, for the next connection.
#include "hpnsim/port_turns.hpp"

#include "hpnsim/random_streams.hpp"

namespace hpnsim
{

namespace
{

constexpr uint8_t kNone = 0xff;

}  // namespace

PortTurns::Count& PortTurns::count(uint32_t endpoint, uint8_t port)
{
    return counts_[size_t{endpoint} * plan_.ports_per_nic + port];
}

/// Counts the connections that go the same way on the port, and those that go the other way.
std::pair<uint32_t, uint32_t> PortTurns::load(Side side, uint8_t port)
{
    const Count& its = count(side.endpoint, port);
    return side.opens ? std::pair(its.opened, its.accepted) : std::pair(its.accepted, its.opened);
}

/// Returns the least loaded port of NICs that have equally many; among equals the first from `turn` on.
uint8_t PortTurns::least(const std::vector<Side>& sides, uint8_t turn)
{
    const uint32_t ports = index_.ports(sides[0].endpoint);
    uint8_t best = 0;
    std::pair<uint32_t, uint32_t> least{UINT32_MAX, UINT32_MAX};
    for (uint32_t i = 0; i < ports; ++i) {
        const auto port = static_cast<uint8_t>((turn + i) % ports);
        std::pair<uint32_t, uint32_t> sum;
        for (const Side& side : sides) {
            const auto [same, other] = load(side, port);
            sum.first += same;
            sum.second += other;
        }
        if (sum >= least) continue;
        least = sum;
        best = port;
    }
    return best;
}

/// Returns the port after the one that the NIC took last in this role; before the first, one drawn by lot.
uint8_t PortTurns::turn(Side side)
{
    const uint32_t which = 2 * side.endpoint + (side.opens ? 1 : 0);
    if (last_[which] != kNone) return static_cast<uint8_t>((last_[which] + 1) % index_.ports(side.endpoint));
    uint64_t stream = stream_of(seed_, StreamKind::port_turn, which);
    return static_cast<uint8_t>(next_below(stream, index_.ports(side.endpoint)));
}

void PortTurns::begin(Side side, uint8_t port)
{
    ++(side.opens ? count(side.endpoint, port).opened : count(side.endpoint, port).accepted);
    last_[2 * side.endpoint + (side.opens ? 1 : 0)] = port;
}

PortTurns::First PortTurns::take(uint32_t src, uint32_t dst)
{
    const uint32_t here = index_.ports(src), there = index_.ports(dst);
    if (here == 1 && there == 1) return {};
    if (counts_.empty()) {
        counts_.resize(size_t{plan_.endpoints} * plan_.ports_per_nic);
        last_.assign(size_t{2} * plan_.endpoints, kNone);
    }
    const Side opens{src, true}, accepts{dst, false};
    First first;
    if (here == there)
        first.here = first.there = least({opens, accepts}, turn(opens));
    else
        first = {least({opens}, turn(opens)), least({accepts}, turn(accepts))};
    begin(opens, first.here);
    begin(accepts, first.there);
    return first;
}

}  // namespace hpnsim
