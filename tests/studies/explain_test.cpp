// SPDX-License-Identifier: GPL-2.0-only
// Each rule of `explain` on a run that was made up for it, and on one in which nothing stands out.
#include "hpnsim/explain.hpp"
#include "hpnsim/text.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

PortRow port(const std::string& name, const std::string& tier, const std::string& role, Bytes bytes)
{
    PortRow row;
    row.name = name;
    row.tier = tier;
    row.role = role;
    row.rate = {100'000'000'000};
    row.bytes = bytes;
    return row;
}

/// 20 flows of 10 us, in which a port of 100 Gb/s can send 125,000 bytes.
RunRecord quiet_run()
{
    RunRecord run;
    for (uint64_t id = 0; id < 20; ++id) {
        FlowRow flow;
        flow.id = id;
        flow.src = static_cast<uint32_t>(id);
        flow.dst = static_cast<uint32_t>(40 - id);
        flow.bytes = 1000 + static_cast<Bytes>(id);
        flow.start = nanoseconds(0);
        flow.end = nanoseconds(10'000);
        flow.ideal = nanoseconds(9'000);
        run.flows.push_back(flow);
    }
    run.data_packets = 1000;
    run.sim_time = nanoseconds(10'000);
    return run;
}

std::string said(const RunRecord& run)
{
    return joined_texts(explain(run), "\n");
}

void expect_said(const RunRecord& run, const std::string& words)
{
    EXPECT_NE(said(run).find(words), std::string::npos) << said(run);
    EXPECT_EQ(said(run).find("Nothing stands out"), std::string::npos) << said(run);
}

TEST(Explain, NothingStandsOut)
{
    EXPECT_EQ(said(quiet_run()),
              "Nothing stands out: 20 flows completed in 10.0 us with a mean slowdown of 1.11 "
              "(largest 1.11).");
    EXPECT_EQ(said(RunRecord()), "No flow was posted, so there is nothing to explain.");
}

TEST(Explain, AReceiverThatIsBusyBoundsTheRun)
{
    RunRecord run = quiet_run();
    run.ports = {port("tor 0 -> h3", "tor", "host", 121'250), port("tor 0 -> h4", "tor", "host", 60'000)};
    expect_said(run,
                "The links to h3 (1 port) were busy 97 % of the time from the first start to the last end: "
                "the run is bound by this receiver.");
    run.ports[0].bytes = 90'000;
    EXPECT_EQ(said(run).rfind("Nothing", 0), 0U);
}

TEST(Explain, SeveralBusyReceiversAreCounted)
{
    RunRecord run = quiet_run();
    run.ports = {port("tor 0 -> h3", "tor", "host", 121'250), port("tor 1:4 -> h4", "tor", "host", 110'000)};
    expect_said(run, "2 hosts of 2 received for at least 80 % of the time, h3 most (97 %)");
}

TEST(Explain, SendersThatAreBusy)
{
    RunRecord run = quiet_run();
    run.ports = {port("h1 -> tor 0", "nic", "up", 112'500), port("h2 -> tor 0", "nic", "up", 10'000)};
    expect_said(run, "1 NIC of 2 sent for at least 80 % of the time, h1 most (90 %)");
}

TEST(Explain, UplinksThatHashingLoadedUnevenly)
{
    RunRecord run = quiet_run();
    run.ports = {port("tor 0 -> agg 0", "tor", "up", 110'000), port("tor 0 -> agg 1", "tor", "up", 10'000),
                 port("agg 2 -> tor 0", "agg", "down", 10)};  // so that tor 0 -> agg 2 is there, and idle
    expect_said(run,
                "the busiest, tor 0 -> agg 0, carried 2.8 times the mean of all 3 (1 of them idle) and was "
                "busy 88 % of the time: flows that share it by their hashes bound the run.");
    run.ports[0].bytes = 12'000;
    EXPECT_EQ(said(run).rfind("Nothing", 0), 0U) << "an idle tier bounds nothing";
}

TEST(Explain, NicsThatUseOneOfTheirPorts)
{
    RunRecord run = quiet_run();
    run.ports = {port("h1 -> tor 0", "nic", "up", 60'000), port("h1 -> tor 1", "nic", "up", 2'000),
                 port("h2 -> tor 0", "nic", "up", 1'000), port("h2 -> tor 1", "nic", "up", 40'000)};
    expect_said(run,
                "NICs with several ports sent 97 % of their bytes by one of them (mean of 2 NICs; h2: 98 %)");
}

TEST(Explain, PausesAndWhetherTheySpread)
{
    RunRecord run = quiet_run();
    run.pfc_pauses = 12;
    run.pfc_paused = nanoseconds(7'000);
    run.ports = {port("agg 0 -> tor 0", "agg", "down", 10), port("h1 -> tor 1", "nic", "up", 10)};
    run.ports[0].pfc_pauses = 12;
    run.ports[0].pfc_paused = nanoseconds(5'000);
    expect_said(run,
                "PFC sent 12 pause frames to 1 port, which stood still for 7.00 us in all; longest agg 0 -> "
                "tor 0, for 50 % of the time.\nThe pauses stayed between switches");
    run.ports[1].pfc_pauses = 1;
    run.ports[1].pfc_paused = nanoseconds(2'000);
    expect_said(run, "The pauses reached 1 NIC port");
}

TEST(Explain, MarksDropsTrimsWithTheirShares)
{
    RunRecord run = quiet_run();
    run.ecn_marks = 200;
    run.cnps = 7;
    run.drops = 10;
    run.trims = 1;
    run.ports = {port("tor 0 -> h1", "tor", "host", 10)};
    run.ports[0].ecn_marks = 150;
    run.ports[0].drops = 10;
    expect_said(run,
                "Switches marked 20 % of data packets (ECN), 75 % of them at tor 0 -> h1; receivers answered "
                "with 7 CNPs.");
    expect_said(run, "10 packets dropped (1.0 % of data packets), 100 % of them at tor 0 -> h1.");
    expect_said(run, "1 packet trimmed to headers (0.1 % of data packets).");
}

TEST(Explain, RetransmissionsAndTimeouts)
{
    RunRecord run = quiet_run();
    run.retransmitted = 2'019;
    run.nacks = 3;
    run.timeouts = 1;
    run.flows[4].retransmitted = 2'019;
    expect_said(run, "Retransmissions were 10 % of the payload, in 1 flow of 20; 3 NACKs.");
    expect_said(run, "1 retransmission timeout: each is a time in which its flow sent nothing.");
}

TEST(Explain, TheSlowestFlowsAndWhatTheyShare)
{
    RunRecord run = quiet_run();
    for (uint64_t id = 20; id < 300; ++id) {
        run.flows.push_back(run.flows[id % 20]);
        run.flows.back().id = id;
    }
    for (const size_t slow : {7, 9, 11}) {
        run.flows[slow].end = nanoseconds(90'000);
        run.flows[slow].dst = 99;
    }
    expect_said(run,
                "took 10.0 times its ideal, the median flow 1.11 times; of the slowest 3, 3 of them end at "
                "endpoint 99.");
}

TEST(Explain, ALongEndWithFewFlows)
{
    RunRecord run = quiet_run();
    run.flows[3].end = nanoseconds(20'000);
    run.flows[3].ideal = nanoseconds(19'000);
    run.throughput.bin = nanoseconds(1'000);
    run.throughput.bytes.assign(20, 1);
    for (size_t bin = 0; bin < 10; ++bin) run.throughput.bytes[bin] = 5000;
    expect_said(
        run, "For the last 50 % of the time receivers got less than a tenth of the mean rate: 1 flow still "
             "ran after 10.0 us.");
}

TEST(Explain, HowARunEnded)
{
    RunRecord run = quiet_run();
    run.interrupted = true;
    run.flows[0].status = FlowStatus::unfinished;
    run.deadlock = "ports wait for each other";
    run.extra["stopped"] = "nothing moved";
    expect_said(
        run, "The run was interrupted after 10.0 us of simulated time.\n1 flow of 20 had not finished when "
             "the run ended.\nports wait for each other\nnothing moved");
}

TEST(Explain, SeedsCountTogether)
{
    RunRecord run = quiet_run();
    for (FlowRow flow : quiet_run().flows) {
        flow.seed = 2;
        run.flows.push_back(flow);
    }
    run.ecn_marks = 200;
    for (const uint64_t seed : {1, 2}) {
        run.ports.push_back(port("tor 0 -> h1", "tor", "host", 120'000));
        run.ports.back().seed = seed;
        run.ports.back().ecn_marks = 100;
    }
    expect_said(run, "busy 96 % of the time");
    expect_said(run, "100 % of them at tor 0 -> h1");
}

TEST(Explain, EveryRuleHasANameAndAMeaning)
{
    for (const ExplainRule& rule : explain_rules()) {
        EXPECT_FALSE(std::string(rule.name).empty());
        EXPECT_FALSE(std::string(rule.meaning).empty());
    }
}

}  // namespace
}  // namespace hpnsim::test
