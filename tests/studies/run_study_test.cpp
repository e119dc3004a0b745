// SPDX-License-Identifier: GPL-2.0-only
// Studies carried out, with scripts in the place of scenarios: what is made, kept, made again and refused.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/run_study.hpp"
#include "scratch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

namespace hpnsim
{
namespace
{

namespace fs = std::filesystem;
using test::Scratch;

StudySettings settings_of(const Scratch& scratch)
{
    StudySettings settings;
    settings.out = scratch / "out";
    settings.programs = scratch.bin();
    settings.processes = 2;
    settings.quiet = true;
    return settings;
}

Study four()
{
    return study_of_words({"incast", "--senders", "1,2,3,4"});
}

size_t lines_of(const fs::path& file)
{
    std::ifstream in(file);
    return static_cast<size_t>(std::count(std::istreambuf_iterator<char>(in), {}, '\n'));
}

TEST(RunStudy, MakesEachRunOnce)
{
    const Scratch scratch;
    scratch.program("incast", "echo x >>" + (scratch / "made").string() + "; found '\"x\": '$SENDERS");
    const StudyEnd end = run_study(four(), settings_of(scratch), "");
    EXPECT_EQ(end.of(RunStatus::ok), 4U);
    EXPECT_EQ(end.exit_status(), 0);
    EXPECT_TRUE(fs::exists(scratch / "out/runs/senders=3/summary.json"));
    EXPECT_FALSE(fs::exists(scratch / "out/work"));
    const StudyEnd again = run_study(four(), settings_of(scratch), "");
    EXPECT_EQ(again.made_now, 0U);
    EXPECT_EQ(lines_of(scratch / "made"), 4U);
    fs::remove_all(scratch / "out/runs/senders=2");
    EXPECT_EQ(run_study(four(), settings_of(scratch), "").made_now, 1U);
    const std::vector<Figures> results =
        StudyStore(database_of(scratch / "out"), StudyStore::Use::read).results();
    EXPECT_EQ(std::get<double>(results.at(2).at(1).second), 3.0);
}

TEST(RunStudy, ACrashIsWrittenDownAndTheOthersGoOn)
{
    const Scratch scratch;
    scratch.program("incast", "[ $SENDERS = 1 ] && kill -SEGV $$\n"
                              "[ $SENDERS = 2 ] && { echo 'incast: no' >&2; exit 2; }\n"
                              "found '\"x\": 1'; [ $SENDERS = 3 ] && exit 3; exit 0");
    const StudyEnd end = run_study(four(), settings_of(scratch), "");
    EXPECT_EQ(end.of(RunStatus::crashed), 1U);
    EXPECT_EQ(end.of(RunStatus::refused), 1U);
    EXPECT_EQ(end.of(RunStatus::unfinished), 1U);
    EXPECT_EQ(end.exit_status(), 4);
    const std::vector<StoredRun> runs =
        StudyStore(database_of(scratch / "out"), StudyStore::Use::read).runs();
    EXPECT_NE(runs[0].message.find("egmentation"), std::string::npos) << runs[0].message;
    EXPECT_EQ(runs[1].message, "incast: no");
    EXPECT_EQ(run_study(four(), settings_of(scratch), "").made_now, 0U);
    StudySettings settings = settings_of(scratch);
    settings.again = true;
    scratch.program("incast", "found '\"x\": 1'");
    EXPECT_EQ(run_study(four(), settings, "").made_now, 2U);
}

TEST(RunStudy, AFullDiskStopsItAndLosesNothing)
{
    const Scratch scratch;
    scratch.program("incast",
                    "[ $SENDERS = 3 ] && { echo 'incast: x (No space left on device)' >&2; exit 2; }\n"
                    "found '\"x\": 1'");
    StudySettings settings = settings_of(scratch);
    settings.processes = 1;
    EXPECT_THROW(run_study(four(), settings, ""), PlainFailure);
    scratch.program("incast", "found '\"x\": 1'");
    const StudyEnd end = run_study(four(), settings, "");
    EXPECT_EQ(end.of(RunStatus::ok), 4U);
    EXPECT_EQ(end.made_now, 2U);
}

TEST(RunStudy, ForeignFoldersAreRefused)
{
    const Scratch scratch;
    fs::create_directories(scratch / "out");
    scratch.write("out/mine.txt", "x");
    EXPECT_THROW(run_study(four(), settings_of(scratch), ""), BadInput);
    EXPECT_TRUE(fs::exists(scratch / "out/mine.txt"));
    StudySettings settings = settings_of(scratch);
    settings.out = scratch / "out/mine.txt";
    EXPECT_THROW(run_study(four(), settings, ""), BadInput);
}

/// Another process holds the folder from before the second begins until it is killed.
TEST(RunStudy, TwoIntoOneFolderAreRefused)
{
    const Scratch scratch;
    scratch.program("incast", "touch " + (scratch / "began").string() + "; exec sleep 60");
    const pid_t other = ::fork();
    if (other == 0) {
        run_study(four(), settings_of(scratch), "");
        ::_exit(0);
    }
    while (!fs::exists(scratch / "began")) ::usleep(1000);
    EXPECT_THROW(run_study(four(), settings_of(scratch), ""), BadInput);
    ::kill(other, SIGKILL);
    ::waitpid(other, nullptr, 0);
    scratch.program("incast", "found '\"x\": 1'");
    EXPECT_EQ(run_study(four(), settings_of(scratch), "").of(RunStatus::ok),
              4U);  // and its runs died with it
}

}  // namespace
}  // namespace hpnsim
