// SPDX-License-Identifier: GPL-2.0-only
// Tests the trace format: what a replay reads, when its timers run, and what it says about bad files.
#include "hpnsim/replay.hpp"

#include <gtest/gtest.h>

#include <sstream>

using namespace hpnsim;

namespace
{

const std::string kHeader = "# line_rate_bps=100000000000\n# base_rtt_ps=8000000\n# payload_bytes=1000\n";

std::string run(const std::string& spec, const std::string& text)
{
    std::istringstream in(text);
    std::ostringstream out;
    try {
        replay(choose_cc(spec), in, "t.csv", out);
    } catch (const BadInput& error) {
        return error.what();
    }
    return out.str();
}

}  // namespace

TEST(Replay, AnswersRowForRow)
{
    // CNP at 10 us: rate 50G at once; 55 us later (a timer of its own) 75G.
    const std::string rows =
        "time_ps,event,extra\n0,send,a\n10000000,cnp,b\n\n# remark\n64000000,ack,c\n66000000,ack,d\n";
    EXPECT_EQ(run("dcqcn", kHeader + rows), "time_ps,event,rate_bps,window_bytes\n"
                                            "0,send,100000000000,1152921504606846976\n"
                                            "10000000,cnp,50000000000,1152921504606846976\n"
                                            "64000000,ack,50000000000,1152921504606846976\n"
                                            "66000000,ack,75000000000,1152921504606846976\n");
}

TEST(Replay, TimersAtARowsTimeRunAfterItUnlessItIsATimerRow)
{
    const std::string before = kHeader + "time_ps,event\n0,cnp\n55000000,";
    EXPECT_NE(run("dcqcn", before + "ack\n").find("55000000,ack,50000000000"), std::string::npos);
    EXPECT_NE(run("dcqcn", before + "timer\n").find("55000000,timer,75000000000"), std::string::npos);
}

TEST(Replay, BdpAndMtuComeFromTheHeader)
{
    // 100G x 8 us = 100,000 B; 1.5 BDP, less a trimmed packet of 1,000 B.
    const std::string rows = "time_ps,event,size_bytes,why\n9,nack,1000,trimmed\n";
    EXPECT_NE(run("nscc", kHeader + rows).find("9,nack,100000000000,149000"), std::string::npos);
    EXPECT_NE(run("nscc", kHeader + "# bdp_bytes=50000\n" + rows).find(",149000"), std::string::npos)
        << "the largest window follows base RTT and line rate";
}

TEST(Replay, HopsReachTheAlgorithm)
{
    // This is the case of Hpcc.FullLinkBringsTheWindowToEta.
    const std::string rows = "time_ps,event,psn,next_psn,hops\n1,ack,0,10,7:0:0:0:100000000000\n"
                             "2,ack,1,10,7:4000000:50000:0:100000000000\n";
    EXPECT_NE(run("hpcc", kHeader + rows).find("2,ack,95050000000,95050"), std::string::npos);
}

TEST(Replay, KnowsWhatAnAckAnswers)
{
    // 100G x 8 us: largest window 150,000 B. Data that took 4 us halve it, control packets do not.
    const std::string rows = "time_ps,event,rtt_ps,rtt_valid,ecn,probe_ack\n9000000,ack,4000000,1,1,";
    EXPECT_NE(run("nscc", kHeader + rows + "\n").find(",75000\n"), std::string::npos);
    EXPECT_NE(run("nscc", kHeader + rows + "0\n").find(",75000\n"), std::string::npos);
    EXPECT_NE(run("nscc", kHeader + rows + "1\n").find(",150000\n"), std::string::npos);
    EXPECT_NE(run("nscc", kHeader + rows + "2\n").find(",150000\n"), std::string::npos);
    EXPECT_EQ(run("nscc", kHeader + rows + "3\n"),
              "t.csv:5: probe_ack is 3; it is 0 (answers data), 1 (a probe) or 2 (an RTS)");
}

TEST(Replay, LeavesTheChosenParametersAlone)
{
    const Chosen<CcOps> cc = choose_cc("nscc");
    std::istringstream in(
        kHeader + "# header_bytes=64\n# bytes_unit=wire_bytes_including_header\ntime_ps,event\n0,send\n");
    std::ostringstream out;
    replay(cc, in, "t.csv", out);
    EXPECT_EQ(describe_params(cc.ops->slot, cc.params.get()).back().second, "0 B");
}

TEST(TraceErrors, NameFileAndLine)
{
    EXPECT_EQ(run("dcqcn", ""), "t.csv:1: the file ends before its line of column names (time_ps,event,...)");
    EXPECT_EQ(run("dcqcn", "time,event\n"),
              "t.csv:1: the column 'time_ps' is missing from the line of column names");
    EXPECT_EQ(run("dcqcn", "time_ps,event\n"),
              "t.csv:1: the header has no '# line_rate_bps=' line, which a replay needs");
    EXPECT_EQ(run("dcqcn", "# line_rate_bps=fast\ntime_ps,event\n"),
              "t.csv:2: the header's line_rate_bps 'fast' is not a whole number");
    const std::string start = kHeader + "time_ps,event,why,hops\n";
    EXPECT_EQ(run("dcqcn", start + "0,sned,,\n"), "t.csv:5: there is no event 'sned'; the nearest is 'send'");
    EXPECT_EQ(run("dcqcn", start + "0,send\n"), "t.csv:5: the row has 2 fields, not 4");
    EXPECT_EQ(run("dcqcn", start + "x,send,,\n"), "t.csv:5: time_ps 'x' is not a whole number");
    EXPECT_EQ(run("dcqcn", start + "-1,send,,\n"), "t.csv:5: time_ps -1 is outside its range 0 to 2^60");
    EXPECT_EQ(run("dcqcn", start + "5,send,,\n4,send,,\n"), "t.csv:6: time_ps goes back from 5");
    EXPECT_EQ(run("dcqcn", start + "0,nack,trimed,\n"),
              "t.csv:5: a nack cannot be 'trimed'; the nearest is 'trimmed'");
    EXPECT_EQ(run("dcqcn", start + "0,ack,,1:2:3\n"),
              "t.csv:5: the hop '1:2:3' is not port:ts_ps:tx_bytes:queue_bytes:link_bps");
}
