// SPDX-License-Identifier: GPL-2.0-only
// Switches, and a bond of NIC ports, choose among equals by this hash. It is kept apart from the switch so
// that a host can foresee it (HPN, SIGCOMM'24, section 6.1; RePaC, ATC'21).
#pragma once

#include "hpnsim/packet.hpp"
#include "hpnsim/random_streams.hpp"

namespace hpnsim
{

/// Salts the hash, so that switches choose differently.
constexpr uint64_t ecmp_salt(uint64_t seed, uint32_t sw)
{
    return stream_of(seed, StreamKind::ecmp_salt, sw);
}

/// Returns which of `count` equals (1 or more) the packets of a UDP flow take.
constexpr uint32_t ecmp_choice(uint64_t salt, uint32_t src, uint32_t dst, uint16_t source_port,
                               uint32_t count)
{
    const uint64_t pair = static_cast<uint64_t>(src) << 32 | dst;
    const uint64_t hash = mix64(salt ^ mix64(pair) ^ source_port);
    return static_cast<uint32_t>((hash >> 32) * count >> 32);
}

/// Computes MurmurHash3 (x86, 32 bits) of three words.
constexpr uint32_t murmur3(uint32_t a, uint32_t b, uint32_t c, uint32_t seed)
{
    const uint32_t words[3] = {a, b, c};
    uint32_t h = seed;
    for (uint32_t k : words) {
        k *= 0xcc9e2d51U;
        k = (k << 15 | k >> 17) * 0x1b873593U;
        h ^= k;
        h = (h << 13 | h >> 19) * 5 + 0xe6546b64U;
    }
    h ^= 12;  // the length in bytes
    h = (h ^ h >> 16) * 0x85ebca6bU;
    h = (h ^ h >> 13) * 0xc2b2ae35U;
    return h ^ h >> 16;
}

/// Returns node `id`'s address in HPCC-sim: 11.x.y.1.
constexpr uint32_t hpcc_sim_address(uint32_t id)
{
    return 0x0b000001U + (id / 256 << 16) + (id % 256 << 8);
}

/// Chooses among equals as one switch does.
struct EcmpHash {
    uint64_t salt = 0;
    /// If it is set, the hash is murmur3 over addresses and ports with the seed `salt`, as in HPCC-sim, and
    /// this gives each endpoint's id, of which its address is made. Acknowledgements are hashed by their own
    /// addresses and ports, so that they may take another path than the data.
    const uint32_t* ids = nullptr;

    uint32_t choose(const Packet& packet, uint32_t count) const
    {
        if (ids == nullptr) return ecmp_choice(salt, packet.src, packet.dst, packet.source_port, count);
        return hpcc_sim(packet) % count;
    }

private:
    uint32_t hpcc_sim(const Packet& packet) const
    {
        const uint32_t from = packet.source_port, to = packet.dest_port;
        const uint32_t ports = packet.kind == PacketKind::data ? from | to << 16 : to | from << 16;
        return murmur3(hpcc_sim_address(ids[packet.src]), hpcc_sim_address(ids[packet.dst]), ports,
                       static_cast<uint32_t>(salt));
    }
};

}  // namespace hpnsim
