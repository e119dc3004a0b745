// SPDX-License-Identifier: GPL-2.0-only
// Ranks is how the processes of one run agree: they exchange messages step by step, ask each other,
// and hear when one has come to its end.
#pragma once

#include "rank-link.h"

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hpnsim
{

/**
 * \brief The ranks of a run, seen from one of them.
 *
 * All ranks make the same calls in the same order, but for Ask: whoever waits for others answers
 * their questions meanwhile. A rank that has ended makes the others throw PlainFailure where they
 * wait for it, with its reason.
 */
class Ranks
{
  public:
    /// What an exchange is about: all ranks must be at the same.
    enum class About : char
    {
        STEP,    ///< of the engine
        START,   ///< of the workload
        LOOK,    ///< at the network while it runs
        RESULTS, ///< when the run has ended
    };

    explicit Ranks(std::unique_ptr<RankLink> link);

    uint32_t
    Rank() const
    {
        return m_link->Rank();
    }

    uint32_t
    Count() const
    {
        return m_link->Count();
    }

    /// False once another rank has ended, or this one has given up the others.
    bool Whole() const;

    /// `out[r]` goes to rank r, and `in[r]` is what that rank has for this one. Those of the rank
    /// itself are ignored, and left alone. Messages of `out` are empty afterwards.
    void Exchange(About about, std::vector<RankMessage>& out, std::vector<RankMessage>& in);
    /// Gives every rank the same message; returns what each has given, the own one too.
    std::vector<RankMessage> Share(About about, const RankMessage& own);

    /// Returns the sum over all ranks of each of the values, of which all have the same number.
    std::vector<int64_t> Sum(About about, std::vector<int64_t> values);
    /// Returns the OR over all ranks.
    uint64_t Any(About about, uint64_t bits);
    /// Throws PlainFailure on every rank if any has a complaint: that of the first one.
    void Agree(About about, const std::string& complaint);

    /// Asks all others, and returns their answers by rank, the own one empty.
    std::vector<RankMessage> Ask(const RankMessage& question);
    /// Sets who answers; it must send and wait for nothing.
    void OnAsk(std::function<RankMessage(MessageReader)> answer);
    /// Sets who is asked while others are waited for, with the seconds that it has taken so far:
    /// true gives up.
    void GiveUpIf(std::function<bool(double waited)> tired);

    /// Tells the others that this rank has ended, and why; waits for their ends. Returns the reason
    /// of the first that has one, and its rank; an empty one: all is well.
    std::pair<uint32_t, std::string> End(const std::string& reason);

    /// Returns the seconds spent in exchanges, waiting included, and how many there were.
    double
    Waited() const
    {
        return m_waited;
    }

    uint64_t
    Exchanges() const
    {
        return m_exchanges;
    }

  private:
    enum class Kind : char
    {
        STEP,
        QUESTION,
        ANSWER,
        END,
    };

    struct Peer
    {
        std::deque<RankMessage> steps;
        std::deque<RankMessage> answers;
        bool ended{false};
        std::string reason;
    };

    void Send(uint32_t to, Kind kind, RankMessage message);
    void Await(uint32_t from, std::deque<RankMessage> Peer::*queue);
    bool Poll();
    void Sort(uint32_t from, RankMessage message);

    std::unique_ptr<RankLink> m_link;
    std::vector<Peer> m_peers;
    std::function<RankMessage(MessageReader)> m_answer;
    std::function<bool(double)> m_tired;
    bool m_alone{false}; // it has given up the others
    double m_waited{0};
    uint64_t m_exchanges{0};
};

} // namespace hpnsim
