// SPDX-License-Identifier: GPL-2.0-only
// Tests a NIC's bond in small networks: when it takes a mended port back, who may use it meanwhile, and that
// QPs return to the ports that they were made with.
#include "small_network.hpp"

#include "helper/fault-injector.h"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

/// Two hosts with a NIC of two ports each, on two ToRs (nodes 2 and 3).
const std::string kDual = "hpn:segments=1,hosts=2,gpus=1,aggs=1";
constexpr Time kDown = microseconds(50), kUp = microseconds(1000), kDetect = microseconds(10),
               kFailback = microseconds(300), kConverge = microseconds(200), kTick = nanoseconds(1);

Fault change(Time at, Fault::Act act, uint32_t node, uint16_t port)
{
    Fault made;
    made.at = at;
    made.act = act;
    made.node = node;
    made.port = port;
    return made;
}

NetworkConfig with(const std::vector<Fault>& faults, Time failback = kFailback)
{
    NetworkConfig config = plain_config();
    config.faults.faults = faults;
    config.faults.detect = kDetect;
    config.faults.converge = kConverge;
    config.faults.failback = failback;
    config.qpsPerPeer = 2;
    return config;
}

/// QPs 0 and 1 from host 0 to host 1, one a port, are kept busy up to 2.5 ms.
void keep_busy(SmallNetwork& net)
{
    net.post(0, 1, 60 << 20, 0, 0);
    net.post(0, 1, 60 << 20, 1, 1);
}

Bytes sent_between(SmallNetwork& net, uint16_t port, Time from, Time to)
{
    net.run_until(from);
    const Bytes before = net.network.Tx(0, port).SentBytes();
    net.run_until(to);
    return net.network.Tx(0, port).SentBytes() - before;
}

}  // namespace

/// A NIC uses its own mended port again when `failback` has passed since it noticed, and no sooner. The port
/// is back before the fabric knew that it was gone, so that nothing else delays it.
TEST(Bond, TakesAMendedPortBackAfterFailback)
{
    constexpr Time kSoon = microseconds(150);
    for (const Time failback : {Time{}, kFailback}) {
        SmallNetwork net(
            kDual,
            with({change(kDown, Fault::Act::down, 0, 0), change(kSoon, Fault::Act::up, 0, 0)}, failback));
        keep_busy(net);
        const Time back = kSoon + kDetect + failback;
        EXPECT_EQ(sent_between(net, 0, kDown + kDetect, back - kTick), 0) << failback.us();
        EXPECT_GT(sent_between(net, 0, back, back + microseconds(50)), 1'000'000) << failback.us();
        net.run();
        net.completed(0);
        net.completed(1);
        net.expect_empty();
    }
}

/// Who sends to the mended port learns of it `converge` after its bond has taken it back.
TEST(Bond, AnnouncesAPortOnlyWhenItHasTakenItBack)
{
    SmallNetwork net(kDual, with({change(kDown, Fault::Act::down, 1, 0), change(kUp, Fault::Act::up, 1, 0)}));
    keep_busy(net);
    const Time known = kUp + kDetect + kFailback + kConverge;
    EXPECT_EQ(sent_between(net, 0, kDown + kDetect + kConverge + microseconds(2), known - kTick), 0);
    EXPECT_GT(sent_between(net, 0, known, known + microseconds(50)), 1'000'000);
    net.run();
    net.expect_empty();
}

/// A port that dies again while it is held has never come back.
TEST(Bond, AFlapWhileItIsHeldIsNoReturn)
{
    SmallNetwork net(kDual, with({change(kDown, Fault::Act::down, 0, 0), change(kUp, Fault::Act::up, 0, 0),
                                  change(kUp + microseconds(200), Fault::Act::down, 0, 0)}));
    keep_busy(net);
    EXPECT_EQ(sent_between(net, 0, kDown + kDetect, kUp + milliseconds(1)), 0);
    net.run();
    net.completed(0);
    net.expect_empty();
}

/// Between switches there is no bond, and nothing is held.
TEST(Bond, HoldsNoLinkOfTheFabric)
{
    const auto uplinks_used = [](Time failback) {
        NetworkConfig config = with({}, failback);
        config.qpsPerPeer = 1;
        constexpr uint32_t kLeaf = 2;
        config.faults.faults = {change(Time{}, Fault::Act::down, kLeaf, 1),
                                change(microseconds(100), Fault::Act::up, kLeaf, 1)};
        SmallNetwork net("leaf-spine:leaves=2,hosts=1,spines=1,gbps=100,uplink-gbps=100", config);
        net.run_until(microseconds(350));
        net.post(0, 1, 100'000, 0);
        net.run_until(microseconds(380));
        return net.network.Tx(kLeaf, 1).SentBytes();
    };
    EXPECT_GT(uplinks_used(Time{}), 0);
    EXPECT_EQ(uplinks_used(milliseconds(5)), uplinks_used(Time{}));
}

/// With the bond's hash each five-tuple keeps its port unless that dies, and returns to it. Eight QPs of one
/// pair; after the repair each port sends what it sent before.
TEST(Bond, HashedFlowsReturnToTheirPorts)
{
    NetworkConfig config =
        with({change(microseconds(200), Fault::Act::down, 0, 0), change(kUp, Fault::Act::up, 0, 0)});
    config.qpsPerPeer = 8;
    config.sourcePorts = SourcePorts::hash;
    SmallNetwork net(kDual, config);
    Bytes sent[3][2] = {};
    const Time begin[] = {{}, microseconds(400), microseconds(2000)};
    for (int phase = 0; phase < 3; ++phase) {
        net.run_until(begin[phase]);
        const Bytes before[] = {net.network.Tx(0, 0).SentBytes(), net.network.Tx(0, 1).SentBytes()};
        for (uint32_t k = 0; k < 8; ++k) net.post(0, 1, 10'000 << k, 8 * phase + k, k);
        net.run_until(begin[phase] + microseconds(190));
        for (uint16_t port = 0; port < 2; ++port)
            sent[phase][port] = net.network.Tx(0, port).SentBytes() - before[port];
    }
    EXPECT_GT(std::min(sent[0][0], sent[0][1]), 0) << "or the test shows nothing";
    EXPECT_EQ(sent[1][0], 0);
    EXPECT_EQ(sent[1][1], sent[0][0] + sent[0][1]);
    EXPECT_EQ(sent[2][0], sent[0][0]);
    EXPECT_EQ(sent[2][1], sent[0][1]);
}
