// SPDX-License-Identifier: GPL-2.0-only
// Tests who may write into the folder of --out, and what becomes of earlier results in it.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/out_folder.hpp"
#include "hpnsim/writers.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>

#include <fstream>

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

// Returns the sentence of the refusal, or nothing.
std::string refusal(const fs::path& dir)
{
    try {
        OutFolder out(dir);
    } catch (const BadInput& refused) {
        return refused.what();
    }
    return "";
}

/// A run that ends before it has any results.
void open_and_close(const fs::path& dir)
{
    const OutFolder folder(dir);
}

}  // namespace

TEST(OutFolder, makes_a_new_folder_with_its_parents)
{
    TempFolder dir;
    EXPECT_EQ(refusal(dir / "a/b"), "");
    EXPECT_TRUE(fs::is_regular_file(dir / "a/b/.hpnsim"));
    fs::create_directory(dir / "empty");
    EXPECT_EQ(refusal(dir / "empty"), "");
}

TEST(OutFolder, replaces_its_own_results_when_there_are_new_ones_and_nothing_else)
{
    TempFolder dir;
    const fs::path path = dir / "out";
    {
        OutFolder out(path);
        EXPECT_EQ(out.root(), path);
        write_run(test::small_run(), out.root());
        out.publish();
    }
    put(path / "report.html", "old");
    put(path / "notes.txt", "mine");
    RunRecord other = test::small_run();
    other.label = "other";
    testing::internal::CaptureStderr();
    {
        OutFolder out(path);
        EXPECT_NE(out.root(), path);
        write_run(other, out.root());
        EXPECT_TRUE(fs::exists(path / "runs/dcqcn+ecmp/flows.csv"));  // still
        EXPECT_EQ(test::text_of(path / "report.html"), "old");
        out.publish();
        EXPECT_EQ(out.root(), path);
        out.publish();
    }
    const std::string word = testing::internal::GetCapturedStderr();
    EXPECT_EQ(word, "hpnsim: replacing the earlier results in " + path.string() + "\n");
    EXPECT_FALSE(fs::exists(path / "runs/dcqcn+ecmp"));
    EXPECT_TRUE(fs::exists(path / "runs/other/flows.csv"));
    EXPECT_FALSE(fs::exists(path / "report.html"));
    EXPECT_EQ(test::text_of(path / "notes.txt"), "mine");
    EXPECT_FALSE(fs::exists(path / "unfinished-runs"));
    EXPECT_FALSE(fs::exists(path / "replaced-runs"));
}

TEST(OutFolder, a_run_without_results_leaves_earlier_ones)
{
    TempFolder dir;
    open_and_close(dir / "out");
    put(dir / "out/report.html", "old");
    open_and_close(dir / "out");
    EXPECT_EQ(test::text_of(dir / "out/report.html"), "old");
    EXPECT_FALSE(fs::exists(dir / "out/unfinished-runs"));
}

/// A kill between the two moves of publish() leaves the folder like this.
TEST(OutFolder, results_that_were_about_to_be_replaced_come_back)
{
    TempFolder dir;
    open_and_close(dir / "out");
    fs::remove_all(dir / "out/runs");
    fs::create_directories(dir / "out/replaced-runs/runs/a");
    fs::create_directories(dir / "out/unfinished-runs/runs/b");
    put(dir / "out/replaced-runs/report.html", "old");
    open_and_close(dir / "out");
    EXPECT_TRUE(fs::exists(dir / "out/runs/a"));
    EXPECT_EQ(test::text_of(dir / "out/report.html"), "old");
    EXPECT_FALSE(fs::exists(dir / "out/replaced-runs"));
    EXPECT_FALSE(fs::exists(dir / "out/unfinished-runs"));
}

TEST(OutFolder, a_link_is_removed_and_not_what_it_points_to)
{
    TempFolder dir;
    open_and_close(dir / "out");
    fs::remove_all(dir / "out/runs");
    fs::create_directory(dir / "precious");
    put(dir / "precious/file", "keep");
    fs::create_directory_symlink(dir / "precious", dir / "out/runs");
    OutFolder out(dir / "out");
    write_run(test::small_run(), out.root());
    out.publish();
    EXPECT_FALSE(fs::is_symlink(dir / "out/runs"));
    EXPECT_EQ(test::text_of(dir / "precious/file"), "keep");
    EXPECT_EQ(std::distance(fs::directory_iterator(dir / "precious"), fs::directory_iterator()), 1);
}

TEST(OutFolder, refuses_a_folder_of_somebody_else)
{
    TempFolder dir;
    put(dir / "thesis.tex", "text");
    fs::create_directory(dir / "runs");
    const std::string why = refusal(dir.path());
    EXPECT_NE(why.find("results folder " + dir.path().string()), std::string::npos);
    EXPECT_NE(why.find("did not write"), std::string::npos);
    EXPECT_TRUE(fs::exists(dir / "thesis.tex"));
    EXPECT_TRUE(fs::exists(dir / "runs"));
    EXPECT_FALSE(fs::exists(dir / ".hpnsim"));
}

TEST(OutFolder, refuses_what_cannot_be_a_folder)
{
    TempFolder dir;
    put(dir / "file", "text");
    EXPECT_NE(refusal(dir / "file").find("is a file"), std::string::npos);
    EXPECT_NE(refusal(dir / "file/below").find("cannot make the folder"), std::string::npos);
    EXPECT_NE(refusal("/proc/hpnsim").find("cannot make the folder"), std::string::npos);
    EXPECT_NE(refusal("").find("results folder"), std::string::npos);
}

}  // namespace hpnsim
