// SPDX-License-Identifier: GPL-2.0-only
// The sweep tool as a user runs it: killed and resumed, its database is that of an undisturbed one.
#include "command.hpp"
#include "sweep_contents.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

constexpr const char* kSweep =
    "sweep incast --topology hpn:segments=1,hosts=9,gpus=1 --size 64K --senders 2,4 --cc "
    "dcqcn,hpcc --seeds 3 --jitter-ns 1000 --quiet --processes 2 --out ";

TEST(Sweep, KilledAndResumedItIsAsUndisturbed)
{
    const Folder folder;
    const std::string whole = (folder.path() / "whole").string(), cut = (folder.path() / "cut").string();
    ASSERT_EQ(run(kSweep + whole).status, 0);
    for (int kill = 1; kill <= 10; ++kill)
        shell("timeout -s KILL 0.0" + std::to_string(kill) + " @BIN/" + kSweep + cut + " || true");
    ASSERT_EQ(run(kSweep + cut).status, 0);
    const std::string expected = contents_of_sweep(whole);
    EXPECT_EQ(std::count(expected.begin(), expected.end(), '\n') > 12, true);
    EXPECT_EQ(contents_of_sweep(cut), expected);
    EXPECT_FALSE(fs::exists(fs::path(cut) / "work"));
}

TEST(Sweep, InterruptedItSaysSoAndGoesOn)
{
    const Folder folder;
    const std::string out = (folder.path() / "o").string();
    const Ran cut = shell("timeout -s INT 0.1 @BIN/" + std::string(kSweep) + out + " --processes=1; echo $?");
    if (cut.out.find("130") != std::string::npos) {
        EXPECT_NE(cut.err.find("interrupted; the same command goes on"), std::string::npos) << cut.err;
    }
    EXPECT_EQ(run(kSweep + out).status, 0);
}

TEST(Sweep, ListsItsRunsAndRefusesWhatIsWrong)
{
    const Ran dry = run("sweep incast --senders 4,8 --verify --dry-run");
    EXPECT_EQ(dry.out, "incast --senders 4 --verify\nincast --senders 8 --verify\n");
    const std::pair<const char*, const char*> table[] = {
        {"sweep", "name a scenario"},
        {"sweep nowhere.sweep", "there is no file 'nowhere.sweep'"},
        {"sweep incats", "no scenario 'incats'; the nearest is 'incast'"},
        {"sweep incast --sender 4,8", "--sender: incast has no such option; the nearest is 'senders'"},
        {"sweep incast --processes 0", "--processes"},
        {"sweep incast --out", "--out needs a value"},
    };
    for (const auto& [line, expected] : table) {
        const Ran refused = run(line);
        EXPECT_EQ(refused.status, 2) << line;
        EXPECT_NE(refused.err.find(expected), std::string::npos) << refused.err;
    }
}

TEST(Sweep, AFileIsASweepAndItsFiguresAreATable)
{
    const Folder folder;
    std::ofstream(folder.path() / "f.sweep")
        << "scenario = incast\ntopology = hpn:segments=1,hosts=9,gpus=1\nsize = 64K\nsenders = 2, 4\ncc = "
           "hpcc\n";
    const Ran ran = run("sweep " + (folder.path() / "f.sweep").string() + " --figures fct_us_p50 --out " +
                        (folder.path() / "o").string());
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(ran.out.substr(0, 28), "senders  seeds  fct_us_p50\n2");
    const Ran wrong = run("sweep " + (folder.path() / "f.sweep").string() + " --figures fct_us_p55 --out " +
                          (folder.path() / "o").string());
    EXPECT_EQ(wrong.status, 2);
    EXPECT_NE(wrong.err.find("the nearest is 'fct_us_p50'"), std::string::npos) << wrong.err;
}

}  // namespace
}  // namespace hpnsim::test
