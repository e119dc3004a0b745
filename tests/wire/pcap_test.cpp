// SPDX-License-Identifier: GPL-2.0-only
// Compares capture files with their format, byte for byte (draft-ietf-opsawg-pcap).
#include "hpnsim/bad_input.hpp"
#include "hpnsim/pcap.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <unistd.h>

namespace hpnsim::test
{
namespace
{

namespace fs = std::filesystem;

class PcapFile : public ::testing::Test
{
protected:
    PcapFile() : path(fs::temp_directory_path() / ("hpnsim-pcap-" + std::to_string(getpid()))) {}
    ~PcapFile() override { fs::remove(path); }

    std::vector<uint8_t> bytes() const
    {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }

    fs::path path;
};

TEST_F(PcapFile, HeaderAndRecords)
{
    const uint8_t frame[5] = {0xde, 0xad, 0xbe, 0xef, 0x01};
    {
        PcapWriter writer(path, 3);
        writer.write(picoseconds(2'000'000'001'999), frame, 5);  // 2 s and 1 ns, rounded down
        writer.flush();
        EXPECT_EQ(writer.frames(), 1U);
    }
    const std::vector<uint8_t> expected = {
        0x4d, 0x3c, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3,    0,    0,   0, 1, 0, 0, 0,  // file
        2,    0,    0,    0,    1, 0, 0, 0, 3, 0, 0, 0, 5, 0, 0, 0, 0xde, 0xad, 0xbe};               // record
    EXPECT_EQ(bytes(), expected);
}

TEST_F(PcapFile, ReplacesAnOldFileAndGrowsBeyondItsBuffer)
{
    std::ofstream(path) << "old";
    std::vector<uint8_t> frame(1000, 7);
    {
        PcapWriter writer(path);
        for (int i = 0; i < 300; ++i) writer.write(nanoseconds(i), frame.data(), frame.size());
    }
    EXPECT_EQ(bytes().size(), 24U + 300 * 1016);
}

TEST(Pcap, AFileThatCannotBeWrittenIsNamed)
{
    try {
        PcapWriter writer("/nowhere/x.pcap");
        FAIL();
    } catch (const BadInput& error) {
        EXPECT_STREQ(error.what(), "capture: cannot write /nowhere/x.pcap");
    }
}

}  // namespace
}  // namespace hpnsim::test
