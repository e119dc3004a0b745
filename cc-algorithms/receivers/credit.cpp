// SPDX-License-Identifier: GPL-2.0-only
// RCCC, the receiver's half (Ultra Ethernet specification 1.0, CMS; EQDS, NSDI'22; constants as uet-htsim has
// them): one pacer for a NIC port hands out what the port can take, a grant at a time. Senders that have
// asked for more than they were granted stand in one line, and all others in a second one that is served
// while the first is empty: those get credit ahead of their next message, up to a limit.
//
// With `ratio` above 1 the pace follows what packets meet inside an oversubscribed fabric, as uet-htsim's
// controller has it (-oversubscribed_cc): every 1.5 base RTTs or so, packets or none, it falls by the share
// that was trimmed before the last hop, and by half of what a smoothed share of marks exceeds 0.3. If it
// falls by neither it rises by 1 %, or, where nothing is marked, by as much doubled for each rise before in a
// row.
//
// A grant counts payload and is paced as the wire bytes of full packets. What shorter packets carry in
// headers beyond that is paid for as they arrive.
#include "hpnsim/random.hpp"
#include "hpnsim/receiver.hpp"

#include <algorithm>

using namespace hpnsim;

namespace
{

constexpr uint32_t kNone = ~uint32_t{0};

/// The pace of a port behind an oversubscribed fabric; the figures are uet-htsim's.
class InnerPace
{
public:
    double share() const { return share_; }

    void note(ReceivePort& port, const Received& data, double least)
    {
        base_rtt_ = data.base_rtt;
        least_ = least;
        catch_up(port);
        ++packets_;
        trims_ += data.trimmed && !data.last_hop;
        whole_ += !data.trimmed;
        marks_ += !data.trimmed && data.ecn;
    }

    /// Closes the intervals that have ended by now. The first begins with the first packet.
    void catch_up(ReceivePort& port)
    {
        if (next_.ps == 0) next_ = port.now + interval(port);
        for (int i = 0; next_ <= port.now; ++i) {
            adapt();
            packets_ = trims_ = whole_ = marks_ = 0;
            // After so many intervals without a packet nothing changes any more.
            next_ = (i < kSettled ? next_ : port.now) + interval(port);
        }
    }

private:
    static constexpr int kSettled = 64;

    Time interval(ReceivePort& port) const
    {
        const double spread = 0.75 + 0.5 * next_uniform(port.stream);  // no two receivers in step
        return Time{1 + static_cast<int64_t>(1.5 * spread * static_cast<double>(base_rtt_.ps))};
    }

    void adapt()
    {
        constexpr double kTolerated = 0.3, kStep = 0.01;
        constexpr uint32_t kMostRises = 7;  // by then a step is more than the whole
        const double marked = whole_ > 0 ? static_cast<double>(marks_) / whole_ : 0;
        marked_ = 0.5 * marked + 0.5 * marked_;
        if (trims_ > 0) share_ -= static_cast<double>(trims_) / packets_;
        if (marked_ > kTolerated) share_ *= 1 - (marked_ - kTolerated) * 0.5;
        if (trims_ > 0 || marked_ > kTolerated) {
            rises_ = 0;
        } else {
            share_ += marks_ > 0 ? kStep : kStep * (1U << std::min(rises_, kMostRises));
            ++rises_;
        }
        share_ = std::min(std::max(share_, least_), 1.0);
    }

    double share_ = 1, marked_ = 0, least_ = 0;  // of the pace; smoothed share of marks; least share
    uint32_t packets_ = 0, trims_ = 0, whole_ = 0, marks_ = 0, rises_ = 0;
    Time next_, base_rtt_;
};

struct Credit {
    static constexpr Info info{"credit",
                               "A pacer per NIC port grants credit to its senders in turn (UE 1.0: RCCC)"};
    static constexpr Scope scope = Scope::port;

    struct Params {
        double share = 0.99;
        Bytes grant = 16384;
        double ahead = 1.5;
        double ratio = 1;

        static constexpr auto list()
        {
            return params(
                param<&Params::share>("share", "port rates", "What is granted (uet-htsim: 0.99)", 0.01, 1),
                param<&Params::grant>("grant", "B", "Payload of one grant (uet-htsim: 16384)", 64, 1e6),
                param<&Params::ahead>("ahead", "BDP",
                                      "Most credit beyond what was asked for (uet-htsim: 1.5); 0: none", 0,
                                      1000),
                param<&Params::ratio>(
                    "ratio", "to 1",
                    "Oversubscription that the pace adapts to (uet-htsim: the fabric's); 1: "
                    "it does not",
                    1, 1000));
        }
        static constexpr auto presets()
        {
            return hpnsim::presets(
                Preset{"htsim", "uet-htsim, -receiver_cc", "share=0.99,grant=16384,ahead=1.5"});
        }
    };

    /// A QP as a link in one of the lines.
    struct Sender {
        enum class In : uint8_t { none, active, idle };
        uint32_t before = kNone, after = kNone;
        Bytes most_ahead = 0;
        In in = In::none;
    };

    Reply on_data(const Params& p, ReceivePort& port, const Received& data)
    {
        Sender& sender = port.sender<Sender>(data.qp);
        sender.most_ahead = static_cast<Bytes>(p.ahead * static_cast<double>(data.bdp));
        if (p.ratio > 1) inner_.note(port, data, std::max(0.9 / p.ratio, 0.01));
        debt_ += (port.wire_mtu - port.mtu) * std::max<Bytes>(port.mtu - data.payload, 0) / port.mtu;
        if (data.wanted > 0)
            stand(port, data.qp, Sender::In::active);
        else if (sender.in == Sender::In::none && sender.most_ahead > 0)
            stand(port, data.qp, Sender::In::idle);
        if (port.due == Time::max() && anyone()) port.due = std::max(port.now, free_at_);
        return {false, data.ecn};
    }

    Grant on_timer(const Params& p, ReceivePort& port)
    {
        port.due = Time::max();
        if (p.ratio > 1) inner_.catch_up(port);
        while (anyone()) {
            const uint32_t qp = active_.first != kNone ? active_.first : idle_.first;
            const Bytes bytes = share_of(p, port, qp);
            leave(port, qp);
            if (bytes == 0) continue;
            const Bytes wanted = port.wanted[qp] - bytes;
            stand(port, qp, wanted > 0 ? Sender::In::active : Sender::In::idle);
            pace(p, port, bytes);
            return {qp, bytes};
        }
        return {};
    }

private:
    struct Line {
        uint32_t first = kNone, last = kNone;
    };

    bool anyone() const { return active_.first != kNone || idle_.first != kNone; }
    Line& line(Sender::In in) { return in == Sender::In::active ? active_ : idle_; }

    /// Returns what the QP gets whose turn it is: at least a packet's worth, or credits would outnumber
    /// packets. 0 means that it has enough.
    static Bytes share_of(const Params& p, ReceivePort& port, uint32_t qp)
    {
        const Bytes wanted = port.wanted[qp];
        if (wanted > 0) return std::min(std::max(wanted, port.mtu), p.grant);
        return -wanted < port.sender<Sender>(qp).most_ahead ? p.grant : 0;
    }

    void pace(const Params& p, ReceivePort& port, Bytes bytes)
    {
        const double share = p.share * inner_.share();
        const Rate rate{static_cast<int64_t>(share * static_cast<double>(port.rate.bps))};
        free_at_ = port.now + transmit_time(bytes * port.wire_mtu / port.mtu + debt_, rate);
        debt_ = 0;
        port.due = free_at_;
    }

    /// Puts the QP at the end of the line, unless it stands there already.
    void stand(ReceivePort& port, uint32_t qp, Sender::In in)
    {
        Sender& sender = port.sender<Sender>(qp);
        if (sender.in == in) return;
        if (sender.in != Sender::In::none) leave(port, qp);
        Line& to = line(in);
        sender.in = in;
        sender.before = to.last;
        sender.after = kNone;
        (to.last == kNone ? to.first : port.sender<Sender>(to.last).after) = qp;
        to.last = qp;
    }

    void leave(ReceivePort& port, uint32_t qp)
    {
        Sender& sender = port.sender<Sender>(qp);
        Line& from = line(sender.in);
        (sender.before == kNone ? from.first : port.sender<Sender>(sender.before).after) = sender.after;
        (sender.after == kNone ? from.last : port.sender<Sender>(sender.after).before) = sender.before;
        sender.in = Sender::In::none;
    }

    Line active_, idle_;
    InnerPace inner_;
    Time free_at_;    // when the latest grant has been paced out
    Bytes debt_ = 0;  // wire bytes that have arrived beyond what grants paid for
};

}  // namespace

HPNSIM_RECEIVER(Credit)
