// SPDX-License-Identifier: GPL-2.0-only
// Path policies that spray use this: it holds a QP's set of N source ports, and walks through it.
#pragma once

#include "hpnsim/events.hpp"
#include "hpnsim/random.hpp"

#include <numeric>

namespace hpnsim
{

/// A set of N consecutive source ports among the dynamic ones (RFC 6335; RoCEv2 uses its entropy field
/// likewise).
class Entropies
{
public:
    static constexpr uint16_t kFirst = 0xC000;
    static constexpr uint16_t kCount = 0x4000;  ///< the most that a set may have

    /// Draws where the set begins. 1 <= n <= kCount.
    void start(uint64_t& stream, uint16_t n)
    {
        offset_ = static_cast<uint16_t>(next_below(stream, kCount));
        n_ = n;
    }
    uint16_t size() const { return n_; }
    uint16_t source_port(uint32_t index) const
    {
        return static_cast<uint16_t>(kFirst + (offset_ + index) % kCount);
    }
    /// Returns the place of a source port in the set; `size()` for one that is not in it.
    uint16_t index_of(uint16_t source_port) const
    {
        if (source_port < kFirst) return n_;
        const auto index = static_cast<uint16_t>((source_port - kFirst + kCount - offset_) % kCount);
        return index < n_ ? index : n_;
    }
    uint16_t any(uint64_t& stream) const
    {
        return source_port(static_cast<uint32_t>(next_below(stream, n_)));
    }

private:
    uint16_t offset_ = 0, n_ = 1;
};

/// Visits 0 .. n-1 once per lap, in an order that is drawn anew each lap: by a step that shares no factor
/// with n, or, as uet-htsim has it, by exclusive-or with a mask. That needs a power of two; with any other n
/// a walk that is asked for it takes steps.
class Walk
{
public:
    void start(uint64_t& stream, uint16_t n, bool by_mask = false)
    {
        by_mask_ = by_mask && (n & (n - 1)) == 0;
        begin_lap(stream, n);
    }
    /// Does as `start`, but the first lap is drawn when it begins.
    void start_later(uint16_t n, bool by_mask = false) { by_mask_ = by_mask && (n & (n - 1)) == 0; }
    uint16_t next(uint64_t& stream, uint16_t n)
    {
        if (left_ == 0) begin_lap(stream, n);
        const auto visited = static_cast<uint16_t>(n - left_--);
        if (by_mask_) return visited ^ at_;
        at_ = static_cast<uint16_t>((uint32_t{at_} + step_) % n);
        return at_;
    }

private:
    void begin_lap(uint64_t& stream, uint16_t n)
    {
        at_ = static_cast<uint16_t>(next_below(stream, n));
        left_ = n;
        if (by_mask_) return;
        do {
            step_ = static_cast<uint16_t>(1 + next_below(stream, n));
        } while (std::gcd(step_, n) != 1);
    }

    uint16_t at_ = 0, step_ = 1, left_ = 0;  // left_: visits before the next lap; by mask, at_ is the mask
    bool by_mask_ = false;
};

/// Holds one T for each NIC port, because on HPN the planes share no link but the last.
template <class T> struct PerPort {
    T& operator[](uint8_t port) { return of[port % kMaxNicPorts]; }
    T of[kMaxNicPorts];
};

/// Starts the walks of all ports. Those of the first `drawn` draw their first lap at once, the others when it
/// begins: how many ports a NIC may have must not change what a QP of a smaller one draws.
template <class W> void start_walks(PerPort<W>& walks, uint64_t& stream, uint16_t n, bool by_mask, int drawn)
{
    for (int port = 0; port < kMaxNicPorts; ++port)
        if (port < drawn)
            walks.of[port].start(stream, n, by_mask);
        else
            walks.of[port].start_later(n, by_mask);
}

/// Calls `forget` with what is known of each port that is in `before` and no longer in `now`.
template <class T, class F> void retire_ports(PerPort<T>& known, uint8_t before, uint8_t now, F forget)
{
    for (int port = 0; port < kMaxNicPorts; ++port)
        if ((before & ~now) >> port & 1) forget(known.of[port]);
}

}  // namespace hpnsim
