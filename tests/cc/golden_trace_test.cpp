// SPDX-License-Identifier: GPL-2.0-only
// Compares every CC of the registry with its golden trace, tests/data/golden/traces/NAME.csv: the events and
// answers of one of eight senders on a bottleneck that marks and loses. Neither transport nor fabric has a
// say in it, so a change here is a change of the CC. `tools/update-golden` writes the files anew.
#include "bottleneck.hpp"
#include "hpnsim/tap.hpp"
#include "hpnsim/trace_writer.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace hpnsim;
using hpnsim::test::Bottleneck;

namespace
{

std::string record(const std::string& law)
{
    const Chosen<CcOps> cc = choose_cc(law);
    Bottleneck net(law, 8, gbps(100), 100, INT32_MAX);
    net.red(20, 80, 1);
    net.jitter(3);
    net.lose_every(97);
    hpnsim::test::Qp& qp = net.qp(0);
    std::string text = trace_head(cc, qp.flow, 0);
    CcTap tap(*cc.ops, cc.params.get(), qp.flow, [&](const TraceRow& row) { text += trace_line(row); });
    qp.tap(tap.ops(), &tap);
    net.run(1000);
    net.time_out(1);
    net.run(200);
    return text;
}

std::string file_of(const std::string& law)
{
    return std::string(HPNSIM_TEST_DATA "/golden/traces/") + law + ".csv";
}

std::vector<std::string> laws()
{
    std::vector<std::string> names;
    for (const CcOps* ops : all_cc())
        if (!has(ops->slot.info->needs, Needs::credits)) names.emplace_back(ops->slot.info->name);
    return names;
}

}  // namespace

class GoldenTrace : public testing::TestWithParam<std::string>
{
};

TEST_P(GoldenTrace, IsUnchanged)
{
    const std::string found = record(GetParam()), path = file_of(GetParam());
    if (std::getenv("HPNSIM_UPDATE_GOLDEN") != nullptr) {
        std::filesystem::create_directories(std::filesystem::path(path).parent_path());
        std::ofstream(path, std::ios::binary) << found;
        return;
    }
    std::ifstream file(path);
    ASSERT_TRUE(file) << GetParam() << " has no golden trace: run tools/update-golden";
    std::istringstream now(found);
    int line = 0;
    for (std::string expected, text; std::getline(file, expected); ++line) {
        ASSERT_TRUE(std::getline(now, text)) << path << " has more lines than " << line;
        ASSERT_EQ(text, expected) << path << ":" << line + 1;
    }
    std::string rest;
    EXPECT_FALSE(std::getline(now, rest)) << "the first line more: " << rest;
    EXPECT_GT(line, 150);
}

// The file itself is a unit test of the CC: it replays to the same answers.
TEST_P(GoldenTrace, Replays)
{
    std::istringstream in(record(GetParam()));
    TraceReader reader(in, GetParam());
    Replay qp(choose_cc(GetParam()), reader.header());
    for (TraceRow row; reader.next(row);) {
        const Flow& flow = qp.feed(row);
        ASSERT_EQ(flow.rate.bps, row.expect_rate_bps) << trace_line(row);
        ASSERT_EQ(flow.window, row.expect_window_bytes) << trace_line(row);
    }
}

INSTANTIATE_TEST_SUITE_P(Registry, GoldenTrace, testing::ValuesIn(laws()), [](const auto& tested) {
    std::string name = tested.param;
    for (char& c : name)
        if (isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
    return name;
});
