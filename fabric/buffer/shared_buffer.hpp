// SPDX-License-Identifier: GPL-2.0-only
// SharedBuffer decides whether a packet is admitted to a switch's packet buffer: by dynamic threshold,
// reserve and headroom per ingress port.
#pragma once

#include "hpnsim/units.hpp"

#include <algorithm>
#include <cstdint>

namespace hpnsim
{

/// Counts what one ingress port and lossless priority holds of the buffer.
struct IngressBuffer {
    Bytes held{0};      ///< in reserve and shared space
    Bytes headroom{0};  ///< in headroom
    Bytes headroomLimit{0};
    int64_t alphaQ16{0};  ///< alpha of its dynamic threshold
    bool pausing{false};  ///< the upstream has been told to stop
};

/**
 * \brief The shared buffer of one switch.
 *
 * Dynamic threshold (Choudhury, Hahne, ToN 1998): an ingress (lossless) or egress (lossy) queue may
 * use up to alpha x the free shared space. A lossless packet beyond it goes into the port's
 * headroom.
 */
class SharedBuffer
{
public:
    /// `reserved` is what reserve and headroom of all ports together take from `total`.
    void Configure(Bytes total, Bytes reserved, Bytes reserve, double alpha)
    {
        m_shared = total - reserved;
        m_reserve = reserve;
        m_alphaQ16 = InQ16(alpha);
    }

    /// Converts `alpha` to the form that thresholds take.
    static int64_t InQ16(double alpha) { return static_cast<int64_t>(alpha * 65536); }

    /// Returns how much shared space one egress queue may use now.
    Bytes Threshold() const { return std::max<Bytes>(m_shared - m_used, 0) * m_alphaQ16 >> 16; }

    /// Returns how much shared space an ingress may use now.
    Bytes Threshold(const IngressBuffer& in) const
    {
        return std::max<Bytes>(m_shared - m_used, 0) * in.alphaQ16 >> 16;
    }

    /// Admits a lossless packet; false if it fits neither below the threshold nor into the headroom.
    bool AdmitLossless(IngressBuffer& in, Bytes bytes)
    {
        const Bytes over = in.held + bytes - m_reserve;
        if (over <= 0) {
            in.held += bytes;
        } else if (over <= Threshold(in) && in.headroom == 0 &&
                   m_used + std::min(bytes, over) <= m_shared)  // alpha may be above 1
        {
            in.held += bytes;
            m_used += std::min(bytes, over);
        } else if (in.headroom + bytes <= in.headroomLimit) {
            in.headroom += bytes;
        } else {
            return false;
        }
        return true;
    }

    /**
     * Admits a lossless packet as HPCC-sim's MMU does: refuses what fits neither into the headroom nor below
     * the threshold, and only then asks which of the two holds it.
     *
     * So an ingress that is in its headroom goes back to shared space as soon as the threshold
     * allows, and the threshold alone bounds shared space.
     */
    bool AdmitUnlessBothFull(IngressBuffer& in, Bytes bytes)
    {
        const Bytes threshold = Threshold(in);
        if (in.headroom + bytes > in.headroomLimit && SharedOf(in) + bytes > threshold) {
            return false;
        }
        const Bytes over = in.held + bytes - m_reserve;
        if (over > threshold) {
            in.headroom += bytes;
            return true;
        }
        in.held += bytes;
        m_used += std::clamp<Bytes>(over, 0, bytes);
        return true;
    }

    /// Returns true of a packet that would be admitted below the threshold, into neither headroom nor pause,
    /// and leave no trace if it were released at once. It may say false of others too.
    bool PassesBelow(const IngressBuffer& in, Bytes bytes) const
    {
        return !in.pausing && in.headroom == 0 &&
               SharedOf(in) + bytes < std::max<Bytes>(m_shared - m_used - bytes, 0) * in.alphaQ16 >> 16;
    }

    void ReleaseLossless(IngressBuffer& in, Bytes bytes)
    {
        const Bytes fromHeadroom = std::min(in.headroom, bytes);
        in.headroom -= fromHeadroom;
        bytes -= fromHeadroom;
        m_used -= std::min(bytes, std::max<Bytes>(in.held - m_reserve, 0));
        in.held -= bytes;
    }

    /// Admits a packet to an egress queue that holds `queued`; `bounded` says whether the dynamic threshold
    /// applies.
    bool AdmitEgress(Bytes queued, Bytes bytes, bool bounded)
    {
        if ((bounded && queued + bytes > Threshold()) || m_used + bytes > m_shared) {
            return false;
        }
        m_used += bytes;
        return true;
    }

    /// Returns the largest packet that `AdmitEgress` would admit.
    Bytes EgressRoom(Bytes queued, bool bounded) const
    {
        const Bytes room = m_shared - m_used;
        return bounded ? std::min(room, Threshold() - queued) : room;
    }

    void ReleaseEgress(Bytes bytes) { m_used -= bytes; }

    /// Notes that an egress queue has taken one packet in another's place.
    void ExchangeEgress(Bytes out, Bytes in) { m_used += in - out; }

    Bytes SharedOf(const IngressBuffer& in) const { return std::max<Bytes>(in.held - m_reserve, 0); }

    Bytes Used() const { return m_used; }

private:
    Bytes m_shared{0};  // size of the shared space
    Bytes m_used{0};
    Bytes m_reserve{0};
    int64_t m_alphaQ16{0};
};

}  // namespace hpnsim
