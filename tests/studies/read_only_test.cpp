// SPDX-License-Identifier: GPL-2.0-only
// Databases that are read where nothing can be written.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/study_store.hpp"
#include "scratch.hpp"
#include "store/sqlite.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hpnsim
{
namespace
{

namespace fs = std::filesystem;

void make_study(const fs::path& file)
{
    const Study study = study_of_words({"incast", "--senders", "4,8"});
    StudyStore(file, StudyStore::Use::write).enter(study, runs_of(study), "sweep incast");
}

/// How many runs somebody without rights reads from the database: he can write neither file nor folder.
int runs_for_a_stranger(const fs::path& folder)
{
    constexpr uid_t kNobody = 65534;
    fs::permissions(folder, fs::perms::owner_write | fs::perms::group_write | fs::perms::others_write,
                    fs::perm_options::remove);
    const pid_t stranger = ::fork();
    if (stranger == 0) {
        if (::getuid() == 0 && ::setuid(kNobody) != 0) ::_exit(100);
        try {
            const StudyStore store(folder / "sweep.sqlite", StudyStore::Use::read);
            ::_exit(static_cast<int>(store.runs().size()));
        } catch (const std::exception&) {
            ::_exit(101);
        }
    }
    int status = 0;
    ::waitpid(stranger, &status, 0);
    fs::permissions(folder, fs::perms::owner_write, fs::perm_options::add);
    return WEXITSTATUS(status);
}

TEST(ReadOnly, ADatabaseIsReadWhereNothingCanBeWritten)
{
    const test::Scratch scratch;
    fs::create_directories(scratch / "study # 1?");
    make_study(scratch / "study # 1?/sweep.sqlite");
    EXPECT_EQ(runs_for_a_stranger(scratch / "study # 1?"), 2);
    EXPECT_FALSE(fs::exists(scratch / "study # 1?/sweep.sqlite-journal"));
}

TEST(ReadOnly, ReadingMakesNoDatabase)
{
    const test::Scratch scratch;
    EXPECT_THROW(StudyStore(scratch / "none.sqlite", StudyStore::Use::read), std::exception);
    EXPECT_FALSE(fs::exists(scratch / "none.sqlite"));
}

/// A writer was killed after it had changed the file: what it had not finished is undone where one can write,
/// and said where one cannot.
TEST(ReadOnly, HalfAWriteIsNeverRead)
{
    const test::Scratch scratch;
    fs::create_directories(scratch / "study");
    const fs::path file = scratch / "study/sweep.sqlite";
    make_study(file);
    const pid_t writer = ::fork();
    if (writer == 0) {
        Database database(file, Database::Use::write);
        // So small a cache hands pages to the file before the end.
        database.execute("PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN IMMEDIATE; DELETE FROM runs");
        for (int k = 0; k < 3000; ++k)
            database.execute("INSERT INTO study VALUES('k" + std::to_string(k) + "', hex(zeroblob(500)))");
        ::kill(::getpid(), SIGKILL);
    }
    ::waitpid(writer, nullptr, 0);
    ASSERT_TRUE(fs::exists(file.string() + "-journal"));
    EXPECT_EQ(runs_for_a_stranger(scratch / "study"), 101);
    EXPECT_EQ(StudyStore(file, StudyStore::Use::read).runs().size(), 2U);
}

}  // namespace
}  // namespace hpnsim
