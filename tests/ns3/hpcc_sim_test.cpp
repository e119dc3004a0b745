// SPDX-License-Identifier: GPL-2.0-only
// Compares `--profile hpcc-sim` with HPCC-sim itself: with the traces that it recorded, to the nanosecond and
// byte, with times worked by hand, and with what it counts.
#include "run/network_carrier.hpp"
#include "run_helper.hpp"

#include "hpnsim/replay.hpp"
#include "hpnsim/statistics.hpp"

#include "ns3/simulator.h"

#include <gtest/gtest.h>

#include <fstream>

using namespace hpnsim;

namespace
{

const std::string kData = HPNSIM_TEST_DATA "/hpcc/";

std::unique_ptr<Scenario> star(const std::string& topology, const std::string& flows, const std::string& cc)
{
    return scenario_of({"flows", "--topology", "file:path=" + kData + topology + ".topology.txt",
                        "--flow-file", flows, "--wire", "hpcc-sim", "--profile", "hpcc-sim", "--cc",
                        cc + ":preset=hpcc-sim"});
}

/// Makes a flow file with these lines, which is removed with the object.
class FlowFileOf
{
public:
    explicit FlowFileOf(const std::vector<std::string>& lines)
        : path_(testing::TempDir() + "/hpcc-sim-" +
                testing::UnitTest::GetInstance()->current_test_info()->name() + ".txt")
    {
        std::ofstream file(path_);
        file << lines.size() << "\n";
        for (const std::string& line : lines) file << line << "\n";
    }
    ~FlowFileOf() { std::remove(path_.c_str()); }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

/// Data is sent, or an ACK arrives, at endpoint 0.
struct Event {
    bool ack;
    Time at;
    Psn psn;
    std::vector<IntHop> hops;
};

void note_sent(std::vector<Event>* events, uint16_t, const Packet& packet)
{
    const Time now{ns3::Simulator::Now().GetTimeStep()};
    if (packet.kind == PacketKind::data) events->push_back({false, now, packet.psn, {}});
}

void note_arrived(std::vector<Event>* events, uint16_t, const Packet& packet)
{
    if (packet.kind != PacketKind::ack) return;
    Event event{true, {ns3::Simulator::Now().GetTimeStep()}, packet.psn, {}};
    for (int i = 0; i < packet.hop_count; ++i) event.hops.push_back(packet.telemetry->hop[i]);
    events->push_back(event);
}

std::vector<Event> events_of(Scenario& scenario)
{
    const RunPlan run = first_run(scenario);
    const ChosenParts parts = choose_parts(run);
    const NetworkConfig config = network_config(scenario.options, run, parts, scenario.plan, 1);
    RoceNetwork network(scenario.plan, config);
    NetworkCarrier carrier(network, scenario.workload(1));
    std::vector<Event> events;
    network.Device(0).TraceConnectWithoutContext("Tx", ns3::MakeBoundCallback(&note_sent, &events));
    network.Device(0).TraceConnectWithoutContext("Rx", ns3::MakeBoundCallback(&note_arrived, &events));
    carrier.start();
    ns3::Simulator::Run();
    return events;
}

/// Returns INT's clock, counted from the start of the flows at 2 s.
Time clock_since_start(Time recorded)
{
    constexpr int64_t kStart = 2'000'000'000, kWrap = 1 << 24;
    return nanoseconds(((recorded.ps / 1000 - kStart) % kWrap + kWrap) % kWrap);
}

class RecordedRun : public testing::TestWithParam<const char*>
{
};

}  // namespace

// Every packet that flow 0 of two sends and every ACK that it gets, with its INT, at the recorded nanosecond.
TEST_P(RecordedRun, EveryEventAtItsNanosecond)
{
    const std::string cc = GetParam();
    const std::string file = cc + "-star2-flow0.csv";
    const std::vector<Event> events = events_of(*star("star-2", kData + "star-2.flow.txt", cc));
    std::ifstream in(std::string(HPNSIM_TEST_DATA "/traces/") + file);
    TraceReader reader(in, file);
    size_t i = 0;
    for (TraceRow row; reader.next(row); ++i) {
        ASSERT_LT(i, events.size());
        const Event& event = events[i];
        ASSERT_EQ(event.ack, row.event == TraceEvent::ack) << "row " << i;
        ASSERT_EQ(event.at, row.time - milliseconds(2000)) << "row " << i;
        ASSERT_EQ(event.hops.size(), row.hops.size()) << "row " << i;
        for (size_t h = 0; h < row.hops.size(); ++h) {
            ASSERT_EQ(event.hops[h].ts, clock_since_start(row.hops[h].ts)) << "row " << i;
            ASSERT_EQ(event.hops[h].tx_bytes, row.hops[h].tx_bytes) << "row " << i;
            ASSERT_EQ(event.hops[h].queue, row.hops[h].queue) << "row " << i;
            ASSERT_EQ(event.hops[h].link, row.hops[h].link) << "row " << i;
        }
    }
    EXPECT_EQ(i, 2000u);
}

INSTANTIATE_TEST_SUITE_P(HpccSim, RecordedRun, testing::Values("hpcc", "dctcp", "timely"),
                         [](const auto& each) { return std::string(each.param); });

TEST(HpccSimRun, StarOfTwoHasItsTimesAndQueues)
{
    struct Case {
        const char* cc;
        int64_t first_ns, last_ns;
        Bytes queue;
    };
    for (const Case& known : {Case{"hpcc", 173'458, 191'854, 56'680}, Case{"dctcp", 170'008, 170'091, 56'592},
                              Case{"timely", 172'008, 172'092, 1'057'056}}) {
        const Outcome outcome = simulate_first(*star("star-2", kData + "star-2.flow.txt", known.cc));
        const std::vector<FlowRow>& flows = outcome.record.flows;
        ASSERT_EQ(flows.size(), 2u);
        EXPECT_EQ(flows[0].fct(), nanoseconds(known.first_ns)) << known.cc;
        EXPECT_EQ(flows[1].fct(), nanoseconds(known.last_ns)) << known.cc;
        EXPECT_EQ(outcome.record.max_queue, known.queue) << known.cc;
    }
}

// 1,000 packets of 83 ns at the NIC, one more at the switch, four cables, two hops of an ACK of 4 ns.
TEST(HpccSimRun, AMegabyteAloneTakes87091Nanoseconds)
{
    const FlowFileOf file({"0 2 3 100 1000000 2.000000000"});
    for (const char* cc : {"dctcp", "dcqcn"}) {
        const Outcome outcome = simulate_first(*star("star-2", file.path(), cc));
        const FlowRow& flow = outcome.record.flows.at(0);
        EXPECT_EQ(flow.fct(), nanoseconds(1000 * 83 + 83 + 4 * 1000 + 2 * 4)) << cc;
        EXPECT_EQ(flow.ideal, nanoseconds(88'000)) << cc;
        EXPECT_EQ(slowdown_millionths(flow), 1'000'000) << cc;  // 0.990, and a slowdown is at least 1
    }
}

TEST(HpccSimRun, AByteAlone)
{
    const FlowFileOf file({"0 2 3 100 1 2.0"});
    const Outcome outcome = simulate_first(*star("star-2", file.path(), "dcqcn"));
    EXPECT_EQ(outcome.record.flows.at(0).fct(), nanoseconds(3 + 3 + 4 * 1000 + 2 * 4));
    EXPECT_EQ(outcome.record.flows.at(0).ideal, nanoseconds(4'160 + 3));
}

// Two flows of one host and pair are two QPs: they take turns by the packet. Each has a window of 52,000 B,
// which the round trip of 4,174 ns does not fill at half the rate.
TEST(HpccSimRun, FlowsOfOnePairShareTheNicByThePacket)
{
    const FlowFileOf file({"0 2 3 100 10000 2.0", "0 2 3 100 10000 2.0"});
    const Outcome outcome = simulate_first(*star("star-2", file.path(), "dctcp"));
    EXPECT_EQ(outcome.record.flows.at(0).fct(), nanoseconds(19 * 83 + 83 + 4'008));
    EXPECT_EQ(outcome.record.flows.at(1).fct(), nanoseconds(20 * 83 + 83 + 4'008));
}

// Two hosts in group 3 and one in group 5 send eight packets each through one port. Group 5 has every other
// turn, and so is done after 16 of 24; by age it would have had every third.
TEST(HpccSimRun, PriorityGroupsTakeTurnsInSwitches)
{
    const FlowFileOf file({"0 32 3 100 8000 2.0", "1 32 3 100 8000 2.0", "2 32 5 100 8000 2.0"});
    const Outcome outcome = simulate_first(*star("star-32", file.path(), "dctcp"));
    const std::vector<FlowRow>& flows = outcome.record.flows;
    EXPECT_EQ(flows.at(0).src, 2u);
    EXPECT_EQ(flows.at(0).fct(), nanoseconds(83 + 16 * 83 + 4'008));
    EXPECT_EQ(flows.at(1).fct(), nanoseconds(83 + 23 * 83 + 4'008));
    EXPECT_EQ(flows.at(2).fct(), nanoseconds(83 + 24 * 83 + 4'008));
}

// TIMELY has no window: 32 MB meet in one buffer, PFC holds them, nothing is lost, and the receiver's link
// never idles: 32,000 packets of 84 ns, and the way of one.
TEST(HpccSimRun, PauseInsteadOfLoss)
{
    const std::unique_ptr<Scenario> scenario = star("star-32", kData + "star-32.flow.txt", "timely");
    scenario->options.common.audit = true;
    const Outcome outcome = simulate_first(*scenario);
    EXPECT_EQ(outcome.audit, "");
    EXPECT_EQ(outcome.ending, Ending::complete);
    EXPECT_EQ(outcome.record.drops, 0u);
    EXPECT_GT(outcome.record.pfc_pauses, 31u);
    EXPECT_EQ(outcome.record.timeouts, 0u);
    Time last;
    for (const FlowRow& flow : outcome.record.flows) last = std::max(last, flow.fct());
    EXPECT_EQ(last, nanoseconds(84 + 32'000 * 84 + 4'008));
}

TEST(HpccSimRun, AUserMaySayOtherwise)
{
    const std::unique_ptr<Scenario> scenario = star("star-32", kData + "star-32.flow.txt", "timely");
    scenario->options.common.fabric = "lossless:buffer-mb=64";
    const Outcome outcome = simulate_first(*scenario);
    EXPECT_EQ(outcome.record.pfc_pauses, 0u);  // twice the buffer holds all
}
