// SPDX-License-Identifier: GPL-2.0-only
// Counts the payload that receivers got over time, over all NICs of a run. The figure `throughput` shows it.
#pragma once

#include "hpnsim/lane.hpp"
#include "hpnsim/nic_config.hpp"
#include "hpnsim/units.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace hpnsim
{

/// A fixed number of equal bins. When time has passed the last one, pairs of bins are merged, so that a run
/// of any length takes the same memory and keeps at least half of the bins.
class DeliveryBins
{
public:
    static constexpr size_t kBins = 512;

    /// Adds `payload` bytes that have arrived whole at `end`, by a port of `rate`. They are spread over the
    /// time that the port needed for them, so that a bin never holds more than its share of the line rate.
    void add(Bytes payload, Rate rate, Time end)
    {
        if (payload != known_payload_ || rate.bps != known_rate_) know(payload, rate);
        const auto to = static_cast<uint64_t>(end.ps);
        const uint64_t from = to > known_ps_ ? to - known_ps_ : 0;
        const uint64_t bin = to >> shift_;
        if (bin < kBins && from >> shift_ == bin)
            parts_[bin] += payload * kParts;
        else
            spread(payload * kParts, from, to);
    }

    /// Adds what `other` has counted.
    void add(DeliveryBins other)
    {
        while (shift_ < other.shift_) merge();
        while (other.shift_ < shift_) other.merge();
        for (size_t i = 0; i < kBins; ++i) parts_[i] += other.parts_[i];
    }

    /// Adds what `other` has counted, later by `by`: each of its bins is spread over where it is then.
    void add_later(const DeliveryBins& other, Time by)
    {
        const auto shift = static_cast<uint64_t>(by.ps);
        for (uint64_t i = 0; i < kBins; ++i)
            if (other.parts_[i] > 0)
                spread(other.parts_[i], (i << other.shift_) + shift, ((i + 1) << other.shift_) + shift);
    }

    /// Adds bytes that have arrived evenly from `from` to `to`.
    void add_span(Bytes bytes, Time from, Time to)
    {
        if (bytes > 0) spread(bytes * kParts, static_cast<uint64_t>(from.ps), static_cast<uint64_t>(to.ps));
    }

    Time width() const { return Time{int64_t{1} << shift_}; }
    std::array<double, kBins> bytes() const
    {
        std::array<double, kBins> bytes;
        for (size_t i = 0; i < kBins; ++i)
            bytes[i] = static_cast<double>(parts_[i]) / static_cast<double>(kParts);
        return bytes;
    }

private:
    /// Bins count parts of a byte in whole numbers, whose sums do not depend on the order of what is added.
    static constexpr int64_t kParts = int64_t{1} << 20;

    /// Remembers the last length: nearly all packets are as long as the one before, and the division is
    /// saved.
    void know(Bytes payload, Rate rate)
    {
        known_payload_ = payload;
        known_rate_ = rate.bps;
        known_ps_ = rate.bps > 0 ? static_cast<uint64_t>(transmit_time(payload, rate).ps) : 0;
    }

    /// Each bin gets what had come by its end without what had come by its beginning, so that it does not
    /// matter whether bins are merged before or after.
    void spread(int64_t parts, uint64_t from, uint64_t to)
    {
        while (to >> shift_ >= kBins) merge();
        int64_t before = 0;
        for (uint64_t bin = from >> shift_; bin < to >> shift_; ++bin) {
            const uint64_t edge = (bin + 1) << shift_;
            const auto by_then =
                static_cast<int64_t>(static_cast<unsigned __int128>(parts) * (edge - from) / (to - from));
            parts_[bin] += by_then - before;
            before = by_then;
        }
        parts_[to >> shift_] += parts - before;
    }

    void merge()
    {
        for (size_t i = 0; i < kBins / 2; ++i) parts_[i] = parts_[2 * i] + parts_[2 * i + 1];
        std::fill(parts_.begin() + kBins / 2, parts_.end(), 0);
        ++shift_;
    }

    unsigned shift_ = 16;  // the first bins are 2^16 ps = 65.5 ns long: 33.6 us in all
    Bytes known_payload_ = 0;
    int64_t known_rate_ = 0;
    uint64_t known_ps_ = 0;
    std::array<int64_t, kBins> parts_{};
};

/// Returns what all lanes have counted.
inline DeliveryBins whole(const PerLane<DeliveryBins>& lanes)
{
    DeliveryBins sum;
    lanes.for_each([&sum](const DeliveryBins& bins) { sum.add(bins); });
    return sum;
}

/// Notes that new payload has arrived at a port of a NIC of this configuration.
inline void note_delivery(const NicConfig& config, Bytes payload, uint8_t port, Time now)
{
    if (config.delivery != nullptr) config.delivery->mine().add(payload, config.rate_of(port), now);
}

}  // namespace hpnsim
