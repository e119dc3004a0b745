// SPDX-License-Identifier: GPL-2.0-only
// Tests admission and PFC of a switch with numbers worked by hand, and their books under random work.
#include "buffer/shared_buffer.hpp"
#include "pfc/pfc_control.hpp"

#include "hpnsim/random_streams.hpp"

#include <gtest/gtest.h>

#include <vector>

using namespace hpnsim;

namespace
{

/// Makes a buffer of 100,000 B, of which two ports hold 1,000 B reserve and 9,000 B headroom each: 80,000 B
/// are shared.
SharedBuffer two_ports(double alpha)
{
    SharedBuffer buffer;
    buffer.Configure(100'000, 20'000, 1'000, alpha);
    return buffer;
}

IngressBuffer ingress(double alpha = 0.5)
{
    IngressBuffer in;
    in.headroomLimit = 9'000;
    in.alphaQ16 = SharedBuffer::InQ16(alpha);
    return in;
}

}  // namespace

TEST(SharedBuffer, ThresholdIsAlphaTimesTheFreeSharedSpace)
{
    SharedBuffer buffer = two_ports(0.5);
    EXPECT_EQ(buffer.Threshold(), 40'000);
    ASSERT_TRUE(buffer.AdmitEgress(0, 30'000, true));
    EXPECT_EQ(buffer.Threshold(), 25'000);  // (80,000 - 30,000) / 2
    EXPECT_FALSE(buffer.AdmitEgress(20'000, 5'001, true));
    EXPECT_TRUE(buffer.AdmitEgress(20'000, 5'000, true));
    EXPECT_EQ(buffer.Used(), 35'000);
    buffer.ReleaseEgress(35'000);
    EXPECT_EQ(buffer.Threshold(), 40'000);
}

TEST(SharedBuffer, UnboundedClassesStopAtTheWholeSharedSpace)
{
    SharedBuffer buffer = two_ports(0.5);
    EXPECT_TRUE(buffer.AdmitEgress(79'000, 80'000, false));
    EXPECT_FALSE(buffer.AdmitEgress(0, 1, false));
}

TEST(SharedBuffer, ReserveIsUsedBeforeSharedSpaceAndHeadroomAfterIt)
{
    SharedBuffer buffer = two_ports(0.5);
    IngressBuffer in = ingress();
    ASSERT_TRUE(buffer.AdmitLossless(in, 1'000));
    EXPECT_EQ(buffer.Used(), 0);  // reserve
    ASSERT_TRUE(buffer.AdmitLossless(in, 26'000));
    EXPECT_EQ(buffer.Used(), 26'000);
    // Threshold 27,000: 26,000 + 1,500 is above it, so the packet goes into the headroom.
    ASSERT_TRUE(buffer.AdmitLossless(in, 1'500));
    EXPECT_EQ(in.headroom, 1'500);
    EXPECT_EQ(buffer.Used(), 26'000);
    // Once headroom is in use, packets that would fit below the threshold go there too, in order.
    ASSERT_TRUE(buffer.AdmitLossless(in, 500));
    EXPECT_EQ(in.headroom, 2'000);
    ASSERT_TRUE(buffer.AdmitLossless(in, 7'000));
    EXPECT_FALSE(buffer.AdmitLossless(in, 1));  // 9,000 B of headroom are full
}

TEST(SharedBuffer, APacketAcrossTheReserveChargesItsOverhangAlone)
{
    SharedBuffer buffer = two_ports(0.5);
    IngressBuffer in = ingress();
    ASSERT_TRUE(buffer.AdmitLossless(in, 600));
    ASSERT_TRUE(buffer.AdmitLossless(in, 600));
    EXPECT_EQ(buffer.Used(), 200);
    buffer.ReleaseLossless(in, 600);
    EXPECT_EQ(buffer.Used(), 0);
    EXPECT_EQ(in.held, 600);
}

TEST(SharedBuffer, ReleaseEmptiesHeadroomFirst)
{
    SharedBuffer buffer = two_ports(0.5);
    IngressBuffer in = ingress();
    ASSERT_TRUE(buffer.AdmitLossless(in, 27'000));
    ASSERT_TRUE(buffer.AdmitLossless(in, 1'500));
    ASSERT_EQ(in.headroom, 1'500);
    buffer.ReleaseLossless(in, 1'000);
    EXPECT_EQ(in.headroom, 500);
    EXPECT_EQ(buffer.Used(), 26'000);
    buffer.ReleaseLossless(in, 1'000);  // 500 from headroom, 500 from shared space
    EXPECT_EQ(in.headroom, 0);
    EXPECT_EQ(buffer.Used(), 25'500);
}

/// Whatever comes and goes, never more is used than there is, and nothing is left in the end.
TEST(SharedBuffer, BooksBalanceAfterAnyRandomSequence)
{
    for (const double alpha : {0.125, 1.0, 8.0}) {
        uint64_t stream = stream_of(1, StreamKind{99}, static_cast<uint64_t>(alpha * 8));
        SharedBuffer buffer = two_ports(alpha);
        std::vector<IngressBuffer> in(2, ingress(alpha));
        struct Held {
            int port;
            Bytes bytes;
        };
        std::vector<Held> held;
        Bytes egress = 0;
        for (int i = 0; i < 20'000; ++i) {
            const int port = static_cast<int>(next_below(stream, 3));  // 2: a lossy egress queue
            const auto bytes = static_cast<Bytes>(64 + next_below(stream, 9'000));
            const bool leave = !held.empty() && next_below(stream, 100) < 48;
            if (leave) {
                const size_t k = next_below(stream, held.size());
                if (held[k].port == 2)
                    egress -= held[k].bytes, buffer.ReleaseEgress(held[k].bytes);
                else
                    buffer.ReleaseLossless(in[static_cast<size_t>(held[k].port)], held[k].bytes);
                held.erase(held.begin() + static_cast<int64_t>(k));
            } else if (port == 2 ? buffer.AdmitEgress(egress, bytes, true)
                                 : buffer.AdmitLossless(in[static_cast<size_t>(port)], bytes)) {
                if (port == 2) egress += bytes;
                held.push_back({port, bytes});
            }
            ASSERT_GE(buffer.Used(), 0);
            ASSERT_LE(buffer.Used(), 80'000) << "alpha " << alpha;
            for (const IngressBuffer& each : in) {
                ASSERT_GE(each.held, 0);
                ASSERT_LE(each.headroom, 9'000);
            }
            ASSERT_EQ(buffer.Used(), buffer.SharedOf(in[0]) + buffer.SharedOf(in[1]) + egress);
        }
        for (const Held& each : held) {
            if (each.port == 2)
                buffer.ReleaseEgress(each.bytes);
            else
                buffer.ReleaseLossless(in[static_cast<size_t>(each.port)], each.bytes);
        }
        EXPECT_EQ(buffer.Used(), 0);
        EXPECT_EQ(in[0].held + in[1].held + in[0].headroom + in[1].headroom, 0);
    }
}

TEST(PfcControl, PausesAtTheThresholdAndResumesBelowIt)
{
    SharedBuffer buffer = two_ports(0.5);
    IngressBuffer in = ingress();
    ASSERT_TRUE(buffer.AdmitLossless(in, 27'600));
    EXPECT_FALSE(PfcControl::MustPause(buffer, in));  // 26,600 shared, threshold 26,700
    ASSERT_TRUE(buffer.AdmitLossless(in, 66));
    EXPECT_FALSE(PfcControl::MustPause(buffer, in));  // 26,666, threshold 26,667
    ASSERT_TRUE(buffer.AdmitLossless(in, 1));
    EXPECT_TRUE(PfcControl::MustPause(buffer, in));  // 26,667 shared reach the threshold of 26,666
    in.pausing = true;
    EXPECT_FALSE(PfcControl::MustPause(buffer, in));  // told once
    // Resume: s + 3,072 <= (80,000 - s) / 2, so s <= 24,618.
    buffer.ReleaseLossless(in, 2'048);
    EXPECT_EQ(buffer.SharedOf(in), 24'619);
    EXPECT_FALSE(PfcControl::MayResume(buffer, in));
    buffer.ReleaseLossless(in, 1);
    EXPECT_TRUE(PfcControl::MayResume(buffer, in));
    in.pausing = false;
    EXPECT_FALSE(PfcControl::MayResume(buffer, in));
}

TEST(PfcControl, HeadroomInUseForbidsResume)
{
    SharedBuffer buffer = two_ports(0.5);
    IngressBuffer in = ingress();
    ASSERT_TRUE(buffer.AdmitLossless(in, 22'000));
    ASSERT_TRUE(buffer.AdmitLossless(in, 8'600));  // 29,600 > (80,000 - 21,000) / 2
    ASSERT_EQ(in.headroom, 8'600);
    EXPECT_TRUE(PfcControl::MustPause(buffer, in));
    in.pausing = true;
    buffer.ReleaseLossless(in, 8'599);
    EXPECT_FALSE(PfcControl::MayResume(buffer, in));
    buffer.ReleaseLossless(in, 1);
    EXPECT_TRUE(PfcControl::MayResume(buffer, in));  // 21,000 + 3,072 <= 29,500
}

/// A port without shared bytes goes on even when others have used up the threshold, because nothing would ask
/// again.
TEST(PfcControl, AnEmptyPortResumesWhateverTheOthersHold)
{
    SharedBuffer buffer = two_ports(0.01);
    IngressBuffer in = ingress(0.01);
    ASSERT_TRUE(buffer.AdmitEgress(0, 79'000, false));
    ASSERT_TRUE(buffer.AdmitLossless(in, 1'000));
    ASSERT_TRUE(buffer.AdmitLossless(in, 200));
    EXPECT_TRUE(PfcControl::MustPause(buffer, in));
    in.pausing = true;
    buffer.ReleaseLossless(in, 200);
    EXPECT_TRUE(PfcControl::MayResume(buffer, in));
}

/// 400 Gb/s, 500 ns of cable, 500 ns of pipeline, frames of 4,200 B, a PFC frame of 84 B:
/// (2 x 500 + 500) ns x 50 B/ns = 75,000 B, 1 for rounding, 3 x 4,200, 84, and 905 quanta of 64 B = 57,920.
TEST(PfcControl, HeadroomByHand)
{
    EXPECT_EQ(PfcControl::Headroom(gbps(400), nanoseconds(500), nanoseconds(500), 4'200, 84),
              75'000 + 1 + 12'600 + 84 + 57'920);
    // 100 Gb/s: 18,750 B in flight and 394 quanta.
    EXPECT_EQ(PfcControl::Headroom(gbps(100), nanoseconds(500), nanoseconds(500), 1'100, 84),
              18'750 + 1 + 3'300 + 84 + 25'216);
    // A slower reaction than the standard's 57,920 B counts instead: 2 us are 100,000 B.
    EXPECT_EQ(PfcControl::Headroom(gbps(400), nanoseconds(500), nanoseconds(500), 4'200, 84, microseconds(2)),
              75'000 + 1 + 12'600 + 84 + 100'000);
}
