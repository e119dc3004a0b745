// SPDX-License-Identifier: GPL-2.0-only
// Tests that whatever stands in the table keeps its promises: every collective ends with the right bytes and
// never beats its bound, every name is found, and every other one is refused.
#include "collective_rig.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/flow_formats.hpp"
#include "hpnsim/random_streams.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

/// By "operation/name".
class EveryCollective : public testing::TestWithParam<std::string>
{
protected:
    static std::string name_of(const CollectiveOps& ops)
    {
        return std::string(ops.info.operation->name) + "/" + ops.info.name;
    }
    static const CollectiveOps& ops()
    {
        for (const CollectiveOps* each : all_collectives())
            if (name_of(*each) == GetParam()) return *each;
        throw std::logic_error("no collective " + GetParam());
    }

public:
    static std::vector<std::string> names()
    {
        std::vector<std::string> names;
        for (const CollectiveOps* each : all_collectives()) names.push_back(name_of(*each));
        return names;
    }
};

CollectiveCall random_call(const CollectiveOps& ops, uint64_t& stream)
{
    const auto gpus = static_cast<uint32_t>(1 + next_below(stream, 4));
    const auto hosts = static_cast<uint32_t>((gpus == 1 ? 2 : 1) + next_below(stream, 4));
    const Bytes most[] = {8, 100, 10'000, 200'000};
    CollectiveCall call;
    call.shape = {gpus * hosts, gpus, hosts};
    call.size =
        1 + static_cast<Bytes>(next_below(stream, static_cast<uint64_t>(most[next_below(stream, 4)])));
    if (*ops.info.channels != '\0') call.channels = static_cast<uint32_t>(next_below(stream, 6));
    if (*ops.info.chunk != '\0' && next_below(stream, 2) == 0)
        call.chunk = 1 + call.size / static_cast<Bytes>(1 + next_below(stream, 20));
    return call;
}

TEST_P(EveryCollective, EndsWithTheRightBytesAndNeverBeatsItsBound)
{
    const CollectiveOps& ops = this->ops();
    if (*ops.info.file != '\0') return;  // it needs one, and has a test of its own
    uint64_t stream = stream_of(1, StreamKind{2}, 4);
    for (int i = 0; i < 100; ++i) {
        const CollectiveCall call = random_call(ops, stream);
        const CollectiveTrial run =
            run_collective(ops, call, microseconds(static_cast<int64_t>(next_below(stream, 3))));
        const std::string text = std::to_string(call.shape.hosts) + " x " + std::to_string(call.shape.gpus) +
                                 ", " + std::to_string(call.size) + " B, " + std::to_string(call.channels) +
                                 " channels, chunk " + std::to_string(call.chunk);
        ASSERT_TRUE(run.done) << text;
        ASSERT_TRUE(run.verdict.verified()) << text << ": " << run.verdict.first;
        ASSERT_GT(run.verdict.checked, 0U) << text;
        ASSERT_EQ(run.messages, run.transfers) << text;
        ASSERT_EQ(run.overlaps, 0) << text;
        ASSERT_LE(run.ideal.total(), run.end) << text;
        ASSERT_GT(run.ideal.total(), Time{}) << text;
        ASSERT_LE(static_cast<double>(run.pairs), ops.pairs(call.shape)) << text;
    }
}

TEST_P(EveryCollective, SaysWhatItIs)
{
    const CollectiveOps& ops = this->ops();
    const CollectiveInfo& info = ops.info;
    for (const char* text : {info.name, info.doc}) EXPECT_NE(*text, '\0');
    EXPECT_EQ(&find_collective("algorithm", *info.operation, info.name), &ops);
    CollectiveCall call{{8, 4, 2}, 1 << 20, 0, 0};
    if (*info.channels == '\0') {
        call.channels = 1;
        EXPECT_THROW(make_collective(ops, call), BadInput);
    }
    call.channels = 0;
    if (*info.chunk == '\0') {
        call.chunk = 1;
        EXPECT_THROW(make_collective(ops, call), BadInput);
    }
}

std::string test_name(const testing::TestParamInfo<std::string>& each)
{
    std::string name = each.param;
    for (char& c : name)
        if (c == '-' || c == '/') c = '_';
    return name;
}

INSTANTIATE_TEST_SUITE_P(All, EveryCollective, testing::ValuesIn(EveryCollective::names()), test_name);

template <class Act> std::string sentence_of(Act act)
{
    try {
        act();
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

TEST(CollectiveTable, TheFirstOfAnOperationIsItsDefault)
{
    EXPECT_STREQ(find_collective("algorithm", kAllReduce, "").info.name, "ring");
    EXPECT_STREQ(find_collective("algorithm", kAllToAll, "").info.name, "pairwise");
}

/// Names as a sentence lists them.
std::string names_of(const Operation& operation)
{
    std::string names;
    for (const CollectiveOps* ops : collectives_of(operation))
        names += (names.empty() ? "" : ", ") + std::string(ops->info.name);
    return names;
}

TEST(CollectiveTable, RefusesANameOfAnotherOperation)
{
    const std::string names = names_of(kAllReduce);
    EXPECT_EQ(names.compare(0, 18, "ring, hierarchical"), 0);
    EXPECT_EQ(sentence_of([] { find_collective("--algorithm", kAllReduce, "hierarchic"); }),
              "--algorithm: no 'hierarchic'; the nearest is 'hierarchical'; there are " + names);
    EXPECT_EQ(sentence_of([] { find_collective("--algorithm", kAllReduce, "pairwise"); }),
              "--algorithm: no 'pairwise'; there are " + names);
}

TEST(CollectiveTable, RefusesAChunkWhereNothingIsCut)
{
    const CollectiveOps& pairwise = find_collective("algorithm", kAllToAll, "pairwise");
    EXPECT_EQ(sentence_of([&] {
                  make_collective(pairwise, {{8, 4, 2}, 1 << 20, 0, 4096});
              }),
              "chunk: 'pairwise' cuts nothing");
}

TEST(FlowFormatTable, FindsEveryFormatByItsName)
{
    for (const FlowFormat* format : all_flow_formats()) {
        EXPECT_EQ(&find_flow_format("format", format->name), format);
        EXPECT_NE(*format->doc, '\0');
        EXPECT_FALSE(format->recognises({{"something", "else"}}));
    }
    const std::string sentence = sentence_of([] { find_flow_format("--format", "simai"); });
    const std::string expected = "--format: no 'simai'; there are hpcc, htsim";
    EXPECT_EQ(sentence.substr(0, expected.size()), expected);
}

}  // namespace
}  // namespace hpnsim
