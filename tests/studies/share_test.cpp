// SPDX-License-Identifier: GPL-2.0-only
// Shares of a study: who is which, and that all together make what one process makes.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/run_study.hpp"
#include "scratch.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <map>
#include <sys/wait.h>
#include <unistd.h>

namespace hpnsim
{
namespace
{

namespace fs = std::filesystem;
using test::Scratch;
using Environment = std::map<std::string, std::string>;

Share share_in(const Environment& environment)
{
    return share_of_process([&environment](const char* name) {
        const auto found = environment.find(name);
        return found == environment.end() ? nullptr : found->second.c_str();
    });
}

TEST(Share, IsWhatTheLauncherSays)
{
    const std::pair<Environment, const char*> table[] = {
        {{}, "1-of-1"},
        {{{"OMPI_COMM_WORLD_RANK", "2"}, {"OMPI_COMM_WORLD_SIZE", "4"}}, "3-of-4"},
        {{{"PMI_RANK", "0"}, {"PMI_SIZE", "2"}}, "1-of-2"},
        {{{"PMI_RANK", "0"}}, "1-of-1"},
        {{{"SLURM_ARRAY_TASK_ID", "3"}, {"SLURM_ARRAY_TASK_COUNT", "8"}}, "4-of-8"},
        {{{"SLURM_ARRAY_TASK_ID", "30"},
          {"SLURM_ARRAY_TASK_COUNT", "3"},
          {"SLURM_ARRAY_TASK_MIN", "10"},
          {"SLURM_ARRAY_TASK_STEP", "10"}},
         "3-of-3"},
        {{{"SLURM_ARRAY_TASK_ID", "1"},
          {"SLURM_ARRAY_TASK_COUNT", "2"},
          {"OMPI_COMM_WORLD_RANK", "1"},
          {"OMPI_COMM_WORLD_SIZE", "4"}},
         "6-of-8"},
    };
    for (const auto& [environment, name] : table) EXPECT_EQ(share_in(environment).name(), name);
    EXPECT_EQ(
        share_in(
            {{"SLURM_ARRAY_TASK_ID", "0"}, {"SLURM_ARRAY_TASK_COUNT", "2"}, {"SLURM_CPUS_PER_TASK", "8"}})
            .processes,
        8U);
    EXPECT_EQ(parse_share("--share", "8/8").name(), "8-of-8");
}

TEST(Share, ThatDoesNotExistIsRefused)
{
    EXPECT_THROW(share_in({{"PMI_RANK", "2"}, {"PMI_SIZE", "2"}}), BadInput);
    EXPECT_THROW(share_in({{"PMI_RANK", "two"}, {"PMI_SIZE", "2"}}), BadInput);
    // --array=1,2,7 has gaps, in which only Slurm knows the places.
    EXPECT_THROW(
        share_in(
            {{"SLURM_ARRAY_TASK_ID", "7"}, {"SLURM_ARRAY_TASK_COUNT", "3"}, {"SLURM_ARRAY_TASK_MIN", "1"}}),
        BadInput);
    for (const char* text : {"3", "0/2", "3/2", "/", "a/b"})
        EXPECT_THROW(parse_share("--share", text), BadInput);
}

Study nine()
{
    return study_of_words({"incast", "--senders", "1,2,3,4,5,6,7,8,9"});
}

StudySettings settings_of(const Scratch& scratch, const Share& share)
{
    StudySettings settings;
    settings.out = scratch / "out";
    settings.programs = scratch.bin();
    settings.processes = 1;
    settings.quiet = true;
    settings.share = share;
    return settings;
}

std::vector<double> found_in(const Scratch& scratch)
{
    std::vector<double> all;
    for (const Figures& run : StudyStore(database_of(scratch / "out"), StudyStore::Use::read).results())
        for (const auto& [name, value] : run)
            if (name == "x") all.push_back(std::get<double>(value));
    return all;
}

const std::vector<double> kAll = {1, 2, 3, 4, 5, 6, 7, 8, 9};

TEST(Share, TheLastToEndCompletesTheStudy)
{
    const Scratch scratch;
    scratch.program("incast", "found '\"x\": '$SENDERS; [ $SENDERS = 6 ] && exit 3; exit 0");
    const StudyEnd first = run_study(nine(), settings_of(scratch, {1, 2}), "");
    EXPECT_EQ(first.made_now, 4U);
    EXPECT_EQ(first.left, 5U);
    EXPECT_FALSE(first.completed);
    EXPECT_EQ(first.exit_status(), 3);
    EXPECT_EQ(found_in(scratch).size(), 4U);
    const StudyEnd last = run_study(nine(), settings_of(scratch, {0, 2}), "");
    EXPECT_TRUE(last.completed);
    EXPECT_EQ(last.of(RunStatus::ok), 5U);  // its own
    EXPECT_EQ(last.exit_status(), 0);
    EXPECT_EQ(found_in(scratch), kAll);
    EXPECT_FALSE(fs::exists(scratch / "out/work"));
    EXPECT_EQ(run_study(nine(), settings_of(scratch, {}), "").made_now, 0U);  // as one process goes on
}

/// Three at a time, the first of which is killed in the middle, and started again.
TEST(Share, ManyAtOnceWriteOneDatabase)
{
    const Scratch scratch;
    scratch.program("incast", "[ $SENDERS = 4 -a ! -e " + (scratch / "again").string() + " ] && { touch " +
                                  (scratch / "began").string() +
                                  "; exec sleep 60; }\nfound '\"x\": '$SENDERS");
    std::vector<pid_t> all;
    for (unsigned number = 0; number < 3; ++number) {
        const pid_t one = ::fork();
        if (one == 0) {
            run_study(nine(), settings_of(scratch, {number, 3}), "");
            ::_exit(0);
        }
        all.push_back(one);
    }
    while (!fs::exists(scratch / "began")) ::usleep(1000);
    EXPECT_THROW(run_study(nine(), settings_of(scratch, {}), ""), BadInput);  // no whole sweep beside shares
    ::kill(all[0], SIGKILL);
    for (const pid_t each : all) ::waitpid(each, nullptr, 0);
    scratch.write("again", "");
    EXPECT_TRUE(run_study(nine(), settings_of(scratch, {0, 3}), "").completed);
    EXPECT_EQ(found_in(scratch), kAll);
}

/// What a power cut may leave of the file of a run's end counts for nothing.
TEST(Share, HalfAnEndIsNoEnd)
{
    const Scratch scratch;
    scratch.program("incast", "found '\"x\": '$SENDERS");
    run_study(nine(), settings_of(scratch, {0, 2}), "");
    scratch.write("out/ended/senders=2.end", R"({"label": "senders=2", "sta)");
    scratch.write("out/ended/foreign.end", R"({"label": "foreign", "status": "ok"})");
    EXPECT_EQ(run_study(nine(), settings_of(scratch, {1, 2}), "").made_now, 4U);
    EXPECT_EQ(found_in(scratch), kAll);
}

}  // namespace
}  // namespace hpnsim
