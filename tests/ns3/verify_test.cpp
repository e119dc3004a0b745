// SPDX-License-Identifier: GPL-2.0-only
// Tests --verify over the real network: what the NICs move is right, and a packet that is spoiled on its last
// cable, behind the back of every check, is found.
#include "run/network_carrier.hpp"
#include "run_helper.hpp"

#include "ns3/callback.h"
#include "ns3/simulator.h"

#include <gtest/gtest.h>

#include <cstring>

namespace hpnsim
{
namespace
{

using Spoil = std::function<void(Packet&)>;

/// Calls `spoil` for the 50th data packet that arrives with bytes.
class Tap
{
public:
    explicit Tap(Spoil spoil) : spoil_(std::move(spoil)) {}
    void watch(RoceNetwork& network)
    {
        for (uint32_t i = 0; i < network.DeviceCount(); ++i)
            network.Device(i).TraceConnectWithoutContext("Rx", ns3::MakeCallback(&Tap::arrived, this));
    }
    int seen = 0;

private:
    void arrived(uint16_t, const Packet& packet)
    {
        const bool carries =
            !packet.trimmed && packet.extension != nullptr && packet.extension->bytes != nullptr;
        if (carries && ++seen == 50 && spoil_) spoil_(const_cast<Packet&>(packet));
    }
    Spoil spoil_;
};

Verdict verified_run(const std::vector<std::string>& words, const Spoil& spoil,
                     uint64_t* duplicates = nullptr)
{
    const std::unique_ptr<Scenario> scenario = scenario_of(words);
    const RunPlan run = resolve_runs(scenario->options.common, registry_lookup()).runs.at(0);
    const ChosenParts parts = choose_parts(run);
    const NetworkConfig config = network_config(scenario->options, run, parts, scenario->plan, 1);
    const auto contents = scenario->contents(1);
    contents->memory().allocate();
    RoceNetwork network(scenario->plan, config);
    NetworkCarrier carrier(network, scenario->workload(1), contents.get());
    Tap tap(spoil);
    tap.watch(network);
    carrier.start();
    ns3::Simulator::Run();
    EXPECT_TRUE(carrier.stopped_by_workload());
    EXPECT_GT(tap.seen, 50);
    if (duplicates != nullptr)
        for (uint32_t i = 0; i < network.DeviceCount(); ++i)
            *duplicates += network.Device(i).GetNic().counters().duplicates;
    return contents->finish(true);
}

// The pieces are of one packet, because under gbn the address is that of a message.
const std::vector<std::vector<std::string>> kCommands = {
    {"allreduce", "--topology", "hpn:segments=1,hosts=2", "--ranks", "16", "--size", "1M", "--chunk", "4K",
     "--cc", "dcqcn"},
    {"allreduce", "--topology", "hpn:segments=1,hosts=2", "--ranks", "16", "--size", "1M", "--algorithm",
     "hierarchical", "--cc", "nscc"},
    {"alltoall", "--topology", "hpn:segments=1,hosts=2", "--ranks", "16", "--size", "512K", "--cc", "nscc"},
    {"incast", "--topology", "star", "--senders", "4", "--size", "1M", "--cc", "nscc"},
};

class VerifiedRun : public testing::TestWithParam<size_t>
{
protected:
    const std::vector<std::string>& command() const { return kCommands[GetParam()]; }
};

TEST_P(VerifiedRun, MovesEveryByte)
{
    const Verdict verdict = verified_run(command(), {});
    EXPECT_TRUE(verdict.verified()) << verdict.first;
    EXPECT_GT(verdict.checked, 0U);
}

TEST_P(VerifiedRun, FindsAByteFlippedAfterTheIcrcCheck)
{
    const Verdict verdict = verified_run(
        command(), [](Packet& packet) { packet.extension->bytes[packet.payload - 1] ^= std::byte{1}; });
    EXPECT_FALSE(verdict.verified());
    EXPECT_GT(verdict.wrong, 0U);
}

TEST_P(VerifiedRun, FindsAPacketWrittenOnePacketOff)
{
    const Verdict verdict =
        verified_run(command(), [](Packet& packet) { packet.extension->address += packet.payload; });
    EXPECT_FALSE(verdict.verified());
    EXPECT_GT(verdict.wrong, 0U);
}

TEST_P(VerifiedRun, FindsAPayloadThatIsNeverWritten)
{
    const Verdict verdict =
        verified_run(command(), [](Packet& packet) { packet.extension->bytes = nullptr; });
    EXPECT_FALSE(verdict.verified());
    EXPECT_GT(verdict.wrong, 0U);
}

INSTANTIATE_TEST_SUITE_P(All, VerifiedRun, testing::Range(size_t{0}, kCommands.size()));

// Retransmissions read the sender's memory again, and duplicates arrive: neither may change a sum.
TEST(VerifiedLoss, WhatIsSentAgainIsCountedOnce)
{
    for (const char* transport : {"gbn", "rud"}) {
        uint64_t duplicates = 0;
        const Verdict verdict = verified_run({"allreduce", "--topology", "hpn:segments=1,hosts=2", "--ranks",
                                              "16", "--size", "4M", "--loss", "0.01", "--iterations", "2",
                                              "--cc", "fixed", "--transport", transport},
                                             {}, &duplicates);
        EXPECT_TRUE(verdict.verified()) << transport << verdict.first;
        EXPECT_EQ(verdict.checked, 2U * 16 * (1 << 20)) << transport;
        EXPECT_GT(duplicates, 0U) << transport;
    }
}

}  // namespace
}  // namespace hpnsim
