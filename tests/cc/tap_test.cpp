// SPDX-License-Identifier: GPL-2.0-only
// Tests, for every CC of the registry, that whatever a CC has seen can be written, read back and replayed to
// the same answers.
#include "hpnsim/tap.hpp"
#include "hpnsim/trace_writer.hpp"
#include "rough_events.hpp"

#include <gtest/gtest.h>

#include <sstream>

using namespace hpnsim;
using namespace hpnsim::test;

namespace
{

/// Makes a row with something in every field.
TraceRow full_row()
{
    TraceRow row;
    row.time = picoseconds(12345);
    row.event = TraceEvent::ack;
    row.psn = 17;
    row.next_psn = 20;
    row.acked = 4096;
    row.in_flight = 8192;
    row.rtt = nanoseconds(9000);
    row.rtt_valid = row.ecn = true;
    row.path = {0xC123, 1};
    row.hops = {{7, picoseconds(99), 1'000'000, 4160, gbps(400)}, {4'000'000'000, {}, 0, 0, gbps(10)}};
    row.expect_rate_bps = 1;
    row.expect_window_bytes = kUnlimited;
    row.cumulative = 0;
    row.marked = 96;
    row.host_delay = nanoseconds(12);
    row.out_of_order = 3;
    row.penalty = 0;
    row.payload = UINT64_MAX;
    row.backlog = 1;
    row.credit = 2;
    row.line_rate_bps = 3;
    row.bdp = 4;
    row.rate_set_bps = 5;
    row.live_ports = uint8_t{2};
    row.home_port = uint8_t{1};
    row.stream = UINT64_MAX - 1;
    return row;
}

Flow some_flow()
{
    Flow flow;
    flow.line_rate = flow.rate = gbps(400);
    flow.base_rtt = microseconds(8);
    flow.bdp = 400'000;
    flow.mtu = 4096;
    flow.window = 600'000;
    flow.now = microseconds(3);
    flow.stream = UINT64_MAX - 5;
    flow.source_port = 0xC001;
    flow.home_port = 1;
    flow.live_ports = 3;
    flow.hops = 5;
    return flow;
}

/// Answers with a digest of all that it has seen, so that nothing can be lost between run and replay.
struct Witness {
    static constexpr Info info{"witness", "a digest of all events"};
    struct Params {
        static constexpr auto list() { return params(); }
    };
    void start(Flow& flow, const Params&)
    {
        flow.rate = flow.line_rate;
        flow.window = flow.bdp;
    }
    void on_ack(Flow& flow, const Params&, const Ack& ack)
    {
        add(ack.psn, ack.acked, ack.received, ack.marked, ack.rtt.ps, ack.host_delay.ps, ack.rtt_valid,
            ack.ecn, ack.path.source_port, ack.path.port, ack.out_of_order, ack.penalty, ack.hop_count,
            ack.payload);
        for (int i = 0; i < ack.hop_count; ++i)
            add(ack.hops[i].port, ack.hops[i].ts.ps, ack.hops[i].tx_bytes, ack.hops[i].queue,
                ack.hops[i].link.bps);
        see(flow);
    }
    void on_cnp(Flow& flow, const Params&, const Cnp& cnp)
    {
        add(cnp.path.source_port, cnp.path.port, cnp.payload, cnp.rtt.ps);
        see(flow);
    }
    void on_nack(Flow& flow, const Params&, const Nack& nack)
    {
        add(nack.psn, nack.lost, nack.path.source_port, nack.path.port, nack.why, nack.ecn, nack.rtt.ps,
            nack.rtt_valid);
        see(flow);
    }
    void on_timeout(Flow& flow, const Params&, const Timeout& timeout)
    {
        add(timeout.lost, timeout.in_a_row);
        see(flow);
    }
    void on_send(Flow& flow, const Params&, const Sent& sent)
    {
        add(sent.psn, sent.size, sent.path.source_port, sent.path.port, sent.retransmit);
        see(flow);
    }
    void on_credit(Flow& flow, const Params&, Bytes granted)
    {
        add(granted);
        see(flow);
    }
    void on_timer(Flow& flow, const Params&, int which)
    {
        add(which);
        see(flow);
    }

private:
    template <class... Numbers> void add(Numbers... numbers)
    {
        ((digest_ = (digest_ ^ static_cast<uint64_t>(numbers)) * 0x9E3779B97F4A7C15), ...);
        digest_ ^= digest_ >> 29;
    }
    void see(Flow& flow)
    {
        add(flow.rate.bps, flow.credit, flow.in_flight, flow.backlog, flow.next_psn, flow.now.ps, flow.mtu,
            flow.base_rtt.ps, flow.bdp, flow.line_rate.bps, flow.stream, flow.source_port, flow.home_port,
            flow.live_ports, flow.hops);
        flow.window = static_cast<Bytes>(digest_ >> 8);
        const auto timer = digest_ % 4;
        flow.due[timer] = flow.now + picoseconds(static_cast<int64_t>(digest_ % 7'000'000));
        flow.rate.bps = flow.rate.bps / 2 + static_cast<int64_t>(digest_ % 1'000'000'000);
        next_uniform(flow.stream);
    }
    uint64_t digest_ = 1;
};

Chosen<CcOps> law_called(const std::string& spec)
{
    static constexpr CcOps ops = cc_ops<Witness>();
    if (spec != Witness::info.name) return choose_cc(spec);
    return {&ops, default_params(ops), spec, spec};
}

/// Takes a CC through rough events, and records its answers.
struct Recording {
    std::string text;
    int rows = 0;
};

Recording record(const std::string& spec, int count)
{
    const Chosen<CcOps> cc = law_called(spec);
    Qp qp(*cc.ops, cc.params, gbps(400), microseconds(8));
    qp.flow.stream = 99;
    Recording recording{trace_head(cc, qp.flow, 0), 0};
    CcTap tap(*cc.ops, cc.params.get(), qp.flow, [&](const TraceRow& row) {
        recording.text += trace_line(row);
        ++recording.rows;
    });
    qp.tap(tap.ops(), &tap);
    RoughEvents events(11);
    Time now;
    for (int i = 0; i < count; ++i) {
        now += events.pause();
        qp.run_to(now);
        qp.flow.in_flight = static_cast<Bytes>(events.below(1'000'000));
        qp.flow.backlog = static_cast<Bytes>(events.below(3) * 4096);
        qp.flow.credit = static_cast<Bytes>(events.below(3) * 4096);
        qp.flow.stream += events.below(2);
        qp.flow.next_psn += events.below(2);
        if (events.below(50) == 0) {  // a port goes or comes
            qp.flow.line_rate = qp.flow.line_rate == gbps(400) ? gbps(200) : gbps(400);
            qp.flow.bdp = bytes_in(qp.flow.base_rtt, qp.flow.line_rate);
            qp.flow.live_ports ^= 2;
            qp.flow.home_port ^= 1;
            qp.flow.rate = std::min(qp.flow.rate, qp.flow.line_rate);
        }
        events.throw_at(qp, now);
    }
    return recording;
}

}  // namespace

TEST(TraceWriter, EveryFieldOfAnAckComesBack)
{
    const TraceRow row = full_row();
    std::istringstream in(trace_head(choose_cc("hpcc"), some_flow(), 66) + trace_line(row));
    TraceReader reader(in, "t.csv");
    TraceRow found;
    ASSERT_TRUE(reader.next(found));
    EXPECT_EQ(trace_line(found), trace_line(row));
    EXPECT_EQ(found.hops.size(), 2U);
    EXPECT_EQ(found.payload, UINT64_MAX);
    EXPECT_EQ(found.penalty, 0);
    EXPECT_EQ(found.path, row.path);
    EXPECT_FALSE(reader.next(found));
}

TEST(TraceWriter, EveryKeyOfTheHeaderComesBack)
{
    const IntWrap wrap{nanoseconds(1 << 24), 1 << 27};
    std::istringstream in(trace_head(choose_cc("dcqcn:g=0.25"), some_flow(), 66, wrap));
    const TraceReader reader(in, "t.csv");
    const TraceHeader& header = reader.header();
    EXPECT_EQ(header.line_rate, gbps(400));
    EXPECT_EQ(header.base_rtt, microseconds(8));
    EXPECT_EQ(header.payload, 4096);
    EXPECT_EQ(header.header, 66);
    EXPECT_EQ(header.bdp, 400'000);
    EXPECT_EQ(header.start, microseconds(3));
    EXPECT_EQ(header.stream, UINT64_MAX - 5);
    EXPECT_EQ(header.source_port, 0xC001);
    EXPECT_EQ(header.home_port, 1);
    EXPECT_EQ(header.live_ports, 3);
    EXPECT_EQ(header.path_hops, 5);
    EXPECT_EQ(header.int_wrap.ts, nanoseconds(1 << 24));
    EXPECT_EQ(header.int_wrap.tx_bytes, 1 << 27);
    EXPECT_FALSE(header.wire_bytes);
    EXPECT_FALSE(header.psn_is_offset);
    EXPECT_EQ(header.keys.at("algorithm"), "dcqcn");
    EXPECT_EQ(header.keys.at("g"), "0.25");
    EXPECT_EQ(header.keys.at("initial_window_bytes"), "600000");
}

// The columns of tests/data/traces/README.md come first, in their order: other programs read by them.
TEST(TraceWriter, BeginsWithTheColumnsOfOtherSimulators)
{
    EXPECT_NE(
        trace_head(choose_cc("hpcc"), some_flow(), 0)
            .find("\ntime_ps,event,psn,acked_bytes,rtt_ps,rtt_valid,ecn,path,size_bytes,why,in_flight_bytes,"
                  "next_psn,hops,expect_rate_bps,expect_window_bytes,"),
        std::string::npos);
}

TEST(TraceErrors, NumbersOf64Bits)
{
    const std::string text = trace_head(choose_cc("hpcc"), some_flow(), 0);
    std::string row = trace_line(full_row());
    row.replace(row.find("18446744073709551615"), 20, "18446744073709551616");
    std::istringstream in(text + row);
    TraceReader reader(in, "t.csv");
    TraceRow found;
    try {
        reader.next(found);
        FAIL();
    } catch (const BadInput& error) {
        EXPECT_NE(
            std::string(error.what()).find("payload '18446744073709551616' is not a whole number of 64 bits"),
            std::string::npos)
            << error.what();
    }
}

class EveryTrace : public testing::TestWithParam<std::string>
{
};

TEST_P(EveryTrace, RepeatsToTheSameAnswers)
{
    const Recording recording = record(GetParam(), 5000);
    ASSERT_GT(recording.rows, 1500);
    std::istringstream in(recording.text);
    TraceReader reader(in, "recorded");
    Replay qp(law_called(GetParam()), reader.header());
    int rows = 0;
    for (TraceRow row; reader.next(row); ++rows) {
        const Flow& flow = qp.feed(row);
        ASSERT_EQ(flow.rate.bps, row.expect_rate_bps) << "row " << rows << ": " << trace_line(row);
        ASSERT_EQ(flow.window, row.expect_window_bytes) << "row " << rows << ": " << trace_line(row);
    }
    EXPECT_EQ(rows, recording.rows);
}

TEST_P(EveryTrace, ATapChangesNothing)
{
    const Chosen<CcOps> cc = law_called(GetParam());
    Qp plain(*cc.ops, cc.params, gbps(400), microseconds(8)),
        tapped(*cc.ops, cc.params, gbps(400), microseconds(8));
    int rows = 0;
    CcTap tap(*cc.ops, cc.params.get(), tapped.flow, [&](const TraceRow&) { ++rows; });
    tapped.tap(tap.ops(), &tap);
    EXPECT_EQ(cc.ops->on_cnp == nullptr, tap.ops().on_cnp == nullptr);
    RoughEvents a(7), b(7);
    for (int i = 1; i < 3'000; ++i) {
        // CCs that do not handle an event get one fewer from the dice, so this asks for events that both
        // handle.
        if (cc.ops->on_ack == nullptr || cc.ops->on_nack == nullptr || cc.ops->on_timeout == nullptr) {
            plain.send(nanoseconds(i * 300), 4096);
            tapped.send(nanoseconds(i * 300), 4096);
        } else {
            a.throw_at(plain, nanoseconds(i * 300));
            b.throw_at(tapped, nanoseconds(i * 300));
        }
        ASSERT_EQ(plain.flow.rate, tapped.flow.rate);
        ASSERT_EQ(plain.flow.window, tapped.flow.window);
        for (int k = 0; k < 4; ++k) ASSERT_EQ(plain.flow.due[k], tapped.flow.due[k]);
    }
    EXPECT_GT(rows, 1000);
}

std::vector<std::string> every_law_and_the_witness()
{
    std::vector<std::string> all = every_law();
    all.emplace_back(Witness::info.name);
    return all;
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryTrace, testing::ValuesIn(every_law_and_the_witness()),
                         [](const auto& tested) { return test_name(tested.param); });
