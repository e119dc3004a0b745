// SPDX-License-Identifier: GPL-2.0-only
// Tests that what no NIC can work with is refused in one sentence, in every kind of build.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/nic.hpp"
#include "hpnsim/registry.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace hpnsim
{
namespace
{

class Configuration : public testing::Test
{
protected:
    Configuration() : cc(choose_cc("fixed")), path(choose_path("ecmp")), receiver(choose_receiver("echo"))
    {
        config.ports = 2;
        config.port_rate = gbps(100);
        config.wire = &wire_named("roce", false);
        config.cc = {cc.ops, cc.params.get()};
        config.path = {path.ops, path.params.get()};
        config.receiver = {receiver.ops, receiver.params.get()};
    }

    /// The sentence that `what` ends with; empty: it succeeds.
    static std::string sentence(const std::function<void()>& what)
    {
        try {
            what();
        } catch (const BadInput& error) {
            return error.what();
        }
        return "";
    }
    std::string made_with(const std::function<void(NicConfig&)>& change) const
    {
        NicConfig changed = config;
        change(changed);
        return sentence([&] {
            PacketPool pool;
            const Nic nic(0, std::make_shared<const NicConfig>(changed), pool);
        });
    }

    Chosen<CcOps> cc;
    Chosen<PathOps> path;
    Chosen<ReceiverOps> receiver;
    NicConfig config;
};

TEST_F(Configuration, ANicHasWhatItNeeds)
{
    EXPECT_EQ(made_with([](NicConfig&) {}), "");
    EXPECT_EQ(made_with([](NicConfig& c) { c.ports = 0; }), "a NIC of 0 ports; it may have 1 to 8");
    EXPECT_EQ(made_with([](NicConfig& c) { c.ports = 200; }), "a NIC of 200 ports; it may have 1 to 8");
    EXPECT_EQ(made_with([](NicConfig& c) { c.wire = nullptr; }),
              "a NIC without a framing: NicConfig::wire is not set");
    EXPECT_EQ(made_with([](NicConfig& c) { c.cc = {}; }),
              "a NIC without a congestion control: NicConfig::cc is not set");
    EXPECT_EQ(made_with([](NicConfig& c) { c.path = {}; }),
              "a NIC without a path policy: NicConfig::path is not set");
    EXPECT_EQ(made_with([](NicConfig& c) { c.receiver = {}; }),
              "a NIC without a receiver policy: NicConfig::receiver is not set");
    EXPECT_EQ(made_with([](NicConfig& c) { c.mtu = 0; }), "a NIC with an MTU of 0 bytes; it takes 1 or more");
    EXPECT_EQ(made_with([](NicConfig& c) { c.port_rate = {}; }),
              "port 0 of a NIC with a rate of 0 b/s; it takes 1 or more");
}

TEST_F(Configuration, AQpHasWhatItsNicHas)
{
    PacketPool pool;
    Nic nic(0, std::make_shared<const NicConfig>(config), pool);
    const auto with = [&](const std::function<void(QpConfig&)>& change) {
        QpConfig qp;
        change(qp);
        return sentence([&] { nic.create_qp(qp, {}); });
    };
    EXPECT_EQ(with([](QpConfig& qp) { qp.home_port = 1; }), "");
    EXPECT_EQ(with([](QpConfig& qp) { qp.home_port = 2; }),
              "a QP with the NIC port 2 of 2, which are numbered from 0 on");
    EXPECT_EQ(with([](QpConfig& qp) { qp.priority = 8; }),
              "a QP with the priority 8 of 8, which are numbered from 0 on");
    EXPECT_EQ(with([](QpConfig& qp) { qp.srq = 0; }),
              "a QP with the shared receive queue 0 of 0, which are numbered from 0 on");
    EXPECT_EQ(nic.qp_count(), 1U) << "what is refused leaves nothing behind";
}

}  // namespace
}  // namespace hpnsim
