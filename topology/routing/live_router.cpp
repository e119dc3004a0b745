// SPDX-License-Identifier: GPL-2.0-only
// Finds out which next hops still lead to a destination, and remembers the answer until a link changes.
#include "hpnsim/live_router.hpp"

namespace hpnsim
{

namespace
{

uint64_t pair_key(uint32_t sw, uint32_t dst)
{
    return static_cast<uint64_t>(sw) << 32 | dst;
}

}  // namespace

LiveRouter::LiveRouter(const FabricPlan& plan) : plan_(plan), index_(plan_) {}

NextHops LiveRouter::next(uint32_t sw, uint32_t dst) const
{
    const NextHops all = plan_.router->next(sw, dst);
    if (dead_ports_.empty() && dead_links_.empty()) return all;
    const Ports& live = filtered(sw, dst);
    // It is the whole set, so the hash chooses as it did before.
    if (live.size() == all.count) return all;
    return {0, static_cast<uint16_t>(live.size()), live.data()};
}

const LiveRouter::Ports& LiveRouter::filtered(uint32_t sw, uint32_t dst) const
{
    const auto [found, fresh] = answers_.mine().hops.try_emplace(pair_key(sw, dst));
    if (fresh) {
        const NextHops all = plan_.router->next(sw, dst);
        Ports live;
        for (uint32_t i = 0; i < all.count; ++i) {
            const uint16_t port = all.port(i);
            const bool dead = dead_ports_.count(static_cast<uint64_t>(sw) << 16 | port) != 0;
            if (!dead && leads_on(sw, port, dst)) live.push_back(port);
        }
        found->second = std::move(live);
    }
    return found->second;
}

/// Tells whether the link behind the port is alive and the destination can be reached from its far end.
bool LiveRouter::leads_on(uint32_t sw, uint16_t port, uint32_t dst) const
{
    const FabricIndex::End& end = index_.end(plan_.endpoints + sw, port);
    if (dead_links_.count(end.link) != 0) return false;
    return end.peer < plan_.endpoints ? end.peer == dst : reaches(end.peer - plan_.endpoints, dst);
}

bool LiveRouter::reaches(uint32_t sw, uint32_t dst) const
{
    const uint64_t key = pair_key(sw, dst);
    std::unordered_map<uint64_t, bool>& remembered = answers_.mine().reaches;
    const auto known = remembered.find(key);
    if (known != remembered.end()) return known->second;
    const NextHops all = plan_.router->next(sw, dst);
    bool found = false;
    for (uint32_t i = 0; i < all.count && !found; ++i) found = leads_on(sw, all.port(i), dst);
    remembered[key] = found;
    return found;
}

void LiveRouter::set_local(uint32_t sw, uint16_t port, bool alive)
{
    const uint64_t key = static_cast<uint64_t>(sw) << 16 | port;
    if (alive)
        dead_ports_.erase(key);
    else
        dead_ports_.insert(key);
    forget();
}

void LiveRouter::set_known(uint32_t link, bool alive)
{
    if (alive)
        dead_links_.erase(link);
    else
        dead_links_.insert(link);
    forget();
}

void LiveRouter::forget()
{
    answers_.for_each([](Answers& each) { each = Answers(); });
}

uint8_t LiveRouter::ports_to(uint32_t src, uint32_t dst) const
{
    uint8_t ports = 0;
    for (uint32_t port = 0; port < index_.ports(src) && port < 8; ++port) {
        const FabricIndex::End& end = index_.end(src, port);
        if (!end.wired || dead_links_.count(end.link) != 0) continue;
        const bool there =
            end.peer < plan_.endpoints ? end.peer == dst : reaches(end.peer - plan_.endpoints, dst);
        if (there) ports = static_cast<uint8_t>(ports | 1U << port);
    }
    return ports;
}

}  // namespace hpnsim
