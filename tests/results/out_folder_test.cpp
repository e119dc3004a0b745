// SPDX-License-Identifier: GPL-2.0-only
#include "hpnsim/registry.hpp"
#include "hpnsim/writers.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>

namespace fs = std::filesystem;

namespace hpnsim
{

namespace
{

using test::TempFolder;

void put(const fs::path& file, const std::string& text)
{
    std::ofstream(file) << text;
}

// The sentence of the refusal, or nothing.
std::string refusal(const fs::path& dir)
{
    try {
        prepare_out(dir);
    } catch (const BadInput& refused) {
        return refused.what();
    }
    return "";
}

}  // namespace

TEST(PrepareOut, makes_a_new_folder_with_its_parents)
{
    TempFolder dir;
    EXPECT_EQ(refusal(dir / "a/b"), "");
    EXPECT_TRUE(fs::is_regular_file(dir / "a/b/.hpnsim"));
    fs::create_directory(dir / "empty");
    EXPECT_EQ(refusal(dir / "empty"), "");
}

TEST(PrepareOut, replaces_its_own_results_with_a_word_and_nothing_else)
{
    TempFolder dir;
    const fs::path out = dir / "out";
    prepare_out(out);
    write_run(test::small_run(), out);
    put(out / "report.html", "old");
    put(out / "notes.txt", "mine");
    testing::internal::CaptureStderr();
    EXPECT_EQ(refusal(out), "");
    EXPECT_NE(testing::internal::GetCapturedStderr().find("replacing the earlier results in " + out.string()),
              std::string::npos);
    EXPECT_FALSE(fs::exists(out / "runs"));
    EXPECT_FALSE(fs::exists(out / "report.html"));
    EXPECT_EQ(test::text_of(out / "notes.txt"), "mine");
}

TEST(PrepareOut, a_link_is_removed_and_not_what_it_points_to)
{
    TempFolder dir;
    prepare_out(dir / "out");
    fs::create_directory(dir / "precious");
    put(dir / "precious/file", "keep");
    fs::create_directory_symlink(dir / "precious", dir / "out/runs");
    prepare_out(dir / "out");
    EXPECT_FALSE(fs::exists(dir / "out/runs"));
    EXPECT_EQ(test::text_of(dir / "precious/file"), "keep");
}

TEST(PrepareOut, refuses_a_folder_of_somebody_else)
{
    TempFolder dir;
    put(dir / "thesis.tex", "text");
    fs::create_directory(dir / "runs");
    const std::string why = refusal(dir.path());
    EXPECT_NE(why.find("--out " + dir.path().string()), std::string::npos);
    EXPECT_NE(why.find("did not write"), std::string::npos);
    EXPECT_TRUE(fs::exists(dir / "thesis.tex"));
    EXPECT_TRUE(fs::exists(dir / "runs"));
    EXPECT_FALSE(fs::exists(dir / ".hpnsim"));
}

TEST(PrepareOut, refuses_what_cannot_be_a_folder)
{
    TempFolder dir;
    put(dir / "file", "text");
    EXPECT_NE(refusal(dir / "file").find("is a file"), std::string::npos);
    EXPECT_NE(refusal(dir / "file/below").find("cannot make the folder"), std::string::npos);
    EXPECT_NE(refusal("/proc/hpnsim").find("cannot make the folder"), std::string::npos);
    EXPECT_NE(refusal("").find("--out"), std::string::npos);
}

}  // namespace hpnsim
