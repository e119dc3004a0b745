// SPDX-License-Identifier: GPL-2.0-only
// Tests several sizes of a collective one after the other, with real bytes, and the sizes of nccl-tests.
#include "by_name.hpp"
#include "fake_carrier.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/workloads.hpp"

#include <gtest/gtest.h>

#include <set>

namespace hpnsim
{
namespace
{

constexpr CollectiveShape kShape{8, 4, 2};

/// Sizes of which one is a multiple of nothing.
const std::vector<Bytes> kSizes = {4, 30, 4096, 100'000};

CollectiveSeries series()
{
    CollectiveSeries made;
    for (const Bytes size : kSizes) made.push_back(make_allreduce("ring", kShape, size, 2, 0));
    return made;
}

class Sizes : public testing::Test
{
protected:
    void SetUp() override
    {
        contents_ = make_collective_contents(kAllReduce, series(), places_of(kShape).endpoint_of, kSizes, 3);
        contents_->memory().allocate();
        carrier_.contents = contents_.get();
    }
    std::unique_ptr<Contents> contents_;
    FakeCarrier carrier_;
    CollectiveWorkload workload_{series(), places_of(kShape), 3, nanoseconds(200), 7};
};

TEST_F(Sizes, FollowEachOtherAndAreAllRight)
{
    std::set<uint64_t> ids;
    carrier_.on_send = [&ids](const Message& message) { EXPECT_TRUE(ids.insert(message.id).second); };
    double last = 0;
    carrier_.on_arrival = [&](const Message&) {
        EXPECT_GE(workload_.progress(), last);
        last = workload_.progress();
    };
    carrier_.run(workload_);
    EXPECT_TRUE(workload_.done());
    EXPECT_EQ(workload_.progress(), 1);
    ASSERT_EQ(workload_.periods().size(), 12U);
    for (size_t at = 1; at < 12; ++at)
        EXPECT_EQ(workload_.periods()[at].start, workload_.periods()[at - 1].end) << at;
    uint64_t transfers = 0;
    for (const auto& each : series()) transfers += 3 * each->transfers();
    EXPECT_EQ(carrier_.sent, transfers);
    const Verdict verdict = contents_->finish(true);
    EXPECT_TRUE(verdict.verified()) << verdict.first;
    EXPECT_EQ(verdict.wrong_of, (std::vector<uint64_t>{0, 0, 0, 0}));
    EXPECT_EQ(verdict.element_bytes, 1) << "30 bytes are no whole number of words";
}

TEST_F(Sizes, AWrongElementIsCountedForItsSize)
{
    carrier_.on_arrival = [this](const Message& message) {
        if (workload_.periods().size() != 8) return;  // the second iteration of 4096
        const Route route = contents_->route(message);
        *contents_->memory().at(message.src, route.from, message.bytes) ^= std::byte{1};
    };
    carrier_.run(workload_);
    const Verdict verdict = contents_->finish(true);
    ASSERT_EQ(verdict.wrong_of.size(), 4U);
    EXPECT_GT(verdict.wrong_of[2], 0U);
    EXPECT_EQ(verdict.wrong_of[2], verdict.wrong);
    EXPECT_EQ(verdict.first.rfind("size 4096 B, iteration 1, rank ", 0), 0U) << verdict.first;
}

TEST_F(Sizes, NothingFollowsAFailure)
{
    carrier_.status = [this](const Message&) {
        return workload_.periods().size() == 5 ? FlowStatus::retry_exceeded : FlowStatus::ok;
    };
    carrier_.run(workload_);
    EXPECT_TRUE(workload_.done());
    EXPECT_EQ(workload_.periods().size(), 5U);
    EXPECT_LT(workload_.progress(), 1);
}

/// Hosts of which no two have as many ranks, and of which one comes twice; what is in one is left to NVLink.
TEST(IrregularGroups, AreRightAndNeverBeatTheirBound)
{
    RankPlaces places;
    places.endpoint_of = {8, 9, 10, 3, 17, 16, 4};
    for (const uint32_t endpoint : places.endpoint_of) places.host_of.push_back(endpoint / 8);
    const CollectiveShape shape = group_shape(places.host_of);
    EXPECT_EQ(shape.gpus, 1U);
    for (const CollectiveOps* ops : all_collectives()) {
        const CollectiveCall call{shape, 7000, 0, 0};
        const CollectiveSeries series{make_collective(*ops, call)};
        CollectiveWorkload workload(series, places, 1, {}, 1);
        const auto contents =
            make_collective_contents(*ops->info.operation, series, places.endpoint_of, {call.size}, 1);
        contents->memory().allocate();
        FakeCarrier carrier;
        carrier.contents = contents.get();
        carrier.on_send = [](const Message& message) {
            EXPECT_EQ(message.nvlink, message.src / 8 == message.dst / 8);
        };
        carrier.run(workload);
        ASSERT_TRUE(workload.done()) << ops->info.name;
        const Verdict verdict = contents->finish(true);
        EXPECT_TRUE(verdict.verified()) << ops->info.name << ": " << verdict.first;
        const CollectiveIdeal ideal = collective_ideal(
            *ops, call, places.host_of, uniform_limits(50e9, 450e9, microseconds(3), nanoseconds(50)));
        EXPECT_GT(ideal.nvlink.ps, 0) << ops->info.name;
        EXPECT_LE(ideal.total(), workload.periods()[0].end) << ops->info.name;
    }
}

TEST(GroupShape, MakesUseOfEqualHostsAlone)
{
    const auto is = [](const std::vector<uint32_t>& host_of, uint32_t gpus, uint32_t hosts) {
        const CollectiveShape shape = group_shape(host_of);
        return shape.ranks == host_of.size() && shape.gpus == gpus && shape.hosts == hosts;
    };
    EXPECT_TRUE(is({4, 4, 1, 1}, 2, 2));
    EXPECT_TRUE(is({4, 4, 4}, 3, 1));
    EXPECT_TRUE(is({4, 1, 2}, 1, 3));
    EXPECT_TRUE(is({4, 4, 1}, 1, 3));
    EXPECT_TRUE(is({4, 1, 4, 1}, 1, 4));
    EXPECT_TRUE(is({4, 4, 4, 4, 1, 1}, 1, 6));
}

/// Every operation but those of blocks takes whole floats; a block of nccl-tests is whole units of 16 bytes.
TEST(NcclSizes, AreRoundedAsNcclTestsDoes)
{
    const auto is = [](const Operation& operation, Bytes asked, uint32_t ranks) {
        const NcclSize size = nccl_size(operation, asked, ranks);
        return std::pair(size.size, size.count);
    };
    EXPECT_EQ(is(kAllReduce, 8, 64), std::pair(Bytes{8}, Bytes{2}));
    EXPECT_EQ(is(kAllReduce, 11, 64), std::pair(Bytes{8}, Bytes{2}));
    EXPECT_EQ(is(kBroadcast, 1 << 20, 3), std::pair(Bytes{1 << 20}, Bytes{1 << 18}));
    EXPECT_EQ(is(kSendRecv, 3, 2), std::pair(Bytes{0}, Bytes{0}));
    EXPECT_EQ(is(kAllGather, 1 << 20, 16), std::pair(Bytes{1 << 20}, Bytes{1 << 14}));
    EXPECT_EQ(is(kReduceScatter, 1000, 4), std::pair(Bytes{960}, Bytes{60}));
    EXPECT_EQ(is(kAllToAll, 8, 2), std::pair(Bytes{0}, Bytes{0}));
    EXPECT_EQ(is(kAllToAll, 100, 3), std::pair(Bytes{96}, Bytes{8}));
}

TEST(Operations, AreFoundByName)
{
    for (const Operation* each : all_operations()) {
        if (!collectives_of(*each).empty()) {
            EXPECT_EQ(&find_operation("--op", each->name), each);
            continue;
        }
        try {
            find_operation("--op", each->name);
            ADD_FAILURE() << each->name;
        } catch (const BadInput& error) {
            EXPECT_EQ(std::string(error.what()).rfind("--op: no collective of this build does '", 0), 0U);
        }
    }
    try {
        find_operation("--op", "all_redce");
        ADD_FAILURE() << "accepted";
    } catch (const BadInput& error) {
        EXPECT_EQ(std::string(error.what())
                      .rfind("--op: no 'all_redce'; the nearest is 'all_reduce'; there are ", 0),
                  0U);
    }
}

}  // namespace
}  // namespace hpnsim
