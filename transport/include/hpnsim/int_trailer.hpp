// SPDX-License-Identifier: GPL-2.0-only
// Writes INT records as bytes in the layout of HPCC (SIGCOMM'19, section 4.1): 2 B and five records of 8 B.
//
//  4 bits  number of records that the switches took (may exceed the five that fit)
// 12 bits  path: exclusive or of the egress port ids, low 12 bits
// each     4 bits rate code | 24 bits time, ns | 20 bits bytes sent, units of 128 B | 16 bits queue, units of
//          80 B; all but the rate modulo their width, the queue saturating
// The trailer has one size whatever the number of hops, so that a packet has one size on its whole way.
// It sits behind the IP packet (frame.hpp). The algorithms of the simulator see the records unrounded.
#pragma once

#include "hpnsim/byte_order.hpp"
#include "hpnsim/packet.hpp"

#include <cstddef>

namespace hpnsim
{

inline constexpr int kIntTrailerHops = 5;
inline constexpr size_t kIntTrailerBytes = 2 + kIntTrailerHops * 8;
inline constexpr Bytes kIntByteUnit = 128, kIntQueueUnit = 80;

/// Writes the records of a packet. A packet that wants INT and has crossed no switch yet has `hops` 0.
void put_int_trailer(ByteWriter& out, const IntBlock* records, int hops);

/// Reads 42 B, and returns the number of records taken. Times, bytes and queues come back rounded down to
/// their units and without the bits that did not fit, port ids as 0.
int get_int_trailer(ByteReader& in, IntBlock& records);

}  // namespace hpnsim
