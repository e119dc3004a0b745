// SPDX-License-Identifier: GPL-2.0-only
// Lists who draws random numbers in a run: the kinds of random streams. Each kind has one place in the code
// that makes its streams, so that no two parts of a run ever draw the same numbers.
#pragma once

#include "hpnsim/random.hpp"

#include <cstddef>
#include <cstdint>

namespace hpnsim
{

/// A kind of random stream. The numbers are part of what a seed means: another number for a kind gives other
/// results, so a new kind takes a number that none has had, and a kind that goes leaves its number unused.
enum class StreamKind : uint64_t {
    qp = 1,            ///< the algorithms of a QP (`Flow::stream`); which: QpConfig::stream_id
    credit_port = 6,   ///< the credit policy of a receiving NIC port; which: the port's number
    ecmp_salt = 16,    ///< the salt of a switch's ECMP hash, a single number; which: the switch
    red = 17,          ///< whether a switch port marks a packet on the RED slope; which: the port
    trim_victim = 18,  ///< whether a full switch port trims the new or the newest packet; which: the port
    flowlet = 19,      ///< which next hop a new flowlet takes in a switch; which: the switch
    digest = 20,       ///< whether a switch port rounds its digest up or down; which: the port
    adaptive_routing = 21,  ///< which of the least loaded next hops a switch takes; which: the switch
    rotation = 22,          ///< in which order a switch's rotations go over its ports; which: the switch
    round_robin = 23,       ///< in which order a switch goes round its next hops; which: the switch
    link_loss = 32,         ///< which packets the impairment `loss` takes on a link; which: the sending port
    source_port = 33,       ///< the UDP source port of a QP; which: the pair and the QP's place in it
    bond_salt = 34,         ///< the salt of a NIC's hash over the ports of its bond; which: the endpoint
    port_turn = 35,         ///< the NIC port that takes the first turn; which: the side of a connection
    link_burst = 49,    ///< when the impairment `burst` changes its state and loses; which: the sending port
    link_every = 50,    ///< never drawn from, as the impairment `every` counts packets
    link_corrupt = 51,  ///< which packets the impairment `corrupt` spoils; which: the sending port
    link_reorder = 52,  ///< which packets the impairment `reorder` holds back; which: the sending port
    link_duplicate = 53,  ///< which packets the impairment `duplicate` doubles; which: the sending port
    link_jitter = 54,     ///< how late the impairment `jitter` makes a packet; which: the sending port
    link_vanish = 55,     ///< never drawn from, as the impairment `vanish` counts packets
    contents = 0x636f6e74656e7473,      ///< the bytes that --verify moves; which: their owner
    start_jitter = 0x6a69747465720000,  ///< how late --jitter-ns starts a message; which: its place
    job = 0x6a6f620000000000,           ///< the seed of a job beside others; which: the job and its turn
    permutation_target = 0x7065726d75740000,  ///< who sends to whom in a permutation; which: of how many
    permutation_start = 0x7065726d75740001,   ///< when a rank of a permutation starts; which: the rank
    poisson_arrival = 0x706f6973736f0000,     ///< gaps between Poisson flows, or incasts; which: the source
    poisson_size = 0x706f6973736f0001,        ///< the sizes of these flows; which: the source
    poisson_target = 0x706f6973736f0002,      ///< who is at their other end; which: the source
};

/// Every kind by rising number, for the check below and for tests (tests/lint/random_streams_test.py finds
/// one that is missing here).
inline constexpr StreamKind kStreamKinds[] = {
    StreamKind::qp,
    StreamKind::credit_port,
    StreamKind::ecmp_salt,
    StreamKind::red,
    StreamKind::trim_victim,
    StreamKind::flowlet,
    StreamKind::digest,
    StreamKind::adaptive_routing,
    StreamKind::rotation,
    StreamKind::round_robin,
    StreamKind::link_loss,
    StreamKind::source_port,
    StreamKind::bond_salt,
    StreamKind::port_turn,
    StreamKind::link_burst,
    StreamKind::link_every,
    StreamKind::link_corrupt,
    StreamKind::link_reorder,
    StreamKind::link_duplicate,
    StreamKind::link_jitter,
    StreamKind::link_vanish,
    StreamKind::contents,
    StreamKind::start_jitter,
    StreamKind::job,
    StreamKind::permutation_target,
    StreamKind::permutation_start,
    StreamKind::poisson_arrival,
    StreamKind::poisson_size,
    StreamKind::poisson_target,
};

/// Whether each kind has a number of its own: then they rise strictly.
constexpr bool stream_kinds_differ()
{
    constexpr size_t count = sizeof kStreamKinds / sizeof kStreamKinds[0];
    for (size_t i = 1; i < count; ++i)
        if (kStreamKinds[i - 1] >= kStreamKinds[i]) return false;
    return true;
}
static_assert(stream_kinds_differ(), "two kinds of random streams have the same number, or are out of order");

/// The start of the stream number `which` of its kind in a run with `seed`.
constexpr uint64_t stream_of(uint64_t seed, StreamKind kind, uint64_t which)
{
    return mix64(mix64(mix64(seed + 0x9e3779b97f4a7c15U) ^ static_cast<uint64_t>(kind)) ^ which);
}

}  // namespace hpnsim
