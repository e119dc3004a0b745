// SPDX-License-Identifier: GPL-2.0-only
// Tests plug-ins that take their process down from within a handler: what was recorded stays, the other runs
// go on, and a sentence names the file, the algorithm and the handler.
#include "command.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

const std::string kFile = HPNSIM_SAMPLES "/libdeadly.so";

/// The values are in the order of `How` in samples/deadly.cpp.
enum How { kWell, kThrows, kThrowsNumber, kHangs = 14 };

#ifdef __SANITIZE_ADDRESS__
constexpr bool kOwnEndings = false;  // the sanitizer ends a process that crashes in its own way
#else
constexpr bool kOwnEndings = true;
#endif

struct Death {
    int how;
    std::string words;  ///< after the algorithm, %: the handler
};

const Death kDeaths[] = {{3, " aborted in %"},
                         {4, " aborted in %"},
                         {5, " ended the process in % with status 3"},
                         {6, " ended the process in % with status 5"},
                         {7, " ended the process in % with status 0"},
                         {8, " crashed in % (Segmentation fault)"},
                         {9, " crashed in % (Floating point exception)"},
                         {10, " crashed in % (Segmentation fault)"},
                         {11, " crashed in % (Illegal instruction)"},
                         {12, " was killed in % (memory may have run out)"},
                         {13, " aborted in %"}};

std::string words_of(const Death& death, const std::string& handler)
{
    std::string words = kOwnEndings ? death.words : " in %";
    return words.replace(words.find('%'), 1, handler);
}

/// A flow of 64 bytes, which ends before the plug-in does anything, and one of 1 MB, in which it does.
std::string flows(const std::string& choice, const fs::path& out)
{
    return "flows --topology star --flow-file @DATA/scenarios/short-and-long.flow.txt --plugin " + kFile +
           " " + choice + " --quiet --no-plots --out " + out.string();
}

std::string how(int number)
{
    return ":how=" + std::to_string(number);
}

/// The run before it and the one after it are whole, and so is the flow that had ended.
void expect_kept(const fs::path& out, const std::string& label)
{
    EXPECT_EQ(summary(out, "dcqcn")["completed"], 2);
    EXPECT_EQ(summary(out, "fixed")["completed"], 2);
    EXPECT_TRUE(fs::exists(out / "runs" / "dcqcn" / "queues.csv"));
    const auto kept = rows(out / "runs" / label / "flows.csv");
    ASSERT_GE(kept.size(), 2U);
    EXPECT_EQ(kept[1].rfind("0,0,1,0,64,0.000,", 0), 0U) << kept[1];
    EXPECT_NE(kept[1].find(",ok,1"), std::string::npos) << kept[1];
    EXPECT_EQ(summary(out, label)["completed"], 1);
    EXPECT_NE(read(out / "report.html").find(label), std::string::npos);
}

}  // namespace

TEST(DeadlyPlugin, ThatBehavesEndsWell)
{
    const Folder folder;
    const Ran ran =
        run(flows("--cc deadly --path deadly-path --receiver deadly-receiver", folder.path() / "o"));
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.err, "");
}

TEST(DeadlyPlugin, ResultsOutliveEveryDeath)
{
    for (const Death& death : kDeaths) {
        SCOPED_TRACE(death.how);
        const Folder folder;
        const fs::path out = folder.path() / "o";
        const Ran ran = run(flows("--cc dcqcn --cc deadly" + how(death.how) + " --cc fixed", out));
        EXPECT_EQ(ran.status, 4) << ran.err;
        const std::string label = "deadly_how=" + std::to_string(death.how);
        const std::string words = words_of(death, "on_ack");
        EXPECT_NE(ran.err.find("the CC 'deadly' of the plug-in '" + kFile + "'"), std::string::npos)
            << ran.err;
        EXPECT_NE(ran.err.find(words), std::string::npos) << words << " in " << ran.err;
        expect_kept(out, label);
        EXPECT_NE(summary(out, label)["error"].get<std::string>().find(words), std::string::npos);
    }
}

/// The crash comes later, in code that is not the plug-in's: the sentence names the handler that ran last.
TEST(DeadlyPlugin, MemoryThatItSpoilsIsTheChildsOwn)
{
    if (!kOwnEndings) GTEST_SKIP() << "the sanitizer finds the write itself";
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran = run(flows("--cc dcqcn --cc deadly:how=15 --cc fixed", out));
    EXPECT_EQ(ran.status, 4) << ran.err;
    EXPECT_NE(
        ran.err.find("none of their handlers was running; the last before was on_ack of the CC 'deadly' "
                     "of the plug-in '" +
                     kFile),
        std::string::npos)
        << ran.err;
    expect_kept(out, "deadly_how=15");
}

/// The process lives on, and everything that was counted is there.
TEST(DeadlyPlugin, WhatIsThrownEndsItsRunAlone)
{
    for (const auto& [number, words] :
         {std::pair(kThrows, ": out of ideas"), {kThrowsNumber, " what is no std"}}) {
        const Folder folder;
        const fs::path out = folder.path() / "o";
        const Ran ran = run(flows("--cc dcqcn --cc deadly" + how(number) + " --cc fixed", out));
        EXPECT_EQ(ran.status, 4) << ran.err;
        EXPECT_NE(ran.err.find("the CC 'deadly' of the plug-in '" + kFile + "' threw out of on_ack" + words),
                  std::string::npos)
            << ran.err;
        const std::string label = "deadly_how=" + std::to_string(number);
        expect_kept(out, label);
        EXPECT_EQ(summary(out, label)["unfinished"], 1);
        EXPECT_TRUE(fs::exists(out / "runs" / label / "queues.csv"));
    }
}

TEST(DeadlyPlugin, EveryHandlerIsNamed)
{
    const struct {
        std::string choice, name, handler;
    } table[] = {
        {"--cc deadly:after=0,how=8", "CC 'deadly'", "start"},
        {"--cc dcqcn --path deadly-path:how=8", "path policy 'deadly-path'", "pick"},
        {"--cc fixed --receiver deadly-receiver:how=8", "receiver policy 'deadly-receiver'", "on_data"}};
    for (const auto& row : table) {
        const Folder folder;
        const Ran ran = run(flows(row.choice, folder.path() / "o"));
        EXPECT_EQ(ran.status, 4) << ran.err;
        EXPECT_NE(ran.err.find("the " + row.name + " of the plug-in '" + kFile + "'"), std::string::npos)
            << ran.err;
        EXPECT_NE(ran.err.find(words_of(kDeaths[5], row.handler)), std::string::npos) << ran.err;
    }
}

TEST(DeadlyPlugin, EarlierSeedsAreKept)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran = run(flows("--cc deadly:how=8,starts=3 --seeds 2", out));  // two QPs start in each
    EXPECT_EQ(ran.status, 4) << ran.err;
    EXPECT_EQ(rows(out / "runs" / "deadly_how=8_starts=3" / "flows.csv").size(), 1U + 2 + 1);
    EXPECT_EQ(summary(out, "deadly_how=8_starts=3")["completed"], 3);
}

/// A collective's rows are its iterations.
TEST(DeadlyPlugin, IterationsOfACollectiveAreKept)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    // A rank sends 384 packets an iteration, so its QP has 4,000 ACKs only after some ten iterations.
    const Ran ran =
        run("allreduce --topology star --ranks 4 --size 1M --iterations 40 --cc deadly:how=8,after=4000 "
            "--quiet --no-plots --plugin " +
            kFile + " --out " + out.string());
    EXPECT_EQ(ran.status, 4) << ran.err;
    const fs::path log = out / "runs" / "deadly_how=8_after=4000" / "flows.csv";
    const size_t kept = rows(log).size() - 1;
    EXPECT_GT(kept, 0U);
    EXPECT_LT(kept, 40U);
    EXPECT_EQ(summary(out, "deadly_how=8_after=4000")["completed"], kept);
}

/// What the CC saw before its last event can be replayed.
TEST(DeadlyPlugin, TracesAreKept)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    EXPECT_EQ(run(flows("--cc deadly:how=8 --trace 0-1", out)).status, 4);
    const std::string trace = (out / "runs" / "deadly_how=8" / "trace" / "0-1-qp0.csv").string();
    EXPECT_NE(read(trace).find(",ack,"), std::string::npos);
    EXPECT_EQ(run("cc deadly --plugin " + kFile + " --replay " + trace).status, 0);
}

/// Earlier results make way for what the run has left, as for any other run that ends early.
TEST(DeadlyPlugin, TheFolderStaysInOrder)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    ASSERT_EQ(run(flows("--cc fixed", out)).status, 0);
    EXPECT_EQ(run(flows("--cc deadly:how=8 --cc deadly:how=6 --cc dcqcn", out)).status, 4);
    for (const char* label : {"deadly_how=8", "deadly_how=6", "dcqcn"})
        EXPECT_GE(summary(out, label)["completed"], 1) << label;
    EXPECT_FALSE(fs::exists(out / "unfinished-runs"));
    EXPECT_FALSE(fs::exists(out / "runs" / "fixed"));
}

TEST(DeadlyPlugin, TheFirstSignalEndsAHandlerThatHangs)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const std::string log = (out / "runs" / "deadly_how=14" / "flows.csv").string();
    const Ran ran = shell("@BIN/" + flows("--cc dcqcn --cc deadly" + how(kHangs) + " --cc fixed", out) +
                          " & child=$!; until grep -qs '^0,' " + log +
                          "; do sleep 0.1; done; sleep 1; kill -TERM $child; wait $child");
    EXPECT_EQ(ran.status, 130) << ran.err;
    EXPECT_NE(ran.err.find("'deadly' of the plug-in '" + kFile + "' did not return from on_ack"),
              std::string::npos)
        << ran.err;
    EXPECT_EQ(summary(out, "dcqcn")["completed"], 2);
    EXPECT_EQ(summary(out, "deadly_how=14")["completed"], 1);
    EXPECT_EQ(summary(out, "deadly_how=14")["interrupted"], true);
    EXPECT_FALSE(fs::exists(out / "runs" / "fixed"));
}

TEST(DeadlyPlugin, AReplayKeepsItsRows)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    ASSERT_EQ(run(flows("--cc dcqcn --trace 0-1", out)).status, 0);
    const std::string trace = (out / "runs" / "dcqcn" / "trace" / "0-1-qp0.csv").string();
    for (const Death& death : kDeaths) {
        const Ran ran = run("cc deadly:after=2" + (",how=" + std::to_string(death.how)) + " --plugin " +
                            kFile + " --replay " + trace);
        EXPECT_EQ(ran.status, 4) << death.how << ran.err;
        EXPECT_NE(ran.err.find("the CC 'deadly' of the plug-in '" + kFile + "'"), std::string::npos)
            << ran.err;
        EXPECT_NE(ran.err.find(words_of(death, "on_ack")), std::string::npos) << ran.err;
        EXPECT_NE(ran.out.find(",ack,"), std::string::npos)
            << death.how << ": the answers before it are there";
    }
}

}  // namespace hpnsim::test
