// SPDX-License-Identifier: GPL-2.0-only
// Tests that one ring AllReduce takes the same time whichever format it comes in: a Chakra trace of sends and
// receives, MSCCL XML, our own `ring`.
#include "command.hpp"
#include "workloads/et_writer.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace hpnsim::test
{
namespace
{

constexpr uint32_t kRanks = 8;
constexpr int64_t kPiece = 128 << 10;

std::string message_node(uint64_t id, bool sends, uint32_t peer, uint32_t tag, const std::string& rest)
{
    return et::node(id, sends ? et::send : et::recv,
                    et::attribute(sends ? "comm_dst" : "comm_src", 7, peer) +
                        et::attribute("comm_size", 9, kPiece) + et::attribute("comm_tag", 7, tag) + rest);
}

/// Rank r sends 14 pieces to r + 1, each but the first once the one before has come from r - 1, as the steps
/// of the sample of MSCCL do.
void write_chakra_ring(const std::filesystem::path& folder)
{
    constexpr uint32_t kSteps = 2 * (kRanks - 1);
    for (uint32_t rank = 0; rank < kRanks; ++rank) {
        std::string bytes = et::header();
        for (uint32_t step = 0; step < kSteps; ++step) {
            const uint64_t send = 2 * step, receive = send + 1;
            const std::string waits = step == 0 ? "" : et::after(receive - 2);
            bytes += message_node(send, true, (rank + 1) % kRanks, step, waits);
            bytes += message_node(receive, false, (rank + kRanks - 1) % kRanks, step, waits);
        }
        std::ofstream(folder / ("ring." + std::to_string(rank) + ".et"), std::ios::binary) << bytes;
    }
}

/// The sample, but with a protocol that adds no flags to the data.
void write_msccl_ring(const std::filesystem::path& file)
{
    std::string xml = read(HPNSIM_SAMPLES "/allreduce_ring_8.xml");
    const std::string sample = "proto=\"LL128\"";
    xml.replace(xml.find(sample), sample.size(), "proto=\"Simple\"");
    std::ofstream(file) << xml;
}

class SameRing : public testing::TestWithParam<const char*>
{
};

TEST_P(SameRing, TakesTheSameTimeInEveryFormat)
{
    const Folder folder;
    write_chakra_ring(folder.path());
    write_msccl_ring(folder.path() / "ring.xml");
    const std::string at = folder.path().string(),
                      how = std::string(GetParam()) + " --quiet --no-plots --out " + at;
    Ran ran = run("workload --file " + at + "/ring" + how + "/chakra");
    ASSERT_EQ(ran.status, 0) << ran.err;
    const std::string collective = "collective --ranks 8 --size 1M --algorithm ";
    ran = run(collective + "'msccl:file=" + at + "/ring.xml'" + how + "/msccl");
    ASSERT_EQ(ran.status, 0) << ran.err;
    ran = run(collective + "ring --channels 1 --chunk 128K" + how + "/own");
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto chakra = summary(folder.path() / "chakra", "hpcc"),
               msccl = summary(folder.path() / "msccl", "hpcc"), own = summary(folder.path() / "own", "hpcc");
    EXPECT_GT(chakra["time_us"].get<double>(), 10);
    EXPECT_EQ(chakra["time_us"], msccl["mean_us"]);
    EXPECT_EQ(chakra["time_us"], own["mean_us"]);
    EXPECT_EQ(chakra["data_packets"], msccl["data_packets"]);
    EXPECT_EQ(chakra["ideal_us"], msccl["ideal_us"]);
}

INSTANTIATE_TEST_SUITE_P(Fabrics, SameRing,
                         testing::Values(" --cc hpcc --topology star",
                                         " --cc hpcc --topology hpn:hosts=4,gpus=2",
                                         " --cc hpcc --topology hpn:segments=2,hosts=4,gpus=1",
                                         " --cc hpcc --topology hpn:segments=1,hosts=1"));

}  // namespace
}  // namespace hpnsim::test
