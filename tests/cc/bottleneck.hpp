// SPDX-License-Identifier: GPL-2.0-only
// Simulates N senders under a CC, one queue and one delay, in packet times. Tests compare it with a paper's
// fluid model, and put every CC of the registry through it. Every slot the queue sends one packet, whose ACK
// comes a base round trip later, with what the CC may want: CE, RTT, an INT record, CNPs, a digest, the
// queue's own notices half a round trip after they are sent. A sender sends as its window and its rate allow,
// at most a packet per slot and a burst of what it saved up in one. Reliability is not modelled: what is lost
// is reported by a NAK and gone. A CC that needs credit gets it from the policy `credit` of a port of the
// queue's rate, which hears of a packet when its ACK comes, and is heard at once: one round trip all the
// same.
#pragma once

#include "hpnsim/credit.hpp"
#include "hpnsim/random.hpp"
#include "port_policy.hpp"
#include "qp.hpp"
#include "telemetry/digest_stamper.hpp"
#include "telemetry/growth_tokens.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace hpnsim::test
{

class Bottleneck
{
public:
    static constexpr Bytes kMtu = 1000;

    /// `round_trip` is the base RTT in packet times of `rate`; a packet that finds more than `mark` waiting
    /// carries CE.
    Bottleneck(const std::string& spec, int senders, Rate rate, int round_trip, int mark)
        : rate_(rate), slot_(transmit_time(kMtu, rate)), round_trip_(round_trip), mark_low_(mark),
          mark_high_(mark)
    {
        for (int i = 0; i < senders; ++i) {
            flows_.push_back({Qp(spec, rate, slot_ * round_trip, kMtu), Time{}, Time{}, 0, {}, 0, 0});
            flows_.back().qp.flow.stream = static_cast<uint64_t>(i);
            flows_.back().qp.flow.backlog = Bytes{1} << 40;
        }
        const Needs needs = choose_cc(spec).info().needs;
        notices_ = has(needs, Needs::notices);
        if (has(needs, Needs::digest))
            digest_.emplace(std::make_shared<DigestScale>(kDigestBase), rate, slot_ * round_trip, 1);
        tokens_.Configure(rate, kMtu, kMtu);
        if (flows_.front().qp.flow.credited) {
            receiver_.emplace("credit", static_cast<uint32_t>(senders), rate, kMtu, kMtu);
            receiver_->bdp = flows_.front().qp.flow.bdp;
        }
    }

    // ---- what the network is like ----
    void red(int low, int high, double most) { mark_low_ = low, mark_high_ = high, mark_most_ = most; }
    /// ACKs come up to so many slots late, but in order, so that no two senders stay in step.
    void jitter(int slots) { jitter_ = slots; }
    /// Lets a sender have nothing to send before `slot`.
    void begin_at(int sender, int slot) { flows_[static_cast<size_t>(sender)].begin = slot; }
    void serve_every(int slots) { serve_every_ = slots; }
    void lose_every(int packets) { lose_every_ = packets; }
    void silence(bool on) { silent_ = on; }
    /// Drops everything under way, and lets every sender's timer expire, the `in_a_row`th time.
    void time_out(int in_a_row)
    {
        queue_.clear();
        flying_.clear();
        notes_.clear();
        for (Sender& s : flows_) {
            if (s.qp.ops().on_timeout != nullptr) s.qp.timeout(now(), {s.qp.flow.in_flight, in_a_row});
            s.qp.flow.in_flight = 0;
        }
    }
    void burst(int packets)
    {
        queue_.insert(queue_.end(), static_cast<size_t>(packets), Flying{kForeign, 0, 0, 0, false, {}, 0, 0});
    }

    void run(int slots)
    {
        for (int i = 0; i < slots; ++i) step();
    }
    /// Begins the figures below anew.
    void forget()
    {
        least_ = INT32_MAX;
        most_ = idle_ = turns_ = counted_ = 0;
        total_ = 0;
        for (Sender& flow : flows_) flow.delivered = 0;
    }

    int least() const { return least_; }
    int most() const { return most_; }
    int depth() const { return static_cast<int>(queue_.size()); }
    double mean() const { return static_cast<double>(total_) / counted_; }
    double utilisation() const { return 1 - static_cast<double>(idle_) / turns_; }
    /// Returns Jain's index of what the senders delivered since forget().
    double fairness() const
    {
        double sum = 0, squares = 0;
        for (const Sender& flow : flows_) {
            sum += flow.delivered;
            squares += static_cast<double>(flow.delivered) * flow.delivered;
        }
        return sum * sum / (squares * static_cast<double>(flows_.size()));
    }
    Qp& qp(int i) { return flows_[static_cast<size_t>(i)].qp; }
    int senders() const { return static_cast<int>(flows_.size()); }
    Time now() const { return slot_ * now_; }

private:
    static constexpr size_t kForeign = SIZE_MAX;
    static constexpr uint32_t kDigestBase = 1050;  // thousandths

    struct Sender {
        Qp qp;
        Time last, next;  // when it sent last; when its pacing lets it send again
        int delivered;
        Time cnp_at;  // the receiver sends the next CNP then at the earliest
        int64_t begin = 0;
        Bytes granted;
    };
    struct Flying {
        size_t sender;
        Psn psn;
        int64_t sent, due;
        bool marked;
        IntHop hop;
        uint16_t feedback;
        Bytes demand;  // as receiver credit has it: the count of grants that the sender wants to reach
    };
    /// A notice on its way.
    struct Note {
        size_t sender;
        int64_t sent, due;
        uint64_t payload;
    };

    void step()
    {
        ++now_;
        while (!flying_.empty() && flying_.front().due <= now_) {
            const Flying packet = flying_.front();
            flying_.pop_front();
            if (packet.sender != kForeign && !silent_) arrive(packet);
        }
        for (; !notes_.empty() && notes_.front().due <= now_; notes_.pop_front())
            if (!silent_) take_note(notes_.front());
        if (receiver_ && !silent_) grant();
        for (size_t k = 0; k < flows_.size(); ++k) send((static_cast<size_t>(now_) + k) % flows_.size());
        if (now_ % serve_every_ == 0) serve();
        const int waiting = depth();
        least_ = std::min(least_, waiting);
        most_ = std::max(most_, waiting);
        total_ += waiting;
        ++counted_;
    }

    Bytes demand(const Sender& s) const { return s.granted + wanted_credit(s.qp.flow, s.qp.flow.backlog); }

    /// A sender that has run dry, and whose wishes the receiver does not know, asks for credit.
    void grant()
    {
        for (size_t k = 0; k < flows_.size(); ++k) {
            const Flow& flow = flows_[k].qp.flow;
            const auto qp = static_cast<uint32_t>(k);
            if (flow.credit <= 0 && flow.in_flight == 0 && receiver_->wanted(qp) <= 0)
                receiver_->data(now(), qp, demand(flows_[k]));
        }
        for (const PortPolicy::Granted& one : receiver_->run_to(now())) {
            flows_[one.qp].granted += one.bytes;
            flows_[one.qp].qp.credit(now(), one.bytes);
        }
    }

    void serve()
    {
        ++turns_;
        idle_ += queue_.empty();
        if (queue_.empty()) return;
        Flying packet = queue_.front();
        queue_.pop_front();
        packet.due = now_ + round_trip_;
        if (jitter_ > 0)
            packet.due += static_cast<int64_t>(next_below(dice_, static_cast<uint64_t>(jitter_) + 1));
        if (!flying_.empty()) packet.due = std::max(packet.due, flying_.back().due);
        packet.hop = {1, now(), sent_bytes_, kMtu * depth(), Rate{rate_.bps / serve_every_}};
        if (digest_) packet.feedback = digest_->Stamp(packet.feedback, now(), sent_bytes_, kMtu * depth());
        sent_bytes_ += kMtu;
        flying_.push_back(packet);
    }

    bool marks()
    {
        if (depth() <= mark_low_) return false;
        if (depth() > mark_high_) return true;
        return next_uniform(dice_) < mark_most_ * (depth() - mark_low_) / (mark_high_ - mark_low_);
    }

    bool may_send(const Sender& s) const
    {
        const Flow& flow = s.qp.flow;
        const bool window = flow.in_flight == 0 || flow.in_flight + kMtu <= flow.window;
        return now_ >= s.begin && window && flow.credit > 0 && s.next <= now();
    }

    void send(size_t k)
    {
        Sender& s = flows_[k];
        Flow& flow = s.qp.flow;
        s.qp.run_to(now());
        while (may_send(s)) {
            Flying packet{k, flow.next_psn, now_, 0, marks(), {}, 0, 0};
            flow.in_flight += kMtu;
            s.qp.send(now(), kMtu);
            packet.demand = demand(s);
            packet.feedback = flow.request;
            if (notices_) judge(packet);
            queue_.push_back(packet);
            s.last = now();
            s.next = std::max(s.next, now() - slot_) + transmit_time(kMtu, flow.rate);
            if (flow.window < kMtu)  // as the transport does: window / base RTT
                s.next = std::max(s.next, s.last + flow.base_rtt * kMtu / flow.window);
        }
    }

    void judge(Flying& packet)
    {
        tokens_.Count(kMtu, now());
        const GrowthTokens::Verdict verdict = tokens_.Judge(packet.feedback, kMtu * depth());
        packet.feedback = verdict.flags;
        if (!verdict.notify) return;
        const uint64_t payload = notice::pack(kMtu * depth(), Rate{rate_.bps / serve_every_});
        notes_.push_back({packet.sender, packet.sent, now_ + round_trip_ / 2, payload});
    }

    void take_note(const Note& note)
    {
        flows_[note.sender].qp.cnp(now(), note.payload, now() - slot_ * note.sent);
    }

    void arrive(const Flying& packet)
    {
        Sender& s = flows_[packet.sender];
        const Time rtt = now() - slot_ * packet.sent;
        if (lose_every_ > 0 && ++arrivals_ % lose_every_ == 0) {
            if (s.qp.ops().on_nack != nullptr)
                s.qp.nack(now(), {packet.psn, kMtu, {}, Loss::out_of_order, packet.marked, rtt, true});
            s.qp.flow.in_flight -= kMtu;
            return;
        }
        s.qp.flow.in_flight -= kMtu;
        ++s.delivered;
        if (receiver_) receiver_->data(now(), static_cast<uint32_t>(packet.sender), packet.demand);
        if (packet.marked && !notices_ && s.qp.ops().on_cnp != nullptr && now() >= s.cnp_at) {
            s.cnp_at = now() + microseconds(50);
            s.qp.cnp(now());
        }
        Ack ack;
        ack.psn = packet.psn;
        ack.acked = ack.received = kMtu;
        ack.ecn = packet.marked;
        ack.marked = packet.marked ? kMtu : 0;
        ack.rtt = rtt;
        ack.rtt_valid = true;
        ack.hop_count = 1;
        ack.hops = &packet.hop;
        ack.payload = digest_ ? digest::pack(packet.feedback, kDigestBase) : packet.feedback;
        if (s.qp.ops().on_ack != nullptr) s.qp.ack(now(), ack);
    }

    Rate rate_;
    Time slot_;
    int round_trip_, mark_low_, mark_high_;
    double mark_most_ = 1;
    int serve_every_ = 1, lose_every_ = 0, jitter_ = 0;
    bool silent_ = false, notices_ = false;
    uint64_t dice_ = 1;
    int64_t now_ = 0, arrivals_ = 0;
    Bytes sent_bytes_ = 0;
    std::vector<Sender> flows_;
    std::optional<PortPolicy> receiver_;
    std::deque<Flying> queue_, flying_;
    std::deque<Note> notes_;
    std::optional<DigestStamper> digest_;
    GrowthTokens tokens_;
    int least_ = INT32_MAX, most_ = 0, idle_ = 0, turns_ = 0, counted_ = 0;
    int64_t total_ = 0;
};

}  // namespace hpnsim::test
