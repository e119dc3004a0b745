// SPDX-License-Identifier: GPL-2.0-only
// Handles ports whose queues have rules of their own: limits that count what is being sent, a
// choice of victims, and marks that are decided when a packet has left (FabricSettings:
// controlLimit, coin, untilSent).
#include "roce-switch-port.h"

namespace hpnsim
{

/// What waits in a priority, and what of it is being sent.
Bytes
RoceSwitch::Holds(const Port& out, Priority priority, Time now) const
{
    const bool sending = out.onWirePriority == priority && !out.tx.Idle(now);
    return out.queues.Queued(priority) + (sending ? out.onWire : 0);
}

/// The port's own limit for control packets lets it in.
bool
RoceSwitch::ControlFits(const Port& out, const Packet& packet, Time now) const
{
    return packet.priority != m_settings.control ||
           Holds(out, packet.priority, now) + packet.wire_bytes <= out.controlLimit;
}

/// There is no room for the packet: it, or the newest that waits, is the victim, whose
/// contents `packet` holds afterwards. True: trimmed, to be queued as a header; false: dropped.
bool
RoceSwitch::Overflow(Port& out, Packet* packet, uint16_t egress, Time now)
{
    if (out.queues.Queued(packet->priority) > 0 && out.trimmer.TakesNewest())
    {
        out.monitor.Change(out.queues.QueuedTotal(), now, *m_depths);
        const Bytes in = packet->wire_bytes;
        out.queues.SwapNewest(*packet);
        m_buffer.ExchangeEgress(packet->wire_bytes, in);
    }
    if (!m_settings.trims)
    {
        Drop(out, packet, egress);
        return false;
    }
    out.trimmer.Trim(*packet);
    ++out.counters.trims;
    m_trimTrace(egress, *packet);
    return true;
}

/// The mark of what leaves now is decided when its last bit has left.
void
RoceSwitch::PrepareLateMark(Port& out, Packet* packet)
{
    if (out.unmarked != nullptr)
    {
        MarkLate(out); // the last bit of the one before has just left
    }
    if (packet->ect && !packet->trimmed && out.marker.AtDequeue())
    {
        out.unmarked = packet;
    }
}

/// It has begun to leave, unless a fault of the link took it at once.
void
RoceSwitch::AwaitLateMark(Port& out, Time now)
{
    const LinkFaults* faults = out.tx.PeekFaults();
    if (faults != nullptr && faults->sent != out.unmarked)
    {
        out.unmarked = nullptr;
        return;
    }
    out.unmarkedUntil = out.tx.BusyUntil();
    out.tx.WantIdle(now);
}

void
RoceSwitch::MarkThenSend(Port& out, Time now)
{
    MarkLate(out);
    SendNext(out, now);
}

/// Marks what is on the cable now, its last bit just sent. Had something held up this call, it
/// might be in other hands.
void
RoceSwitch::MarkLate(Port& out)
{
    Packet* packet = out.unmarked;
    out.unmarked = nullptr;
    if (m_clock->Now() != out.unmarkedUntil)
    {
        return;
    }
    MarkIf(out, *packet, out.queues.Queued(packet->priority));
    const LinkFaults* faults = out.tx.PeekFaults();
    if (faults != nullptr && faults->twin != nullptr)
    {
        faults->twin->ce = packet->ce;
    }
}

} // namespace hpnsim
