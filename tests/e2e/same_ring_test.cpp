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

/// What summary.json says of a run.
class Rings
{
public:
    explicit Rings(const std::string& topology)
        : how_(" --cc hpcc --quiet --no-plots --topology " + topology + " --out " + folder_.path().string() +
               "/")
    {
        write_chakra_ring(folder_.path());
        write_msccl_ring(folder_.path() / "ring.xml");
    }
    std::string file(const std::string& name) const { return (folder_.path() / name).string(); }
    nlohmann::json of(const std::string& command, const std::string& name) const
    {
        const Ran ran = run(command + how_ + name);
        EXPECT_EQ(ran.status, 0) << ran.err;
        return summary(folder_.path() / name, "hpcc");
    }
    nlohmann::json chakra(const std::string& more) const
    {
        return of("workload --file " + file("ring") + more, "chakra");
    }
    nlohmann::json msccl() const
    {
        return of("collective --ranks 8 --size 1M --algorithm 'msccl:file=" + file("ring.xml") + "'",
                  "msccl");
    }

private:
    Folder folder_;
    std::string how_;
};

void expect_equal(const nlohmann::json& program, const nlohmann::json& collective)
{
    EXPECT_GT(program["time_us"].get<double>(), 5);
    EXPECT_EQ(program["time_us"], collective["mean_us"]);
    EXPECT_EQ(program["ideal_us"], collective["ideal_us"]);
    EXPECT_EQ(program["data_packets"], collective["data_packets"]);
}

/// Chakra has one stream for a GPU's sends: the next waits until the one before has ended, by default by its
/// acknowledgement. Where every hop of the ring is alike, a send that ends on delivery has ended by then.
TEST(SameRing, TakesTheSameTimeInChakraMscclAndOurs)
{
    for (const char* topology : {"star", "hpn:segments=1,hosts=1"}) {
        SCOPED_TRACE(topology);
        const Rings rings(topology);
        const auto msccl = rings.msccl();
        expect_equal(rings.chakra(" --send-ends delivered"), msccl);
        expect_equal(
            rings.chakra(" --send-ends delivered"),
            rings.of("collective --ranks 8 --size 1M --algorithm ring --channels 1 --chunk 128K", "own"));
    }
}

/// Where hops differ, the stream holds back the sends over the longest. GOAL has no streams for messages: the
/// same trace as GOAL takes as long as MSCCL's, whose sends wait for nothing but their data.
TEST(SameRing, TakesTheSameTimeAsGoalWhereHopsDiffer)
{
    for (const char* topology : {"hpn:hosts=4,gpus=2", "hpn:segments=2,hosts=4,gpus=1"}) {
        SCOPED_TRACE(topology);
        const Rings rings(topology);
        const auto chakra = rings.chakra(" --send-ends delivered --write-goal " + rings.file("ring.goal"));
        const auto msccl = rings.msccl();
        EXPECT_GT(chakra["time_us"].get<double>(), msccl["mean_us"].get<double>());
        expect_equal(rings.of("workload --file " + rings.file("ring.goal"), "goal"), msccl);
    }
}

}  // namespace
}  // namespace hpnsim::test
