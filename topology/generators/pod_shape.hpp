// SPDX-License-Identifier: GPL-2.0-only
// Numbers the switches and ports of pods of segments. Internal to the topologies that are made of them.
//
// Hosts of a segment whose NICs share ToRs are a group: a rail of it, or with DCN+ the whole segment. ToRs
// that share Aggs are a domain: all of a pod, those of one plane, or those of one rail and plane. Segments,
// and so groups and ToRs, are numbered through all pods. Backup hosts come after all others.
//
// Switch numbers: ToR (group, port) = group x ports + port; then Agg (pod, domain, index); then core
// (domain, index). ToR ports: one per NIC of the group, backups last, then `uplinks` to each Agg of its
// domain. Agg ports: `uplinks` to each ToR of its pod and domain, then those to cores. Core ports: those of
// the first pod, of the second, ...
//
// The uplinks of the Aggs of a pod and domain are numbered through, and number x goes to core x modulo cores.
// So the uplinks of an Agg lead to different cores, and a core's links into a pod to different Aggs, as far
// as there are enough.
#pragma once

#include <cstdint>

namespace hpnsim
{

struct PodShape {
    uint32_t segments, hosts, gpus, rails, ports, domains, aggs, uplinks;
    uint32_t backups, pods, agg_uplinks, cores;  ///< segments of all pods; cores of a domain
    bool apart;

    /// One pod without parallel links and backups, whose rails are joined.
    bool plain() const { return pods == 1 && uplinks == 1 && backups == 0 && !apart; }

    uint32_t active() const { return segments * hosts * gpus; }
    uint32_t endpoints() const { return segments * (hosts + backups) * gpus; }
    uint32_t tors() const { return segments * rails * ports; }
    uint32_t tors_of_pod() const { return tors() / pods; }
    uint32_t groups_of_pod() const { return segments / pods * rails; }
    /// NICs of a group.
    uint32_t width() const { return (hosts + backups) * gpus / rails; }

    template <bool Plain> uint32_t group(uint32_t nic) const
    {
        const uint32_t segment =
            !Plain && nic >= active() ? (nic - active()) / (backups * gpus) : nic / (hosts * gpus);
        return rails == 1 ? segment : segment * rails + nic % gpus;
    }
    /// Place in its group.
    template <bool Plain> uint32_t slot(uint32_t nic) const
    {
        if (!Plain && nic >= active()) {
            const uint32_t backup = nic - active();
            return hosts * gpus / rails + (rails == 1 ? backup % (backups * gpus) : backup / gpus % backups);
        }
        return rails == 1 ? nic % (hosts * gpus) : nic / gpus % hosts;
    }

    uint32_t domain(uint32_t tor) const { return domains == 1 ? 0 : tor % domains; }
    uint32_t agg(uint32_t pod, uint32_t domain, uint32_t index) const
    {
        return tors() + (pod * domains + domain) * aggs + index;
    }
    uint32_t agg_count() const { return pods * domains * aggs; }
    /// The first port of an Agg that leads to a ToR.
    uint32_t agg_port(uint32_t tor) const { return tor % tors_of_pod() / domains * uplinks; }
    uint32_t agg_downlinks() const { return tors_of_pod() / domains * uplinks; }

    uint32_t core(uint32_t domain, uint32_t index) const
    {
        return tors() + agg_count() + domain * cores + index;
    }
    /// Counts the links of a core into each pod.
    uint32_t core_links(uint32_t index) const { return (aggs * agg_uplinks - index + cores - 1) / cores; }
};

}  // namespace hpnsim
