// SPDX-License-Identifier: GPL-2.0-only
#include "hpnsim/port_turns.hpp"

#include "hpnsim/random.hpp"

namespace hpnsim
{

namespace
{

constexpr uint64_t kTurnStream = 35;  // kind of random stream (random.hpp)

}  // namespace

PortTurns::Count& PortTurns::count(uint32_t endpoint, uint8_t port)
{
    return counts_[size_t{endpoint} * plan_.ports_per_nic + port];
}

/// What goes the same way, and what goes the other.
std::pair<uint32_t, uint32_t> PortTurns::load(Side side, uint8_t port)
{
    const Count& its = count(side.endpoint, port);
    return side.opens ? std::pair(its.opened, its.accepted) : std::pair(its.accepted, its.opened);
}

/// The least loaded port of NICs that have equally many.
uint8_t PortTurns::least(const std::vector<Side>& sides, uint64_t pair)
{
    std::vector<uint8_t> ties;
    std::pair<uint32_t, uint32_t> least;
    for (uint8_t port = 0; port < index_.ports(sides[0].endpoint); ++port) {
        std::pair<uint32_t, uint32_t> sum;
        for (const Side& side : sides) {
            const auto [same, other] = load(side, port);
            sum.first += same;
            sum.second += other;
        }
        if (ties.empty() || sum < least) {
            ties.clear();
            least = sum;
        }
        if (sum == least) ties.push_back(port);
    }
    uint64_t stream = stream_of(seed_, kTurnStream, pair);
    return ties[next_below(stream, ties.size())];
}

PortTurns::First PortTurns::take(uint32_t src, uint32_t dst)
{
    const uint32_t here = index_.ports(src), there = index_.ports(dst);
    if (here == 1 && there == 1) return {};
    if (counts_.empty()) counts_.resize(size_t{plan_.endpoints} * plan_.ports_per_nic);
    const Side opens{src, true}, accepts{dst, false};
    const uint64_t pair = static_cast<uint64_t>(src) << 32 | dst;
    First first;
    if (here == there)
        first.here = first.there = least({opens, accepts}, pair);
    else
        first = {least({opens}, pair), least({accepts}, pair)};
    ++count(src, first.here).opened;
    ++count(dst, first.there).accepted;
    return first;
}

}  // namespace hpnsim
