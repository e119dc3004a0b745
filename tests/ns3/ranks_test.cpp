// SPDX-License-Identifier: GPL-2.0-only
// Tests how ranks agree, ask and end, over a link between threads.
#include "model/ranks.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace hpnsim
{
namespace
{

/// The messages between all pairs of ranks.
struct Post {
    std::mutex mutex;
    std::map<std::pair<uint32_t, uint32_t>, std::deque<RankMessage>> queues;
};

class ThreadLink : public RankLink
{
public:
    ThreadLink(Post& post, uint32_t rank, uint32_t count) : post_(post), rank_(rank), count_(count) {}
    uint32_t Rank() const override { return rank_; }
    uint32_t Count() const override { return count_; }
    void Send(uint32_t to, RankMessage message) override
    {
        const std::lock_guard<std::mutex> lock(post_.mutex);
        post_.queues[{rank_, to}].push_back(std::move(message));
    }
    bool Receive(uint32_t from, RankMessage& message) override
    {
        const std::lock_guard<std::mutex> lock(post_.mutex);
        auto& queue = post_.queues[{from, rank_}];
        if (queue.empty()) return false;
        message = std::move(queue.front());
        queue.pop_front();
        return true;
    }
    void Close(bool) override {}

private:
    Post& post_;
    uint32_t rank_, count_;
};

constexpr uint32_t kCount = 3;

/// Runs `act` as each of the ranks.
template <class Act> void on_all(Act act)
{
    Post post;
    std::vector<std::thread> threads;
    for (uint32_t rank = 0; rank < kCount; ++rank)
        threads.emplace_back([&post, rank, act] {
            Ranks ranks(std::make_unique<ThreadLink>(post, rank, kCount));
            act(ranks);
        });
    for (std::thread& thread : threads) thread.join();
}

std::string what_throws(const std::function<void()>& act)
{
    try {
        act();
    } catch (const PlainFailure& failure) {
        return failure.what();
    }
    return "";
}

}  // namespace

TEST(Ranks, AddUpAndShareInTheOrderOfRanks)
{
    on_all([](Ranks& ranks) {
        const int64_t own = ranks.Rank();
        EXPECT_EQ(ranks.Sum(Ranks::About::STEP, {own, 1}), (std::vector<int64_t>{3, 3}));
        EXPECT_EQ(ranks.Any(Ranks::About::LOOK, uint64_t{1} << own), 7U);
        const auto shared = ranks.Share(Ranks::About::STEP, RankMessage(size_t(own) + 1, 'x'));
        for (uint32_t rank = 0; rank < kCount; ++rank) EXPECT_EQ(shared[rank].size(), rank + 1);
        ranks.End("");
    });
}

TEST(Ranks, ThrowTheFirstComplaintEverywhere)
{
    on_all([](Ranks& ranks) {
        const std::string own = ranks.Rank() == 0 ? "" : "complaint of " + std::to_string(ranks.Rank());
        EXPECT_EQ(what_throws([&] { ranks.Agree(Ranks::About::START, own); }), "complaint of 1");
        ranks.Agree(Ranks::About::START, "");
        ranks.End("");
    });
}

/// Whoever waits for a step answers meanwhile.
TEST(Ranks, AnswerQuestionsWhileTheyWait)
{
    on_all([](Ranks& ranks) {
        ranks.OnAsk([&ranks](MessageReader in) {
            RankMessage answer;
            MessageWriter(answer).Put(in.Get<uint64_t>() + ranks.Rank());
            return answer;
        });
        if (ranks.Rank() == 1) {
            RankMessage question;
            MessageWriter(question).Put(uint64_t{40});
            const auto answers = ranks.Ask(question);
            EXPECT_EQ(MessageReader(answers[0]).Get<uint64_t>(), 40U);
            EXPECT_EQ(MessageReader(answers[2]).Get<uint64_t>(), 42U);
        }
        EXPECT_EQ(ranks.Any(Ranks::About::STEP, 0), 0U);
        ranks.End("");
    });
}

TEST(Ranks, HearWhyOneHasEnded)
{
    on_all([](Ranks& ranks) {
        if (ranks.Rank() == 2) {
            EXPECT_EQ(ranks.End("no memory").second, "no memory");
            return;
        }
        EXPECT_TRUE(ranks.Whole());
        EXPECT_EQ(what_throws([&] { ranks.Any(Ranks::About::STEP, 0); }), "rank 2 has ended: no memory");
        EXPECT_FALSE(ranks.Whole());
        EXPECT_EQ(ranks.End(""), std::make_pair(2U, std::string("no memory")));
    });
}

TEST(Ranks, MustBeAtTheSame)
{
    on_all([](Ranks& ranks) {
        const auto about = ranks.Rank() == 0 ? Ranks::About::LOOK : Ranks::About::STEP;
        if (ranks.Rank() == 0)
            EXPECT_EQ(what_throws([&] { ranks.Any(about, 0); }), "rank 1 has gone another way than rank 0");
        if (ranks.Rank() != 0) EXPECT_NE(what_throws([&] { ranks.Any(about, 0); }), "");
        ranks.End("");
    });
}

/// A rank that does not answer is given up by whoever is asked to end.
TEST(Ranks, GiveUpOneThatDoesNotAnswer)
{
    Post post;
    Ranks ranks(std::make_unique<ThreadLink>(post, 0, 2));
    ranks.GiveUpIf([](double) { return true; });
    EXPECT_EQ(what_throws([&] { ranks.Any(Ranks::About::STEP, 0); }), "rank 1 does not answer");
    EXPECT_FALSE(ranks.Whole());
    EXPECT_EQ(ranks.End("").second, "");
}

TEST(RankMessages, EndWhereTheyEnd)
{
    RankMessage message;
    MessageWriter out(message);
    out.Put(std::string("text"));
    out.Put(std::vector<uint16_t>{1, 2});
    MessageReader in(message);
    EXPECT_EQ(in.Text(), "text");
    EXPECT_EQ(in.Values<uint16_t>(), (std::vector<uint16_t>{1, 2}));
    EXPECT_TRUE(in.AtEnd());
    EXPECT_THROW(in.Get<char>(), PlainFailure);
}

}  // namespace hpnsim
