// SPDX-License-Identifier: GPL-2.0-only
// NetworkCarrier moves a workload's messages over an ns-3 fabric: as work requests on queue pairs, or as
// transfers over NVLink.
#pragma once

#include "run/foresight.hpp"
#include "run/message_slots.hpp"

#include "hpnsim/contents.hpp"
#include "hpnsim/workload.hpp"

#include "helper/roce-network.h"

#include <boost/container/small_vector.hpp>

#include <functional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace hpnsim
{

/// How a message ended.
struct MessageEnd {
    Message message;
    uint32_t qp = 0;  ///< at the sender
    Time start, end;
    Bytes retransmitted = 0;
    FlowStatus status = FlowStatus::ok;
    Time arrived = Time::max();  ///< its last byte; max(): it has not
    Bytes progress = 0;          ///< of one that has not ended: payload that has arrived
    Bytes skipped = 0;           ///< payload that was delivered while time was skipped
    bool delivered() const { return arrived < Time::max(); }
};

/// What a QP has to send: the first of its messages that has not been completed is in the slot.
struct BusyQp {
    uint32_t src = 0, qp = 0, dst = 0;
    uint32_t function = 0;
};

class NetworkCarrier : public Carrier, public CompletionListener, public NvlinkListener, public HostActions
{
public:
    /// `contents` are the bytes that messages carry, with their memory allocated; null: messages are lengths
    /// only.
    NetworkCarrier(RoceNetwork& network, Workload& workload, Contents* contents = nullptr);

    /// Called once a message, when the sender has its completion, but not for NVLink transfers.
    std::function<void(const MessageEnd&)> on_end;
    /// Called once for each NVLink transfer, when it has arrived.
    std::function<void(const MessageEnd&)> on_transfer;

    /// Each message takes the QP with the fewest bytes posted and not completed (HPN, SIGCOMM'24,
    /// algorithm 2) instead of the next in turn. Equal ones take turns.
    void select_least_wqe() { least_wqe_ = true; }

    /// Says how messages move: WRITE (default), SEND into a receive that is posted with it, READ by the
    /// receiver.
    void move_by(Verb verb) { verb_ = verb; }

    /// Starts the workload. Where there are faults, it starts in an event of its own, behind those that are
    /// in force from the beginning: else the first packet of each port would leave before them.
    void start();
    bool stopped_by_workload() const { return done_; }
    /// Calls on_end and on_transfer for what has ended in a window that came to no end itself, because
    /// something threw.
    void tell_kept();
    /// Messages posted and not completed, in the order of posting. One for which no QP could be made was not
    /// posted. What has arrived on a QP counts for its messages in that order.
    std::vector<MessageEnd> unfinished() const;
    /// Returns the payload over the network that receivers have got of each job (Message::job), with what has
    /// arrived of messages that are not complete, or failed.
    std::vector<Bytes> delivered_by_job(size_t jobs) const;
    bool timers_pending() const { return sum(&Lane::timers) > 0; }
    /// True if within the delay of a link, whatever is delivered or completed, only its own host will send,
    /// and the run will not end. False: that is not known.
    bool acts_by_host() const
    {
        return (awaits_completions_ && sum(&Lane::undelivered) > 0) || workload_.must_send_more();
    }
    /// True if within the delay of a link the run will not end: its workload waits for a completion, and what
    /// is completed then has not been delivered yet.
    bool outlasts_messages() const { return sum(&Lane::awaited) > 0; }
    /// True if what acts_by_host() says is so within the least time that a transfer over NVLink takes.
    bool acts_by_host_inside() const { return workload_.must_send_more_or_inside(); }
    /// Messages that repeat earlier ones do not cross the network any more, but arrive when `foresight` says.
    /// Events must run one by one, and no message may have a QP of its own. It must outlive the carrier.
    void foresee(Foresight& foresight) { foresight_ = &foresight; }
    /// Payload of messages that have been handed to the network, and that were foreseen instead.
    struct Carried {
        double real = 0, foreseen = 0;
    };
    const Carried& carried() const { return carried_; }
    uint64_t foreseen_messages() const { return foreseen_messages_; }

    /// Called when a QP begins to send after it had nothing to send, or ends a message and has no more: rates
    /// may change from now on. With the QP's base RTT.
    std::function<void(Time base_rtt)> on_change;
    /// Lists the QPs that have messages which are not completed, in the order of their posting.
    std::vector<BusyQp> busy_qps() const;
    /// True while any transfer over NVLink is under way.
    bool nvlink_busy() const { return sum(&Lane::transfers) > 0; }
    /// So many bytes of the message whose requests have this cookie have been cut from the network
    /// (Nic::cut): they count as delivered.
    void deliver_skipped(uint64_t cookie, Bytes bytes);
    /// Time passes outside in which the network has none: `now()` is the network's time with all of it.
    void skip(Time span) { skipped_ = skipped_ + span; }
    Time skipped() const { return skipped_; }

    /// Grows with every message that begins, moves on or ends, and with the workload's own timers.
    uint64_t steps() const { return static_cast<uint64_t>(sum(&Lane::steps)); }

    // As Carrier:
    Time now() const override;
    void send(const Message& message) override;
    void work(const Message& message) override;
    void at(Time when, uint64_t token) override;
    void at_host(uint32_t endpoint, Time when, uint64_t token) override;
    bool apart() const override { return network_.GetClock().ActsApart(); }
    // As CompletionListener and NvlinkListener:
    void Completed(RoceNetDevice& device, const Completion& completion, Time now) override;
    void TransferArrived(uint64_t cookie, Time now) override;
    void Warm(const Completion& completion) const override { slots_.warm(completion.cookie); }
    void WarmMessage(const RoceNetDevice& device, uint64_t cookie, WarmRound round) const override;
    void WarmCompletion(const RoceNetDevice& device, uint64_t cookie) const override;
    void WarmTransfer(uint64_t cookie) const override { slots_.warm(cookie); }
    bool MayActApart(const Completion& completion) const override
    {
        return completion.status == Status::success && may_act_apart();
    }
    bool MayActApart(uint64_t /*cookie*/) const override { return may_act_apart(); }
    // As HostActions:
    bool PackOwn(const PendingEvent& action, MessageWriter& out) override;
    void CarryOutOwn(MessageReader& in) override;

private:
    static constexpr Bytes kMaxRequest = Bytes{1} << 31;  // IBTA: largest message
    static constexpr int kRequestsAhead = 8;  // posted at once of one message: 16 GiB, beyond any BDP

    /// A QP that messages share; if each has one of its own, all of a pair.
    struct SharedQp {
        uint32_t number = 0;
        Bytes unfinished = 0;
        Bytes posted = 0;  // ever
    };
    struct Pair {
        boost::container::small_vector<SharedQp, 2> qps;
        uint32_t turn = 0;
    };
    /// When something was posted or ended, among all that happens.
    struct Place {
        Time at;
        EventOrder order{};
        uint64_t turn = 0;  // of one event; what it has deferred comes last
        bool operator<(const Place& other) const
        {
            return std::tie(at, order, turn) < std::tie(other.at, other.order, other.turn);
        }
    };
    /// Says who posts, and who its peer is.
    struct Ends {
        uint32_t here, there;
    };
    struct Slot {
        Bytes to_complete = 0, to_deliver = 0;
        Bytes before = 0;  // posted on its QP before it
        Place place;
        Pair* pair = nullptr;   // null: no QP could be made for the message
        uint32_t qp_index = 0;  // in the pair
        bool used = false;
        bool undelivered = false;
        bool launched = false;  // the network has it
        MessageEnd end;

        SharedQp& qp() { return pair->qps[qp_index]; }
    };

    /// The pair to which an endpoint has last sent, with its first QP: the next message often goes there.
    struct Recent {
        uint64_t key = ~uint64_t{0};
        Pair* pair = nullptr;
        uint32_t function = 0, qp = 0;
    };

    /// Holds what is left to post of a message of many requests.
    struct Posting {
        Ends ends;
        uint32_t qp;
        WorkRequest next;  // its length is still to be filled in
        Bytes left;
    };

    /// What has ended within a window, and is told at its end.
    struct Ended {
        Place place;
        MessageEnd end;
        bool transfer;  // over NVLink
    };
    /// What a lane has done. Of all lanes together no count is below 0.
    struct Lane {
        int64_t timers = 0, steps = 0, transfers = 0;
        int64_t undelivered = 0;  // messages over the network that have neither been delivered nor failed
        int64_t awaited = 0;      // of these, those that the workload outlasts
        uint64_t turn = 0;
        std::vector<Bytes> delivered;  // of whole messages over the network, by job
        std::vector<Ended> ended;
    };
    /// What a host does as soon as all hosts have come as far (Clock::Defer): it sends messages that need new
    /// QPs or come after such, or has a timer of what cannot act apart.
    struct Held {
        NetworkCarrier* carrier;
        std::vector<uint64_t> slots;
        uint64_t token;
        void send_now();
        void timer_now() { carrier->timer(token); }
        using Sends = HotEvent<Held, &Held::send_now>;
        using Timer = HotEvent<Held, &Held::timer_now>;
    };

    int64_t sum(int64_t Lane::*count) const;
    bool may_act_apart() const;
    Place place_now();
    void launch(uint64_t slot);
    bool has_qps(Slot& slot);
    Pair* known_pair(const Message& message);
    bool hold(uint64_t slot);
    void tell_end(const MessageEnd& end, bool transfer);
    void tell_ended(const MessageEnd& end, bool transfer);
    void window_over();
    void register_memory();
    Ends ends_of(const Message& message) const;
    static uint64_t key_of(Ends ends) { return static_cast<uint64_t>(ends.here) << 32 | ends.there; }
    uint64_t take_slot(const Message& message);
    Pair& pair_of(Ends ends, uint32_t function);
    void select_qp(uint64_t slot);
    void post(uint64_t slot);
    static uint64_t lane_of(const Slot& slot);
    void follow(uint64_t slot, const Foresight::Plan& plan);
    void release(const std::vector<Foresight::Released>& released);
    void foreseen_arrives(uint64_t slot);
    void foreseen_completes(uint64_t slot);
    void end_message(uint64_t slot);
    void post_next(Posting& posting);
    void go_on(uint64_t slot, bool failed);
    WorkRequest request_for(const Message& message, uint64_t slot) const;
    void post_receive(Ends ends, uint32_t qp, const WorkRequest& request);
    void moved(uint64_t index, Bytes bytes);
    void set_undelivered(Slot& slot, bool undelivered);
    bool by_requests(const Slot& slot) const;
    Bytes arrived_of(const Slot& slot) const;
    std::vector<Bytes> progress_of(const std::vector<const Slot*>& slots) const;
    uint32_t choose_qp(Pair& pair) const;
    uint32_t own_qp(const Message& message, Ends ends, Pair& pair);
    uint32_t shared_qp(const Message& message, Ends ends, Pair& pair, uint32_t& index);
    void deliver(const Message& message);
    void begin();
    void timer(uint64_t token);
    void timer_of_host(uint32_t host, uint64_t token);
    void check_done();
    void tell_change(const Slot& slot) const;

    RoceNetwork& network_;
    Workload& workload_;
    Contents* contents_;
    std::vector<std::vector<uint32_t>>
        keys_;  // per function and endpoint, of its memory; empty without contents
    MessageSlots<Slot> slots_;
    std::vector<Held> held_;                                 // by host
    std::vector<std::unordered_map<uint64_t, Pair>> pairs_;  // per function; looked up, never walked
    std::unordered_map<uint64_t, Posting>
        postings_;                // by slot, for messages that are not posted whole; looked up, never walked
    std::vector<Recent> recent_;  // by endpoint
    PerLane<Lane> lanes_;
    std::vector<std::pair<Place, const Ended*>> ended_;  // scratch of window_over
    Time skipped_;
    Foresight* foresight_ = nullptr;
    Carried carried_;
    uint64_t foreseen_messages_ = 0;
    bool done_ = false, least_wqe_ = false;
    bool erred_ = false;  // over ranks: something has been completed in error
    const bool awaits_completions_, acts_apart_, acts_by_host_;
    Verb verb_ = Verb::write;
};

}  // namespace hpnsim
