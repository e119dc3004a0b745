// SPDX-License-Identifier: GPL-2.0-only
// Tests CCs that break the rules while they run: the run ends, its results are kept, and a sentence says
// which CC did what, where and when.
#include "command.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

const std::string kPlugin = " --plugin " HPNSIM_SAMPLES "/libfaulty.so";

/// A flow of 64 bytes, which ends before the CC goes wrong, and one of 1 MB, in which it does.
Ran run_faulty(const fs::path& out, int how)
{
    return run("flows --topology star --flow-file @DATA/scenarios/short-and-long.flow.txt --cc faulty:how=" +
               std::to_string(how) + kPlugin + " --quiet --no-plots --out " + out.string());
}

std::string label(int how)
{
    return "faulty_how=" + std::to_string(how);
}

}  // namespace

TEST(FaultyLaw, ThatBehavesEndsWell)
{
    const Folder folder;
    const Ran ran = run_faulty(folder.path() / "o", 0);
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.err, "");
}

/// The timers are set for now, for the past, a picosecond ahead, and two of them set each other.
TEST(FaultyLaw, RestlessTimersEndTheRun)
{
    for (int how = 1; how <= 4; ++how) {
        const Folder folder;
        const fs::path out = folder.path() / "o";
        const Ran ran = run_faulty(out, how);
        EXPECT_EQ(ran.status, 3) << how << ran.err;
        for (const char* part : {"the CC 'faulty'", "on_timer(", "QP 0 from endpoint 0 to 1",
                                 "keeps the simulation busy", "100000 times in", "it set flow.due["})
            EXPECT_NE(ran.err.find(part), std::string::npos) << how << ": " << part << " in " << ran.err;
        const auto json = summary(out, label(how));
        EXPECT_EQ(json["completed"], 1) << how << ": what had ended before is kept";
        EXPECT_EQ(json["unfinished"], 1) << how;
        EXPECT_NE(ran.err.find(json["stopped"].get<std::string>()), std::string::npos) << how;
        EXPECT_LT(json["events"], 300'000) << how;
    }
}

TEST(FaultyLaw, RatesAndWindowsThatAreNoneEndTheRun)
{
    const std::string no_number = "-9223372036854775808";
    const struct {
        int how;
        std::string wrote;
    } table[] = {
        {5, "on_ack, QP 0 from endpoint 0 to 1, wrote a rate of " + no_number + " b/s, which is what NaN"},
        {6, "on_ack, QP 0 from endpoint 0 to 1, wrote a rate of " + no_number + " b/s, which is what NaN"},
        {7, "on_ack, QP 0 from endpoint 0 to 1, wrote a rate of 0 b/s, at "},
        {8, "on_ack, QP 0 from endpoint 0 to 1, wrote a rate of -1 b/s, at "},
        {9,
         "on_ack, QP 0 from endpoint 0 to 1, wrote a window of " + no_number + " bytes, which is what NaN"},
        {10, "on_ack, QP 0 from endpoint 0 to 1, wrote a window of 0 bytes, at "},
        {11,
         "on_ack, QP 0 from endpoint 0 to 1, wrote a window of " + no_number + " bytes, which is what NaN"},
        {12, "start, QP 0 from endpoint "},
        {13, "on_timer, QP 0 from endpoint 0 to 1, wrote a window of 0 bytes, at "},
        {14, "on_send, QP 0 from endpoint 0 to 1, wrote a rate of 0 b/s, at "}};
    for (const auto& row : table) {
        const Folder folder;
        const fs::path out = folder.path() / "o";
        const Ran ran = run_faulty(out, row.how);
        EXPECT_EQ(ran.status, 4) << row.how << ran.err;
        EXPECT_NE(ran.err.find("the CC 'faulty', " + row.wrote), std::string::npos) << row.how << ran.err;
        EXPECT_NE(ran.err.find("it must be above 0"), std::string::npos) << ran.err;
        const auto json = summary(out, label(row.how));
        EXPECT_EQ(json["completed"], row.how == 12 ? 0 : 1) << row.how;
        EXPECT_NE(json["stopped"].get<std::string>().find(row.wrote), std::string::npos) << row.how;
    }
}

}  // namespace hpnsim::test
