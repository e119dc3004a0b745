// SPDX-License-Identifier: GPL-2.0-only
// Tests that collectives run window by window, by the number of windows that a run has had: most of the
// simulated time, although their messages are short and no QP has bytes left to send for long.
#include "command.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

/// Windows of a run by itself, and how many would fill its time (500 ns are the shortest link of HPN).
struct Windows {
    double run = 0, whole = 0;
};

Windows windows_of(const std::string& command)
{
    const Folder folder;
    const fs::path out = folder.path() / "o";
    const Ran ran = run(command + " --quiet --no-plots --iterations 1 --out " + out.string());
    EXPECT_EQ(ran.status, 0) << command << ": " << ran.err;
    Windows windows;
    for (const auto& entry : fs::directory_iterator(out / "runs")) {
        const nlohmann::json summary = nlohmann::json::parse(read(entry.path() / "summary.json"));
        windows.run += summary["host"]["windows"].get<double>();
        windows.whole += summary["sim_time_us"].get<double>() / 0.5;
    }
    return windows;
}

}  // namespace

TEST(CollectiveWindows, ARingHasThemForMostOfItsTime)
{
    const Windows windows = windows_of(
        "allreduce --algorithm ring --ranks 64 --topology hpn:segments=1,hosts=8 --size 4M --cc hpcc");
    EXPECT_GT(windows.run, 0.8 * windows.whole);
}

TEST(CollectiveWindows, MessagesOfOnePacketHaveThemForMostOfTheTime)
{
    const Windows windows = windows_of("allreduce --algorithm hierarchical --ranks 256 --topology "
                                       "hpn:segments=1,hosts=32 --size 1M --cc hpcc");
    EXPECT_GT(windows.run, 0.4 * windows.whole);
}

}  // namespace hpnsim::test
