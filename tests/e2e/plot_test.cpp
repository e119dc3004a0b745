// SPDX-License-Identifier: GPL-2.0-only
// The tool `plot` as a user runs it: from an output folder and from a sweep, with scripts that draw the same.
#include "command.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

const std::string kFabric = " --topology hpn:segments=1,hosts=9,gpus=1 --size 64K --jitter-ns 2000 --quiet ";

/// An output folder and a sweep's, made once for all tests.
const Folder& folders()
{
    static const Folder kFolder;
    static const bool kMade = [] {
        const std::string in = kFolder.path().string();
        EXPECT_EQ(run("incast --senders 8 --cc dcqcn --cc hpcc --seeds 3 --series-us 2 --no-plots --out " +
                      in + "/one" + kFabric)
                      .status,
                  0);
        EXPECT_EQ(run("sweep incast --senders 2,4,8 --cc dcqcn,hpcc --seeds 5 --processes 2 --out " + in +
                      "/many" + kFabric)
                      .status,
                  0);
        return true;
    }();
    EXPECT_TRUE(kMade);
    return kFolder;
}

Ran plot(const std::string& words)
{
    return shell("cd '" + folders().path().string() + "' && @BIN/plot " + words);
}

bool holds(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

TEST(PlotTool, EveryFigureIsDrawnInEveryFormat)
{
    const std::pair<const char*, const char*> figures[] = {
        {"cdf.svg", "fct-cdf one"},
        {"cdf.pdf", "fct-cdf one many"},
        {"ccdf.png", "fct-ccdf one --size two-column"},
        {"tail.svg", "tail-latency many --where senders=8 --title Tails"},
        {"queue.png", "series one --of queue --runs dcqcn"},
        {"good.svg", "series one --of goodput --size 18x9cm"},
        {"heat.pdf", "heat-map one --runs hpcc"},
        {"xy.svg", "xy many --x senders --y fct_us_mean --series cc --log xy"},
        {"names.svg", "xy many --x cc --y max_queue_bytes --series senders --labels dcqcn=DCQCN"},
        {"scale.svg", "scaling many --x senders --y fct_us_mean"}};
    for (const auto& [file, words] : figures) {
        const Ran ran = plot(std::string(words) + " --out " + file);
        ASSERT_EQ(ran.status, 0) << words << ran.err;
        const fs::path picture = folders().path() / file;
        EXPECT_GT(fs::file_size(picture), 1000U) << file;
        EXPECT_TRUE(holds(read(fs::path(picture).replace_extension(".gp")), "plot " + std::string(words)))
            << file;
    }
}

TEST(PlotTool, TheScriptDrawsTheFigureAgainWithoutUs)
{
    ASSERT_EQ(plot("xy many --x senders --y fct_us_mean --series cc --out again.svg").status, 0);
    const fs::path file = folders().path() / "again.svg";
    const std::string before = read(file);
    fs::remove(file);
    ASSERT_EQ(shell("cd '" + folders().path().string() + "' && LC_ALL=C.UTF-8 gnuplot -d again.gp").status,
              0);
    EXPECT_EQ(read(file), before);
    EXPECT_FALSE(holds(before, "many")) << "the command stands beside the figure, not in it";
}

TEST(PlotTool, PointsOfASweepAreMeansWithIntervals)
{
    const Ran ran = plot("xy many --x senders --y fct_us_mean --series cc --out points.svg");
    EXPECT_TRUE(holds(ran.out, "means over 5 seeds, whiskers 95 % intervals (bootstrap)")) << ran.out;
    const Ran mean =
        shell("python3 -c \"import sqlite3; print(sqlite3.connect('" +
              (folders().path() / "many" / "sweep.sqlite").string() +
              "').execute('select avg(fct_us_mean) from results where senders=8 and cc=\\'hpcc\\'')"
              ".fetchone()[0])\"");
    const std::string script = read(folders().path() / "points.gp");
    EXPECT_TRUE(holds(script, "\n8 " + mean.out.substr(0, 8))) << mean.out << mean.err << script;
}

TEST(PlotTool, ListsWhatCanBeDrawn)
{
    const Ran one = plot("--list one"), many = plot("--list many");
    EXPECT_TRUE(holds(one.out, "series            --of rate, queue")) << one.out << one.err;
    EXPECT_FALSE(holds(one.out, "busbw")) << one.out;
    EXPECT_TRUE(holds(many.out, "--x and --series: cc, senders; --y: ")) << many.out;
    EXPECT_TRUE(holds(many.out, "fct_us_p50"));
}

TEST(PlotTool, WhatIsWrongIsOneSentenceWithTheNearest)
{
    const std::pair<const char*, const char*> table[] = {
        {"", "name a figure and a folder"},
        {"fct-cfd one", "no figure 'fct-cfd'; the nearest is 'fct-cdf'"},
        {"one", "name a figure before the folder"},
        {"fct-cdf", "name a folder"},
        {"fct-cdf nowhere", "nowhere holds no runs"},
        {"fct-cdf one --fromat png", "no option '--fromat'; the nearest is '--format'"},
        {"fct-cdf one --out a.jpg", "ends in none of .svg, .png and .pdf"},
        {"fct-cdf one --size 3", "--size: '3' is neither"},
        {"fct-cdf one --runs dcqn", "no run 'dcqn'; the nearest is 'dcqcn'"},
        {"fct-cdf one --colours red", "'red' is not of the form #rrggbb"},
        {"fct-cdf one --labels dcqc=x", "nothing called 'dcqc'; the nearest is 'dcqcn'"},
        {"heat-map one", "heat-map shows one run; choose it with --runs"},
        {"busbw one", "nothing for this figure"},
        {"series one --of que", "no 'que'; the nearest is 'queue'"},
        {"xy one --x a --y b", "no database of a sweep"},
        {"xy many --x sender --y fct_us_mean", "do not vary 'sender'; the nearest is 'senders'"},
        {"xy many --x senders --y fct_us_men", "the nearest is 'fct_us_mean'"},
        {"xy many --x senders --y fct_us_mean --where senders=5", "no run has senders=5"}};
    for (const auto& [words, expected] : table) {
        const Ran ran = plot(words);
        EXPECT_EQ(ran.status, 2) << words;
        EXPECT_TRUE(holds(ran.err, expected)) << words << ": " << ran.err;
    }
}

}  // namespace
}  // namespace hpnsim::test
