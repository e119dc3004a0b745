// SPDX-License-Identifier: GPL-2.0-only
// With flowlet switching a burst of a flow stays together, and the next burst may take another path.
#pragma once

#include "hpnsim/bad_input.hpp"
#include "hpnsim/fabric.hpp"
#include "hpnsim/random.hpp"
#include "hpnsim/units.hpp"

#include <cstdint>
#include <vector>

namespace hpnsim
{

/**
 * \brief The flowlet table of a switch (LetFlow, NSDI'17).
 *
 * A flow's hash finds its entry: the port that its burst takes, and when it was last used. After a
 * gap, or when that port no longer leads on, a port is drawn at random. Flows that share an entry
 * share its fate, as in the paper. Hardware ages entries by one bit (CONGA, SIGCOMM'14), so that
 * its gap is anything from one to two timeouts; here it is exact.
 */
class FlowletTable
{
public:
    /// `entries` >= 1, else BadInput.
    FlowletTable(uint32_t entries, Time gap, uint64_t stream)
        : m_entries(entries), m_gap(gap), m_stream(stream)
    {
        if (entries < 1) {
            throw BadInput("a flowlet table without entries; it takes 1 or more");
        }
    }

    /// Returns the port of the flow whose hash has these high 32 bits; `hops.count` >= 1.
    uint16_t Choose(uint32_t hash, const NextHops& hops, Time now)
    {
        Entry& entry = m_entries[static_cast<uint64_t>(hash) * m_entries.size() >> 32];
        if (entry.port == kNone || now - entry.last >= m_gap || !hops.has(entry.port)) {
            entry.port = hops.port(static_cast<uint32_t>(next_below(m_stream, hops.count)));
        }
        entry.last = now;
        return entry.port;
    }

private:
    static constexpr uint16_t kNone = UINT16_MAX;

    struct Entry {
        Time last;
        uint16_t port{kNone};
    };

    std::vector<Entry> m_entries;
    Time m_gap;
    uint64_t m_stream;
};

}  // namespace hpnsim
