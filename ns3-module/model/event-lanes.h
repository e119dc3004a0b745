// SPDX-License-Identifier: GPL-2.0-only
// EventLanes deals out the nodes of an EventKernel among threads, and holds what these have for
// each other.
#pragma once

#include "crew.h"
#include "event-queue.h"

#include "hpnsim/lane.hpp"

#include <cstdint>
#include <exception>
#include <memory>
#include <vector>

namespace hpnsim
{

/// Something that a node sends to a node of another lane: `open` is called there, before the next
/// window.
struct Parcel
{
    void (*open)(void* receiver, void* load, uint64_t ts);
    void* receiver;
    void* load;
    uint64_t ts;
};

/// An action that waits until all nodes have come as far as its event.
struct DeferredEvent
{
    PendingEvent event;
    uint32_t node;
    uint32_t turn; ///< counts what the lane has deferred: of one event, lower ones come first
};

/// What one lane has to do in a window, and what came of it.
struct alignas(64) EventLane
{
    std::vector<uint32_t> nodes; ///< ascending
    std::vector<DeferredEvent> deferred;
    std::vector<PendingEvent> shared;              ///< events that belong to no node
    std::vector<std::vector<PendingEvent>> events; ///< for nodes of other lanes, by lane
    std::vector<std::vector<Parcel>> parcels;      ///< the same
    uint32_t turn{0};                              ///< of DeferredEvent
    uint64_t run{0};                               ///< events in this window
    uint64_t latest{0};                            ///< the time of the last of them
    std::exception_ptr failure;                    ///< what an event threw, at `latest`
};

/// Who runs which node. There is always lane 0.
class EventLanes
{
  public:
    /// Nodes of the same tier (tierOfNode) that follow each other are likely to be neighbours.
    EventLanes(uint32_t lanes, const std::vector<uint32_t>& tierOfNode);
    /// The same for processes: lane 0 is rank `own`, the next lanes are the next ranks, round and
    /// round, and no threads are made. Nodes stay where they are.
    EventLanes(uint32_t ranks, uint32_t own, const std::vector<uint32_t>& tierOfNode);

    uint32_t
    Count() const
    {
        return static_cast<uint32_t>(m_lanes.size());
    }

    EventLane&
    Lane(uint32_t lane)
    {
        return m_lanes[lane];
    }

    EventLane&
    Mine()
    {
        return m_lanes[this_lane];
    }

    uint32_t
    LaneOf(uint32_t node) const
    {
        return m_laneOf[node];
    }

    /// Notes that the node has run so many events.
    void
    Worked(uint32_t node, uint64_t events)
    {
        m_work[node] += static_cast<uint32_t>(events);
    }

    /// Deals the nodes out anew if lanes have had unequal work since this was last done; returns
    /// true if it has. No lane may hold anything for another.
    bool Balance();

    /// Runs `task(lane)` in all lanes at the same time; there are several.
    template <class Task>
    void
    RunTogether(Task task)
    {
        m_crew->Run(task);
    }

  private:
    void Sort(const std::vector<uint32_t>& tierOfNode);
    double Weight(uint32_t node) const;
    void Deal();
    void DealTier(const std::vector<uint32_t>& nodes, std::vector<double>& room);

    std::vector<EventLane> m_lanes;
    std::vector<std::vector<uint32_t>> m_tiers; // nodes by tier
    std::vector<uint8_t> m_laneOf;              // by node
    std::vector<uint32_t> m_work;               // events by node, since they were dealt out
    std::unique_ptr<Crew> m_crew;               // null: there is one lane
};

} // namespace hpnsim
