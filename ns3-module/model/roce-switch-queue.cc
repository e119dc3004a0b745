// SPDX-License-Identifier: GPL-2.0-only
// Handles ports whose queues have rules of their own: limits that count what is being sent, a
// choice of victims, and marks that are decided when a packet has left (FabricSettings:
// controlLimit, coin, untilSent).
#include "roce-switch-port.h"

namespace hpnsim
{

/// Counts what waits in a priority, and what of it is being sent.
Bytes
RoceSwitch::Holds(const Port& out, Priority priority, Time now) const
{
    const bool sending = out.onWirePriority == priority && !out.tx.Idle(now);
    return out.queues.Queued(priority) + (sending ? out.onWire : 0);
}

/// Tells whether the port's own limit for control packets admits it.
bool
RoceSwitch::ControlFits(const Port& out, const Packet& packet, Time now) const
{
    return packet.priority != m_settings.control ||
           Holds(out, packet.priority, now) + packet.wire_bytes <= out.controlLimit;
}

/// Finds a victim when there is no room for the packet: the packet itself or the newest that waits,
/// whose contents `packet` holds afterwards. True: it was trimmed, to be queued as a header; false:
/// it was dropped.
bool
RoceSwitch::Overflow(Port& out, Packet* packet, uint16_t egress, Time now)
{
    if (out.queues.Queued(packet->priority) > 0 && out.trimmer.TakesNewest())
    {
        out.monitor.Change(out.queues.QueuedTotal(), now, m_depths->mine());
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

/// Postpones the mark of what leaves now until its last bit has left.
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

/// Remembers the packet that has begun to leave, unless a fault of the link took it at once.
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

/// Marks the packet that is on the cable, as its last bit has just been sent. A later call might
/// find it in other hands.
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
