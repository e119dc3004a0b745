// SPDX-License-Identifier: GPL-2.0-only
// Does the interface hold RCCC (UEC's receiver credit)? A receiver policy per NIC port that shares the
// port's rate among senders, and a small sender half that starts speculatively and spends credit.
#include "qp.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

using namespace hpnsim;
using hpnsim::test::Qp;

namespace
{

constexpr Bytes kGrant = 16384;  // 4 MTU of 4,096 B, as uet-htsim's pull

struct CreditPort {
    static constexpr Info info{"sketch-credit", "round robin credit at the port's rate"};
    static constexpr Scope scope = Scope::port;
    struct Params {
        static constexpr auto list() { return params(); }
    };

    void on_data(const Params&, ReceivePort& port, const Received& data)
    {
        Sender& sender = find(data.qp);
        sender.wanted = data.wanted;
        if (sender.wanted > 0 && port.due == Time::max()) port.due = std::max(port.now, next_);
    }

    Grant on_timer(const Params&, ReceivePort& port)
    {
        port.due = Time::max();
        for (int i = 0; i < count_; ++i) {
            Sender& sender = senders_[(turn_ + i) % count_];
            if (sender.wanted <= 0) continue;
            turn_ = (turn_ + i + 1) % count_;
            const Bytes bytes = std::min(kGrant, sender.wanted);
            sender.wanted -= bytes;
            next_ = port.now + transmit_time(bytes, port.rate);
            port.due = next_;
            return {sender.qp, bytes};
        }
        return {};
    }

private:
    struct Sender {
        uint32_t qp;
        Bytes wanted;
    };
    Sender& find(uint32_t qp)
    {
        for (int i = 0; i < count_; ++i)
            if (senders_[i].qp == qp) return senders_[i];
        senders_[count_] = {qp, 0};
        return senders_[count_++];
    }
    Sender senders_[16] = {};
    int count_ = 0, turn_ = 0;
    Time next_;
};

struct CreditSender {
    static constexpr Info info{"sketch-rccc", "spends receiver credit", Needs::credits};
    struct Params {
        static constexpr auto list() { return params(); }
    };
    void start(Flow& flow, const Params&)
    {
        flow.rate = flow.line_rate;
        flow.window = kUnlimited;
        flow.credit = flow.bdp * 3 / 2;
    }
    void on_send(Flow& flow, const Params&, const Sent& sent) { flow.credit -= sent.size; }
    void on_ack(Flow& flow, const Params&, const Ack&) { stop_speculating(flow); }
    void on_credit(Flow& flow, const Params&, Bytes granted)
    {
        stop_speculating(flow);
        flow.credit += granted;
    }

private:
    void stop_speculating(Flow& flow)
    {
        if (speculating_ && flow.credit > 0) flow.credit = 0;
        speculating_ = false;
    }
    bool speculating_ = true;
};

}  // namespace

TEST(SketchRccc, PortSharesItsRateAmongSenders)
{
    static constexpr ReceiverOps ops = receiver_ops<CreditPort>();
    CreditPort state;
    const CreditPort::Params params;
    ReceivePort port;
    port.rate = gbps(200);
    for (const uint32_t qp : {7U, 9U}) {
        Received data;
        data.qp = qp;
        data.wanted = 40'000;
        ops.on_port_data(&state, &params, port, data);
    }
    std::map<uint32_t, Bytes> granted;
    Bytes total = 0;
    while (port.due != Time::max()) {
        port.now = port.due;
        const Grant grant = ops.on_timer(&state, &params, port);
        granted[grant.qp] += grant.bytes;
        total += grant.bytes;
        // Never faster than the port: all but the latest grant have had their time.
        EXPECT_LE(total - grant.bytes, bytes_in(port.now, port.rate) + 1);
    }
    EXPECT_EQ(granted[7], 40'000);
    EXPECT_EQ(granted[9], 40'000);
}

TEST(SketchRccc, SenderSpeculatesThenLivesOnCredit)
{
    static constexpr CcOps ops = cc_ops<CreditSender>();
    Qp qp(ops, hpnsim::test::default_params(ops), gbps(100), microseconds(8));
    EXPECT_EQ(qp.flow.credit, 150'000);
    qp.send(microseconds(1), 4096);
    EXPECT_EQ(qp.flow.credit, 145'904);
    qp.credit(microseconds(9), kGrant);
    EXPECT_EQ(qp.flow.credit, kGrant);
    qp.send(microseconds(10), 4096);
    EXPECT_EQ(qp.flow.credit, kGrant - 4096);
}
