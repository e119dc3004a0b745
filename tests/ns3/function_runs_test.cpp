// SPDX-License-Identifier: GPL-2.0-only
// Tests runs of a scenario that declares functions of its NICs: what messages go by which, what the run says
// of itself, and that an idle function changes no result.
#include "run_helper.hpp"

#include "hpnsim/format.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace hpnsim
{
namespace
{

/// Sends messages of given functions all at once.
class Given : public Workload
{
public:
    explicit Given(std::vector<Message> messages) : messages_(std::move(messages)) {}
    void start(Carrier& carrier) override
    {
        for (const Message& message : messages_) carrier.send(message);
    }
    void on_delivered(Carrier&, const Message&) override {}
    void on_completed(Carrier&, const Message&, FlowStatus) override { ++ended_; }
    void on_timer(Carrier&, uint64_t) override {}
    bool done() const override { return ended_ == messages_.size(); }
    double progress() const override { return done() ? 1 : 0; }

private:
    std::vector<Message> messages_;
    size_t ended_ = 0;
};

class Jobs : public Scenario
{
public:
    Jobs(const std::vector<std::string>& words, std::vector<FunctionChoice> functions,
         std::vector<uint32_t> senders)
        : Jobs(scenario_of(words), std::move(functions), std::move(senders))
    {
    }
    Workload& workload(uint64_t) override
    {
        std::vector<Message> messages;
        for (const uint32_t function : senders_) {
            Message message;
            message.id = messages.size();
            message.src = static_cast<uint32_t>(messages.size() % 2);
            message.dst = 2;
            message.bytes = 300'000;
            message.function = function;
            messages.push_back(message);
        }
        return workload_.emplace(messages);
    }
    std::unique_ptr<Contents> contents(uint64_t seed) const override { return like_->contents(seed); }
    Footprint footprint() const override { return {}; }
    void check_times(IdealTimes&) const override {}
    std::vector<FunctionChoice> functions() const override { return functions_; }
    void measure(IdealTimes&, const std::vector<Time>&, RunRecord&) const override {}

private:
    Jobs(std::unique_ptr<Scenario> like, std::vector<FunctionChoice> functions, std::vector<uint32_t> senders)
        : Scenario(like->options, like->plan), like_(std::move(like)), functions_(std::move(functions)),
          senders_(std::move(senders))
    {
    }
    std::unique_ptr<Scenario> like_;
    std::vector<FunctionChoice> functions_;
    std::vector<uint32_t> senders_;
    std::optional<Given> workload_;
};

std::vector<std::string> words(std::vector<std::string> more = {})
{
    std::vector<std::string> all = {"incast", "--topology",  "dumbbell:left=2,right=2,gbps=100,buffer-mb=16",
                                    "--cc",   "dcqcn",       "--senders",
                                    "1",      "--placement", "index"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

FunctionChoice choice(const std::string& name, const std::string& cc, int priority = -1)
{
    FunctionChoice made;
    made.name = name;
    made.cc = cc;
    made.priority = priority;
    return made;
}

std::string rows(const RunRecord& record)
{
    std::string text;
    for (const FlowRow& row : record.flows)
        text += std::to_string(row.id) + "," + std::to_string(row.qp) + "," + format_ns(row.end) + "," +
                std::to_string(row.retransmitted) + "\n";
    return text;
}

std::string refusal(const FunctionChoice& function, const std::vector<std::string>& more = {})
{
    try {
        Jobs jobs(words(more), {function}, {0});
        first_run(jobs);
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST(FunctionRuns, EachMessageGoesByItsOwn)
{
    Jobs jobs(words({"--audit"}), {choice("storage", "nscc", 1)}, {0, 0, 1, 1});
    const Outcome outcome = simulate_first(jobs);
    EXPECT_EQ(outcome.ending, Ending::complete) << outcome.complaint << outcome.audit;
    ASSERT_EQ(outcome.record.flows.size(), 4U);
    for (const FlowRow& row : outcome.record.flows) {
        EXPECT_TRUE(row.completed());
        EXPECT_EQ(row.qp / 1'000'000, row.id / 2) << "the function is part of the QP's number";
    }
    const auto& params = outcome.record.params;
    ASSERT_TRUE(params.contains("function:storage")) << params.dump();
    const auto& storage = params["function:storage"];
    EXPECT_EQ(storage["cc"].get<std::string>().substr(0, 5), "nscc:");
    EXPECT_EQ(storage["transport"].get<std::string>().substr(0, 4), "rud:");
    EXPECT_EQ(storage["priority"], "1");
}

TEST(FunctionRuns, AnIdleOneChangesNoRow)
{
    Jobs alone(words(), {}, {0, 0, 0, 0}), beside(words(), {choice("idle", "nscc")}, {0, 0, 0, 0});
    const std::string expected = rows(simulate_first(alone).record);
    EXPECT_FALSE(expected.empty());
    EXPECT_EQ(rows(simulate_first(beside).record), expected);
}

TEST(FunctionRuns, BytesOfAllAreDelivered)
{
    Jobs jobs(words(), {choice("a", "nscc"), choice("b", "hpcc")}, {0, 1, 2, 2, 1, 0});
    const Drained drained = drain(jobs);
    EXPECT_EQ(drained.ok, 6U);
    EXPECT_EQ(drained.posted, 6 * 300'000);
    EXPECT_EQ(drained.delivered, drained.posted);
    EXPECT_EQ(drained.packets_left, 0);
}

TEST(FunctionRuns, WhatCannotWorkIsNamed)
{
    EXPECT_NE(refusal(choice("storage", "nsc")).find("storage: "), std::string::npos);
    FunctionChoice sprays = choice("storage", "dcqcn");
    sprays.path = "spray";
    EXPECT_NE(refusal(sprays).find("storage: dcqcn with --path"), std::string::npos) << refusal(sprays);
    EXPECT_NE(refusal(choice("storage", "nscc", 8)).find("priority 8"), std::string::npos);
    EXPECT_NE(refusal(choice("storage", "nscc"), {"--profile", "hpcc-sim"}).find("--profile hpcc-sim"),
              std::string::npos);
    Jobs jobs(words(), {}, {1});
    EXPECT_NE(simulate_first(jobs).complaint.find("function 1 of NICs that have 1"), std::string::npos);
}

}  // namespace hpnsim
