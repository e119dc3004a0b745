// SPDX-License-Identifier: GPL-2.0-only
// N senders under a window law, one queue, one delay, in packet times: what a paper's fluid model is compared
// with. Every slot the queue sends one packet, whose ACK comes `delay` slots later; a packet that finds more
// than `mark` packets waiting carries CE. A sender sends as its window (or, below one packet or line rate,
// its rate) allows.
#pragma once

#include "qp.hpp"

#include <algorithm>
#include <deque>
#include <vector>

namespace hpnsim::test
{

class Bottleneck
{
public:
    static constexpr Bytes kMtu = 1000;

    /// `slots`: base round trip in packet times of `rate`.
    Bottleneck(const std::string& spec, int senders, Rate rate, int slots, int mark)
        : slot_(transmit_time(kMtu, rate)), slots_(slots), mark_(mark)
    {
        for (int i = 0; i < senders; ++i) {
            flows_.push_back({Qp(spec, rate, slot_ * slots, kMtu), Time{}, 0});
            flows_.back().qp.flow.stream = static_cast<uint64_t>(i);
        }
    }

    void run(int slots)
    {
        for (int i = 0; i < slots; ++i) step();
    }
    void forget()
    {
        least_ = INT32_MAX;
        most_ = idle_ = counted_ = 0;
        total_ = 0;
        for (Sender& flow : flows_) flow.delivered = 0;
    }

    int least() const { return least_; }
    int most() const { return most_; }
    double mean() const { return static_cast<double>(total_) / counted_; }
    double utilisation() const { return 1 - static_cast<double>(idle_) / counted_; }
    /// Jain's index of what the senders delivered since forget().
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

private:
    struct Sender {
        Qp qp;
        Time next;  // when its pacing lets it send again
        int delivered;
    };
    struct Flying {
        size_t sender;
        Psn psn;
        int sent, due;
        bool marked;
    };

    void step()
    {
        ++now_;
        const Time now = slot_ * now_;
        while (!flying_.empty() && flying_.front().due <= now_) {
            acknowledge(flying_.front(), now);
            flying_.pop_front();
        }
        for (size_t k = 0; k < flows_.size(); ++k) send((static_cast<size_t>(now_) + k) % flows_.size(), now);
        idle_ += queue_.empty();
        if (!queue_.empty()) {
            flying_.push_back(queue_.front());
            flying_.back().due = now_ + slots_;
            queue_.pop_front();
        }
        const int depth = static_cast<int>(queue_.size());
        least_ = std::min(least_, depth);
        most_ = std::max(most_, depth);
        total_ += depth;
        ++counted_;
    }

    void send(size_t k, Time now)
    {
        Sender& s = flows_[k];
        Flow& flow = s.qp.flow;
        while ((flow.in_flight == 0 || flow.in_flight + kMtu <= flow.window) && s.next <= now) {
            const bool marked = static_cast<int>(queue_.size()) > mark_;
            queue_.push_back({k, flow.next_psn, static_cast<int>(now_), 0, marked});
            s.qp.send(now, kMtu);
            flow.in_flight += kMtu;
            s.next = std::max(s.next, now - slot_);
            s.next += transmit_time(kMtu, flow.rate);
        }
    }

    void acknowledge(const Flying& packet, Time now)
    {
        Sender& s = flows_[packet.sender];
        s.qp.flow.in_flight -= kMtu;
        ++s.delivered;
        Ack ack;
        ack.psn = packet.psn;
        ack.acked = ack.received = kMtu;
        ack.ecn = packet.marked;
        ack.marked = packet.marked ? kMtu : 0;
        ack.rtt = now - slot_ * packet.sent;
        ack.rtt_valid = true;
        s.qp.ack(now, ack);
    }

    Time slot_;
    int slots_, mark_;
    int64_t now_ = 0;
    std::vector<Sender> flows_;
    std::deque<Flying> queue_, flying_;
    int least_ = INT32_MAX, most_ = 0, idle_ = 0, counted_ = 0;
    int64_t total_ = 0;
};

}  // namespace hpnsim::test
