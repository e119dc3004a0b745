// SPDX-License-Identifier: GPL-2.0-only
// Tests that workloads which share a network each hear of their own messages, in their own numbers and time.
#include "fake_carrier.hpp"
#include "hpnsim/composite_workload.hpp"
#include "hpnsim/workloads.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace hpnsim
{
namespace
{

/// A job of flows from its endpoint 0 to its endpoint 1, made anew for each turn.
struct FlowsJob {
    std::vector<FlowSpec> flows;
    std::unique_ptr<FlowsWorkload> workload;
    std::vector<uint64_t> ended;

    explicit FlowsJob(Bytes bytes, uint32_t count = 1)
    {
        FlowSpec flow;
        flow.dst = 1;
        flow.bytes = bytes;
        flows.assign(count, flow);
    }
    JobPlan plan(std::vector<uint32_t> endpoint_of)
    {
        JobPlan made;
        made.begin = [this](uint64_t) -> Workload& {
            workload = std::make_unique<FlowsWorkload>(flows);
            return *workload;
        };
        made.ended = [this](uint64_t turn) { ended.push_back(turn); };
        made.endpoint_of = std::move(endpoint_of);
        return made;
    }
};

struct Sent {
    Time at;
    Message message;
};

/// Runs the jobs to the end of all events; returns what was sent.
std::vector<Sent> run(CompositeWorkload& workload)
{
    FakeCarrier carrier;
    std::vector<Sent> sent;
    carrier.on_send = [&](const Message& m) {
        sent.push_back({carrier.now(), m});
        if (sent.size() > 100) throw std::logic_error("endless");
    };
    carrier.run(workload);
    return sent;
}

std::vector<JobPlan> one(JobPlan plan)
{
    std::vector<JobPlan> plans;
    plans.push_back(std::move(plan));
    return plans;
}

TEST(CompositeWorkload, EndpointsAreThoseOfTheList)
{
    FlowsJob a(1000), b(1000);
    CompositeWorkload both({a.plan({}), b.plan({9, 4})});
    const std::vector<Sent> sent = run(both);
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_EQ(sent[0].message.src, 0U);
    EXPECT_EQ(sent[0].message.dst, 1U);
    EXPECT_EQ(sent[0].message.job, 0U);
    EXPECT_EQ(sent[1].message.src, 9U);
    EXPECT_EQ(sent[1].message.dst, 4U);
    EXPECT_EQ(sent[1].message.job, 1U);
    EXPECT_TRUE(both.done());
}

/// Time counts from the start, for the workload too: its flows' starts, and what it asks for.
TEST(CompositeWorkload, StartsWhenItShall)
{
    FlowsJob late(1000, 2);
    late.flows[1].start = microseconds(7);
    JobPlan plan = late.plan({2, 3});
    plan.start = microseconds(50);
    CompositeWorkload workload(one(std::move(plan)));
    const std::vector<Sent> sent = run(workload);
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_EQ(sent[0].at, microseconds(50));
    EXPECT_EQ(sent[1].at, microseconds(57));
    EXPECT_EQ(workload.state(0).first_begun, microseconds(50));
}

/// Ids go on from turn to turn, so that no two messages of a job have the same.
TEST(CompositeWorkload, RepeatsWithAGap)
{
    FlowsJob job(1000, 2);
    JobPlan plan = job.plan({});
    plan.turns = 3;
    plan.gap = microseconds(20);
    CompositeWorkload workload(one(std::move(plan)));
    const std::vector<Sent> sent = run(workload);
    ASSERT_EQ(sent.size(), 6U);
    for (uint64_t i = 0; i < 6; ++i) EXPECT_EQ(sent[i].message.id, i);
    const Time period = sent[2].at - sent[0].at;
    EXPECT_GT(period, microseconds(20));
    EXPECT_EQ(sent[4].at - sent[2].at, period);
    EXPECT_EQ(job.ended, (std::vector<uint64_t>{0, 1, 2}));
    EXPECT_EQ(workload.state(0).turns_ended, 3U);
    EXPECT_TRUE(workload.done());
}

/// One that repeats forever does not keep the whole from being done.
TEST(CompositeWorkload, ForeverHoldsNothingUp)
{
    FlowsJob endless(100'000), finite(1000);
    JobPlan plan = endless.plan({4, 5});
    plan.turns = 0;
    plan.stop = milliseconds(1);  // so that this test ends
    FlowsJob also(100'000);
    JobPlan forever = also.plan({6, 7});
    forever.turns = 0;
    EXPECT_FALSE(forever.ends());
    EXPECT_TRUE(plan.ends());
    CompositeWorkload workload({finite.plan({0, 1}), std::move(forever)});
    FakeCarrier carrier;
    uint64_t sent = 0;
    bool was_done = false;
    carrier.on_send = [&](const Message&) {
        if (++sent > 20) throw std::runtime_error("enough");
    };
    carrier.on_arrival = [&](const Message&) { was_done |= workload.done(); };
    EXPECT_THROW(carrier.run(workload), std::runtime_error);
    EXPECT_TRUE(was_done);
    EXPECT_TRUE(workload.over(0));
    EXPECT_FALSE(workload.over(1));
    EXPECT_EQ(workload.progress(), 1);
}

/// From then on nothing is sent; what is under way is awaited.
TEST(CompositeWorkload, StopsSending)
{
    FlowsJob job(50'000);  // 1 us at 400 Gb/s, and 6 us of latency until its completion
    JobPlan plan = job.plan({});
    plan.turns = 0;
    plan.stop = microseconds(20);
    CompositeWorkload workload(one(std::move(plan)));
    const std::vector<Sent> sent = run(workload);
    ASSERT_FALSE(sent.empty());
    EXPECT_LT(sent.back().at, microseconds(20));
    EXPECT_GT(sent.back().at, microseconds(10));
    EXPECT_TRUE(workload.done());
    EXPECT_TRUE(workload.over(0));
    EXPECT_GE(workload.state(0).last_end, microseconds(20));
}

/// A collective and an incast that share endpoints take their own messages alone.
TEST(CompositeWorkload, DifferentWorkloadsShareEndpoints)
{
    IncastGroup group;
    group.senders = {1, 2, 3};
    IncastWorkload incast(group, 4096, 5, Time{}, 1);
    FlowsJob flows(1 << 20, 3);
    std::vector<JobPlan> plans;
    JobPlan plan;
    plan.begin = [&](uint64_t) -> Workload& { return incast; };
    plan.endpoint_of = {3, 2, 1, 0};
    plans.push_back(std::move(plan));
    plans.push_back(flows.plan({}));
    CompositeWorkload workload(std::move(plans));
    run(workload);
    EXPECT_TRUE(workload.done());
    EXPECT_EQ(incast.periods().size(), 5U);
}

/// What it hears of is in its own numbers, whichever they are in the network.
TEST(CompositeWorkload, MessagesComeBackAsTheyWereSent)
{
    class Echo : public Workload
    {
    public:
        void start(Carrier& carrier) override
        {
            Message message;
            message.id = 7;
            message.src = 2;
            message.dst = 1;
            message.bytes = 100;
            carrier.send(message);
        }
        void on_delivered(Carrier& carrier, const Message& message) override
        {
            heard.push_back(message);
            at = carrier.now();
        }
        void on_completed(Carrier&, const Message& message, FlowStatus) override { heard.push_back(message); }
        void on_timer(Carrier&, uint64_t) override {}
        bool done() const override { return heard.size() % 2 == 0 && !heard.empty(); }
        double progress() const override { return 0; }
        std::vector<Message> heard;
        Time at;
    };
    Echo echo;
    JobPlan plan;
    plan.begin = [&](uint64_t) -> Workload& {
        echo.heard.clear();
        return echo;
    };
    plan.endpoint_of = {30, 20, 10};
    plan.start = microseconds(100);
    plan.turns = 2;
    CompositeWorkload workload(one(std::move(plan)));
    const std::vector<Sent> sent = run(workload);
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_EQ(sent[1].message.src, 10U);
    EXPECT_EQ(sent[1].message.dst, 20U);
    EXPECT_EQ(sent[1].message.id, 15U);
    EXPECT_LT(echo.at, microseconds(10));
    for (const Message& message : echo.heard) {
        EXPECT_EQ(message.src, 2U);
        EXPECT_EQ(message.dst, 1U);
        EXPECT_EQ(message.id, 7U);
    }
}

/// Turns that take no time do not keep time from going on.
TEST(CompositeWorkload, EndlessNothingEnds)
{
    FlowsJob nothing(1000, 0);
    JobPlan plan = nothing.plan({});
    plan.turns = 0;
    FlowsJob something(1000);
    CompositeWorkload workload({std::move(plan), something.plan({})});
    run(workload);
    EXPECT_EQ(workload.state(0).turns_ended, 1U);
    EXPECT_TRUE(workload.done());
}

}  // namespace
}  // namespace hpnsim
