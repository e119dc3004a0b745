// SPDX-License-Identifier: GPL-2.0-only
// Reads binary trace files.
#include "traces/trace_bytes.hpp"

#include "hpnsim/bad_input.hpp"

#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <cstdint>
#include <fstream>
#include <istream>

namespace hpnsim
{

namespace
{

constexpr size_t kMostBytes = size_t{4} << 30;
constexpr size_t kPiece = size_t{1} << 20;

/// Reads piece by piece: memory grows with what comes, whatever a header may claim.
std::string read_all(std::istream& in, const std::string& path)
{
    std::string bytes;
    while (in) {
        const size_t before = bytes.size();
        bytes.resize(before + kPiece);
        in.read(&bytes[before], static_cast<std::streamsize>(kPiece));
        bytes.resize(before + static_cast<size_t>(in.gcount()));
        if (bytes.size() > kMostBytes)
            throw BadInput(path + ", byte " + std::to_string(kMostBytes) +
                           ": the trace of one rank may hold 4 GiB, and this one holds more");
    }
    if (in.bad()) throw BadInput("cannot read '" + path + "'");
    return bytes;
}

}  // namespace

std::string read_trace_bytes(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file) throw BadInput("cannot read '" + path + "'");
    const bool packed = file.get() == 0x1f && file.get() == 0x8b;
    file.clear();
    file.seekg(0);
    if (!packed) return read_all(file, path);
    boost::iostreams::filtering_istream unpacked;
    unpacked.push(boost::iostreams::gzip_decompressor());
    unpacked.push(file);
    unpacked.exceptions(std::ios::badbit);  // so that what the filter throws is not swallowed
    try {
        return read_all(unpacked, path);
    } catch (const std::ios_base::failure&) {
        throw BadInput(path +
                       ", byte 0: this begins as gzip does, and its packed data are damaged or end early");
    }
}

}  // namespace hpnsim
