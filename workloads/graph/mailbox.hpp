// SPDX-License-Identifier: GPL-2.0-only
// Matches what a rank has been sent with what it has asked for. Internal to the graph engine.
#pragma once

#include "hpnsim/program.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hpnsim
{

/// The receives and arrivals of one rank.
class Mailbox
{
public:
    /// A receive, or the send that an arrival comes from: whoever is to hear of the match.
    using Ticket = uint64_t;
    static constexpr Ticket kNobody = ~uint64_t{0};
    struct Match {
        Ticket receive = kNobody, send = kNobody;
    };

    explicit Mailbox(ProgramRules::Match rule) : by_bytes_(rule == ProgramRules::Match::bytes) {}

    /// Notes a receive from `src` (or kAnyRank) under `tag` (or kAnyTag). Appends it to `out` if what it asks
    /// for has come already.
    void post(uint32_t src, uint32_t tag, Bytes bytes, Ticket receive, std::vector<Match>& out);
    /// Notes that a message has come. Appends the receives that have what they asked for now, in the order of
    /// posting.
    void arrive(uint32_t src, uint32_t tag, Bytes bytes, Ticket send, std::vector<Match>& out);
    /// Counts receives that nothing has come for.
    size_t open() const { return open_; }
    /// Says what has come and was not asked for so, in a sentence without the rank; empty: nothing.
    std::string mismatch() const;

private:
    struct Posted {
        uint64_t order;
        uint32_t src, tag;
        Bytes bytes;
        Ticket ticket;
    };
    struct Arrived {
        uint64_t order;
        uint32_t src, tag;
        Bytes bytes;
        Ticket ticket;
    };
    /// A receive, and a message of more bytes that it took.
    struct Cut {
        Bytes asked;
        Arrived arrived;
    };
    /// What there is of one sender and tag.
    struct Box {
        std::deque<Posted> posted;
        std::deque<Arrived> arrived;
        Bytes bytes = 0;  ///< that no receive has taken, where bytes are matched
        bool empty() const { return posted.empty() && arrived.empty() && bytes == 0; }
    };

    static uint64_t key(uint32_t src, uint32_t tag) { return uint64_t{src} << 32 | tag; }
    void serve(Box& box, std::vector<Match>& out);
    void match(const Posted& posted, const Arrived& arrived, std::vector<Match>& out);
    std::map<uint64_t, Box>::iterator oldest_arrival(uint32_t src, uint32_t tag);

    bool by_bytes_;
    uint64_t order_ = 0;
    size_t open_ = 0;
    std::optional<Cut> cut_;  // the first
    std::map<uint64_t, Box> boxes_;
    std::deque<Posted> wild_;  // receives from any rank or of any tag
};

}  // namespace hpnsim
