// SPDX-License-Identifier: GPL-2.0-only
// NicScheduler holds what waits to leave by the ports of a NIC: replies and other control packets, and queue
// pairs that may send. It chooses which goes next: control packets first, then priority after priority in
// turn, and within a priority one queue pair after the other.
#pragma once

#include "hpnsim/nic_config.hpp"
#include "hpnsim/packet.hpp"

#include <cstdint>
#include <vector>

namespace hpnsim
{

struct Qp;
class SendGate;

class NicScheduler
{
public:
    explicit NicScheduler(const NicConfig& config);

    // ---- control packets ----

    /// Queues a control packet at its port (Packet::plane).
    void queue(Packet* packet)
    {
        Port& port = ports_[packet->plane];
        (packet->priority == control_priority_ ? port.control : port.replies).push(packet);
    }
    /// Queues it when its time has come: at Packet::arrival. Times must not fall from one packet to the next.
    void queue_later(Packet* packet) { later_.push(packet); }
    /// Returns when the first of those is due; max: none waits.
    Time later() const { return later_.empty() ? Time::max() : later_.front()->arrival; }
    /// Queues those that are due.
    void release(Time now)
    {
        while (!later_.empty() && later_.front()->arrival <= now) queue(later_.pop());
    }
    /// What waits at port `from` leaves by port `to`.
    void move_control(uint8_t from, uint8_t to);
    /// Counts the control packets that wait.
    int64_t packets_held() const;
    /// Gives them all back to the pool.
    void drain(PacketPool& pool);

    /// Takes the control packet that leaves next; null: none may, or it is data's turn (control_share).
    Packet* next_control(uint8_t number, PausedPriorities paused)
    {
        Port& port = ports_[number];
        if (first_ready(port, paused))
            return control_share_ > 0 && data_has_turn(port, paused) ? nullptr : port.control.pop();
        return reply_ready(port, paused) ? port.replies.pop() : nullptr;
    }
    /// Takes the control packet that has left its turn to data when there is none; null: no packet has.
    Packet* yielded_control(uint8_t number, PausedPriorities paused)
    {
        Port& port = ports_[number];
        return control_share_ > 0 && first_ready(port, paused) ? port.control.pop() : nullptr;
    }
    /// True if a control packet may leave, so that it goes before data.
    bool control_ready(uint8_t port, PausedPriorities paused) const
    {
        const Port& p = ports_[port];
        return first_ready(p, paused) || reply_ready(p, paused);
    }
    /// True if anything may be waiting for the port.
    bool ready(uint8_t port, PausedPriorities paused) const
    {
        return occupied(ports_[port], paused) != 0 || control_ready(port, paused);
    }

    // ---- queue pairs ----

    /// Puts a QP into the list of its priority, at its home port, or where any port may take it
    /// (Qp::anywhere).
    void enter(Qp& qp);
    /// Takes all QPs out of their lists, without telling them.
    void clear();
    /// There is a QP that may be taken by several ports and not by all (Flow::live_ports), until `clear`.
    void restrict()
    {
        if (pulls_ == Pulls::freely) pulls_ = Pulls::allowed;
    }

    /// Returns the next QP that the port serves; null: none may send. `due(qp)`: the QP, which has left its
    /// list, may send now; if not, it comes back by itself (nic/pulling.hpp). With Rotation::ring, QPs stay
    /// in their ring until they have finished, and `gate` alone is asked.
    template <class Due>
    Qp* next_qp(uint8_t port, PausedPriorities paused, Time now, const SendGate& gate, Due due);

    // ---- Rotation::ring (rotation.cpp) ----

    /// Returns when a port wants to be asked again; max: none does.
    Time wake() const { return wake_; }
    /// Forgets wake-ups that are due.
    void wake_up(Time now);
    /// Moves the planned wake-up of the QP's port forward, if the QP may send earlier by its rate as it is
    /// now.
    void pull_wake_in(const Qp& qp, const SendGate& gate, Time now);

    /// Queue pairs that may send, round robin in each priority.
    struct ReadySet {
        struct List {
            Qp* head = nullptr;
            Qp* tail = nullptr;
        };
        PausedPriorities occupied = 0;
        Priority turn = 0;  // the priority that sent last
        List list[kPriorities];
    };
    struct alignas(64) Port {
        PacketFifo control;  // ACK, NAK, CNP: before any data
        PacketFifo replies;  // ACK, NAK when they share a data priority: before the data
        ReadySet ready;
        bool any_turn = false;
        // Rotation::ring
        std::vector<Qp*> ring;   // QPs with work, or that had when last looked at
        size_t last_served = 0;  // in `ring`
        Time wake = Time::max();
        uint32_t control_turn = 0;  // of control_share
    };
    /// Asks the caches for what any event touches.
    void warm() const
    {
        for (const Port& port : ports_) __builtin_prefetch(&port);
    }

private:
    /// How a port finds what to send: any QP of `any_` may use it; some of them may not; Rotation::ring.
    enum class Pulls : uint8_t { freely, allowed, in_turn };

    unsigned occupied(const Port& port, PausedPriorities paused) const
    {
        return static_cast<unsigned>(port.ready.occupied | any_.occupied) & ~static_cast<unsigned>(paused);
    }
    bool first_ready(const Port& port, PausedPriorities paused) const
    {
        return !port.control.empty() && (paused & priority_bit(control_priority_)) == 0;
    }
    bool reply_ready(const Port& port, PausedPriorities paused) const
    {
        if (port.replies.empty()) return false;
        const int obeyed = replies_obey_ >= 0 ? replies_obey_ : priority_bit(port.replies.front()->priority);
        return (paused & obeyed) == 0;
    }
    bool data_has_turn(Port& port, PausedPriorities paused);
    static Priority next_in_turn(const ReadySet& set, unsigned open);
    static Qp& take_first(ReadySet& set, Priority priority);
    static Qp* take_allowed(ReadySet& set, Priority priority, uint8_t port);
    template <class Due> static Qp* pull(ReadySet& set, PausedPriorities paused, Due& due);
    template <class Due> Qp* pull_from(Port& port, PausedPriorities paused, Due& due);
    template <class Due> Qp* pull_allowed(uint8_t number, PausedPriorities paused, Due& due);

    void join_ring(Qp& qp);
    Qp* next_in_ring(Port& port, PausedPriorities paused, Time now, const SendGate& gate);
    static void drop_finished(Port& port, size_t from, size_t& chosen);
    void plan_wake(Port& port, const SendGate& gate, Time now);
    void set_wake(Port& port, Time when);

    std::vector<Port> ports_;
    Time wake_ = Time::max();  // the earliest wake-up of any port
    Pulls pulls_;
    Priority control_priority_;
    int16_t replies_obey_;
    uint32_t control_share_;
    ReadySet any_;      // QPs that spray: any port may pull them
    PacketFifo later_;  // Packet::arrival holds the time
};

}  // namespace hpnsim
