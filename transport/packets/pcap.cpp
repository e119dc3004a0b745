// SPDX-License-Identifier: GPL-2.0-only
// Writes the header of a capture file and its records, and fails with a sentence when the disk does.
#include "hpnsim/pcap.hpp"

#include "hpnsim/bad_input.hpp"

#include <algorithm>
#include <fstream>
#include <utility>

namespace hpnsim
{

namespace
{

constexpr size_t kBuffer = 65536;
constexpr uint32_t kNanosecondMagic = 0xa1b23c4d;
constexpr uint32_t kEthernet = 1;
constexpr uint32_t kFourBytesOfFcs = 2U << 28 | 1U << 26;  // two 16-bit words; "the length is present"
constexpr int64_t kSecond = 1'000'000'000;

}  // namespace

PcapWriter::PcapWriter(std::filesystem::path file, uint32_t snap_length, bool with_fcs)
    : file_(std::move(file)), snap_length_(snap_length)
{
    low_first(kNanosecondMagic, 4);
    low_first(2, 2);  // version 2.4
    low_first(4, 2);
    low_first(0, 8);  // time zone, accuracy
    low_first(snap_length, 4);
    low_first(with_fcs ? kFourBytesOfFcs | kEthernet : kEthernet, 4);
    flush();
}

PcapWriter::~PcapWriter()
{
    write_out();
}

void PcapWriter::low_first(uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; ++i) buffer_.push_back(static_cast<char>(value >> 8 * i));
}

void PcapWriter::write(Time at, const uint8_t* frame, size_t size)
{
    const int64_t ns = at.ps / 1000;
    const size_t kept = std::min<size_t>(size, snap_length_);
    low_first(static_cast<uint64_t>(ns / kSecond), 4);
    low_first(static_cast<uint64_t>(ns % kSecond), 4);
    low_first(kept, 4);
    low_first(size, 4);
    buffer_.append(reinterpret_cast<const char*>(frame), kept);
    ++frames_;
    if (buffer_.size() >= kBuffer) flush();
}

bool PcapWriter::write_out()
{
    if (buffer_.empty()) return true;
    const auto mode = created_ ? std::ios::app : std::ios::trunc;
    std::ofstream out(file_, std::ios::binary | std::ios::out | mode);
    out.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    out.close();
    buffer_.clear();
    created_ = true;
    return !out.fail();
}

void PcapWriter::flush()
{
    if (!write_out()) throw BadInput("capture: cannot write " + file_.string());
}

}  // namespace hpnsim
