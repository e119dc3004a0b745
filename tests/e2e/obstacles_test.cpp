// SPDX-License-Identifier: GPL-2.0-only
// Tests what a run leaves behind when something is in its way: earlier results, a second run, a full disk,
// signals, closed pipes, gnuplot that fails, words of any length.
#include "command.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HPNSIM_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HPNSIM_SANITIZED
#endif

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

const std::string kSmall = "incast --topology star --senders 2 --size 4K --no-plots --quiet ";
/// This run takes minutes, unless it is ended.
const std::string kLong =
    "incast --topology star --senders 16 --size 1M --rounds 100000 --quiet --no-plots --cc fixed ";

size_t lines_of(const std::string& text)
{
    return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

std::string quoted(const fs::path& path)
{
    std::string out = "'";
    for (const char c : path.string()) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

}  // namespace

// ---- earlier results ----

TEST(OutFolder, ALabelTooLongForAFileNameIsCutAndCostsNothing)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    ASSERT_EQ(run(kSmall + "--out " + out.string()).status, 0);
    std::string law = "swift";
    char mark = ':';
    for (const char* key : {"base-target-us", "hop-us", "fs-range", "fs-min", "fs-max", "host-target-us"}) {
        law += mark + std::string(key) + "=33.3333333333333333333333333333333333333333333333333333333";
        mark = ',';
    }
    const Ran ran = run(kSmall + "--cc hpcc --cc " + law + " --cc " + law + "1 --out " + out.string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(fs::exists(out / "runs/hpcc/summary.json"));
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(out / "runs")) {
        names.push_back(entry.path().filename());
        EXPECT_TRUE(fs::exists(entry.path() / "summary.json"));
    }
    EXPECT_EQ(names.size(), 3U);
    for (const std::string& name : names) EXPECT_LE(name.size(), 122U);
}

/// After bad input, a plug-in that is not there, a folder that cannot be made, or a kill, what was there
/// stays.
TEST(OutFolder, EarlierResultsStayUntilThereAreNewOnes)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    ASSERT_EQ(run(kSmall + "--cc dcqcn --out " + out.string()).status, 0);
    const std::string before = read(out / "runs/dcqcn/summary.json"), page = read(out / "report.html");
    for (const std::string& command : {"@BIN/" + kSmall + "--cc nope --out " + out.string(),
                                       "@BIN/" + kSmall + "--plugin /no.so --out " + out.string(),
                                       "@BIN/" + kSmall + "--verify --size 4096G --out " + out.string(),
                                       "@BIN/" + kLong + "--out " + out.string() +
                                           " & child=$!; sleep 0.7; kill -KILL $child; wait $child"}) {
        shell(command);
        ASSERT_TRUE(fs::exists(out / "runs/dcqcn/summary.json")) << command;
        EXPECT_EQ(read(out / "runs/dcqcn/summary.json"), before) << command;
        EXPECT_EQ(read(out / "report.html"), page) << command;
    }
    const Ran ran = run(kSmall + "--cc hpcc --out " + out.string());
    EXPECT_EQ(ran.status, 0);
    EXPECT_TRUE(has(ran.err, "replacing the earlier results")) << ran.err;
    EXPECT_FALSE(fs::exists(out / "runs/dcqcn"));
    EXPECT_TRUE(fs::exists(out / "runs/hpcc/summary.json"));
    EXPECT_FALSE(fs::exists(out / "unfinished-runs"));
    EXPECT_FALSE(fs::exists(out / "replaced-runs"));
}

TEST(OutFolder, ASecondRunIntoItIsRefusedAndNamesTheFirst)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran =
        shell("@BIN/" + kLong + "--out " + out.string() + " 2>/dev/null & child=$!; sleep 0.7; @BIN/" +
              kSmall + "--out " + out.string() + "; echo $? $child; kill -TERM $child; wait $child");
    EXPECT_EQ(ran.status, 130);
    std::istringstream said(ran.out);
    int second = 0;
    std::string process;
    said >> second >> process;
    EXPECT_EQ(second, 2);
    EXPECT_TRUE(has(ran.err, "(process " + process + ")")) << ran.err;
    EXPECT_EQ(lines_of(ran.err), 1U) << ran.err;
    EXPECT_EQ(summary(out, "fixed")["interrupted"], true);
    EXPECT_EQ(run(kSmall + "--out " + out.string()).status, 0);  // the lock went with its process
}

// ---- signals and what cannot be written ----

TEST(Signals, EachEndsTheRunWithWhatItHas)
{
    for (const char* signal : {"HUP", "TERM", "INT"}) {
        const Folder folder;
        const fs::path out = folder.path() / "o";
        const Ran ran = shell("env --default-signal=INT @BIN/" + kLong + "--out " + out.string() +
                              " & child=$!; sleep 0.7; kill -" + signal + " $child; wait $child");
        EXPECT_EQ(ran.status, 130) << signal << ran.err;
        EXPECT_EQ(summary(out, "fixed")["interrupted"], true) << signal;
        EXPECT_TRUE(fs::exists(out / "report.html")) << signal;
    }
}

/// nohup ignores a signal so, and so does a shell without job control for what it puts in the background.
TEST(Signals, ThatTheParentIgnoresStayIgnored)
{
    for (const char* signal : {"HUP", "INT"}) {
        const Folder folder;
        const fs::path out = folder.path() / "o";
        const Ran ran =
            shell("trap '' " + std::string(signal) +
                  "; @BIN/incast --topology star --senders 8 --size 1M --rounds 150 --quiet --no-plots "
                  "--cc fixed --out " +
                  out.string() + " & child=$!; sleep 0.3; kill -" + signal + " $child; wait $child");
        EXPECT_EQ(ran.status, 0) << signal << ran.err;
        EXPECT_EQ(summary(out, "fixed")["interrupted"], false) << signal;
    }
}

TEST(Pipes, AClosedStderrCostsNothing)
{
    const Folder folder;
    const fs::path out = folder.path() / "o", status = folder.path() / "status";
    ASSERT_EQ(run(kSmall + "--out " + out.string()).status, 0);
    shell("( sleep 0.2; @BIN/" + kSmall + "--cc hpcc --out " + out.string() + "; echo $? >" +
          status.string() + " ) 2>&1 | true");
    EXPECT_EQ(read(status), "0\n");
    EXPECT_TRUE(fs::exists(out / "runs/hpcc/summary.json"));
}

/// The number of a closed standard output must not become that of a file.
TEST(Pipes, ClosedOnesLeaveNothingInFiles)
{
    const Folder folder;
    const fs::path out = folder.path() / "o", open = folder.path() / "open";
    const std::string command = "@BIN/incast --topology star --senders 2 --size 4K --no-plots --out ";
    shell(command + out.string() + " >&- 2>&- <&-");
    shell(command + open.string());
    for (const char* file : {".hpnsim", "runs/dcqcn/queues.csv"})
        EXPECT_EQ(read(out / file), read(open / file)) << file;
    EXPECT_EQ(rows(out / "runs/dcqcn/flows.csv"), rows(open / "runs/dcqcn/flows.csv"));
}

class FullOutput : public testing::TestWithParam<const char*>
{
};

TEST_P(FullOutput, IsAnErrorAndASentence)
{
    const std::string command = GetParam();
    for (const char* target : {" >/dev/full", " >&-"}) {
        const Folder folder;
        const std::string out =
            command.find("--size") != std::string::npos ? " --out " + (folder.path() / "o").string() : "";
        const Ran ran = shell("@BIN/" + command + out + target);
        EXPECT_EQ(ran.status, 2) << command << target;
        EXPECT_TRUE(has(ran.err, "standard output cannot be written")) << command << target << ran.err;
        if (out.empty()) continue;
        EXPECT_TRUE(fs::exists(folder.path() / "o/runs/dcqcn/summary.json")) << command;
    }
}

INSTANTIATE_TEST_SUITE_P(Table, FullOutput,
                         testing::Values("incast --help", "incast --version", "allreduce --help",
                                         "flows --help", "alltoall --version", "permutation --help",
                                         "topology hpn", "topology --list", "topology --help",
                                         "topology --version", "bench --help", "bench --version", "cc --list",
                                         "cc dcqcn", "cc --help", "cc --version",
                                         "cc dcqcn --replay @DATA/golden/traces/dctcp.csv",
                                         "incast --topology star --senders 2 --size 4K --no-plots"));

#ifndef HPNSIM_SANITIZED
/// A limit on the size of files stands for a disk that is full.
TEST(FullDisk, IsASentenceAndWhatWasWrittenStaysReadable)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran =
        shell("ulimit -f 40; @BIN/incast --topology star --senders 16 --size 64K --rounds 200 --quiet "
              "--no-plots --cc fixed --cc dcqcn --out " +
              out.string());
    EXPECT_EQ(ran.status, 4) << ran.err;
    EXPECT_TRUE(has(ran.err, "File too large")) << ran.err;
    for (const char* label : {"fixed", "dcqcn"}) {
        const std::string text = read(out / "runs" / label / "flows.csv");
        EXPECT_EQ(text.back(), '\n');
        EXPECT_GT(rows(out / "runs" / label / "flows.csv").size(), 100U);
        EXPECT_TRUE(has(summary(out, label)["error"], "cannot write")) << label;
    }
}

/// Sampling without end under a limit on memory: the run says so, and keeps its summary and the run before
/// it.
TEST(Memory, ThatRunsOutIsNamedAndLosesNoResults)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran =
        shell("ulimit -v 400000; @BIN/incast --topology star --senders 16 --size 4M --rounds 3 --series-us "
              "0.01 --series-rows 1000000000 --cc hpcc --cc dcqcn --quiet --no-plots --out " +
              out.string());
    EXPECT_EQ(ran.status, 4) << ran.err;
    EXPECT_TRUE(has(ran.err, "memory ran out")) << ran.err;
    EXPECT_FALSE(has(ran.err, "bad_alloc")) << ran.err;
    for (const char* label : {"hpcc", "dcqcn"})
        EXPECT_TRUE(has(summary(out, label)["error"], "memory ran out")) << label;
}
#endif

// ---- gnuplot ----

class Gnuplot : public testing::Test
{
protected:
    void SetUp() override
    {
        if (shell("command -v gnuplot").status != 0) GTEST_SKIP() << "gnuplot is not installed";
    }
};

const std::string kDrawn = "@BIN/incast --topology star --senders 2 --size 4K --quiet ";

TEST_F(Gnuplot, NeedsNoLocaleAndMindsNoName)
{
    for (const char* name : {"plain", "it's", "a\tb", "a b", "\"q\"", "$HOME", "`x`", "back\\slash",
                             "\xc3\xa9t\xc3\xa9", "new\nline", "-d", "it'\\''s"}) {
        const Folder folder;
        const fs::path out = folder.path() / name;
        const Ran ran = shell("env -i PATH=\"$PATH\" " + kDrawn + "--out " + quoted(out));
        EXPECT_EQ(ran.status, 0) << name << ran.err;
        EXPECT_EQ(ran.out, "") << name;
        EXPECT_EQ(ran.err, "") << name;
        EXPECT_TRUE(fs::exists(out / "plots/fct_cdf.svg")) << name;
        EXPECT_TRUE(fs::exists(out / "plots/throughput.png")) << name;
        EXPECT_FALSE(fs::exists(out / "plots/gnuplot-errors.txt")) << name;
        EXPECT_TRUE(has(read(out / "report.html"), "<svg")) << name;
    }
}

/// gnuplot is missing, is no program, ends at once, or complains: there is a report without figures, and
/// status 0.
TEST_F(Gnuplot, ThatFailsIsOneWarning)
{
    for (const char* script : {"", "not a program", "#!/bin/sh\nexit 1\n",
                               "#!/bin/sh\necho no display >&2\nexit 3\n", "#!/no/such/interpreter\n"}) {
        const Folder folder;
        const fs::path out = folder.path() / "o", bin = folder.path() / "bin";
        fs::create_directory(bin);
        if (*script != '\0') {
            std::ofstream(bin / "gnuplot") << script;
            fs::permissions(bin / "gnuplot", fs::perms::owner_all);
        }
        const Ran ran = shell("export PATH=" + bin.string() + "; " + kDrawn + "--out " + out.string());
        EXPECT_EQ(ran.status, 0) << script << ran.err;
        EXPECT_EQ(lines_of(ran.err), 1U) << script << ran.err;
        EXPECT_TRUE(has(ran.err, "warning")) << script << ran.err;
        EXPECT_TRUE(fs::exists(out / "report.html")) << script;
        EXPECT_TRUE(fs::exists(out / "runs/dcqcn/summary.json")) << script;
    }
}

TEST_F(Gnuplot, ThatCannotBeStartedIsOneWarning)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    // This is a user with no processes left: root is not bound by this limit.
    const Ran ran =
        shell("chmod 777 " + folder.path().string() +
              "; setpriv --reuid=65534 --clear-groups prlimit --nproc=0 " + kDrawn + "--out " + out.string());
    if (has(ran.err, "setpriv")) GTEST_SKIP() << ran.err;
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(lines_of(ran.err), 1U) << ran.err;
    EXPECT_TRUE(has(ran.err, "warning")) << ran.err;
    EXPECT_TRUE(fs::exists(out / "report.html"));
}

// ---- threads ----

/// A user who may start two threads of eight: those that have been started end, and a sentence says so.
TEST(Threads, ThatCannotBeStartedAreASentence)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran = shell(
        "chmod 777 " + folder.path().string() +
        "; setpriv --reuid=65534 --clear-groups prlimit --nproc=3 @BIN/incast --topology star --senders 2 "
        "--size 4K --quiet --no-plots --engine windows --threads 8 --out " +
        out.string());
    if (has(ran.err, "setpriv")) GTEST_SKIP() << ran.err;
    EXPECT_EQ(ran.status, 4) << ran.err;
    EXPECT_EQ(lines_of(ran.err), 1U) << ran.err;
    EXPECT_TRUE(has(ran.err, " of 8 threads can be started (")) << ran.err;
    EXPECT_TRUE(has(summary(out, "dcqcn")["error"], "threads can be started"));
}

// ---- what is quoted ----

TEST(Sentences, QuoteNoMoreThanAnybodyReads)
{
    for (const char* before : {"incast --cc ",
                               "incast --cc dcqcn:",
                               "incast --cc dcqcn:g=",
                               "incast --",
                               "incast --size ",
                               "incast --topology ",
                               "incast --topology hpn:",
                               "incast --topology file:path=",
                               "incast --faults /",
                               "incast --out /proc/",
                               "incast ",
                               "incast --plugin ",
                               "incast --config ",
                               "incast --seed ",
                               "incast --trace ",
                               "incast --pcap ",
                               "topology ",
                               "topology --",
                               "topology star --export /nowhere/",
                               "cc ",
                               "cc --",
                               "cc dcqcn --replay ",
                               "bench --case ",
                               "bench --",
                               "flows --flow-file ",
                               "flows --cdf ",
                               "incast --transport ",
                               "incast --fabric lossless:"}) {
        const Ran ran = shell("@BIN/" + std::string(before) + "\"$(head -c 120000 /dev/zero | tr '\\0' x)\"");
        EXPECT_EQ(ran.status, 2) << before;
        EXPECT_LT(ran.err.size(), 1100U) << before;
        EXPECT_EQ(lines_of(ran.err), 1U) << before;
        const Ran words =
            shell("@BIN/" + std::string(before) + "\"$(head -c 120000 /dev/zero | tr '\\0' ' ')\"");
        EXPECT_LT(words.err.size(), 1100U) << before;
    }
}

}  // namespace hpnsim::test
