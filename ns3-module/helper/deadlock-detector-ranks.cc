// SPDX-License-Identifier: GPL-2.0-only
// Searches for deadlocks in a fabric whose switches different processes run. The others wait
// meanwhile, so that all answer for the same moment.
#include "deadlock-detector.h"

namespace hpnsim
{

void
DeadlockDetector::SearchOver(Ranks& ranks)
{
    m_ranks = &ranks;
    ranks.OnAsk([this](MessageReader question) { return Answer(question); });
}

/// A switch of another rank is never paused here, and pauses nobody.
DeadlockDetector::Graph
DeadlockDetector::WaitForOverRanks() const
{
    RankMessage question;
    MessageWriter(question).Put(Question::PAUSED);
    std::vector<Egress> paused = Paused();
    const std::vector<RankMessage> others = m_ranks->Ask(question);
    for (uint32_t rank = 0; rank < others.size(); ++rank)
    {
        if (rank != m_ranks->Rank())
        {
            const auto theirs = MessageReader(others[rank]).Values<Egress>();
            paused.insert(paused.end(), theirs.begin(), theirs.end());
        }
    }
    question.clear();
    MessageWriter out(question);
    out.Put(Question::WAITS);
    out.Put(paused);
    Graph graph = WaitFor(paused);
    const std::vector<RankMessage> answers = m_ranks->Ask(question);
    for (uint32_t rank = 0; rank < answers.size(); ++rank)
    {
        MessageReader in(answers[rank]);
        while (rank != m_ranks->Rank() && !in.AtEnd())
        {
            std::set<Egress>& waits = graph[in.Get<Egress>()];
            for (const Egress& each : in.Values<Egress>())
            {
                waits.insert(each);
            }
        }
    }
    return graph;
}

void
DeadlockDetector::TellRanks() const
{
    RankMessage question;
    MessageWriter out(question);
    out.Put(Question::FINISHED);
    out.Put(m_next);
    out.Put(m_sentence);
    m_ranks->Ask(question);
}

RankMessage
DeadlockDetector::Answer(MessageReader question)
{
    RankMessage answer;
    MessageWriter out(answer);
    switch (question.Get<Question>())
    {
    case Question::PAUSED:
        out.Put(Paused());
        break;
    case Question::WAITS:
        for (const auto& [egress, waits] : WaitFor(question.Values<Egress>()))
        {
            out.Put(egress);
            out.Put(std::vector<Egress>(waits.begin(), waits.end()));
        }
        break;
    case Question::FINISHED:
        m_next = question.Get<Time>();
        m_sentence = question.Text();
        break;
    }
    return answer;
}

} // namespace hpnsim
