// SPDX-License-Identifier: GPL-2.0-only
// EventRanks runs the events of an EventKernel together with other processes, each of which runs
// those of its own nodes.
#pragma once

#include "event-kernel.h"
#include "ranked-network.h"
#include "ranks.h"

#include <exception>
#include <functional>
#include <memory>
#include <vector>

namespace hpnsim
{

/**
 * \brief Goes step by step with the other ranks: a window, an event that belongs to no node, or,
 * where windows are not safe, events of one rank up to the next of another.
 *
 * Every rank has the whole network and the whole workload. Before each step ranks exchange what
 * crosses between their nodes, when their next events are, and what these have deferred. All carry
 * that out in the order of its events, so that the workload and everything else that belongs to no
 * node is the same on all ranks, and takes no messages. What nodes have done apart in a window,
 * each rank notes, and the others repeat it before the window is over. So the order of events is
 * that of one process, and results are.
 */
class EventRanks
{
  public:
    EventRanks(EventKernel& kernel, RankedNetwork& network, Ranks& ranks);

    void Run();

    Ranks&
    TheRanks()
    {
        return m_ranks;
    }

    void NoteForeign();
    void NoteTimer(uint64_t ts);
    void NoteApart(const PendingEvent& event);

    uint32_t
    RankOf(uint32_t lane) const
    {
        return (m_ranks.Rank() + lane) % m_ranks.Count();
    }

    /// True if no rank has any event left.
    bool NothingLeft() const;

  private:
    /// Something that an event of a node, of this rank or another, has deferred.
    struct Action
    {
        EventPlace at;
        EventPlace next;    // the next event of its node
        PendingEvent event; // of an own node
        uint32_t node;
        uint32_t turn; // DeferredEvent
        bool own;
        bool alone; // PackAction
        RankMessage content;
    };

    /// What ranks tell each other before a step, beside actions and parcels.
    struct Told
    {
        uint64_t run;    // events since the last step
        uint64_t latest; // the time of the last of them
        EventPlace next;
        EventPlace act;    // the next event that may defer anything, if windows are not safe
        EventPlace shared; // the next event that belongs to no node
        RankedNetwork::Counts counts;
        bool stop;
        bool failed;
        bool again; // it has acted, and the others have still to do the same
    };

    void Exchange();
    void PackParcels();
    void PackActions(MessageWriter& out);
    void Read(uint32_t from, MessageReader& in);
    void ReadActions(MessageReader& in);
    void AddAction(Action action);
    void ThrowFailure();
    void CountEvents();

    void CarryOutActions();
    void CarryOut(const Action& action);
    void GoOn(uint32_t node);
    void ActAtOnce();
    void Repeat();

    void Step();
    void RunShared(const EventPlace& at);
    void RunSharedEvent();
    void Call(const PendingEvent& event);
    void RunWindow(const EventPlace& first, const EventPlace& shared, uint64_t span);
    void RunEvents(EventPlace until);
    bool RunEvent(const EventPlace& until);
    void RunApart(const EventPlace& first, EventPlace until);
    void EndWindow();
    void RepeatNotes();
    uint64_t LeastSpan() const;
    EventPlace OwnAct() const;
    EventPlace OwnNext() const;
    EventPlace OwnShared();
    void Keep(const std::function<void()>& act);

    EventKernel& m_kernel;
    RankedNetwork& m_network;
    Ranks& m_ranks;
    std::vector<Told> m_told;                    // by rank
    std::vector<std::vector<EventPlace>> m_mail; // by sender and receiver: the earliest parcel
    std::vector<EventPlace> m_next;              // by rank, with its mail
    std::vector<EventPlace> m_acts;              // by rank, with its mail
    std::vector<RankMessage> m_out, m_in;        // by rank
    std::vector<RankMessage> m_parcels;          // by rank, packed
    std::vector<std::string> m_reasons;          // by rank: why it has failed
    std::vector<Action> m_actions;               // the earliest last
    std::vector<Action> m_acted;                 // by own events, where windows are not safe
    std::vector<Action> m_repeat;                // the same by those of another rank
    RankMessage m_notes;                         // what own nodes have done apart
    std::vector<RankMessage> m_toldNotes;        // the same by rank, of the others
    uint64_t m_timer{~uint64_t{0}};              // the first that an action has set in motion
    bool m_foreign{false};                       // an action has made a node of another rank act
    bool m_again{false};                         // a rank has acted in the last step
    bool m_unsafe{false};                        // windows are not, and no errors can come
    EventPlace m_done{0, EventOrder{0}}; // the last action that was carried out in this window
    bool m_window{false};                // the step was a window
    uint64_t m_run{0};                   // own events since the last step
    uint64_t m_counted{0};               // events of all ranks at the last step
    std::exception_ptr m_failure;
};

} // namespace hpnsim
