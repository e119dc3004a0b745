// SPDX-License-Identifier: GPL-2.0-only
// Tests that the bytes of several workloads lie apart, are checked turn by turn, and that a spoiled message
// of any of them is found and told of by its job.
#include "hpnsim/composite_contents.hpp"
#include "hpnsim/composite_workload.hpp"

#include "fake_carrier.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

/// Two incasts that share endpoints 1 and 2, the second of which runs twice.
class TwoIncasts
{
public:
    explicit TwoIncasts(Injection injection = Injection::none)
        : composite_(std::make_unique<CompositeContents>(parts())), bytes_(composite_.get()),
          contents_(inject(std::move(composite_), injection, 64)), workload_(plans())
    {
        contents_->memory().allocate();
    }

    Verdict run()
    {
        FakeCarrier carrier;
        carrier.contents = contents_.get();
        carrier.run(workload_);
        EXPECT_TRUE(workload_.done());
        return contents_->finish(true);
    }
    CompositeContents& bytes() { return *bytes_; }
    EndpointMemory& memory() { return contents_->memory(); }

private:
    static constexpr Bytes kFirst = 1000, kSecond = 600;
    static const std::vector<uint32_t>& second_places()
    {
        static const std::vector<uint32_t> places = {2, 1};
        return places;
    }
    static std::vector<CompositeContents::Part> parts()
    {
        std::vector<CompositeContents::Part> made;
        made.push_back({"first", make_incast_contents({0, {1, 2}}, kFirst)});
        made.push_back({"second", make_incast_contents({0, {1}}, kSecond), second_places()});
        return made;
    }
    std::vector<JobPlan> plans()
    {
        std::vector<JobPlan> made(2);
        for (uint32_t job = 0; job < 2; ++job) {
            made[job].begin = [this, job](uint64_t turn) -> Workload& {
                const IncastGroup group = job == 0 ? IncastGroup{0, {1, 2}} : IncastGroup{0, {1}};
                const Bytes size = job == 0 ? kFirst : kSecond;
                running_[job] = std::make_unique<IncastWorkload>(group, size, 1, Time{}, 1);
                bytes_->begin(job, workload_.state(job).first_id,
                              turn == 0 ? nullptr : make_incast_contents(group, size));
                return *running_[job];
            };
            made[job].ended = [this, job](uint64_t) { bytes_->end(job, true); };
        }
        made[1].endpoint_of = second_places();
        made[1].turns = 2;
        return made;
    }

    std::unique_ptr<CompositeContents> composite_;
    CompositeContents* bytes_;
    std::unique_ptr<Contents> contents_;
    std::unique_ptr<Workload> running_[2];
    CompositeWorkload workload_;
};

TEST(CompositeContents, EveryJobHasMemoryOfItsOwn)
{
    TwoIncasts both;
    std::map<uint32_t, Bytes> bytes;
    for (const EndpointMemory::Area& area : both.memory().areas()) bytes[area.endpoint] = area.bytes;
    EXPECT_EQ(bytes, (std::map<uint32_t, Bytes>{{0, 2000}, {1, 1600}, {2, 1600}}));
}

TEST(CompositeContents, ChecksAllTurnsOfAllJobs)
{
    TwoIncasts both;
    const Verdict verdict = both.run();
    EXPECT_TRUE(verdict.verified()) << verdict.first;
    EXPECT_EQ(both.bytes().verdict(0).checked, 2 * 250U);
    EXPECT_EQ(both.bytes().verdict(1).checked, 2 * 150U) << "of two turns";
    EXPECT_EQ(verdict.checked, 800U);
}

TEST(CompositeContents, FindsWhatIsSpoiledAndNamesTheJob)
{
    for (const Injection injection :
         {Injection::flip, Injection::lost, Injection::offset, Injection::swapped}) {
        TwoIncasts both(injection);
        const Verdict verdict = both.run();
        EXPECT_FALSE(verdict.verified());
        EXPECT_GT(verdict.wrong, 0U);
        EXPECT_EQ(verdict.first.substr(0, 16), "job first: flow ") << verdict.first;
        EXPECT_TRUE(both.bytes().verdict(1).verified());
    }
}

/// A byte of the second job goes wrong in its second turn alone, since the first has been checked by then.
TEST(CompositeContents, AnOpenTurnIsCheckedAtTheEndAndNeedNotBeWhole)
{
    for (const bool awaited : {true, false}) {
        std::vector<CompositeContents::Part> parts;
        parts.push_back({"a", make_incast_contents({0, {1}}, 400), {}, awaited});
        CompositeContents contents(std::move(parts));
        contents.memory().allocate();
        contents.begin(0, 0, nullptr);
        contents.end(0, true);
        contents.begin(0, 1, make_incast_contents({0, {1}}, 400));
        Message message;
        message.id = 1;
        message.src = 1;
        message.bytes = 400;
        contents.depart(message);
        copy_bytes(contents, message);
        *contents.memory().at(0, contents.route(message).to, 1) ^= std::byte{1};
        contents.arrive(message);
        message.id = 0;
        contents.arrive(message);  // of the turn before, late: it means nothing
        const Verdict verdict = contents.finish(!awaited);
        EXPECT_EQ(verdict.complete, !awaited);
        EXPECT_EQ(verdict.wrong, 1U);
        EXPECT_EQ(verdict.first.substr(0, 21), "job a, repetition 1: ") << verdict.first;
    }
}

TEST(CompositeContents, KnowsEqualRoom)
{
    const auto a = make_incast_contents({0, {1, 2}}, 100), b = make_incast_contents({0, {2, 1}}, 100),
               c = make_incast_contents({0, {1, 2}}, 101);
    EXPECT_TRUE(same_room(*a, *b));
    EXPECT_FALSE(same_room(*a, *c));
}

}  // namespace
}  // namespace hpnsim::test
