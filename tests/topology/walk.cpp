// SPDX-License-Identifier: GPL-2.0-only
// Walks from switch to switch, and counts the paths.
#include "walk.hpp"

using namespace hpnsim;

uint64_t Walk::count(uint32_t src, uint32_t dst, uint8_t plane)
{
    length = 0;
    return from(src, plane, dst, plane, 1);
}

uint64_t Walk::from(uint32_t node, uint32_t port, uint32_t dst, uint8_t plane, uint32_t links)
{
    const std::string here = plan.node_name(node) + " port " + std::to_string(port);
    if (port >= index.ports(node) || !index.end(node, static_cast<uint16_t>(port)).wired) {
        why = here + " is not wired";
        return 0;
    }
    const FabricIndex::End& far = index.end(node, static_cast<uint16_t>(port));
    if (far.peer == dst) {
        if (planar && far.peer_port != plane) why = here + " arrives at another plane";
        if (length != 0 && length != links) why = here + " is on a longer way";
        length = links;
        return 1;
    }
    if (far.peer < plan.endpoints || links == longest) {
        why = here + " leads astray";
        return 0;
    }
    const uint32_t sw = far.peer - plan.endpoints;
    if (planar && plan.switches[sw].plane != plane) why = here + " leaves the plane";
    const NextHops next = plan.router->next(sw, dst);
    if (next.count == 0) why = plan.switch_name(sw) + " knows no way";
    uint64_t ways = 0;
    for (uint32_t i = 0; i < next.count; ++i) ways += from(far.peer, next.port(i), dst, plane, links + 1);
    return ways;
}
