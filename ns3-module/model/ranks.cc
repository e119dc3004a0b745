// SPDX-License-Identifier: GPL-2.0-only
// Sorts what other ranks send: steps, questions, answers, ends.
#include "ranks.h"

#include <chrono>
#include <thread>
#include <utility>

namespace hpnsim
{

namespace
{

using WallClock = std::chrono::steady_clock;

/// Whoever waits looks so often, some ten microseconds long, and then sleeps between two looks: on
/// a processor that others want too, whoever sleeps comes on again before whoever has used it up.
constexpr uint64_t kLooks = 300;
constexpr std::chrono::microseconds kNap(5);

/// Every message begins with what kind it is, and what it is about.
constexpr size_t kHead = 2;

double
SecondsSince(WallClock::time_point begin)
{
    return std::chrono::duration<double>(WallClock::now() - begin).count();
}

std::string
NameOf(uint32_t rank)
{
    return "rank " + std::to_string(rank);
}

} // namespace

Ranks::Ranks(std::unique_ptr<RankLink> link)
    : m_link(std::move(link))
    , m_peers(m_link->Count())
{
}

bool
Ranks::Whole() const
{
    bool whole = !m_alone;
    for (const Peer& peer : m_peers)
    {
        whole &= !peer.ended;
    }
    return whole;
}

void
Ranks::OnAsk(std::function<RankMessage(MessageReader)> answer)
{
    m_answer = std::move(answer);
}

void
Ranks::GiveUpIf(std::function<bool(double)> tired)
{
    m_tired = std::move(tired);
}

void
Ranks::Send(uint32_t to, Kind kind, RankMessage message)
{
    message[0] = static_cast<char>(kind);
    m_link->Send(to, std::move(message));
}

/// Puts a message where it belongs, and answers it if it is a question.
void
Ranks::Sort(uint32_t from, RankMessage message)
{
    Peer& peer = m_peers[from];
    switch (static_cast<Kind>(message.at(0)))
    {
    case Kind::STEP:
        peer.steps.push_back(std::move(message));
        break;
    case Kind::ANSWER:
        peer.answers.push_back(std::move(message));
        break;
    case Kind::QUESTION: {
        RankMessage answer(kHead);
        if (m_answer)
        {
            const RankMessage said = m_answer(MessageReader(message, kHead));
            answer.insert(answer.end(), said.begin(), said.end());
        }
        Send(from, Kind::ANSWER, std::move(answer));
        break;
    }
    case Kind::END:
        peer.ended = true;
        peer.reason = MessageReader(message, kHead).Text();
        break;
    }
}

/// Takes in what has come; false: nothing has.
bool
Ranks::Poll()
{
    bool any = false;
    RankMessage message;
    for (uint32_t from = 0; from < Count(); ++from)
    {
        while (from != Rank() && !m_peers[from].ended && m_link->Receive(from, message))
        {
            Sort(from, std::move(message));
            any = true;
        }
    }
    return any;
}

/// Returns when the queue of that rank has something.
void
Ranks::Await(uint32_t from, std::deque<RankMessage> Peer::*queue)
{
    const Peer& peer = m_peers[from];
    const WallClock::time_point began = WallClock::now();
    for (uint64_t idle = 0; (peer.*queue).empty(); ++idle)
    {
        if (Poll())
        {
            idle = 0;
            continue;
        }
        m_alone = idle % 1024 == 1023 && m_tired && m_tired(SecondsSince(began));
        if (peer.ended || m_alone)
        {
            const std::string why = peer.ended ? " has ended" : " does not answer";
            const std::string reason = peer.reason.empty() ? "" : ": " + peer.reason;
            throw PlainFailure(NameOf(from) + why + reason);
        }
        if (idle > kLooks)
        {
            std::this_thread::sleep_for(kNap);
        }
    }
    m_waited += SecondsSince(began);
}

void
Ranks::Exchange(About about, std::vector<RankMessage>& out, std::vector<RankMessage>& in)
{
    ++m_exchanges;
    in.resize(Count());
    for (uint32_t to = 0; to < Count(); ++to)
    {
        if (to == Rank())
        {
            continue;
        }
        RankMessage message(kHead);
        message[1] = static_cast<char>(about);
        message.insert(message.end(), out[to].begin(), out[to].end());
        out[to].clear();
        Send(to, Kind::STEP, std::move(message));
    }
    for (uint32_t from = 0; from < Count(); ++from)
    {
        if (from == Rank())
        {
            continue;
        }
        Await(from, &Peer::steps);
        in[from] = std::move(m_peers[from].steps.front());
        m_peers[from].steps.pop_front();
        if (in[from][1] != static_cast<char>(about))
        {
            throw PlainFailure(NameOf(from) + " has gone another way than " + NameOf(Rank()));
        }
        in[from].erase(in[from].begin(), in[from].begin() + kHead);
    }
}

std::vector<RankMessage>
Ranks::Share(About about, const RankMessage& own)
{
    std::vector<RankMessage> out(Count(), own);
    std::vector<RankMessage> in;
    Exchange(about, out, in);
    in[Rank()] = own;
    return in;
}

std::vector<int64_t>
Ranks::Sum(About about, std::vector<int64_t> values)
{
    RankMessage own;
    MessageWriter(own).Put(values);
    const std::vector<RankMessage> all = Share(about, own);
    for (uint32_t from = 0; from < Count(); ++from)
    {
        const auto theirs = MessageReader(all[from]).Values<int64_t>();
        for (size_t i = 0; from != Rank() && i < values.size(); ++i)
        {
            values[i] += theirs.at(i);
        }
    }
    return values;
}

uint64_t
Ranks::Any(About about, uint64_t bits)
{
    RankMessage own;
    MessageWriter(own).Put(bits);
    for (const RankMessage& each : Share(about, own))
    {
        bits |= MessageReader(each).Get<uint64_t>();
    }
    return bits;
}

void
Ranks::Agree(About about, const std::string& complaint)
{
    RankMessage own;
    MessageWriter(own).Put(complaint);
    for (const RankMessage& each : Share(about, own))
    {
        const std::string text = MessageReader(each).Text();
        if (!text.empty())
        {
            throw PlainFailure(text);
        }
    }
}

std::vector<RankMessage>
Ranks::Ask(const RankMessage& question)
{
    std::vector<RankMessage> answers(Count());
    for (uint32_t to = 0; to < Count(); ++to)
    {
        if (to != Rank())
        {
            RankMessage message(kHead);
            message.insert(message.end(), question.begin(), question.end());
            Send(to, Kind::QUESTION, std::move(message));
        }
    }
    for (uint32_t from = 0; from < Count(); ++from)
    {
        if (from != Rank())
        {
            Await(from, &Peer::answers);
            answers[from] = std::move(m_peers[from].answers.front());
            m_peers[from].answers.pop_front();
            answers[from].erase(answers[from].begin(), answers[from].begin() + kHead);
        }
    }
    return answers;
}

std::pair<uint32_t, std::string>
Ranks::End(const std::string& reason)
{
    RankMessage message(kHead);
    MessageWriter(message).Put(reason);
    for (uint32_t to = 0; to < Count(); ++to)
    {
        if (to != Rank())
        {
            Send(to, Kind::END, message);
        }
    }
    std::pair<uint32_t, std::string> first{Rank(), reason};
    for (uint32_t from = 0; from < Count(); ++from)
    {
        const WallClock::time_point began = WallClock::now();
        while (from != Rank() && !m_alone && !m_peers[from].ended)
        {
            if (!Poll())
            {
                std::this_thread::sleep_for(kNap);
                m_alone = m_tired && m_tired(SecondsSince(began));
            }
        }
        if (!m_peers[from].reason.empty() && (first.second.empty() || from < first.first))
        {
            first = {from, m_peers[from].reason};
        }
    }
    m_link->Close(!m_alone);
    return first;
}

} // namespace hpnsim
