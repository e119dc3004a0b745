// SPDX-License-Identifier: GPL-2.0-only
// The claims tool as a user runs it: every claim of the repository in its small form, and what is refused.
#include "command.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

namespace hpnsim::test
{
namespace
{

/// Status 4 would mean that a figure could not be computed.
TEST(Claims, EveryFigureOfEveryClaimIsComputedInItsSmallForm)
{
    const Folder folder;
    const Ran ran = run("claims --quick --all --quiet --out " + (folder.path() / "o").string());
    EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
}

TEST(Claims, AreListedAndNamed)
{
    EXPECT_NE(run("claims --list").out.find("dual-plane-allreduce  Dual plane speeds an AllReduce"),
              std::string::npos);
    const std::pair<const char*, const char*> table[] = {
        {"claims", "name a claim"},
        {"claims dual-plan-allreduce",
         "no claim 'dual-plan-allreduce'; the nearest is 'dual-plane-allreduce'"},
        {"claims --lst", "no option '--lst'; the nearest is '--list'"},
        {"claims --quick --all --reference x", "small sizes are no reference"},
        {"claims --page x", "--page needs the folder"},
        {"claims barrel --seeds 0", "--seeds: 0 is out of range, 1 to 1000"},
        {"claims --claims /nowhere --all", "/nowhere cannot be read"},
    };
    for (const auto& [line, expected] : table) {
        const Ran refused = run(line);
        EXPECT_EQ(refused.status, 2) << line;
        EXPECT_NE(refused.err.find(expected), std::string::npos) << refused.err;
    }
}

/// docs/hpn.md is made by: claims --reference results/reference/claims --page docs/hpn.md
TEST(Claims, ThePageSaysWhatTheReferencesSay)
{
    const Folder folder;
    namespace fs = std::filesystem;
    const fs::path source = HPNSIM_SOURCE;
    fs::create_directories(folder.path() / "docs");
    fs::create_directory_symlink(source / "results", folder.path() / "results");
    fs::copy_file(source / "docs/hpn.md", folder.path() / "docs/hpn.md");
    const Ran ran = run("claims --reference " + (folder.path() / "results/reference/claims").string() +
                        " --page " + (folder.path() / "docs/hpn.md").string());
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(read(folder.path() / "docs/hpn.md"), read(source / "docs/hpn.md"));
    const std::string page = read(source / "docs/hpn.md"), names = run("claims --list").out;
    EXPECT_EQ(std::count(names.begin(), names.end(), '\n'), [&page] {
        std::ptrdiff_t verdicts = 0;
        for (size_t at = page.find("**Verdict: "); at != std::string::npos;
             at = page.find("**Verdict: ", at + 1))
            ++verdicts;
        return verdicts;
    }());
}

/// A claim of the user's own, which holds under one condition of two by construction.
TEST(Claims, OfAUsersOwnAreTried)
{
    const Folder folder;
    std::ofstream(folder.path() / "mine.claim")
        << "title = More senders take longer\nby = me\n[runs]\n"
           "scenario = incast\ntopology = star\nsize = 64K\ncc = hpcc\n"
           "[run few]\nsenders = 2\n[run many]\nsenders = 4\n"
           "[figure longer]\nis = many.fct_us_p50 / few.fct_us_p50\n"
           "claimed = 1.2 to 2.5\n";
    const Ran ran = run("claims mine --claims " + folder.path().string() + " --quiet --out " +
                        (folder.path() / "o").string() + " --reference " + (folder.path() / "r").string());
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_NE(ran.out.find("verdict: holds\n"), std::string::npos) << ran.out;
    EXPECT_NE(read(folder.path() / "r/mine/commands.txt").find("incast --topology star"), std::string::npos);
}

/// The hash of a leaf-spine is another in each seed; a star has no hash, and its seeds are one sample.
TEST(Claims, OverSeedsSayWhatDependsOnThem)
{
    const Folder folder;
    const auto claim = [&folder](const std::string& name, const std::string& topology) {
        std::ofstream(folder.path() / (name + ".claim"))
            << "title = It takes long\nby = me\n[run a]\nscenario = permutation\nranks = 16\nsize = 64K\n"
               "cc = hpcc\ntopology = "
            << topology << "\n[figure time]\nis = a.fct_us_max\nclaimed = at least 1\n";
        const Ran ran = run("claims " + name + " --seeds 3 --claims " + folder.path().string() +
                            " --quiet --out " + (folder.path() / "o").string());
        EXPECT_EQ(ran.status, 0) << ran.err;
        return ran.out;
    };
    const std::string hashed = claim("hashed", "leaf-spine:leaves=4,hosts=4,spines=4");
    EXPECT_NE(hashed.find("verdict: holds, the same in 3 of 3 seeds\n"), std::string::npos) << hashed;
    EXPECT_NE(hashed.find("All figures differ between seeds."), std::string::npos) << hashed;
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "o/hashed.seeds-3/a/runs/seed=3"));
    const std::string plain = claim("plain", "star:hosts=16");
    EXPECT_NE(plain.find("verdict: holds\n  Every figure is the same in all 3 seeds: they are one sample"),
              std::string::npos)
        << plain;
}

}  // namespace
}  // namespace hpnsim::test
