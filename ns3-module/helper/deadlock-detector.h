// SPDX-License-Identifier: GPL-2.0-only
// DeadlockDetector finds PFC deadlocks: egresses that wait for each other in a circle.
#pragma once

#include "../model/ranks.h"
#include "../model/roce-switch.h"

#include "hpnsim/fabric.hpp"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace hpnsim
{

/**
 * \brief Walks the wait-for graph when a switch says that a pause lasts.
 *
 * A paused egress waits until the ingress at its far end has sent enough away, so it waits for the
 * egresses in which that ingress's packets are. It is stuck for ever if all of these are stuck: the
 * greatest set of paused egresses that wait for nothing outside the set. A set that is not empty
 * holds a circle, which is named, and the simulation is stopped.
 */
class DeadlockDetector
{
  public:
    /// The first three must outlive the detector. `interval` is the least time between two
    /// searches.
    DeadlockDetector(const FabricPlan& plan,
                     const FabricIndex& adjacency,
                     const std::vector<ns3::Ptr<RoceSwitch>>& switches,
                     Time interval);

    /// Makes searches ask the other ranks, of whose switches this one knows nothing, and answers
    /// their questions.
    void SearchOver(Ranks& ranks);

    /// Returns the sentence about a deadlock; empty: there was none so far.
    const std::string&
    Sentence() const
    {
        return m_sentence;
    }

  private:
    struct Egress
    {
        uint32_t sw;
        uint16_t port;
        Priority priority;

        bool
        operator<(const Egress& o) const
        {
            return std::tie(priority, sw, port) < std::tie(o.priority, o.sw, o.port);
        }
    };

    using Graph = std::map<Egress, std::set<Egress>>;

    /// What one rank asks the others in a search.
    enum class Question : uint8_t
    {
        PAUSED,   ///< which egresses are paused
        WAITS,    ///< what those listed wait for
        FINISHED, ///< nothing: it tells when the next search may be, and what this one has found
    };

    void Search(Time now);
    void SearchGraph(Graph graph, Time now);
    std::vector<Egress> Paused() const;
    Graph WaitFor(const std::vector<Egress>& paused) const;
    Graph WaitForOverRanks() const;
    void TellRanks() const;
    RankMessage Answer(MessageReader question);
    void AddWaits(const Egress& waiting, Graph& graph) const;
    static void KeepStuck(Graph& graph);
    static std::vector<Egress> Circle(const Graph& stuck);
    std::string Name(const Egress& egress) const;

    const FabricPlan& m_plan;
    const FabricIndex& m_adjacency;
    const std::vector<ns3::Ptr<RoceSwitch>>& m_switches;
    Time m_interval;
    Time m_next;             // no search before
    Ranks* m_ranks{nullptr}; // null: one process runs all switches
    std::string m_sentence;
};

} // namespace hpnsim
