// SPDX-License-Identifier: GPL-2.0-only
// Captures packets of a running network, and tests that what is in the file is what crossed the port.
#include "small_network.hpp"

#include "model/capture.h"

#include "ns3/simulator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <unistd.h>

using namespace hpnsim;

namespace
{

namespace fs = std::filesystem;

struct Frame {
    int64_t ns;
    std::vector<uint8_t> bytes;
};

uint32_t low_first(const std::string& data, size_t at)
{
    uint32_t value = 0;
    for (size_t i = 4; i-- > 0;) value = value << 8 | static_cast<uint8_t>(data[at + i]);
    return value;
}

std::vector<Frame> frames_of(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    const std::string data{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    std::vector<Frame> frames;
    for (size_t at = 24; at + 16 <= data.size();) {
        const size_t size = low_first(data, at + 8);
        frames.push_back(
            {int64_t{low_first(data, at)} * 1'000'000'000 + low_first(data, at + 4),
             {data.begin() + static_cast<long>(at + 16), data.begin() + static_cast<long>(at + 16 + size)}});
        at += 16 + size;
    }
    return frames;
}

/// Makes a network with a capture of one node, in a file of its own.
class Captured : public ::testing::Test
{
protected:
    ~Captured() override
    {
        capture.reset();
        net.reset();
        fs::remove(path);
    }

    void start(const NetworkConfig& config, uint32_t node, int port)
    {
        net = std::make_unique<SmallNetwork>("star:hosts=5,gbps=400,buffer-mb=2", config);
        capture = std::make_unique<PortCapture>(
            net->network.GetClock(), net->network.Plan(), net->network.Adjacency(),
            std::vector{config.nic.wire->framing}, node, port, PcapWriter(path));
        if (node < 5)
            capture->Listen(net->network.Device(node));
        else
            capture->Listen(net->network.Switch(0));
    }

    std::vector<Frame> frames()
    {
        capture->Finish();
        return frames_of(path);
    }

    const fs::path path = fs::temp_directory_path() / ("hpnsim-capture-" + std::to_string(getpid()));
    std::unique_ptr<SmallNetwork> net;
    std::unique_ptr<PortCapture> capture;
};

TEST_F(Captured, EveryPacketOfANicWithItsSizeAndTime)
{
    start(plain_config(), 1, 0);
    net->post(1, 0, 4096, 1);
    net->run();
    const std::vector<Frame> all = frames();
    ASSERT_EQ(all.size(), 2U);  // the WRITE leaves at once, its ACK arrives last of all
    EXPECT_EQ(all[0].ns, 0);
    EXPECT_EQ(all[1].ns, net->completed(1).ps / 1000);
    Bytes sent = 0;
    DecodedFrame write, ack;
    ASSERT_EQ(decode_frame(all[0].bytes.data(), all[0].bytes.size(), write), "");
    ASSERT_EQ(decode_frame(all[1].bytes.data(), all[1].bytes.size(), ack), "");
    sent += static_cast<Bytes>(all[0].bytes.size()) + 24;
    EXPECT_EQ(sent, net->network.Device(1).Tx(0).SentBytes());
    EXPECT_EQ(write.packet.opcode, Opcode::write_only);
    EXPECT_EQ(write.packet.payload, 4096U);
    EXPECT_EQ(write.packet.src, 1U);
    EXPECT_EQ(ack.packet.kind, PacketKind::ack);
    EXPECT_EQ(ack.packet.dst, 1U);
}

TEST_F(Captured, OnePortOfASwitchAlone)
{
    start(plain_config(), 5, 2);
    net->post(1, 0, 4096, 1);
    net->post(2, 0, 4096, 2);
    net->run();
    for (const Frame& frame : frames()) {
        DecodedFrame decoded;
        ASSERT_EQ(decode_frame(frame.bytes.data(), frame.bytes.size(), decoded), "");
        EXPECT_TRUE(decoded.packet.src == 2 || decoded.packet.dst == 2);
    }
    EXPECT_EQ(capture->Frames(), 2U);
}

TEST_F(Captured, PfcFramesAtTheNicThatIsPaused)
{
    start(plain_config(), 1, PortCapture::kEveryPort);
    for (uint32_t src = 1; src <= 4; ++src) net->post(src, 0, 1 << 20, src);
    net->run();
    uint64_t pauses = 0, resumes = 0;
    for (const Frame& frame : frames()) {
        DecodedFrame decoded;
        ASSERT_EQ(decode_frame(frame.bytes.data(), frame.bytes.size(), decoded), "");
        if (decoded.kind != DecodedFrame::Kind::pfc) continue;
        EXPECT_EQ(frame.bytes.size(), 60U);
        EXPECT_EQ(decoded.ethernet.source, switch_mac(0, 1));
        ++(decoded.pfc.quanta[kDataPriority] > 0 ? pauses : resumes);
    }
    EXPECT_GT(pauses, 0U);
    EXPECT_EQ(pauses, net->network.Device(1).PausesObeyed(0));
    EXPECT_EQ(resumes, pauses);
}

TEST_F(Captured, ForeignPacketsKeepTheirBytes)
{
    start(plain_config(), 0, 0);
    const std::vector<uint8_t> payload = {1, 2, 3, 4, 5};
    net->network.Device(1).Send(ns3::Create<ns3::Packet>(payload.data(), payload.size()),
                                RoceNetDevice::AddressOf(0), 0x88b5);
    net->run();
    const std::vector<Frame> all = frames();
    ASSERT_EQ(all.size(), 1U);
    ASSERT_EQ(all[0].bytes.size(), 60U);
    const std::vector<uint8_t> head(all[0].bytes.begin(), all[0].bytes.begin() + 20);
    const std::vector<uint8_t> expected = {2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0x88, 0xb5, 1, 2, 3, 4, 5, 0};
    EXPECT_EQ(head, expected);
}

}  // namespace
