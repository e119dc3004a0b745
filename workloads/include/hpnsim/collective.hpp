// SPDX-License-Identifier: GPL-2.0-only
// Collective algorithms as pure logic: they say which transfers start now, and which a delivery makes
// possible. A transfer is a number (code) from which everything about it is computed, so no list of them
// exists.
#pragma once

#include "hpnsim/fabric.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hpnsim
{

/// Ranks fill hosts in order: rank r is endpoint r, GPU r % gpus of host r / gpus.
struct CollectiveShape {
    uint32_t ranks = 0, gpus = 1, hosts = 1;
};

/// Without NVLink every endpoint counts as a host of its own. Throws BadInput, "ranks: ...", if the fabric is
/// too small, or if the last of several hosts would be partly filled.
CollectiveShape collective_shape(const FabricPlan& plan, uint32_t ranks);

/// What one run of a collective is asked to do.
struct CollectiveCall {
    CollectiveShape shape;
    Bytes size = 0;         ///< of the buffer of each rank
    uint32_t channels = 0;  ///< 0: the collective's default
    Bytes chunk = 0;        ///< 0: the collective's default
};

/// One of `parts` nearly equal pieces of `total` bytes: the first total % parts are a byte longer.
struct Cut {
    Bytes offset = 0, bytes = 0;
};
constexpr Cut cut(Bytes total, int64_t parts, int64_t i)
{
    const Bytes each = total / parts, rest = total % parts;
    return {each * i + (i < rest ? i : rest), each + (i < rest ? 1 : 0)};
}

struct Transfer {
    uint32_t src = 0, dst = 0;
    Bytes offset = 0, bytes = 0;  ///< the range of the sender's buffer that it carries; bytes >= 1
    /// Where in the receiver's memory the bytes land: in the buffer itself, or behind it if the receiver has
    /// still to add them up or has a buffer of its own for what it receives. No two transfers that are under
    /// way to a rank at once overlap there.
    Bytes landing = 0;
    bool reduce = false;  ///< the receiver adds it to its own; false: it replaces its own
    bool nvlink = false;
    uint32_t channel = 0;
};

class Collective
{
public:
    using Codes = std::vector<uint64_t>;
    virtual ~Collective() = default;
    /// Returns a bound that all codes lie below.
    virtual uint64_t code_limit() const = 0;
    virtual Transfer transfer(uint64_t code) const = 0;
    /// Returns the memory of a rank that transfers read and write: its buffer and what lies behind it.
    virtual Bytes memory_bytes(uint32_t rank) const = 0;
    /// Counts the transfers, none of which is empty.
    virtual uint64_t transfers() const = 0;
    /// Forgets everything, before each iteration.
    virtual void reset() = 0;
    /// Appends what `rank` sends unasked. Every rank begins once, in rank order.
    virtual void begin(uint32_t rank, Codes& out) = 0;
    /// Appends what the delivery of `code` makes possible.
    virtual void delivered(uint64_t code, Codes& out) = 0;
};

}  // namespace hpnsim
