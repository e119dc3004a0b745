// SPDX-License-Identifier: GPL-2.0-only
// Tests faults of whole networks: what dies, who notices when, and what the transport makes of it.
#include "small_network.hpp"

#include "helper/fault-injector.h"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

/// Writes down what ACKs say of delays.
struct Watcher {
    static constexpr Info info{"watcher", "for tests", Needs::rtt};
    struct Params {
        std::vector<Ack>* seen = nullptr;
        static constexpr auto list() { return params(); }
    };
    void start(Flow& flow, const Params&) { flow.window = kUnlimited; }
    void on_ack(Flow&, const Params& p, const Ack& ack) { p.seen->push_back(ack); }
};
constexpr CcOps kWatcher = cc_ops<Watcher>();

using Act = Fault::Act;
using What = Impairment::What;

Fault fault(Time at, Act act, uint32_t node, uint16_t port = Fault::kEveryPort)
{
    Fault made;
    made.at = at;
    made.act = act;
    made.node = node;
    made.port = port;
    return made;
}

Fault impair(What what, double rate, uint32_t node = Fault::kEveryLink)
{
    Fault made = fault({}, Act::impair, node);
    made.impairment.what = what;
    made.impairment.rate = rate;
    return made;
}

NetworkConfig with(const std::vector<Fault>& faults, NetworkConfig config = plain_config())
{
    config.faults.faults = faults;
    return config;
}

uint64_t sum(SmallNetwork& net, FaultEffect effect)
{
    uint64_t all = 0;
    for (const LinkPlan& link : net.plan.links)
        for (const auto& [node, port] : {std::pair{link.a, link.a_port}, std::pair{link.b, link.b_port}})
            if (const LinkFaults* faults = net.network.Tx(node, port).PeekFaults())
                all += faults->Counts()[static_cast<int>(effect)];
    return all;
}

uint64_t unroutable(SmallNetwork& net)
{
    uint64_t all = 0;
    for (uint32_t i = 0; i < net.network.SwitchCount(); ++i)
        for (uint16_t port = 0; port < net.network.Switch(i).PortCount(); ++port)
            all += net.network.Switch(i).Counters(port).unroutable;
    return all;
}

Bytes sent(SmallNetwork& net, uint32_t node, uint16_t port)
{
    return net.network.Tx(node, port).SentBytes();
}

Status status_of(const SmallNetwork& net, uint64_t cookie)
{
    for (const Done& done : net.done)
        if (done.kind == Completion::Kind::sent && done.cookie == cookie) return done.status;
    ADD_FAILURE() << "message " << cookie << " has not ended";
    return Status::success;
}

/// Leaves 0 and 1 with 2 hosts each (endpoints 0, 1 and 2, 3), 4 spines. Leaf ports: hosts 0, 1; spines 2 to
/// 5. Nodes: leaves 4, 5; spines 6 to 9.
const std::string kClos = "leaf-spine:leaves=2,hosts=2,spines=4,gbps=100,uplink-gbps=100";
constexpr uint32_t kLeaf = 4, kSpine = 6;

}  // namespace

/// Every impairment is on every link at once: all messages arrive, and nothing is left anywhere.
TEST(FaultsOfNetworks, TransportSurvivesEverything)
{
    std::vector<Fault> faults = {impair(What::loss, 0.002),     impair(What::corrupt, 0.002),
                                 impair(What::duplicate, 0.01), impair(What::reorder, 0.002),
                                 impair(What::burst, 0),        impair(What::jitter, 0)};
    faults[3].impairment.delay = microseconds(3);
    faults[4].impairment.to_bad = 0.0005;
    faults[4].impairment.to_good = 0.5;
    faults[5].impairment.delay = nanoseconds(50);
    faults[5].impairment.keep_order = true;
    SmallNetwork net(kClos, with(faults));
    for (uint32_t src = 0; src < 4; ++src) net.post(src, 3 - src, 4 << 20, src);
    net.run();
    for (uint32_t src = 0; src < 4; ++src) EXPECT_EQ(status_of(net, src), Status::success);
    for (const FaultEffect effect :
         {FaultEffect::LOST_RANDOM, FaultEffect::LOST_BURST, FaultEffect::CORRUPTED, FaultEffect::DUPLICATED,
          FaultEffect::REORDERED, FaultEffect::JITTERED})
        EXPECT_GT(sum(net, effect), 0U) << FaultEffectName(effect);
    // Every corrupted packet that is not lost later is found by a NIC; it may be duplicated on its way.
    uint64_t icrc = 0;
    for (uint32_t i = 0; i < 4; ++i) icrc += net.network.Device(i).GetNic().counters().icrc_errors;
    EXPECT_GT(icrc, 0U);
    EXPECT_LE(icrc, sum(net, FaultEffect::CORRUPTED) + sum(net, FaultEffect::DUPLICATED));
    EXPECT_EQ(net.drops(), 0U);
    net.expect_empty();
}

/// Leaf 0 loses its link to spine 1. Until it notices, packets that hash there are lost; afterwards none is
/// sent there. It notices after 10 us, and leaf 1 knows 100 us later.
TEST(FaultsOfNetworks, ADeadUplinkIsLeftOutByBothSides)
{
    NetworkConfig config = with({fault(microseconds(50), Act::down, kLeaf, 3)});
    config.faults.converge = microseconds(100);
    config.qpsPerPeer = 16;
    SmallNetwork net(kClos, config);
    for (uint32_t k = 0; k < 16; ++k) {
        net.post(0, 2, 1 << 20, k, k);
        net.post(3, 1, 1 << 20, 16 + k, k);
    }
    net.run_until(microseconds(40));
    EXPECT_GT(sent(net, kLeaf, 3), 0);
    net.run_until(microseconds(61));
    const Bytes after_notice = sent(net, kLeaf, 3), wrong_way = sent(net, kLeaf + 1, 3);
    EXPECT_GT(sum(net, FaultEffect::LOST_DOWN), 0U);
    net.run_until(microseconds(162));
    EXPECT_GT(sent(net, kLeaf + 1, 3), wrong_way);  // leaf 1 did not know yet
    EXPECT_GT(unroutable(net), 0U);                 // spine 1 did, and had no other way
    const Bytes all_known = sent(net, kLeaf + 1, 3);
    net.run();
    EXPECT_EQ(sent(net, kLeaf, 3), after_notice);
    EXPECT_LE(sent(net, kLeaf + 1, 3), all_known + 4200);  // a packet may just have been admitted
    for (uint64_t cookie = 0; cookie < 32; ++cookie) EXPECT_EQ(status_of(net, cookie), Status::success);
    net.expect_empty();
}

/// The same with times of the event's own, which overrule those of the plan: nobody notices before 30 us.
TEST(FaultsOfNetworks, AnEventMayBringItsOwnTimes)
{
    Fault down = fault(microseconds(50), Act::down, kLeaf, 3);
    down.detect = microseconds(30);
    down.converge = microseconds(5);
    NetworkConfig config = with({down});
    config.qpsPerPeer = 16;
    SmallNetwork net(kClos, config);
    for (uint32_t k = 0; k < 16; ++k) {
        net.post(0, 2, 2 << 20, k, k);
        net.post(3, 1, 2 << 20, 16 + k, k);
    }
    net.run_until(microseconds(62));  // the plan's own detect would have ended
    const Bytes noticed_late = sent(net, kLeaf, 3);
    net.run_until(microseconds(79));
    EXPECT_GT(sent(net, kLeaf, 3), noticed_late);
    net.run_until(microseconds(81));
    const Bytes noticed = sent(net, kLeaf, 3);
    net.run_until(microseconds(87));
    const Bytes known = sent(net, kLeaf + 1, 3);
    net.run();
    EXPECT_EQ(sent(net, kLeaf, 3), noticed);
    EXPECT_LE(sent(net, kLeaf + 1, 3), known + 4200);
    for (uint64_t cookie = 0; cookie < 32; ++cookie) EXPECT_EQ(status_of(net, cookie), Status::success);
    net.expect_empty();
}

/// Both directions of a NIC's link keep a tenth of its rate from 50 us on, and all of it from 150 us.
TEST(FaultsOfNetworks, ADegradedLinkIsSlowBothWays)
{
    Fault worse = fault(microseconds(50), Act::degrade, 0, 0), better = worse;
    worse.share = 0.1;
    better.at = microseconds(150);
    SmallNetwork net(kClos, with({worse, better}));
    net.post(0, 2, 4 << 20, 0);
    net.post(3, 0, 4 << 20, 1);
    const auto moved = [&net] { return std::pair(sent(net, 0, 0), sent(net, kLeaf, 0)); };
    net.run_until(microseconds(60));
    const auto from = moved();
    net.run_until(microseconds(140));
    const auto to = moved();
    for (const Bytes each : {to.first - from.first, to.second - from.second}) {
        EXPECT_LE(each, 80 * 1'250 + 4'200);  // 80 us at 10 Gb/s, and a packet
        EXPECT_GE(each, 80 * 1'250 * 9 / 10);
    }
    net.run();
    for (uint64_t cookie = 0; cookie < 2; ++cookie) EXPECT_EQ(status_of(net, cookie), Status::success);
    EXPECT_EQ(net.drops(), 0U);
    net.expect_empty();
}

/// A spine dies for good: the others carry everything.
TEST(FaultsOfNetworks, ADeadSpine)
{
    NetworkConfig config = with({fault(microseconds(20), Act::kill, kSpine + 2)});
    config.faults.converge = microseconds(50);
    config.qpsPerPeer = 8;
    SmallNetwork net(kClos, config);
    for (uint32_t k = 0; k < 8; ++k) net.post(k % 2, 2 + k % 2, 1 << 20, k, k);
    net.run();
    for (uint64_t cookie = 0; cookie < 8; ++cookie) EXPECT_EQ(status_of(net, cookie), Status::success);
    EXPECT_GT(sum(net, FaultEffect::LOST_DOWN), 0U);
    net.expect_empty();
}

/// A host with one port is cut off and comes back after 3 ms: go-back-N waits it out. When it is cut off for
/// good, its peer's retries run out.
TEST(FaultsOfNetworks, AHostThatIsCutOff)
{
    SmallNetwork back(
        kClos, with({fault(microseconds(20), Act::down, 2, 0), fault(milliseconds(3), Act::up, 2, 0)}));
    back.post(0, 2, 1 << 20, 1);
    back.run();
    EXPECT_EQ(status_of(back, 1), Status::success);
    EXPECT_GT(back.completed(1), milliseconds(3));
    back.expect_empty();
}

TEST(FaultsOfNetworks, AHostThatIsDead)
{
    SmallNetwork gone(kClos, with({fault(microseconds(20), Act::kill, 2)}));
    gone.post(0, 2, 1 << 20, 1);
    gone.post(1, 3, 1 << 20, 2);
    gone.run();
    EXPECT_EQ(status_of(gone, 1), Status::retry_exceeded);
    EXPECT_EQ(status_of(gone, 2), Status::success);
    gone.expect_empty();
}

/// Flaps shorter than `detect` move no route: nothing is ever noticed.
TEST(FaultsOfNetworks, ShortFlapsMoveNoRoute)
{
    std::vector<Fault> flaps;
    for (int i = 0; i < 5; ++i) {
        flaps.push_back(fault(microseconds(10 + 20 * i), Act::down, kLeaf, 2));
        flaps.push_back(fault(microseconds(15 + 20 * i), Act::up, kLeaf, 2));
    }
    SmallNetwork net("leaf-spine:leaves=2,hosts=2,spines=1,gbps=100,uplink-gbps=100", with(flaps));
    net.post(0, 2, 1 << 20, 1);
    net.run();
    EXPECT_EQ(status_of(net, 1), Status::success);
    EXPECT_GT(sum(net, FaultEffect::LOST_DOWN), 0U);
    EXPECT_EQ(unroutable(net), 0U);
    net.expect_empty();
}

namespace
{

/// 2 hosts with one dual-port NIC each in one segment, 200G a port. ToRs: nodes 2 (plane 0), 3 (plane 1).
const std::string kDual = "hpn:segments=1,hosts=2,gpus=1,aggs=1";

NetworkConfig dual(const std::vector<Fault>& faults)
{
    NetworkConfig config = with(faults);
    config.faults.converge = microseconds(200);
    config.qpsPerPeer = 2;
    return config;
}

}  // namespace

/// A port of the receiver dies: after detect and converge, both QPs of the sender use the other plane, and
/// nothing fails. 2 x 4 MB over one 200G port take at least 335 us.
TEST(DualPortNic, QpsMoveOffAPeersDeadPort)
{
    SmallNetwork net(kDual, dual({fault(microseconds(50), Act::down, 1, 0)}));
    net.post(0, 1, 4 << 20, 0, 0);
    net.post(0, 1, 4 << 20, 1, 1);
    net.run_until(microseconds(262));
    const Bytes before = sent(net, 0, 0);
    net.run();
    EXPECT_EQ(status_of(net, 0), Status::success);
    EXPECT_EQ(status_of(net, 1), Status::success);
    EXPECT_EQ(sent(net, 0, 0), before);
    EXPECT_GT(std::max(net.completed(0), net.completed(1)), microseconds(335));
    net.expect_empty();
}

/// When the sender's own port dies, it knows after `detect` alone.
TEST(DualPortNic, QpsMoveOffTheOwnDeadPort)
{
    SmallNetwork net(kDual, dual({fault(microseconds(50), Act::down, 0, 0)}));
    net.post(0, 1, 4 << 20, 0, 0);
    net.post(0, 1, 4 << 20, 1, 1);
    net.run_until(microseconds(62));
    const Bytes before = sent(net, 0, 0);
    EXPECT_GT(before, 0);
    net.run();
    EXPECT_EQ(status_of(net, 0), Status::success);
    EXPECT_EQ(status_of(net, 1), Status::success);
    EXPECT_EQ(sent(net, 0, 0), before);
    net.expect_empty();
}

/// When the port comes back, traffic that is posted later uses it again.
TEST(DualPortNic, AMendedPortIsUsedAgain)
{
    SmallNetwork net(kDual,
                     dual({fault(microseconds(50), Act::down, 1, 0), fault(milliseconds(2), Act::up, 1, 0)}));
    net.post(0, 1, 1 << 20, 0, 0);
    net.post(0, 1, 1 << 20, 1, 1);
    net.run_until(milliseconds(4));
    EXPECT_EQ(status_of(net, 0), Status::success);
    const Bytes before = sent(net, 0, 0);
    net.post(0, 1, 1 << 20, 2, 0);
    net.post(0, 1, 1 << 20, 3, 1);
    net.run();
    EXPECT_EQ(status_of(net, 2), Status::success);
    EXPECT_GT(sent(net, 0, 0), before + (1 << 20));
    net.expect_empty();
}

/// A ToR dies under both hosts; a QP that is made only then goes by the other plane from its first packet.
TEST(DualPortNic, NewQpsKnowWhatIsDead)
{
    SmallNetwork net(kDual, dual({fault(microseconds(1), Act::kill, 2)}));
    net.run_until(milliseconds(1));
    net.post(0, 1, 1 << 20, 0, 0);
    net.post(0, 1, 1 << 20, 1, 1);
    net.run();
    EXPECT_EQ(status_of(net, 0), Status::success);
    EXPECT_EQ(status_of(net, 1), Status::success);
    EXPECT_EQ(sum(net, FaultEffect::LOST_DOWN), 0U);
    net.expect_empty();
}

/// 100G come in, the host takes 25G: PFC holds the sender, nothing is lost, and 1 MB of payload takes the
/// host its wire bytes at 25G. The buffer stays below XOFF and its headroom.
TEST(SlowReceivers, PauseTheirUpstream)
{
    Fault slow = fault({}, Act::slow, 1);
    slow.rate = gbps(25);
    SmallNetwork net("star:hosts=2,gbps=100", with({slow}));
    net.post(0, 1, 1 << 20, 1);
    net.run();
    EXPECT_EQ(status_of(net, 1), Status::success);
    const Bytes wire = net.network.Tx(2, 1).SentBytes();
    EXPECT_GT(net.placed(1), transmit_time(1 << 20, gbps(25)));
    EXPECT_LT(net.placed(1), transmit_time(wire, gbps(25)) + microseconds(20));
    EXPECT_GT(net.network.Switch(0).Counters(1).pausesObeyed, 0U);
    EXPECT_EQ(sum(net, FaultEffect::LOST_RECEIVER), 0U);
    const SlowReceiver& receiver = *net.network.Faults()->SlowReceivers().at(0);
    EXPECT_GE(receiver.Peak(), slow.buffer);
    EXPECT_EQ(receiver.Held(), 0);
    net.expect_empty();
}

/// Eight frames come at 100G and are taken at 25G: the last, 7 x 334.24 ns after the first, is taken after
/// 8 x 1336.96 ns (and 16 B of RETH at 25G, less at 100G). The RTT does not hold that.
TEST(SlowReceivers, TheirDelayIsTheHosts)
{
    Fault slow = fault({}, Act::slow, 1);
    slow.rate = gbps(25);
    NetworkConfig config = with({slow});
    std::vector<Ack> seen;
    const Watcher::Params watch{&seen};
    config.nic.cc = {&kWatcher, &watch};
    SmallNetwork net("star:hosts=2,gbps=100", config);
    net.post(0, 1, 8 * 4096, 1);
    net.run();
    ASSERT_EQ(seen.size(), 8U);
    EXPECT_NEAR(seen[0].host_delay.ns(), 1342, 1);
    EXPECT_NEAR(seen[7].host_delay.ns(), 8 * 1336.96 - 7 * 334.24 + 5.12 - 1.28, 2);
    for (const Ack& ack : seen) EXPECT_NEAR(ack.rtt.ns(), seen[1].rtt.ns(), 4);
    net.expect_empty();
}

/// Without PFC the buffer overflows, and go-back-N repairs.
TEST(SlowReceivers, LoseWithoutPfc)
{
    Fault slow = fault({}, Act::slow, 1);
    slow.rate = gbps(50);
    NetworkConfig config = with({slow});
    config.fabric.mode = FabricMode::LOSSY;
    SmallNetwork net("star:hosts=2,gbps=100", config);
    net.post(0, 1, 1 << 20, 1);
    net.run();
    EXPECT_EQ(status_of(net, 1), Status::success);
    EXPECT_GT(sum(net, FaultEffect::LOST_RECEIVER), 0U);
    EXPECT_EQ(net.network.Switch(0).Counters(1).pausesObeyed, 0U);
    net.expect_empty();
}

/// 1 MB takes 257 frames of 4,178 B or so, 86 us at 100G. A storm of 100 us from the receiver makes the
/// switch's port to it stand still for as long.
TEST(PauseStorm, DelaysByItsLength)
{
    Fault storm = fault(microseconds(10), Act::storm, 1, 0);
    storm.duration = microseconds(100);
    SmallNetwork net("star:hosts=2,gbps=100", with({storm}));
    net.post(0, 1, 1 << 20, 1);
    net.run();
    EXPECT_EQ(status_of(net, 1), Status::success);
    EXPECT_GT(net.completed(1), microseconds(180));
    EXPECT_LT(net.completed(1), microseconds(200));
    EXPECT_EQ(net.drops(), 0U);
    net.expect_empty();
}
