// SPDX-License-Identifier: GPL-2.0-only
// QueueMonitor measures how deep queues were, and for how long. Results and plots of queue depth come from
// it.
#pragma once

#include "hpnsim/units.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace hpnsim
{

/// Counts port-time by queue depth, in bins of a quarter octave. The ports of a lane share it.
class DepthHistogram
{
public:
    void Add(Bytes depth, Time span) { m_time[BinOf(depth)] += span.ps; }

    /// Adds what `other` has counted.
    void Add(const DepthHistogram& other)
    {
        for (size_t i = 0; i < m_time.size(); ++i) {
            m_time[i] += other.m_time[i];
        }
    }

    /// Returns (upper bound of the bin in bytes, port-time in ps), ascending, without empty bins.
    std::vector<std::pair<Bytes, double>> Bins() const
    {
        std::vector<std::pair<Bytes, double>> bins;
        for (size_t i = 0; i < m_time.size(); ++i) {
            if (m_time[i] > 0) {
                bins.emplace_back(UpperBound(i), static_cast<double>(m_time[i]));
            }
        }
        return bins;
    }

private:
    static size_t BinOf(Bytes depth)
    {
        if (depth < 4) {
            return depth > 0 ? 1 : 0;
        }
        const int octave = 63 - __builtin_clzll(static_cast<uint64_t>(depth));
        return static_cast<size_t>(octave) * 4 + (static_cast<uint64_t>(depth) >> (octave - 2) & 3);
    }

    static Bytes UpperBound(size_t bin)
    {
        if (bin < 8)  // below the first octave that has quarters, BinOf uses only 0 and 1
        {
            return bin == 0 ? 0 : 3;
        }
        const int octave = static_cast<int>(bin / 4);
        return (Bytes{1} << octave) + (static_cast<Bytes>(bin % 4 + 1) << (octave - 2)) - 1;
    }

    std::array<int64_t, 256> m_time{};
};

/// Measures the depth of one egress queue: the waiting bytes of all priorities.
class QueueMonitor
{
public:
    /// Must be called before the depth changes from `depth`.
    void Change(Bytes depth, Time now, DepthHistogram& histogram)
    {
        const Time span = now - m_since;
        m_area += static_cast<double>(depth) * static_cast<double>(span.ps);
        histogram.Add(depth, span);
        m_since = now;
    }

    void Peak(Bytes bytes) { m_peak = std::max(m_peak, bytes); }

    Bytes PeakBytes() const { return m_peak; }

    double Mean(Time end) const { return end.ps > 0 ? m_area / static_cast<double>(end.ps) : 0; }

private:
    Time m_since;
    double m_area{0};  // byte-ps
    Bytes m_peak{0};
};

}  // namespace hpnsim
