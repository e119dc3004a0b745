// SPDX-License-Identifier: GPL-2.0-only
// Gives each QP a NIC port and a source port, and can search for source ports whose paths share no link.
#include "hpnsim/qp_paths.hpp"

#include "hpnsim/ecmp.hpp"
#include "hpnsim/random_streams.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

constexpr uint16_t kFirst = 0xC000, kMask = 0x3fff;  // dynamic ports: RoCEv2's entropy field
constexpr int kTries = 1024;
constexpr int kMaxHops = 64;

size_t shared(const std::vector<uint32_t>& links, const std::vector<uint32_t>& used)
{
    return static_cast<size_t>(std::count_if(links.begin(), links.end(), [&used](uint32_t link) {
        return std::find(used.begin(), used.end(), link) != used.end();
    }));
}

}  // namespace

std::vector<uint32_t> QpPaths::links(uint32_t src, uint32_t dst, QpPath path) const
{
    std::vector<uint32_t> links;
    FabricIndex::End at = index_.end(src, path.home_port);
    while (at.wired && at.peer >= plan_.endpoints && links.size() < kMaxHops) {
        const uint32_t sw = at.peer - plan_.endpoints;
        const NextHops hops = plan_.router->next(sw, dst);
        if (hops.count == 0) break;
        const uint32_t choice =
            hops.count == plan_.switches[sw].by_port
                ? at.peer_port % hops.count
                : ecmp_choice(ecmp_salt(seed_, sw), src, dst, path.source_port, hops.count);
        at = index_.end(at.peer, hops.port(choice));
        if (at.wired && at.peer >= plan_.endpoints) links.push_back(at.link);
    }
    return links;
}

/// Returns the first source port from `first` on whose path shares no link with those in use, or else the one
/// that shares the fewest.
uint16_t QpPaths::apart(uint32_t src, uint32_t dst, QpPath first, const std::vector<uint32_t>& used) const
{
    uint16_t best = first.source_port;
    size_t least = ~size_t{0};
    QpPath path = first;
    for (int i = 0; i < kTries && least > 0; ++i) {
        path.source_port = static_cast<uint16_t>(kFirst | ((first.source_port + i) & kMask));
        const size_t common = shared(links(src, dst, path), used);
        if (common >= least) continue;
        least = common;
        best = path.source_port;
    }
    return best;
}

std::vector<QpPath> QpPaths::of(uint32_t src, uint32_t dst, uint32_t qps, uint8_t first) const
{
    std::vector<QpPath> paths;
    std::vector<uint32_t> used;
    const uint64_t pair = static_cast<uint64_t>(src) << 32 | dst;
    const uint32_t ports = index_.ports(src);
    for (uint32_t k = 0; k < qps; ++k) {
        QpPath path;
        uint64_t stream = stream_of(seed_, StreamKind::source_port, pair * qps + k);
        path.source_port = static_cast<uint16_t>(kFirst | (next_random(stream) & kMask));
        path.home_port = static_cast<uint8_t>((first + k) % ports);
        if (how_ == SourcePorts::hash)
            path.home_port = static_cast<uint8_t>(
                ecmp_choice(stream_of(seed_, StreamKind::bond_salt, src), src, dst, path.source_port, ports));
        if (how_ == SourcePorts::disjoint) {
            path.source_port = apart(src, dst, path, used);
            const std::vector<uint32_t> taken = links(src, dst, path);
            used.insert(used.end(), taken.begin(), taken.end());
        }
        paths.push_back(path);
    }
    return paths;
}

}  // namespace hpnsim
