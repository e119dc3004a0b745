// SPDX-License-Identifier: GPL-2.0-only
// Foresight learns how long messages take, and says so of those that repeat what it has seen.
#pragma once

#include "hpnsim/units.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

namespace hpnsim
{

/**
 * A lane is a QP: its messages follow each other. How long a message takes
 * depends on its lane, its length and whether it found the lane idle; what counts behind another one is the
 * time between the two arrivals. When the last few of a kind have taken the same time within the band, the
 * next is foreseen: it need not cross the network. But only while no message of an unknown kind is under
 * way, which must meet the traffic of all others.
 */
class Foresight
{
public:
    /// `mtu` are the payload bytes of a full packet.
    Foresight(double band, Bytes mtu) : band_(band), mtu_(mtu) {}

    static constexpr int kAgree = 3;  ///< so many messages of a kind must have taken the same time

    /// What to do with a message.
    enum class Way : uint8_t {
        real,      ///< send it
        foreseen,  ///< it arrives after `takes`
        waits      ///< it waits for those before it, which `released` will say
    };
    struct Plan {
        Way way = Way::real;
        Time takes;
    };
    /// A message that waited may go.
    struct Released {
        uint64_t message = 0;
        Plan plan;
    };

    /// A message begins, and is known by this number until it has gone.
    Plan begin(uint64_t message, uint64_t lane, Bytes bytes, Time now);
    /// It has arrived. Returns those of its lane that may go now.
    std::vector<Released> arrived(uint64_t message, Time now);
    /// It has been completed at its sender. `arrived` is called first.
    void completed(uint64_t message, Time after_arrival);
    /// It will never arrive. Returns as `arrived` does.
    std::vector<Released> lost(uint64_t message, Time now);
    /// From the arrival of a foreseen message to its completion.
    Time completion_of(uint64_t message) const;

private:
    struct Kind {
        uint64_t lane;
        Bytes bytes;
        bool behind;  // another one
        bool operator==(const Kind& o) const
        {
            return lane == o.lane && bytes == o.bytes && behind == o.behind;
        }
    };
    struct HashOfKind {
        size_t operator()(const Kind& kind) const
        {
            const uint64_t mixed = (kind.lane * 2 + (kind.behind ? 1 : 0)) * 0x9E3779B97F4A7C15U;
            return mixed ^ (mixed >> 29) ^ (static_cast<uint64_t>(kind.bytes) * 0xBF58476D1CE4E5B9U);
        }
    };
    struct Known {
        double takes_ps = 0;
        int agree = 0;
        Time completion;  // after the arrival
    };
    struct Lane {
        uint32_t open = 0;  // messages that have not arrived
        Time last_arrival;
        std::deque<uint64_t> waiting;
        uint32_t foreseen = 0;  // of those that do not wait
    };
    struct Underway {
        Kind kind;
        Time began;
        bool foreseen = false, stranger = false, waited = false, open = false;
    };

    double tolerance(Bytes bytes) const;
    void observe(const Underway& message, const Lane& lane, Time now);
    Plan go(Underway& message, Lane& lane);

    double band_;
    Bytes mtu_;
    std::unordered_map<Kind, Known, HashOfKind> known_;  // looked up, never walked
    std::unordered_map<uint64_t, Lane> lanes_;           // the same
    std::vector<Underway> messages_;                     // by their numbers
    uint64_t strangers_ = 0;                             // messages under way of unknown kinds
};

}  // namespace hpnsim
