// SPDX-License-Identifier: GPL-2.0-only
// Holds what waits to leave by the ports of a NIC (NicScheduler): what does not happen with every packet.
#include "hpnsim/nic_scheduler.hpp"

#include "qp/qp.hpp"

namespace hpnsim
{

namespace
{

int64_t count(const PacketFifo& fifo)
{
    int64_t packets = 0;
    for (const Packet* packet = fifo.empty() ? nullptr : fifo.front(); packet != nullptr;
         packet = packet->next)
        ++packets;
    return packets;
}

}  // namespace

NicScheduler::NicScheduler(const NicConfig& config)
    : ports_(config.ports), pulls_(config.quirks.rotation == Rotation::ring ? Pulls::in_turn : Pulls::freely),
      control_priority_(config.control_priority),
      replies_obey_(static_cast<int16_t>(config.quirks.replies_obey)),
      control_share_(config.quirks.control_share)
{
}

void NicScheduler::move_control(uint8_t from, uint8_t to)
{
    Port& dead = ports_[from];
    for (PacketFifo* fifo : {&dead.control, &dead.replies})
        while (!fifo->empty()) {
            Packet* packet = fifo->pop();
            packet->plane = to;
            queue(packet);
        }
}

int64_t NicScheduler::packets_held() const
{
    int64_t packets = count(later_);
    for (const Port& port : ports_) packets += count(port.control) + count(port.replies);
    return packets;
}

void NicScheduler::drain(PacketPool& pool)
{
    for (Port& port : ports_)
        for (PacketFifo* fifo : {&port.control, &port.replies})
            while (!fifo->empty()) pool.give(fifo->pop());
    while (!later_.empty()) pool.give(later_.pop());
}

void NicScheduler::clear()
{
    any_ = ReadySet();
    if (pulls_ == Pulls::allowed) pulls_ = Pulls::freely;
    for (Port& port : ports_) {
        port.ready = ReadySet();
        port.ring.clear();
    }
}

/// While control packets and data both wait, data has one turn after every control_share control packets.
bool NicScheduler::data_has_turn(Port& port, PausedPriorities paused)
{
    if (occupied(port, paused) == 0) return false;
    port.control_turn = (port.control_turn + 1) % (control_share_ + 1);
    return port.control_turn == 0;
}

/// Takes the first QP of the list that may use the port out of it; null if there is none.
Qp* NicScheduler::take_allowed(ReadySet& set, Priority priority, uint8_t port)
{
    ReadySet::List& list = set.list[priority];
    Qp* before = nullptr;
    Qp* qp = list.head;
    while (qp != nullptr && (qp->flow.live_ports >> port & 1) == 0) {
        before = qp;
        qp = qp->next_ready;
    }
    if (qp == nullptr) return nullptr;
    (before == nullptr ? list.head : before->next_ready) = qp->next_ready;
    if (list.tail == qp) list.tail = before;
    if (list.head == nullptr) set.occupied &= static_cast<PausedPriorities>(~priority_bit(priority));
    return qp;
}

}  // namespace hpnsim
