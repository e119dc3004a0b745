// SPDX-License-Identifier: GPL-2.0-only
// Tests what --audit says of packets that a lossless fabric drops: a fault excuses those of its own link
// alone.
#include "small_network.hpp"

#include "helper/network-audit.h"

#include <gtest/gtest.h>

#include <functional>

using namespace hpnsim;

namespace
{

/// Runs 8 senders into one receiver without congestion control, through a buffer that is soon full.
std::string audit(const std::function<void(RoceNetwork&)>& prepare, Priority priority = kDataPriority)
{
    NetworkConfig config = plain_config();
    config.fabric.pfc.lossless = static_cast<PausedPriorities>(priority_bit(priority) | priority_bit(3));
    config.nic.priority = priority;
    SmallNetwork net("star:hosts=9,gbps=100,link-ns=500,switch-ns=100,buffer-mb=2", config);
    NetworkAudit audit(net.network);
    prepare(net.network);
    for (uint32_t src = 1; src <= 8; ++src) net.post(src, 0, 1 << 20, src);
    net.run_until(milliseconds(2));
    audit.Check();
    return audit.Violation();
}

void impair(LinkTx& tx, Impairment::What what, PacketSet of, double rate)
{
    Impairment impairment;
    impairment.what = what;
    impairment.of = of;
    impairment.rate = rate;
    impairment.delay = microseconds(50);
    tx.Faults().Begin(impairment);
}

/// The first port of the switch leads to endpoint 0, and so on.
void lose_pauses(RoceNetwork& network, uint16_t port)
{
    impair(network.Tx(9, port), Impairment::What::loss, kPfcFrames, 1);
}

const std::string kDropped = "a lossless packet was dropped";

}  // namespace

TEST(Audit, IsCleanWithoutFaults)
{
    EXPECT_EQ(audit([](RoceNetwork&) {}), "");
    EXPECT_EQ(audit([](RoceNetwork&) {}, 4), "");
}

/// PAUSE frames vanish without any schedule, as if the simulator had lost them.
TEST(Audit, CatchesALosslessDropInEveryLosslessPriority)
{
    for (const Priority priority : {Priority{3}, Priority{4}}) {
        const std::string found = audit([](RoceNetwork& network) { lose_pauses(network, 5); }, priority);
        EXPECT_NE(found.find(kDropped), std::string::npos) << "priority " << int{priority} << ": " << found;
    }
}

TEST(Audit, ExcusesALinkThatDuplicatesOrDelays)
{
    for (const auto what :
         {Impairment::What::duplicate, Impairment::What::jitter, Impairment::What::reorder}) {
        const auto crowd = [what](RoceNetwork& network) {
            for (uint32_t nic = 1; nic <= 8; ++nic) impair(network.Tx(nic, 0), what, kDataPackets, 1);
        };
        EXPECT_EQ(audit(crowd), "") << static_cast<int>(what);
    }
}

TEST(Audit, ExcusesNoOtherLink)
{
    const std::string found = audit([](RoceNetwork& network) {
        impair(network.Tx(1, 0), Impairment::What::duplicate, kDataPackets, 0.5);
        lose_pauses(network, 5);
    });
    EXPECT_NE(found.find(kDropped), std::string::npos) << found;
}

/// A fault that has done nothing excuses nothing.
TEST(Audit, AFaultThatDoesNothingExcusesNothing)
{
    const std::string found = audit([](RoceNetwork& network) {
        impair(network.Tx(5, 0), Impairment::What::duplicate, kDataPackets, 0);
        lose_pauses(network, 5);
    });
    EXPECT_NE(found.find(kDropped), std::string::npos) << found;
}
