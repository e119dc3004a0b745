// SPDX-License-Identifier: GPL-2.0-only
// Checks queue pairs from outside: it gives views of a QP, the rules that must hold at any time, and an
// account of what has arrived that does not trust the receiver. The network's audit and the tests use it.
#pragma once

#include "hpnsim/packet.hpp"
#include "hpnsim/units.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <unordered_set>

namespace hpnsim
{

/// Shows a QP as `--audit` sees it. PSNs are unwrapped.
struct QpAudit {
    Psn una = 0;               ///< the oldest unacknowledged
    Psn send = 0;              ///< the next to send: below `next` after going back
    Psn next = 0;              ///< the next that has never been sent
    Psn end = 0;               ///< one past the last PSN that a request has been given
    Psn window = 0;            ///< PSNs that may be outstanding: next - una
    Psn expected = 0;          ///< the responder's next: all before it have arrived
    Bytes in_flight = 0;       ///< what the algorithm is told
    Bytes credit_seen = 0;     ///< credit: what the sender knows to be granted, since the connection began
    Bytes credit_given = 0;    ///< the same count as the receiver has it
    Bytes unacknowledged = 0;  ///< payload of the PSNs that are sent, not acknowledged and not given up
    uint32_t peer = 0, peer_qp = 0;
    bool selective = false;  ///< irn, rud: arrivals are taken in any order
    bool reliable = true;    ///< RC: the rules for acknowledgements hold
    bool dead = false;       ///< in error: what it had is flushed
    Bytes mtu = 0;           ///< payload of a full packet
};

/// Names the rule that the QP breaks, in one sentence; empty if none.
std::string broken_rule(const QpAudit& qp);
/// Compares two views of one QP, the second later, and names a broken rule likewise.
std::string broken_rule(const QpAudit& before, const QpAudit& after);
/// Compares a QP as sender with its peer as receiver, and names a broken rule likewise.
std::string broken_pair(const QpAudit& sender, const QpAudit& receiver);

/**
 * Counts the bytes that have come in for each message of one receiving QP, from the packets themselves: in
 * order for go-back-N, each PSN once for the others. A message may be delivered when all its bytes are here.
 */
class ArrivalAccount
{
public:
    /// `expected` is the responder's, when the first packet is seen.
    ArrivalAccount(bool selective, Psn expected, Bytes mtu);

    /// Counts a request packet that reached the NIC whole.
    void arrived(const Packet& packet);
    /// Takes a delivered message off the account; false if bytes of it are missing.
    bool delivered(uint64_t cookie, Bytes bytes);

private:
    bool fresh(const Packet& packet);

    bool selective_;
    Psn expected_;
    Bytes mtu_;
    std::unordered_set<Psn> seen_;       // selective: from expected_ on
    std::map<uint64_t, Bytes> pending_;  // by the sender's cookie
};

}  // namespace hpnsim
