// SPDX-License-Identifier: GPL-2.0-only
// Keeps the last INT record of each egress port, for CCs that work with differences: a record may be compared
// only with one of the same port. There is room for eight, and the stalest gives way. So a new path (or a
// sprayed packet's) sets a base without moving the rate, and the ports that all paths share stay known.
#pragma once

#include "hpnsim/events.hpp"

namespace hpnsim
{

class HopRecords
{
public:
    struct Record {
        Time ts;
        Bytes tx_bytes = 0, queue = 0;
        uint32_t port = 0;
    };

    /// Keeps the record in place of its port's earlier one, which goes to `before`. `before` is counted back
    /// from `hop`, so that plain differences hold also where counters have wrapped. False: there was no
    /// earlier one, or the new record is not newer and is ignored.
    bool exchange(const IntHop& hop, const IntWrap& wrap, Record& before)
    {
        Record* known = find(hop);
        if (known == nullptr) return false;
        const Time elapsed = wrap.elapsed(known->ts, hop.ts);
        if (elapsed.ps <= 0) return false;
        before = {hop.ts - elapsed, hop.tx_bytes - wrap.sent(known->tx_bytes, hop.tx_bytes), known->queue,
                  hop.port};
        *known = {hop.ts, hop.tx_bytes, hop.queue, hop.port};
        return true;
    }

private:
    static constexpr int kRecords = 8;

    /// Returns the record of the port. If there is none, makes room, fills it with `hop` and returns null.
    Record* find(const IntHop& hop)
    {
        for (int i = 0; i < known_; ++i)
            if (records_[i].port == hop.port) return &records_[i];
        Record* room = &records_[0];
        if (known_ < kRecords)
            room = &records_[known_++];
        else
            for (Record& record : records_)
                if (record.ts < room->ts) room = &record;
        *room = {hop.ts, hop.tx_bytes, hop.queue, hop.port};
        return nullptr;
    }

    Record records_[kRecords] = {};
    uint8_t known_ = 0;
};

}  // namespace hpnsim
