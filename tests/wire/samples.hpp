// SPDX-License-Identifier: GPL-2.0-only
// Fills packets by hand, one of every kind that can be on a link, for the tests of bytes.
#pragma once

#include "hpnsim/frame.hpp"

#include <memory>
#include <string>
#include <vector>

namespace hpnsim::test
{

struct Sample {
    std::string name;
    Framing framing = Framing::roce;
    bool standard = true;  ///< RoCEv2 as the standards have it: other people's tools know it
    Packet packet;
    Extension extension;
    IntBlock telemetry;
    std::vector<std::byte> payload;

    Sample() = default;
    Sample(const Sample&) = delete;
    Sample& operator=(const Sample&) = delete;
};
using Samples = std::vector<std::unique_ptr<Sample>>;

/// Makes every opcode of RC, UC, UD, with payloads that need 0, 1, 2 and 3 B of pad and with none; every
/// syndrome; CNP; with and without INT; then what is our own: credits, trimmed packets, irn, rud.
Samples every_packet();

/// Returns the wire bytes that the transport charges for the sample (wire.hpp), by its kind.
uint32_t charged(const Sample& sample);

/// PFC: pause, resume, several priorities at once.
std::vector<PfcFrame> pfc_frames();

}  // namespace hpnsim::test
