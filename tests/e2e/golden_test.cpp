// SPDX-License-Identifier: GPL-2.0-only
// Compares the flows.csv of small runs with golden files, to the picosecond: tests/data/golden/README.md.
#include "command.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <ostream>

namespace hpnsim::test
{
namespace
{

struct Golden {
    const char* name;
    const char* label;  ///< of the run
    const char* command;
};

/// Prints a case, so that test names are the same in every build: otherwise they hold addresses.
void PrintTo(const Golden& golden, std::ostream* out)
{
    *out << golden.name;
}

const Golden kGoldens[] = {
    {"incast-dcqcn", "dcqcn", "incast --topology star --senders 4 --size 256K --rounds 3 --cc dcqcn"},
    {"incast-hpcc", "hpcc",
     "incast --topology hpn:segments=1,hosts=8 --senders 4 --size 256K --rounds 2 --cc hpcc"},
    {"incast-nscc", "nscc",
     "incast --topology hpn:segments=2,hosts=8 --placement cross-segment --senders 8 --size 256K --cc nscc"},
    {"incast-dctcp", "dctcp",
     "incast --topology star --senders 4 --size 1M --cc dctcp --fabric lossless:ecn-step-kb=4"},
    {"incast-timely", "timely", "incast --topology hpn:segments=1,hosts=8 --senders 4 --size 1M --cc timely"},
    {"incast-swift", "swift",
     "incast --topology hpn:segments=2,hosts=8 --placement cross-segment --senders 8 --size 1M --cc swift"},
    {"incast-powertcp", "powertcp",
     "incast --topology hpn:segments=2,hosts=8 --placement cross-segment --senders 8 --size 1M --cc "
     "powertcp"},
    {"incast-theta-powertcp", "theta-powertcp",
     "incast --topology hpn:segments=1,hosts=8 --senders 4 --size 1M --cc theta-powertcp"},
    {"incast-hpcc-pint", "hpcc-pint",
     "incast --topology hpn:segments=2,hosts=8 --placement cross-segment --senders 8 --size 1M --cc "
     "hpcc-pint"},
    {"incast-bolt", "bolt",
     "incast --topology hpn:segments=2,hosts=8 --placement cross-segment --senders 8 --size 1M --cc bolt"},
    {"incast-loss", "dcqcn", "incast --topology star --senders 4 --size 256K --loss 0.01 --cc dcqcn"},
    {"ring-hpcc", "hpcc",
     "allreduce --topology hpn:segments=2,hosts=2 --ranks 32 --size 1M --cc hpcc --messages"},
    {"hierarchical-nscc", "nscc",
     "allreduce --topology hpn:segments=2,hosts=2 --ranks 32 --size 1M --algorithm hierarchical --cc nscc "
     "--messages"},
    {"star-2-hpcc", "hpcc_preset=hpcc-sim",
     "flows --topology file:path=@DATA/hpcc/star-2.topology.txt --flow-file @DATA/scenarios/star-2.flow.txt "
     "--mtu 1000 --wire hpcc-sim --cc hpcc:preset=hpcc-sim"},
    {"star-32-dcqcn", "dcqcn",
     "flows --topology file:path=@DATA/hpcc/star-32.topology.txt --flow-file @DATA/hpcc/star-32.flow.txt "
     "--mtu 1000 --wire hpcc-sim --cc dcqcn"},
};

class GoldenRun : public testing::TestWithParam<Golden>
{
};

TEST_P(GoldenRun, RowsAreUnchanged)
{
    const Golden& golden = GetParam();
    const Folder folder;
    const auto out = folder.path() / "out";
    const Ran ran = run(std::string(golden.command) + " --quiet --no-plots --out " + out.string());
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto found = rows(out / "runs" / golden.label / "flows.csv");
    const std::filesystem::path file =
        std::filesystem::path(HPNSIM_TEST_DATA) / "golden" / (std::string(golden.name) + ".csv");
    if (std::getenv("HPNSIM_UPDATE_GOLDEN") != nullptr) {
        std::ofstream text(file);
        text << "# " << golden.command << "\n";
        for (const std::string& row : found) text << row << "\n";
        return;
    }
    const auto expected = rows(file);
    for (size_t i = 0; i < std::min(found.size(), expected.size()); ++i)
        ASSERT_EQ(found[i], expected[i]) << golden.name << ", first difference: row " << i;
    EXPECT_EQ(found.size(), expected.size()) << golden.name;
}

INSTANTIATE_TEST_SUITE_P(Files, GoldenRun, testing::ValuesIn(kGoldens), [](const auto& each) {
    std::string name = each.param.name;
    for (char& c : name)
        if (c == '-') c = '_';
    return name;
});

}  // namespace
}  // namespace hpnsim::test
