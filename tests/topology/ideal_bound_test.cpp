// SPDX-License-Identifier: GPL-2.0-only
// Compares the ideal FCT with a brute-force simulation: every split of the packets over the ports, each
// port's packets in PSN order through store-and-forward hops. The ideal must equal the best split.
#include "hpnsim/ideal.hpp"
#include "hpnsim/random_streams.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using namespace hpnsim;

namespace
{

using Paths = std::vector<std::vector<HopPlan>>;

int64_t hop_time(const HopPlan& hop, uint32_t bytes)
{
    return transmit_time(bytes, hop.rate).ps;
}

/// Returns when the last of `sizes` has arrived: packet by packet, hop by hop.
int64_t simulate(const std::vector<HopPlan>& hops, const std::vector<uint32_t>& sizes)
{
    std::vector<int64_t> idle(hops.size(), 0);
    int64_t arrival = 0;
    for (const uint32_t size : sizes) {
        int64_t now = 0;
        for (size_t k = 0; k < hops.size(); ++k) {
            idle[k] = std::max(idle[k], now) + hop_time(hops[k], size);
            now = idle[k] + hops[k].delay.ps + hops[k].latency.ps;
        }
        arrival = now;
    }
    return arrival;
}

std::vector<uint32_t> packet_sizes(Bytes bytes, Bytes mtu, const Wire& wire)
{
    std::vector<uint32_t> sizes;
    for (Bytes sent = 0; sent < bytes; sent += mtu)
        sizes.push_back(
            data_wire_bytes(wire, static_cast<uint32_t>(std::min(mtu, bytes - sent)), sent == 0, false));
    return sizes;
}

/// Returns the least time of the last arrival over all splits.
int64_t best_of_all(const Paths& out, const std::vector<uint32_t>& sizes)
{
    int64_t best = INT64_MAX;
    const uint64_t splits = out.size() == 1 ? 1 : uint64_t{1} << sizes.size();
    for (uint64_t split = 0; split < splits; ++split) {
        std::vector<uint32_t> shares[2];
        for (size_t i = 0; i < sizes.size(); ++i)
            shares[out.size() == 1 ? 0 : split >> i & 1].push_back(sizes[i]);
        int64_t last = 0;
        for (size_t p = 0; p < out.size(); ++p)
            if (!shares[p].empty()) last = std::max(last, simulate(out[p], shares[p]));
        best = std::min(best, last);
    }
    return best;
}

class Dice
{
public:
    explicit Dice(uint64_t seed) : stream_(stream_of(seed, StreamKind{7}, 0)) {}
    int64_t below(int64_t n) { return static_cast<int64_t>(next_below(stream_, static_cast<uint64_t>(n))); }
    std::vector<HopPlan> path()
    {
        const int64_t rates[] = {25, 50, 100, 200, 400, 333};
        std::vector<HopPlan> hops;
        for (int64_t k = 1 + below(5); k > 0; --k)
            hops.push_back({gbps(rates[below(6)]), nanoseconds(below(300)), nanoseconds(below(100))});
        return hops;
    }

private:
    uint64_t stream_;
};

int64_t ack_time(const Paths& back, const Wire& wire)
{
    int64_t least = INT64_MAX;
    for (const std::vector<HopPlan>& path : back) least = std::min(least, simulate(path, {wire.ack}));
    return least;
}

void compare(Dice& dice, size_t ports, bool alike)
{
    Paths out{dice.path()}, back{dice.path()};
    while (out.size() < ports) {
        out.push_back(alike ? out[0] : dice.path());
        back.push_back(alike ? back[0] : dice.path());
    }
    const Bytes mtu = 64 + dice.below(1500);
    const Bytes bytes = 1 + dice.below(mtu * (ports == 1 ? 40 : 8));
    const Wire& wire = wire_named(dice.below(2) == 0 ? "roce" : "hpcc-sim", false);
    const int64_t brute = best_of_all(out, packet_sizes(bytes, mtu, wire)) + ack_time(back, wire);
    ASSERT_EQ(ideal_fct(out, back, bytes, {mtu, &wire}).ps, brute) << bytes << " B by " << mtu;
}

}  // namespace

TEST(IdealBound, OnePortIsExact)
{
    Dice dice(1);
    for (int i = 0; i < 3000; ++i) compare(dice, 1, true);
}

TEST(IdealBound, TwoEqualPortsAreTheBestSplit)
{
    Dice dice(2);
    for (int i = 0; i < 2000; ++i) compare(dice, 2, true);
}

TEST(IdealBound, TwoUnequalPortsAreTheBestSplit)
{
    Dice dice(3);
    for (int i = 0; i < 2000; ++i) compare(dice, 2, false);
}
