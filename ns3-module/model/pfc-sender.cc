// SPDX-License-Identifier: GPL-2.0-only
// Sends PFC frames when the link is free for them, and repeats them while a pause must hold.
#include "pfc-sender.h"

#include "ns3/make-event.h"

#include <algorithm>

namespace hpnsim
{

PfcSender::PfcSender(const Clock& clock,
                     LinkTx& tx,
                     uint16_t port,
                     uint32_t globalPort,
                     uint32_t wireBytes,
                     const PfcSettings& settings,
                     const Trace& trace)
    : m_clock(clock)
    , m_tx(tx)
    , m_settings(settings)
    , m_trace(trace)
    , m_wireBytes(wireBytes)
    , m_order(CanonicalOrder(globalPort, EventType::PAUSE))
    , m_port(port)
    , m_leave(this, m_order)
    , m_refresh(this, CanonicalOrder(globalPort, EventType::TIMER))
{
}

void
PfcSender::Set(Priority priority, bool pause, Time now)
{
    const PausedPriorities before = Wanted();
    const PausedPriorities bit = priority_bit(priority);
    m_set = static_cast<PausedPriorities>(pause ? m_set | bit : m_set & ~bit);
    if (!m_settings.timed)
    {
        if (before != Wanted())
        {
            SendAlone(priority, now);
        }
        return;
    }
    Changed(before ^ Wanted(), now);
}

void
PfcSender::Storm(Priority priority, Time duration, Time now)
{
    const PausedPriorities before = Wanted();
    m_storm |= priority_bit(priority);
    m_stormUntil[priority] = std::max(m_stormUntil[priority], now + duration);
    m_clock.Schedule(m_order, duration, ns3::MakeEvent(&PfcSender::StormOver, this, priority));
    Changed(before ^ Wanted(), now);
}

void
PfcSender::Repeat(Time now)
{
    Changed(Wanted(), now);
}

void
PfcSender::StormOver(Priority priority)
{
    const Time now = m_clock.Now();
    if (now < m_stormUntil[priority])
    {
        return; // a second storm outlasts the first
    }
    const PausedPriorities before = Wanted();
    m_storm &= static_cast<PausedPriorities>(~priority_bit(priority));
    Changed(before ^ Wanted(), now);
}

void
PfcSender::Changed(PausedPriorities changed, Time now)
{
    m_changed |= changed;
    if (m_changed == 0 || m_waiting)
    {
        return;
    }
    m_waiting = true;
    m_leaves = std::max(m_tx.BusyUntil(), now);
    m_ends = m_tx.ReserveControl(m_wireBytes, now);
    if (m_leaves == now)
    {
        Leave();
    }
    else
    {
        m_leave.Arm(m_clock, m_leaves - now);
    }
}

/// Sends a frame about one priority, behind those that wait already.
void
PfcSender::SendAlone(Priority priority, Time now)
{
    const bool pause = (Wanted() & priority_bit(priority)) != 0;
    const PfcFrame frame = SinglePfcFrame(priority, pause ? m_settings.quanta : uint16_t{0});
    const Time leaves = std::max(m_tx.BusyUntil(), now);
    const Time ends = m_tx.ReserveControl(m_wireBytes, now);
    if (leaves == now)
    {
        LeaveAlone(frame, ends);
    }
    else
    {
        m_clock.Schedule(
            m_order, leaves - now, ns3::MakeEvent(&PfcSender::LeaveAlone, this, frame, ends));
    }
}

void
PfcSender::LeaveAlone(PfcFrame frame, Time end)
{
    ++m_frames;
    m_trace(m_port, frame);
    m_tx.SendPfc(frame, end, m_clock.Now());
}

void
PfcSender::Leave()
{
    const Time now = m_leaves;
    m_waiting = false;
    PfcFrame frame;
    frame.enabled = m_changed | Wanted();
    for (Priority p = 0; p < kPriorities; ++p)
    {
        frame.quanta[p] = (Wanted() & priority_bit(p)) != 0 ? m_settings.quanta : uint16_t{0};
    }
    m_changed = 0;
    ++m_frames;
    m_trace(m_port, frame);
    m_tx.SendPfc(frame, m_ends, now);
    if (Wanted() != 0 && !m_refreshArmed)
    {
        m_refreshArmed = true;
        m_refresh.Arm(m_clock, RefreshTime());
    }
}

/// Plans the next refresh from the last frame on, because any frame refreshes all pauses.
void
PfcSender::RefreshDue()
{
    m_refreshArmed = false;
    if (Wanted() == 0 || m_waiting) // a frame that waits will arm it again
    {
        return;
    }
    const Time now = m_clock.Now();
    const Time due = m_leaves + RefreshTime();
    if (now < due)
    {
        m_refreshArmed = true;
        m_refresh.Arm(m_clock, due - now);
        return;
    }
    Changed(Wanted(), now);
}

Time
PfcSender::RefreshTime() const
{
    const Time whole = QuantaTime(m_settings.quanta, m_tx.LinkRate());
    return {static_cast<int64_t>(static_cast<double>(whole.ps) * m_settings.refresh)};
}

} // namespace hpnsim
