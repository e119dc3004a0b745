// SPDX-License-Identifier: GPL-2.0-only
// Does the arithmetic of cutting a buffer into pieces of nearly equal size. Internal to the collectives.
#pragma once

#include "hpnsim/bad_input.hpp"
#include "hpnsim/collective.hpp"
#include "hpnsim/quantity.hpp"

#include <algorithm>

namespace hpnsim
{

/// More pieces than this mean that the chunk was not meant.
inline constexpr Bytes kMaxPieces = 65536;

/// Returns the i-th part of a range, in offsets of the whole buffer.
constexpr Cut nested(Cut whole, int64_t parts, int64_t i)
{
    const Cut inner = cut(whole.bytes, parts, i);
    return {whole.offset + inner.offset, inner.bytes};
}

/// Counts the parts, of `parts`, that hold at least a byte.
constexpr uint64_t filled_parts(Bytes bytes, int64_t parts)
{
    return static_cast<uint64_t>(bytes < parts ? bytes : parts);
}

/// Counts the pieces of at most `chunk` bytes into which `bytes` are cut; at least 1.
inline uint32_t count_pieces(Bytes bytes, Bytes chunk)
{
    const Bytes pieces = std::max<Bytes>(bytes / chunk + (bytes % chunk != 0 ? 1 : 0), 1);
    if (pieces > kMaxPieces)
        throw BadInput("chunk: " + format_size(chunk) + " cuts " + format_size(bytes) + " into " +
                       std::to_string(pieces) + " pieces; at most " + std::to_string(kMaxPieces) +
                       " are allowed");
    return static_cast<uint32_t>(pieces);
}

}  // namespace hpnsim
