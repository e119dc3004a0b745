// SPDX-License-Identifier: GPL-2.0-only
// EcnMarker decides whether a packet is marked, when it joins or leaves an egress queue.
#pragma once

#include "hpnsim/random.hpp"
#include "hpnsim/units.hpp"

namespace hpnsim
{

/// The RED curve of DCQCN (SIGCOMM'15, figure 5): it marks nothing up to kmin, rises linearly to pmax at
/// kmax, and marks everything above. A step has kmin = kmax. A port whose pmax is 0 marks nothing at all.
struct RedCurve {
    Bytes kmin{0};
    Bytes kmax{0};
    double pmax{1};
};

/// Says which queue decides: the one that a packet finds (RED as in Floyd, Jacobson 1993; DCTCP), or the one
/// that it leaves behind. The latter tells of congestion sooner, by the time that the packet waited.
enum class MarkAt : uint8_t {
    ENQUEUE,
    DEQUEUE,
};

class EcnMarker
{
public:
    void Configure(const RedCurve& curve, uint64_t stream, MarkAt at = MarkAt::DEQUEUE)
    {
        m_stream = stream;
        Change(curve, at);
    }

    /// The same later on; the random stream goes on.
    void Change(const RedCurve& curve, MarkAt at)
    {
        const bool marks = curve.pmax > 0;
        m_curve = curve;
        m_atEnqueue = marks && at == MarkAt::ENQUEUE;
        m_atDequeue = marks && at == MarkAt::DEQUEUE;
    }

    bool AtEnqueue() const { return m_atEnqueue; }

    bool AtDequeue() const { return m_atDequeue; }

    /// Tells whether a packet that finds, or leaves behind, `queued` bytes is marked.
    bool Mark(Bytes queued)
    {
        if (queued <= m_curve.kmin) {
            return false;
        }
        if (queued > m_curve.kmax) {
            return true;
        }
        const double p = m_curve.pmax * static_cast<double>(queued - m_curve.kmin) /
                         static_cast<double>(m_curve.kmax - m_curve.kmin);
        return next_uniform(m_stream) < p;
    }

private:
    RedCurve m_curve;
    uint64_t m_stream{0};  // the port's own random stream
    bool m_atEnqueue{false};
    bool m_atDequeue{false};
};

}  // namespace hpnsim
