// SPDX-License-Identifier: GPL-2.0-only
// Computes the two CRCs of a RoCEv2 frame; both are Ethernet's CRC-32 (IEEE 802.3 3.2.9).
#include "hpnsim/headers.hpp"

#include <boost/crc.hpp>

#include <cstring>

namespace hpnsim
{

uint32_t icrc_of(const uint8_t* ip_packet, size_t size)
{
    constexpr size_t kLocalRoute = 8;  // in place of InfiniBand's LRH
    constexpr size_t kHead = Ipv4Header::kSize + UdpHeader::kSize + Bth::kSize;
    uint8_t head[kLocalRoute + kHead];
    std::memset(head, 0xff, kLocalRoute);
    uint8_t* ip = head + kLocalRoute;
    std::memcpy(ip, ip_packet, kHead);
    const auto ones = [ip](size_t at, size_t count) { std::memset(ip + at, 0xff, count); };
    ones(1, 1);                                         // type of service: DSCP, ECN
    ones(8, 1);                                         // TTL
    ones(10, 2);                                        // header checksum
    ones(Ipv4Header::kSize + 6, 2);                     // UDP checksum
    ones(Ipv4Header::kSize + UdpHeader::kSize + 4, 1);  // FECN, BECN, reserved
    boost::crc_32_type crc;
    crc.process_bytes(head, sizeof head);
    crc.process_bytes(ip_packet + kHead, size - kHead);
    return crc.checksum();
}

uint32_t fcs_of(const uint8_t* frame, size_t size)
{
    boost::crc_32_type crc;
    crc.process_bytes(frame, size);
    return crc.checksum();
}

}  // namespace hpnsim
