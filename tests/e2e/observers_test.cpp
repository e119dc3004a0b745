// SPDX-License-Identifier: GPL-2.0-only
// Tests that observers change nothing: the rows of flows and ports are the same bytes with and without them.
#include "command.hpp"

#include "hpnsim/registry.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

/// The first row of queues.csv names its columns, flows.csv's too: both are compared with the rest.
std::vector<std::string> result_of(const std::string& command, const Folder& folder)
{
    const fs::path out = folder.path() / "o";
    const Ran ran = run(command + " --quiet --no-plots --out " + out.string());
    EXPECT_EQ(ran.status, 0) << command << ": " << ran.err;
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(out / "runs"))
        for (const char* file : {"flows.csv", "queues.csv"})
            for (const std::string& row : rows(entry.path() / file)) all.push_back(row);
    return all;
}

/// Writes a schedule whose faults never hit anything.
std::string harmless(const Folder& folder)
{
    const fs::path file = folder.path() / "harmless.txt";
    std::ofstream(file) << "0us loss all rate=0\n0us duplicate all rate=0\n1us jitter all by=0ns\n";
    return file.string();
}

std::string timeline(const Folder& folder)
{
    return "--timeline " + (folder.path() / "timeline.json").string();
}

}  // namespace

TEST(Observers, ChangeNothing)
{
    const Folder folder;
    const std::string observers[] = {
        "--audit",       "--series-us 1", "--trace all", "--pcap all-nics", "--faults " + harmless(folder),
        timeline(folder)};
    for (const std::string run :
         {"--profile htsim", "--profile htsim --cc rccc",
          "--profile htsim --fabric lossy --cc nscc:preset=no-trimming", "--profile hpcc-sim --cc dcqcn",
          "--profile hpcc-sim --cc hpcc", "--cc dcqcn", "--cc hpcc", "--cc swift", "--cc nscc",
          "--cc nscc --fabric lossy --transport rud:sleek=1"}) {
        const std::string command = "incast --topology star --senders 8 --size 256K " + run;
        const std::vector<std::string> alone = result_of(command, folder);
        EXPECT_GT(alone.size(), 16U);
        const bool framed = run.find("--profile") == std::string::npos;  // peers' framings have no bytes
        for (const std::string& observer : observers)
            if (framed || observer.find("--pcap") != 0)
                EXPECT_EQ(result_of(command + " " + observer, folder), alone) << run << " " << observer;
    }
}

/// Runs every CC of the registry under every profile, with all observers at once.
TEST(Observers, ChangeNothingUnderAnyLaw)
{
    const Folder folder;
    size_t ran = 0;
    for (const CcOps* cc : all_cc())
        for (const std::string profile : {"", " --profile hpcc-sim", " --profile htsim"}) {
            const std::string command = "incast --topology star --senders 5 --size 128K --cc " +
                                        std::string(cc->slot.info->name) + profile;
            const fs::path out = folder.path() / "refused";
            if (run(command + " --stop-us 1 --quiet --no-plots --out " + out.string()).status == 2)
                continue;  // the peer has no such congestion control
            const std::vector<std::string> alone = result_of(command, folder);
            const std::string pcap =
                profile.empty() ? " --pcap all-nics" : "";  // peers' framings have no bytes
            EXPECT_EQ(
                result_of(command + " --audit --series-us 1 --trace all" + pcap + " " + timeline(folder),
                          folder),
                alone)
                << command;
            ++ran;
        }
    EXPECT_GT(ran, 2 * all_cc().size());
}

/// A run in which nothing moves any more ends at the same event, whoever looks at it.
TEST(Observers, ChangeNoStall)
{
    const Folder folder;
    const fs::path faults = folder.path() / "faults.txt";
    std::ofstream(faults) << "5us jitter all by=1us\n0us kill nic1\n1us burst nic0 to-bad=0.01 to-good=0.2\n";
    std::vector<std::string> ends;
    for (const std::string& observer : {std::string(), std::string(" --audit"), std::string(" --series-us 7"),
                                        " --audit --series-us 100 --trace all " + timeline(folder)}) {
        const fs::path out = folder.path() / "o";
        const Ran ran =
            run("permutation --topology hpn:segments=2,hosts=4,gpus=2,link-ns=100000 --ranks 10 --size 100 "
                "--cc fixed --profile htsim --quiet --no-plots --faults " +
                faults.string() + " --out " + out.string() + observer);
        EXPECT_EQ(ran.status, 3) << ran.err;
        const auto json = summary(out, "fixed");
        ends.push_back(json["stopped"].dump() + json["events"].dump() + json["sim_time_us"].dump());
        EXPECT_EQ(ends.back(), ends.front()) << observer;
    }
}

/// Late marks, decided when the last bit has left, on a link whose faults lose and duplicate: nothing that is
/// gone is marked, and both of two copies are.
TEST(Observers, LateMarksOutliveFaults)
{
    const Folder folder;
    const fs::path faults = folder.path() / "faults.txt";
    std::ofstream(faults) << "0us loss all rate=0.02\n0us duplicate all rate=0.1\n"
                             "0us reorder all rate=0.1 by=3us\n40us down nic3:0\n60us up nic3:0\n";
    const Ran ran =
        run("incast --topology star --senders 8 --size 256K --profile htsim --audit --verify --faults " +
            faults.string() + " --quiet --no-plots --out " + (folder.path() / "o").string());
    EXPECT_EQ(ran.status, 0) << ran.err;
    const auto json = summary(folder.path() / "o", "nscc_preset=htsim");
    EXPECT_GT(json["ecn_marks"], 0);
    EXPECT_EQ(json["verified"], true);
}

}  // namespace hpnsim::test
