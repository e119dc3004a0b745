// SPDX-License-Identifier: GPL-2.0-only
// Tests events of ports, and the life and death of objects.
#include "two_hosts.hpp"

#include <gtest/gtest.h>

namespace hpnsim::test
{
namespace
{

using namespace verbs;

template <class Call> std::string refusal(Call call, int error)
{
    try {
        call();
    } catch (const VerbsError& e) {
        EXPECT_EQ(e.error, error);
        return e.what();
    }
    ADD_FAILURE() << "taken";
    return "";
}

}  // namespace

TEST(PortEvents, DownAndUp)
{
    RigOptions options = short_timeouts();
    options.nic.ports = 2;
    TwoHosts hosts(options);
    Context& context = hosts.context(0);
    EXPECT_EQ(context.query_device().phys_port_cnt, 2);
    EXPECT_TRUE(context.query_port(2).active);
    EXPECT_EQ(context.query_port(2).active_mtu, Mtu::mtu_1024);
    Nic& nic = hosts.rig().nic(0);
    nic.set_port_state(1, false, hosts.rig().now());
    nic.set_port_state(1, false, hosts.rig().now());
    AsyncEvent event;
    ASSERT_TRUE(context.get_async_event(event));
    EXPECT_EQ(event.event_type, EventType::port_err);
    EXPECT_EQ(event.port_num, 2);
    EXPECT_FALSE(context.get_async_event(event)) << "it was down already";
    EXPECT_FALSE(context.query_port(2).active);
    nic.set_port_state(1, true, hosts.rig().now());
    ASSERT_TRUE(context.get_async_event(event));
    EXPECT_EQ(event.event_type, EventType::port_active);
    EXPECT_STREQ(event_type_str(event.event_type), "port active");
    EXPECT_FALSE(hosts.context(1).get_async_event(event));
}

TEST(Objects, AreBusyWhileSomebodyNeedsThem)
{
    TwoHosts hosts;
    Context& context = hosts.context(0);
    Side side(context, init_of(QpType::rc));
    EXPECT_EQ(context.dealloc_pd(side.pd).error, EBUSY);
    EXPECT_EQ(context.destroy_cq(side.cq).error, EBUSY);
    context.destroy_qp(side.qp);
    EXPECT_EQ(context.dealloc_pd(side.pd).error, EBUSY) << "the region";
    context.dereg_mr(side.mr);
    AddressHandle& ah = side.pd.create_ah({});
    EXPECT_EQ(context.dealloc_pd(side.pd).error, EBUSY);
    context.destroy_ah(ah);
    EXPECT_TRUE(context.dealloc_pd(side.pd));
    EXPECT_TRUE(context.destroy_cq(side.cq));
}

TEST(Objects, ADestroyedQpTakesItsCompletionsAlong)
{
    Linked pair;
    QpInitAttr init = init_of(QpType::rc);
    init.send_cq = init.recv_cq = &pair.a.cq;
    Side other(pair.a.context, init), there(pair.b.context, init_of(QpType::rc));
    bring_to(other.qp, QpState::rts, attributes(&there.qp, 1));
    bring_to(there.qp, QpState::rts, attributes(&other.qp, 0));
    ASSERT_TRUE(pair.a.post(pair.a.write(10, pair.b), 1));
    ASSERT_TRUE(other.post(other.write(10, there), 2));
    ASSERT_TRUE(pair.a.post(pair.a.write(10, pair.b), 3));
    pair.settle();
    ASSERT_TRUE(pair.a.post(pair.a.write(16'000, pair.b), 4));
    pair.hosts.rig().run_until(pair.hosts.rig().now() + microseconds(1));
    pair.a.context.destroy_qp(pair.a.qp);
    pair.settle();
    const auto left = pair.a.poll();
    ASSERT_EQ(left.size(), 1u);
    EXPECT_EQ(left[0].wr_id, 2u);
    EXPECT_EQ(pair.hosts.rig().pool().in_use(), 0);
    ASSERT_TRUE(other.post(other.write(10, there), 5)) << "the other QP goes on";
    pair.settle();
    EXPECT_EQ(pair.a.poll().size(), 1u);
}

TEST(Objects, BadOnesAreRefusedWithASentence)
{
    TwoHosts hosts;
    Context& context = hosts.context(0);
    ProtectionDomain& pd = context.alloc_pd();
    QpInitAttr init = init_of(QpType::rc);
    EXPECT_NE(refusal([&] { pd.create_qp(init); }, EINVAL).find("send_cq and recv_cq"), std::string::npos);
    init.send_cq = init.recv_cq = &context.create_cq(4);
    init.cap.max_send_sge = 4;
    EXPECT_EQ(refusal([&] { pd.create_qp(init); }, EINVAL),
              "ibv_create_qp: cap.max_send_sge = 4, at most 1 is possible");
    refusal([&] { context.create_cq(0); }, EINVAL);
    refusal([&] { context.query_port(2); }, EINVAL);
    refusal([&] { pd.reg_mr(nullptr, 0, 0); }, EINVAL);
    EXPECT_NE(
        refusal([&] { pd.reg_mr(nullptr, 1, access::kRemoteWrite); }, EINVAL).find("IBV_ACCESS_LOCAL_WRITE"),
        std::string::npos);
    AhAttr ah;
    ah.port_num = 2;
    refusal([&] { pd.create_ah(ah); }, EINVAL);
    SrqAttr srq;
    init.cap.max_send_sge = 1;
    init.srq = &context.alloc_pd().create_srq(srq);
    refusal([&] { pd.create_qp(init); }, EINVAL);
    srq.max_sge = 2;
    refusal([&] { pd.create_srq(srq); }, EINVAL);
}

TEST(Objects, ANicBelow256BytesHasNoVerbs)
{
    RigOptions options = short_timeouts();
    options.nic.mtu = 128;
    EXPECT_NE(refusal([&] { TwoHosts hosts(options); }, EINVAL).find("128 bytes"), std::string::npos);
}

/// Regions lie at the same addresses in every run: captures do not depend on the machine.
TEST(Objects, RegionsHaveAddressesOfTheirOwn)
{
    TwoHosts hosts;
    ProtectionDomain& pd = hosts.context(0).alloc_pd();
    std::vector<std::byte> bytes(5000);
    const verbs::MemoryRegion& first = pd.reg_mr(bytes.data(), bytes.size(), access::kAll);
    const verbs::MemoryRegion& second = pd.reg_mr(nullptr, 1 << 20, access::kAll);
    const verbs::MemoryRegion& chosen = pd.reg_mr_iova(nullptr, 64, 0x7000'0000'0000, access::kAll);
    EXPECT_EQ(first.addr, 0x10000u);
    EXPECT_GE(second.addr, first.addr + first.length);
    EXPECT_EQ(chosen.addr, 0x7000'0000'0000u);
    EXPECT_NE(first.lkey, second.lkey);
}

}  // namespace hpnsim::test
