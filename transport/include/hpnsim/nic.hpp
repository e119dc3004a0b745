// SPDX-License-Identifier: GPL-2.0-only
// A RoCEv2 NIC with its queue pairs, as a pure state machine: packets and times in, packets and times out.
//
// It is asked, never asks. Whoever owns it hands it arrivals (`receive`), work (`post_send`) and the passing
// of time (`on_deadline` at `next_deadline`), pulls the next packet for a port that has fallen idle
// (`next_packet`), and reads completions. No call calls back, reads a clock, or allocates in steady state.
#pragma once

#include "hpnsim/audit.hpp"
#include "hpnsim/law_watch.hpp"
#include "hpnsim/memory.hpp"
#include "hpnsim/nic_config.hpp"
#include "hpnsim/nic_reports.hpp"
#include "hpnsim/nic_scheduler.hpp"
#include "hpnsim/nic_timers.hpp"
#include "hpnsim/packet.hpp"
#include "hpnsim/send_gate.hpp"
#include "hpnsim/work.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

namespace hpnsim
{

/// Tells what no completion does. Events are kept only for whoever asks for them (`watch`): verbs.hpp.
struct NicEvent {
    enum class Kind : uint8_t {
        port_down,        ///< `subject`: a port of this NIC
        port_up,          ///< the same
        request_error,    ///< `subject`: a QP that refused its peer's request as invalid and is in error
        access_error,     ///< the same, for a key, range or right that its peer does not have
        no_more_receives  ///< `subject`: a QP that is in error and will take no more of its shared receives
    };
    Kind kind = Kind::port_down;
    uint32_t subject = 0;
};

// internal: transport/qp/qp.hpp
struct Qp;
struct Wqe;
struct Arrival;
struct Arriving;
struct RecoveryOps;
struct Responder;
struct PostedReceive;
class Credits;
template <class T> class Ring;
using ReceiveQueue = Ring<PostedReceive>;

class alignas(64) Nic
{
public:
    /// `endpoint` is its number in the fabric. NICs that are alike had better share their configuration: each
    /// packet reads some of it. Throws BadInput for what no NIC can work with, and for algorithms that do not
    /// fit together.
    Nic(uint32_t endpoint, std::shared_ptr<const NicConfig> config, PacketPool& pool);
    ~Nic();
    Nic(const Nic&) = delete;
    Nic& operator=(const Nic&) = delete;

    /// Makes a QP, takes it to the given state by all before; returns its number. BadInput: no such port, ...
    uint32_t create_qp(const QpConfig& config, Time now);
    /// Returns false if the QP is in RESET, INIT or RTR, and takes no such work (IBTA 10.3.1). In SQE and ERR
    /// the request is flushed at once.
    bool post_send(uint32_t qp, const WorkRequest& request, Time now);
    /// Posts anonymous receives, which take messages of any length and store nothing.
    void post_receive(uint32_t qp, uint32_t count);
    void post_receive(uint32_t qp, const ReceiveRequest& request);
    uint32_t create_srq();
    void post_srq_receive(uint32_t srq, const ReceiveRequest& request);
    /// Moves the QP to config.state, and sets what may be set on the way: to RTR the path and `recv_psn`,
    /// from RTR to RTS `send_psn`, in SQD the address; always rights, keys, timers and retries. False: the
    /// transition is not legal, and nothing is changed. The front checks attributes (verbs.hpp).
    bool modify_qp(uint32_t qp, const QpConfig& config, Time now);
    /// Changes the state alone.
    bool modify_qp(uint32_t qp, QpState state, Time now);
    QpState state(uint32_t qp) const;
    /// True in SQD when everything that had begun has ended.
    bool send_queue_drained(uint32_t qp) const;

    MemoryTable& memory() { return regions_; }
    /// A port of this NIC goes down or comes up: its QPs move to, or spread over, the ports that are left.
    void set_port_state(uint8_t port, bool up, Time now);
    /// The fabric says which ports (bit set) of `peer` can be reached; QPs to it use those only.
    void set_peer_ports(uint32_t peer, uint8_t ports, Time now);
    /// The same for one QP, to which nothing has been posted yet: all others stay where they are.
    void set_ports_of_new(uint32_t qp, uint8_t ports);
    uint8_t live_ports() const { return live_ports_; }

    /// Keeps events from now on; whoever watches clears them.
    void watch() { watched_ = true; }
    const std::vector<NicEvent>& events() const { return events_; }
    void clear_events() { events_.clear(); }

    /// A packet arrived at `port`. The NIC owns it from here.
    void receive(Packet* packet, uint8_t port, Time now);
    /// Asks the caches for what `receive` will touch of the QP that the packet is for.
    void warm(const Packet& packet) const;
    /// The same for parts of the QP that lie apart, once that has come.
    void warm_parts(const Packet& packet) const;
    /// The same for any event.
    void warm() const;
    /// The same for a QP that is about to be given a request; any number may be given.
    void warm_qp(uint32_t qp) const;
    /// Returns the cookie of the oldest request of the QP to which an ACK goes; ~0: there is none.
    uint64_t oldest_request(const Packet& ack) const;
    /// The next packet for an idle port, or null. Call again after any other call, or at `next_deadline`.
    Packet* next_packet(uint8_t port, PausedPriorities paused, Time now);
    /// True if `next_packet` would return an ACK, NAK, CNP or another packet that goes before data.
    bool control_ready(uint8_t port, PausedPriorities paused) const
    {
        return scheduler_.control_ready(port, paused);
    }
    /// Returns false if `next_packet` has nothing for the port now; true promises nothing.
    bool ready(uint8_t port, PausedPriorities paused) const { return scheduler_.ready(port, paused); }
    /// Returns when `on_deadline` must run, at the latest.
    [[gnu::always_inline]] Time next_deadline() const
    {
        const Time first = std::min(scheduler_.wake(), timers_.first());
        return rare_deadlines_ ? std::min(first, rare_deadline()) : first;
    }
    void on_deadline(Time now);

    /// What has completed since the last `clear_completions`, in order.
    const std::vector<Completion>& completions() const { return completions_; }
    void clear_completions() { completions_.clear(); }

    const NicCounters& counters() const { return counters_; }
    const Flow& flow(uint32_t qp) const;
    /// From now on calls the QP's CC through a tap: other functions over the same state (tap.hpp), which must
    /// outlive the NIC.
    void tap(uint32_t qp, const Plugged<CcOps>& tap);
    /// Payload that the QP has received, each byte once: what its ACKs report.
    Bytes received(uint32_t qp) const;
    uint32_t peer_qp(uint32_t qp) const;
    uint32_t peer(uint32_t qp) const;
    bool in_error(uint32_t qp) const;
    uint32_t qp_count() const { return static_cast<uint32_t>(qps_.size()); }
    /// The QPs are numbered from the first on; `end_qp` is the number of the next one that will be made.
    uint32_t first_qp() const { return config_.first_qp; }
    uint32_t end_qp() const { return config_.first_qp + qp_count(); }
    const NicConfig& config() const { return config_; }
    const std::shared_ptr<const NicConfig>& shared_config() const { return shared_config_; }
    uint32_t endpoint() const { return endpoint_; }

    /// Grows whenever a transfer moves on: counts payload bytes that came, and PSNs done with, of all QPs.
    uint64_t progress() const;
    QpWait waits(uint32_t qp, Time now);
    /// Returns the first fault; null: all CCs have behaved. What was written is replaced by something
    /// harmless, and the NIC goes on.
    const LawFault* law_fault() const { return law_watch_.fault(); }

    /// Returns what new packets of the QP are made of, and how much of it may be cut: nothing while the QP
    /// repairs losses or depends on credit, of READs and atomics, of messages that carry bytes, or while the
    /// first packet of a message is on its way to a receiver of go-back-N.
    Outgoing outgoing(uint32_t qp) const;
    /// Shortens that request by so many full packets, at most those that can be spared. `receiver` is the
    /// peer's NIC. Requests behind it move up; their completions tell the shorter lengths.
    void cut(uint32_t qp, uint32_t packets, Nic& receiver);

    /// Returns what `--audit` checks (audit.cpp).
    QpAudit audit(uint32_t qp) const;
    /// Counts packets that wait inside the NIC to leave it.
    int64_t packets_held() const { return scheduler_.packets_held(); }

private:
    // The transports (transport/recovery/): each does with a NIC what its RecoveryOps say.
    friend struct GoBackN;
    friend struct Irn;
    friend struct Rud;
    friend struct Selective;
    friend struct Sleek;

    // Arrivals and turns (nic.cpp)
    void drop(Packet* packet);
    void receive_rare(Qp& qp, Packet& packet, uint8_t port, Time now);
    void consider(Qp& qp, Time now);
    bool due(Qp& qp, Time now);

    // Deadlines (deadlines.cpp)
    Time rare_deadline() const;
    void run_timers(Qp& qp, Time now);
    bool retries_exhausted(Qp& qp, Time since, Time wait, Time now);
    void timeout(Qp& qp, Time now);

    // States and ports (qp_state.cpp, ports.cpp)
    Qp& qp_of(uint32_t number) const { return *qps_[number - config_.first_qp]; }
    Qp& make_qp();
    void set_common(Qp& qp, const QpConfig& config);
    void set_timeouts(Qp& qp);
    void set_address(Qp& qp, const QpConfig& config);
    void set_receiver(Qp& qp, const QpConfig& config, Time now);
    void set_sender(Qp& qp, const QpConfig& config);
    void move_to(Qp& qp, QpState state, Time now);
    void tell(NicEvent::Kind kind, uint32_t subject);
    void note_refusal(const Qp& qp, uint8_t code);
    void start_algorithms(Qp& qp);
    void reset_qp(Qp& qp);
    void enter_state(Qp& qp, QpState state);
    void fail(Qp& qp, Status status, Psn psn);
    void flush(Qp& qp);
    void flush_receives(Qp& qp);
    void flush_taken(Qp& qp);
    void flush_receive(const Qp& qp, uint64_t wr_id);
    void choose_ports(Qp& qp);
    void requeue(Time now);

    // Sending side (entries.hpp, new_packet.hpp, requester.cpp, request.cpp)
    Packet* new_packet(const Qp& qp, PacketKind kind, uint8_t port, Time now);
    void remember_sent(Qp& qp, const Packet& packet, Time now);
    void admit(Qp& qp);
    Wqe& take_psns(Qp& qp, const WorkRequest& request);
    Packet* make_data(Qp& qp, uint8_t port, Time now);
    Packet* make_request(Qp& qp, uint8_t port, Time now);
    void extend(Packet& packet, const Qp& qp, const Wqe& wqe, Psn psn);
    void account_sent(Qp& qp, Wqe& wqe, const Packet& packet, Psn psn, bool repair, Time now);
    void account_unacknowledged(Qp& qp, const Packet& packet);
    template <class Transport> static void take_ack(Nic& nic, Qp& qp, const Packet& ack, Time now);
    void on_nak(Qp& qp, const Packet& nak, Time now);
    bool refused(Qp& qp, uint8_t code, Psn psn);
    bool rnr_exhausted(Qp& qp, uint8_t code, Psn psn, Time now);
    void on_cnp(Qp& qp, const Packet& cnp, Time now);
    void move_una(Qp& qp, Psn una, Time now);
    void complete_ready(Qp& qp);
    void complete_oldest(Qp& qp, Status status);
    void complete(Qp& qp, const WorkRequest& request, Bytes retransmitted, Status status);
    void tell_ack(Qp& qp, const Packet& ack, Bytes acked, Time now);
    void tell_rate_law(Qp& qp, const Packet& nak, Psn psn, Bytes lost, Loss why, Time now);
    void tell_loss(Qp& qp, const Packet& nak, Psn psn, Bytes lost, Loss why, Time now);

    // Receiver credit (credit.cpp)
    Reply ask_port_policy(Qp& qp, const Packet& packet, uint8_t port, Time now);
    void grant_due(Time now);
    void send_credit(const Qp& qp, uint8_t port, Time now);
    void on_rts(Qp& qp, const Packet& rts, uint8_t port, Time now);
    void hand_over_demands(uint8_t dead, Time now);
    Packet* new_control(const Qp& qp, PacketKind kind, uint8_t port, Time now);
    Bytes demand(Qp& qp);
    void on_credit(Qp& qp, const Packet& credit, Time now);
    void await_credit(Qp& qp, Time now);
    void rts_timer(Qp& qp, Time now);
    void send_rts(Qp& qp, Time now);

    // Receiving side (entries.hpp, responder.cpp, messages.cpp, replies.cpp)
    template <class Transport> static void take_data(Nic& nic, Qp& qp, Packet& data, uint8_t port, Time now);
    void on_unreliable(Qp& qp, const Packet& data, uint8_t port, Time now);
    bool accept_unreliable(Qp& qp, const Packet& data);
    bool accept_datagram(Qp& qp, const Packet& data);
    void refuse(Qp& qp, Packet& data, uint8_t syndrome, uint8_t port);
    uint8_t execute(Qp& qp, const Packet& data);
    uint8_t begin_message(Qp& qp, const Packet& data, unsigned what);
    uint8_t continue_message(Qp& qp, const Packet& data, unsigned what);
    uint8_t place(Qp& qp, Arriving& message, const Packet& data, uint64_t offset);
    uint8_t spoil_receive(Qp& qp, Arriving& message, Status status, uint8_t syndrome);
    bool take_receive(Qp& qp, Arriving& message, const Packet& data);
    void deliver(Qp& qp, const Arriving& message, Status status);
    Reply ask_policy(Qp& qp, const Packet& data, uint8_t port, Time now);
    Packet* make_ack(Qp& qp, const Arrival& data);
    void send_ack(Qp& qp, Packet& data, uint8_t port);
    void delay_ack(Qp& qp, const Packet& data, uint8_t port, Time now);
    void send_delayed_ack(Qp& qp, Time now);
    void remember_arrival(Qp& qp, const Packet& data, uint8_t port, Time now);
    void owe_reply(Qp& qp, Packet& data, uint8_t code, uint8_t port, Time now);
    void hold_reply(Qp& qp, const Packet& data, uint8_t code, uint8_t port, Time now);
    Packet* make_nak(const Qp& qp, const Arrival& data, uint8_t code, Time held);
    void send_nak(Qp& qp, Packet& data, uint8_t code, uint8_t port);
    void send_delayed_nak(Qp& qp, uint8_t code, Time now);
    void send_cnp(Qp& qp, const Packet& data, uint8_t port, Time now);
    Packet* make_reply(const Qp& qp, const Arrival& data, PacketKind kind);

    // What every packet touches begins the object.
    const NicConfig& config_;  // *shared_config_
    const RecoveryOps& recovery_;
    PacketPool& pool_;
    std::vector<Qp*> qps_;  // owned: each in a block of its own, before the states of its algorithms
    NicScheduler scheduler_;
    SendGate gate_;
    uint32_t endpoint_;
    bool rare_deadlines_;  // credit is granted, or CNPs are delayed
    uint8_t live_ports_;
    bool watched_ = false;
    NicTimers timers_;
    std::vector<Completion> completions_;
    LawWatch law_watch_;
    std::unique_ptr<Credits> credits_;  // null: the receiver policy is of scope `qp`
    NicCounters counters_;
    // What few packets touch.
    MemoryTable regions_;
    std::vector<std::unique_ptr<ReceiveQueue>> shared_receives_;
    std::vector<NicEvent> events_;
    std::shared_ptr<const NicConfig> shared_config_;
};

}  // namespace hpnsim
