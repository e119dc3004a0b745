// SPDX-License-Identifier: GPL-2.0-only
// Writes capture files that tcpdump and Wireshark read: pcap with nanoseconds (magic 0xa1b23c4d), Ethernet.
#pragma once

#include "hpnsim/units.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace hpnsim
{

/// Writes one file. The file is open only while the buffer (64 KiB) is written out, so that a run may capture
/// more ports than a process may have open files. Throws BadInput, which names the file.
class PcapWriter
{
public:
    static constexpr uint32_t kWhole = 262144;  ///< snap length that cuts nothing: tcpdump's own

    /// Makes the file with its header. Frames are cut to `snap_length`; `with_fcs`: they end in their FCS.
    explicit PcapWriter(std::filesystem::path file, uint32_t snap_length = kWhole, bool with_fcs = false);
    PcapWriter(PcapWriter&&) = default;
    /// Writes out what is left. Errors go unnoticed here, so call `flush` before.
    ~PcapWriter();

    /// Times are rounded down to nanoseconds.
    void write(Time at, const uint8_t* frame, size_t size);
    void flush();
    uint64_t frames() const { return frames_; }

private:
    void low_first(uint64_t value, int bytes);
    bool write_out();

    std::filesystem::path file_;
    uint32_t snap_length_;
    std::string buffer_;
    uint64_t frames_ = 0;
    bool created_ = false;
};

}  // namespace hpnsim
