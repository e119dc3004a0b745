// SPDX-License-Identifier: GPL-2.0-only
// Writes and reads CRCs, which travel with their low byte first.
#pragma once

#include "hpnsim/byte_order.hpp"

namespace hpnsim
{

inline void put_low_first(ByteWriter& out, uint32_t value)
{
    for (int shift = 0; shift < 32; shift += 8) out.u8(value >> shift);
}

inline uint32_t low_first(const uint8_t* at)
{
    return static_cast<uint32_t>(at[3]) << 24 | static_cast<uint32_t>(at[2]) << 16 |
           static_cast<uint32_t>(at[1]) << 8 | at[0];
}

}  // namespace hpnsim
