// SPDX-License-Identifier: GPL-2.0-only
// Tests what `echo` and `cnp` answer to data packets.
#include "hpnsim/registry.hpp"

#include <gtest/gtest.h>

using namespace hpnsim;

namespace
{

struct Receiver {
    Chosen<ReceiverOps> receiver;
    std::shared_ptr<void> state;

    explicit Receiver(const std::string& spec) : receiver(choose_receiver(spec))
    {
        state.reset(::operator new(receiver.ops->slot.state_size), [](void* p) { ::operator delete(p); });
        receiver.ops->slot.make_state(state.get());
    }
    Reply data(Time now, bool ecn)
    {
        Received data;
        data.now = now;
        data.ecn = ecn;
        return receiver.ops->on_data(state.get(), receiver.params.get(), data);
    }
};

}  // namespace

TEST(Echo, MarkedPacketIsAcknowledgedAtOnce)
{
    Receiver echo("echo");
    EXPECT_FALSE(echo.data(Time{}, false).ack_now);
    EXPECT_TRUE(echo.data(Time{}, true).ack_now);
    EXPECT_FALSE(echo.data(Time{}, true).cnp);
}

TEST(CnpReceiver, AtMostOnePerInterval)  // SIGCOMM'15: 50 us
{
    Receiver cnp("cnp");
    EXPECT_FALSE(cnp.data(microseconds(1), false).cnp);
    EXPECT_TRUE(cnp.data(microseconds(2), true).cnp);
    EXPECT_FALSE(cnp.data(microseconds(52) - picoseconds(1), true).cnp);
    EXPECT_TRUE(cnp.data(microseconds(52), true).cnp);
    EXPECT_FALSE(cnp.data(microseconds(52), true).ack_now);
}

TEST(CnpReceiver, FirstMarkAtTimeZeroCounts)
{
    EXPECT_TRUE(Receiver("cnp").data(Time{}, true).cnp);
}

TEST(CnpReceiver, IntervalZeroAnswersEveryMark)
{
    Receiver cnp("cnp:interval-us=0");
    EXPECT_TRUE(cnp.data(microseconds(2), true).cnp);
    EXPECT_TRUE(cnp.data(microseconds(2), true).cnp);
}
