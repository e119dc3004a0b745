// SPDX-License-Identifier: GPL-2.0-only
// PfcSender tells the far end of a link to stop and to go on. It merges frames that wait, and
// refreshes pauses.
#pragma once

#include "hot-event.h"
#include "link-tx.h"
#include "pfc/pfc_frame.hpp"
#include "pfc/pfc_settings.hpp"

#include "ns3/traced-callback.h"

namespace hpnsim
{

/**
 * \brief The PFC frames of one port. It is made at its first pause.
 *
 * A frame carries every priority that is being paused, and those that just went on. It waits for
 * the packet on the wire to end and is filled in only when it begins to leave, so that changes
 * meanwhile share it. While anything is paused, one event sends the frame again.
 */
class PfcSender
{
  public:
    /// Called with port and frame when a frame begins to leave.
    using Trace = ns3::TracedCallback<uint16_t, const PfcFrame&>;

    PfcSender(const Clock& clock,
              LinkTx& tx,
              uint16_t port,
              uint32_t globalPort,
              uint32_t wireBytes,
              const PfcSettings& settings,
              const Trace& trace);

    /// The buffer wants the far end to stop sending `priority`, or allows it to go on.
    void Set(Priority priority, bool pause, Time now);
    /// A fault: pauses `priority` for `duration`, whatever the buffer says.
    void Storm(Priority priority, Time duration, Time now);

    /// The far end may have forgotten its pauses: tells it again, if anything is paused.
    void Repeat(Time now);

    /// Counts the frames sent, refreshes included.
    uint64_t
    Frames() const
    {
        return m_frames;
    }

  private:
    PausedPriorities
    Wanted() const
    {
        return m_set | m_storm;
    }

    void Changed(PausedPriorities changed, Time now);
    void Leave();
    void SendAlone(Priority priority, Time now);
    void LeaveAlone(PfcFrame frame, Time end);
    void RefreshDue();
    void StormOver(Priority priority);
    Time RefreshTime() const;

    const Clock& m_clock;
    LinkTx& m_tx;
    const PfcSettings& m_settings;
    const Trace& m_trace;
    uint32_t m_wireBytes;
    EventOrder m_order; // of the events at which a frame leaves
    uint16_t m_port;
    PausedPriorities m_set{0};
    PausedPriorities m_storm{0};
    PausedPriorities m_changed{0}; // since the last frame left
    bool m_waiting{false};         // a frame has its place on the wire, not yet its contents
    bool m_refreshArmed{false};
    Time m_leaves; // when the frame that waits, or that left last, begins
    Time m_ends;   // when its serialisation ends
    std::array<Time, kPriorities> m_stormUntil{};
    uint64_t m_frames{0};
    HotEvent<PfcSender, &PfcSender::Leave> m_leave;
    HotEvent<PfcSender, &PfcSender::RefreshDue> m_refresh;
};

} // namespace hpnsim
