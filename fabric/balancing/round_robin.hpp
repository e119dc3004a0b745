// SPDX-License-Identifier: GPL-2.0-only
// With round robin, a switch sends one packet after the other to its equal next hops in turn, whatever their
// destinations. A switch's egress choice uses it.
#pragma once

#include "hpnsim/fabric.hpp"
#include "hpnsim/random.hpp"

#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace hpnsim
{

/**
 * \brief The turns of a switch, one over each choice of next hops that it has: up, and down where there is
 * one (the per-switch round robin that Ofan, arXiv 2507.21372, compares itself with).
 *
 * All packets of a choice share its turn, large and small ones. The order is random, so that switches do not
 * send to the same place of the next tier in step. Choices are told apart by their first port: those that
 * differ further on, as after a failure, go on from the same place.
 */
class RoundRobin
{
public:
    /// A switch of so many ports; an order is drawn anew after `reshuffle` rounds over it, 0: never.
    RoundRobin(uint32_t ports, uint32_t reshuffle, uint64_t stream)
        : m_rounds(ports), m_reshuffle(reshuffle), m_stream(stream)
    {
    }

    /// Returns the next port in turn; `hops.count` >= 1.
    uint16_t Choose(const NextHops& hops)
    {
        Round& round = m_rounds[hops.port(0)];
        if (round.order.size() < hops.count) {
            round.order.resize(hops.count);
            std::iota(round.order.begin(), round.order.end(), uint16_t{0});
            Shuffle(round);
        }
        uint16_t place = Next(round);
        while (place >= hops.count) place = Next(round);
        return hops.port(place);
    }

private:
    struct Round {
        std::vector<uint16_t> order;  // places among the next hops; as many as there have ever been
        uint32_t at{0}, rounds{0};
    };

    uint16_t Next(Round& round)
    {
        if (round.at == round.order.size()) {
            round.at = 0;
            if (++round.rounds == m_reshuffle) Shuffle(round);
        }
        return round.order[round.at++];
    }

    void Shuffle(Round& round)
    {
        round.at = round.rounds = 0;
        for (size_t i = 0; i < round.order.size(); ++i)
            std::swap(round.order[i], round.order[next_below(m_stream, i + 1)]);
    }

    std::vector<Round> m_rounds;  // by the first port
    uint32_t m_reshuffle;
    uint64_t m_stream;
};

}  // namespace hpnsim
