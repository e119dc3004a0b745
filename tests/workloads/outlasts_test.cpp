// SPDX-License-Identifier: GPL-2.0-only
// Tests that a workload which says that it outlasts the messages of a job is never done while a sender of one
// has not had its completion: switches run ahead of hosts on that promise.
#include "fake_carrier.hpp"
#include "hpnsim/composite_workload.hpp"
#include "hpnsim/program_workload.hpp"
#include "hpnsim/workloads.hpp"

#include <gtest/gtest.h>

#include <map>

namespace hpnsim
{
namespace
{

/// Stands between carrier and workload, and counts what has been sent and not completed, by job.
class Watched : public Workload
{
public:
    Watched(Workload& workload, FakeCarrier& carrier) : workload_(workload)
    {
        carrier.on_send = [this](const Message& m) { ++open_[m.job]; };
    }
    void start(Carrier& carrier) override
    {
        workload_.start(carrier);
        check();
    }
    void on_delivered(Carrier& carrier, const Message& m) override
    {
        workload_.on_delivered(carrier, m);
        check();
    }
    void on_completed(Carrier& carrier, const Message& m, FlowStatus status) override
    {
        --open_[m.job];
        workload_.on_completed(carrier, m, status);
        check();
    }
    void on_timer(Carrier& carrier, uint64_t token) override
    {
        workload_.on_timer(carrier, token);
        check();
    }
    bool done() const override { return workload_.done(); }
    double progress() const override { return workload_.progress(); }

    uint64_t open_while_going = 0;  ///< how often messages were open that it outlasts
    uint64_t open_while_done = 0;   ///< and how often it was done then

private:
    void check()
    {
        for (const auto& [job, open] : open_) {
            if (open == 0 || !workload_.outlasts(job)) continue;
            ++(workload_.done() ? open_while_done : open_while_going);
        }
    }

    Workload& workload_;
    std::map<uint32_t, uint64_t> open_;
};

void expect_outlasts(Workload& workload, FakeCarrier carrier = {})
{
    Watched watched(workload, carrier);
    carrier.run(watched);
    EXPECT_TRUE(workload.done());
    EXPECT_GT(watched.open_while_going, 0U);
    EXPECT_EQ(watched.open_while_done, 0U);
}

/// Every rank sends to the next and receives, then all reduce together.
std::shared_ptr<const Program> ring_program(ProgramRules::SendEnd ends)
{
    constexpr uint32_t kRanks = 4;
    auto program = std::make_shared<Program>(kRanks);
    program->rules.send_end = ends;
    for (uint32_t rank = 0; rank < kRanks; ++rank) {
        TaskGraph graph;
        Task send, receive, reduce;
        send.kind = Task::Kind::send;
        receive.kind = Task::Kind::receive;
        send.bytes = receive.bytes = 100'000;
        send.peer = (rank + 1) % kRanks;
        receive.peer = (rank + kRanks - 1) % kRanks;
        reduce.kind = Task::Kind::collective;
        reduce.collective = CollectiveKind::all_reduce;
        reduce.bytes = 400'000;
        graph.add(reduce);
        graph.add(send);
        graph.add(receive);
        graph.after(1, 0);
        graph.finish();
        program->graph_of[rank] = rank;
        program->graphs.push_back(std::make_shared<TaskGraph>(std::move(graph)));
    }
    check_program(*program);
    return program;
}

ProgramSetting ring_setting()
{
    ProgramSetting setting;
    setting.endpoint_of = setting.host_of = {0, 1, 2, 3};
    return setting;
}

/// Sends one message, and is done at once.
class Hasty : public Workload
{
public:
    void start(Carrier& carrier) override
    {
        Message message;
        message.dst = 1;
        message.bytes = 1000;
        carrier.send(message);
    }
    void on_delivered(Carrier&, const Message&) override {}
    void on_completed(Carrier&, const Message&, FlowStatus) override {}
    void on_timer(Carrier&, uint64_t) override {}
    bool done() const override { return true; }
    double progress() const override { return 1; }
};

/// `turns` of flows from endpoint 0 to 1; the second flow of each starts when the first has arrived.
JobPlan flows_job(std::unique_ptr<FlowsWorkload>& workload, Bytes bytes, uint64_t turns,
                  std::vector<uint32_t> endpoint_of)
{
    JobPlan plan;
    plan.turns = turns;
    plan.endpoint_of = std::move(endpoint_of);
    plan.begin = [&workload, bytes](uint64_t) -> Workload& {
        FlowSpec first, second;
        first.dst = second.src = 1;
        first.bytes = second.bytes = bytes;
        first.links.on_received = second.links.starts_on = 0;
        FlowTrigger trigger;
        trigger.targets = {1};
        workload = std::make_unique<FlowsWorkload>(std::vector<FlowSpec>{first, second},
                                                   std::vector<FlowTrigger>{trigger});
        return *workload;
    };
    return plan;
}

}  // namespace

TEST(Outlasts, AProgramItsMessages)
{
    for (const auto ends : {ProgramRules::SendEnd::delivered, ProgramRules::SendEnd::acknowledged,
                            ProgramRules::SendEnd::matched}) {
        ProgramWorkload workload(ring_program(ends), ring_setting());
        EXPECT_TRUE(workload.outlasts(0));
        EXPECT_FALSE(workload.acts_by_host());
        expect_outlasts(workload);
    }
}

TEST(Outlasts, AProgramThatFailsItsMessages)
{
    ProgramWorkload workload(ring_program(ProgramRules::SendEnd::delivered), ring_setting());
    FakeCarrier carrier;
    carrier.status = [](const Message& m) {
        return m.src == 2 ? FlowStatus::retry_exceeded : FlowStatus::ok;
    };
    expect_outlasts(workload, carrier);
}

TEST(Outlasts, FlowsWithTriggersTheirMessages)
{
    std::unique_ptr<FlowsWorkload> flows;
    const JobPlan plan = flows_job(flows, 50'000, 1, {});
    EXPECT_TRUE(plan.begin(0).outlasts(0));
    EXPECT_FALSE(flows->acts_by_host());
    expect_outlasts(*flows);
}

TEST(Outlasts, JobsThoseOfTheJobsThatEnd)
{
    std::unique_ptr<FlowsWorkload> ends, endless;
    CompositeWorkload both({flows_job(ends, 200'000, 2, {0, 1}), flows_job(endless, 300'000, 0, {2, 3})});
    EXPECT_TRUE(both.outlasts(0));
    EXPECT_FALSE(both.outlasts(1));
    JobPlan stopped = flows_job(endless, 300'000, 0, {2, 3});
    stopped.stop = microseconds(50);
    CompositeWorkload two({flows_job(ends, 200'000, 2, {0, 1}), stopped});
    EXPECT_TRUE(two.outlasts(1));
    expect_outlasts(two);
}

TEST(Outlasts, JobsThoseOfAWorkloadThatDoesNot)
{
    Hasty hasty;
    EXPECT_FALSE(hasty.outlasts(0));
    JobPlan plan;
    plan.begin = [&hasty](uint64_t) -> Workload& { return hasty; };
    CompositeWorkload jobs({plan});
    expect_outlasts(jobs);
}

/// Only a limit of time ends such a run.
TEST(Outlasts, JobsAllOfThemIfNoneEnds)
{
    std::unique_ptr<FlowsWorkload> flows;
    const CompositeWorkload endless({flows_job(flows, 1000, 0, {0, 1})});
    EXPECT_TRUE(endless.outlasts(0));
}

}  // namespace hpnsim
