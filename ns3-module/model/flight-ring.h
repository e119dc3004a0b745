// SPDX-License-Identifier: GPL-2.0-only
// FlightRing holds the packets that are on a cable, in the order in which they arrive.
#pragma once

#include "hpnsim/packet.hpp"
#include "hpnsim/units.hpp"

#include <cstdint>

namespace hpnsim
{

/// A packet on a cable, and when its last bit arrives.
struct InFlight
{
    Packet* packet;
    Time arrival;
};

/**
 * \brief A circular queue of two words, besides its entries.
 *
 * The times lie beside each other, so that nobody has to look into a packet whose turn has not
 * come: by then it would be in no cache any more.
 */
class FlightRing
{
  public:
    FlightRing()
        : m_count(0)
        , m_log(0)
    {
    }

    FlightRing(const FlightRing&) = delete;
    FlightRing& operator=(const FlightRing&) = delete;

    ~FlightRing()
    {
        delete[] m_entries;
    }

    bool
    Empty() const
    {
        return m_count == 0;
    }

    uint32_t
    Size() const
    {
        return m_count;
    }

    /// Returns the `i`-th from the front.
    const InFlight&
    operator[](uint32_t i) const
    {
        return m_entries[(m_head + i) & Mask()];
    }

    void
    Push(Packet* packet, Time arrival)
    {
        if (m_entries == nullptr || m_count > Mask())
        {
            Grow();
        }
        m_entries[(m_head + m_count) & Mask()] = {packet, arrival};
        ++m_count;
    }

    InFlight
    Pop()
    {
        const InFlight front = m_entries[m_head];
        m_head = (m_head + 1) & Mask();
        --m_count;
        return front;
    }

  private:
    uint32_t
    Mask() const
    {
        return (uint32_t{1} << m_log) - 1;
    }

    void Grow();

    InFlight* m_entries{nullptr};
    uint32_t m_head{0};
    uint32_t m_count : 27;
    uint32_t m_log : 5;
};

} // namespace hpnsim
