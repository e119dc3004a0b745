// SPDX-License-Identifier: GPL-2.0-only
// Encodes and decodes the INT trailer, and rounds each field to the width that it has there.
#include "hpnsim/int_trailer.hpp"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// Lists the Gb/s of each rate code; 0: a rate without a code.
constexpr int64_t kRates[16] = {0, 1, 10, 25, 40, 50, 100, 200, 400, 800, 1600, 3200};

uint64_t rate_code(Rate rate)
{
    for (uint64_t code = 1; code < 16; ++code)
        if (rate == gbps(kRates[code])) return code;
    return 0;
}

uint64_t record_of(const IntHop& hop)
{
    const auto queue = static_cast<uint64_t>(std::min<Bytes>(hop.queue / kIntQueueUnit, 0xffff));
    const auto sent = static_cast<uint64_t>(hop.tx_bytes / kIntByteUnit);
    const auto ns = static_cast<uint64_t>(hop.ts.ps / 1000);
    return rate_code(hop.link) << 60 | (ns & 0xffffff) << 36 | (sent & 0xfffff) << 16 | queue;
}

IntHop hop_of(uint64_t record)
{
    IntHop hop;
    hop.link = gbps(kRates[record >> 60]);
    hop.ts = nanoseconds(static_cast<int64_t>(record >> 36 & 0xffffff));
    hop.tx_bytes = static_cast<Bytes>(record >> 16 & 0xfffff) * kIntByteUnit;
    hop.queue = static_cast<Bytes>(record & 0xffff) * kIntQueueUnit;
    return hop;
}

}  // namespace

void put_int_trailer(ByteWriter& out, const IntBlock* records, int hops)
{
    const int known = records == nullptr ? 0 : std::min(hops, IntBlock::kMax);
    uint32_t path = 0;
    for (int i = 0; i < known; ++i) path ^= records->hop[i].port;
    out.u16(static_cast<unsigned>(std::min(hops, 15)) << 12 | (path & 0xfff));
    for (int i = 0; i < kIntTrailerHops; ++i) out.u64(i < known ? record_of(records->hop[i]) : 0);
}

int get_int_trailer(ByteReader& in, IntBlock& records)
{
    const int hops = in.u16() >> 12;
    for (int i = 0; i < kIntTrailerHops; ++i) {
        const uint64_t record = in.u64();
        if (i < hops) records.hop[i] = hop_of(record);
    }
    return hops;
}

}  // namespace hpnsim
