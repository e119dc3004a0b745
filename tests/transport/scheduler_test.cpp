// SPDX-License-Identifier: GPL-2.0-only
// Tests alone what a NIC's ports choose from: the lists of queue pairs and of control packets (NicScheduler),
// and whether a queue pair may send (SendGate). No NIC is made.
#include "nic/pulling.hpp"
#include "nic/turns.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace hpnsim::test
{
namespace
{

NicConfig two_ports()
{
    NicConfig config;
    config.ports = 2;
    return config;
}

/// A scheduler and queue pairs that always have something to send.
class Scheduling : public testing::Test
{
protected:
    explicit Scheduling(const NicConfig& config = two_ports()) : scheduler(config), gate(config, 64) {}
    ~Scheduling() override { scheduler.drain(pool); }

    /// Makes a QP whose packets have this priority; `ports`: 0 binds it to its home port, else it roams on
    /// them.
    void make(uint32_t number, Priority priority, uint8_t home = 0, uint8_t ports = 0)
    {
        Qp& qp = qps[number];
        qp.number = number;
        qp.priority = priority;
        qp.flow.home_port = home;
        qp.flow.live_ports = ports;
        qp.anywhere = ports != 0;
        qp.req.end = 1000;
        qp.flow.backlog = 1000;
        scheduler.enter(qp);
    }
    /// Returns the number of the QP that the port serves, which then wants to send again; 0: none.
    uint32_t served(uint8_t port, PausedPriorities paused = 0)
    {
        const auto due = [&](Qp& qp) { return idle.count(qp.number) == 0; };
        Qp* qp = scheduler.next_qp(port, paused, now, gate, due);
        if (qp == nullptr) return 0;
        if (!qp->is_ready || !ring) scheduler.enter(*qp);
        return qp->number;
    }
    std::vector<uint32_t> several(uint8_t port, int times, PausedPriorities paused = 0)
    {
        std::vector<uint32_t> numbers;
        for (int i = 0; i < times; ++i) numbers.push_back(served(port, paused));
        return numbers;
    }
    Packet* packet(Priority priority, uint8_t port = 0)
    {
        Packet* made = pool.take();
        made->priority = priority;
        made->plane = port;
        return made;
    }

    PacketPool pool;
    NicScheduler scheduler;
    SendGate gate;
    std::map<uint32_t, Qp> qps;
    std::set<uint32_t> idle;  // those that may not send when they are looked at
    Time now;
    bool ring = false;
};

constexpr auto kControl = kControlPriority;
using Order = std::vector<uint32_t>;

}  // namespace

TEST_F(Scheduling, QpsOfOnePriorityGoRoundRobin)
{
    for (const uint32_t number : {1, 2, 3}) make(number, 3);
    EXPECT_EQ(several(0, 7), (Order{1, 2, 3, 1, 2, 3, 1}));
}

TEST_F(Scheduling, PrioritiesTakeTurnsFromTheTopDown)
{
    make(1, 1);
    make(3, 3);
    make(5, 5);
    make(6, 5);
    EXPECT_EQ(several(0, 6), (Order{5, 3, 1, 6, 3, 1})) << "each priority has as many turns as the others";
}

TEST_F(Scheduling, APausedPriorityIsPassedOver)
{
    make(1, 1);
    make(3, 3);
    EXPECT_EQ(several(0, 3, priority_bit(3)), (Order{1, 1, 1}));
    EXPECT_EQ(served(0, priority_bit(1) | priority_bit(3)), 0U);
    EXPECT_FALSE(scheduler.ready(0, priority_bit(1) | priority_bit(3)));
    EXPECT_TRUE(scheduler.ready(0, priority_bit(1)));
    EXPECT_EQ(served(0), 3U) << "it goes on when the pause is over";
}

TEST_F(Scheduling, QpsThatAreNotDueLeaveTheirList)
{
    for (const uint32_t number : {1, 2, 3}) make(number, 3);
    idle = {1, 2};
    EXPECT_EQ(several(0, 2), (Order{3, 3}));
    idle.clear();
    EXPECT_EQ(several(0, 2), (Order{3, 3})) << "they have to come back by themselves";
    scheduler.enter(qps[1]);
    EXPECT_EQ(several(0, 3), (Order{3, 1, 3}));
}

TEST_F(Scheduling, APortServesItsOwnQpsAndThoseThatRoamInTurn)
{
    make(1, 3, 0);
    make(2, 3, 1);
    make(7, 3, 0, 0b11);
    EXPECT_EQ(several(0, 4), (Order{7, 1, 7, 1}));
    EXPECT_EQ(several(1, 4), (Order{7, 2, 7, 2}));
}

TEST_F(Scheduling, ARestrictedQpIsServedByItsPortsAlone)
{
    make(7, 3, 1, 0b10);
    make(8, 3, 0, 0b11);
    scheduler.restrict();
    EXPECT_EQ(several(0, 3), (Order{8, 8, 8}));
    const Order both = several(1, 4);
    EXPECT_EQ(std::count(both.begin(), both.end(), 7), 2);
    EXPECT_EQ(std::count(both.begin(), both.end(), 8), 2);
}

TEST_F(Scheduling, NothingIsLeftWhenItIsCleared)
{
    make(1, 3);
    make(7, 3, 0, 0b11);
    scheduler.clear();
    EXPECT_EQ(served(0), 0U);
    EXPECT_FALSE(scheduler.ready(0, 0));
}

TEST_F(Scheduling, ControlGoesByPrioritiesAndPauses)
{
    Packet* reply = packet(3);
    Packet* cnp = packet(kControl);
    scheduler.queue(reply);
    scheduler.queue(cnp);
    EXPECT_EQ(scheduler.packets_held(), 2);
    EXPECT_FALSE(scheduler.control_ready(1, 0)) << "they wait at port 0";
    EXPECT_EQ(scheduler.next_control(0, priority_bit(kControl) | priority_bit(3)), nullptr);
    EXPECT_EQ(scheduler.next_control(0, priority_bit(kControl)), reply);
    EXPECT_EQ(scheduler.next_control(0, priority_bit(3)), cnp);
    EXPECT_EQ(scheduler.next_control(0, 0), nullptr);
    pool.give(reply);
    pool.give(cnp);
}

TEST_F(Scheduling, ControlOfADeadPortLeavesByAnother)
{
    Packet* cnp = packet(kControl, 0);
    scheduler.queue(cnp);
    scheduler.queue(packet(3, 0));
    scheduler.move_control(0, 1);
    EXPECT_FALSE(scheduler.control_ready(0, 0));
    ASSERT_EQ(scheduler.next_control(1, 0), cnp);
    EXPECT_EQ(cnp->plane, 1);
    EXPECT_TRUE(scheduler.control_ready(1, 0)) << "the reply in a data priority has moved, too";
    pool.give(cnp);
}

TEST_F(Scheduling, WhatWaitsForItsTimeIsReleasedThen)
{
    Packet* late = packet(kControl);
    late->arrival = microseconds(5);
    scheduler.queue_later(late);
    EXPECT_EQ(scheduler.later(), microseconds(5));
    EXPECT_EQ(scheduler.packets_held(), 1);
    scheduler.release(microseconds(5) - picoseconds(1));
    EXPECT_FALSE(scheduler.control_ready(0, 0));
    scheduler.release(microseconds(5));
    EXPECT_EQ(scheduler.later(), Time::max());
    EXPECT_EQ(scheduler.next_control(0, 0), late);
    pool.give(late);
}

namespace
{

NicConfig shared_with_control()
{
    NicConfig config = two_ports();
    config.quirks.control_share = 2;
    return config;
}

class ControlShare : public Scheduling
{
protected:
    ControlShare() : Scheduling(shared_with_control()) {}
};

NicConfig in_a_ring()
{
    NicConfig config = two_ports();
    config.quirks.rotation = Rotation::ring;
    return config;
}

class RingScheduling : public Scheduling
{
protected:
    RingScheduling() : Scheduling(in_a_ring()) { ring = true; }
};

}  // namespace

TEST_F(ControlShare, DataHasOneTurnAfterSoManyControlPackets)
{
    make(1, 3);
    for (int i = 0; i < 6; ++i) scheduler.queue(packet(kControl));
    std::string turns;
    for (int i = 0; i < 7; ++i) {
        Packet* control = scheduler.next_control(0, 0);
        turns += control != nullptr ? 'c' : served(0) == 1 ? 'd' : '?';
        if (control != nullptr) pool.give(control);
    }
    EXPECT_EQ(turns, "ccdccdc");
}

TEST_F(ControlShare, ATurnThatDataCannotTakeGoesToControl)
{
    make(1, 3);
    idle = {1};
    for (int i = 0; i < 3; ++i) scheduler.queue(packet(kControl));
    for (int i = 0; i < 2; ++i) pool.give(scheduler.next_control(0, 0));
    EXPECT_EQ(scheduler.next_control(0, 0), nullptr);
    EXPECT_EQ(served(0), 0U);
    Packet* third = scheduler.yielded_control(0, 0);
    ASSERT_NE(third, nullptr);
    pool.give(third);
}

TEST_F(RingScheduling, ServesTheNextInTheOrderInWhichTheyGotWork)
{
    for (const uint32_t number : {1, 2, 3}) make(number, 3);
    EXPECT_EQ(several(0, 4), (Order{2, 3, 1, 2})) << "HPCC-sim begins after the first";
    qps[3].req.silent = true;
    qps[3].req.una = qps[3].req.end;
    EXPECT_EQ(several(0, 3), (Order{1, 2, 1}));
    EXPECT_FALSE(qps[3].is_ready) << "it has finished, and left the ring";
}

TEST_F(RingScheduling, WakesAtTheEarliestPacingTimeIfNoneMaySend)
{
    for (const uint32_t number : {1, 2}) {
        make(number, 3);
        qps[number].req.blocked_until = microseconds(number);
    }
    EXPECT_EQ(served(0), 0U);
    EXPECT_EQ(scheduler.wake(), microseconds(1));
    qps[2].req.blocked_until = {};
    scheduler.pull_wake_in(qps[2], gate, picoseconds(7));
    EXPECT_EQ(scheduler.wake(), picoseconds(7)) << "not before now";
    scheduler.wake_up(picoseconds(7));
    EXPECT_EQ(scheduler.wake(), Time::max());
}

TEST(SendGate, AWindowOfPsnsEnds)
{
    const SendGate gate(NicConfig{}, 4);
    Qp qp;
    EXPECT_FALSE(gate.has_work(qp)) << "nothing is posted";
    qp.req.end = 10;
    qp.req.send = 3;
    EXPECT_TRUE(gate.has_work(qp));
    qp.req.send = 4;
    EXPECT_FALSE(gate.has_work(qp)) << "4 are outstanding";
    qp.req.una = 1;
    EXPECT_TRUE(gate.has_work(qp));
    qp.req.silent = true;
    EXPECT_FALSE(gate.has_work(qp));
}

TEST(SendGate, AFullWindowLetsRepairsOfAnEpisodePassAndTheShortEnd)
{
    const SendGate gate(NicConfig{}, 64);
    Qp qp;
    qp.req.end = 10;
    qp.req.send = qp.flow.next_psn = 2;
    qp.req.room = 1000;
    qp.flow.in_flight = 2000;
    qp.flow.window = 2500;
    qp.flow.backlog = 8000;
    EXPECT_FALSE(gate.may_send(qp));
    qp.flow.backlog = 500;
    EXPECT_TRUE(gate.may_send(qp)) << "all that is left fits";
    qp.flow.backlog = 8000;
    qp.req.lost = 1;
    EXPECT_FALSE(gate.may_send(qp));
    qp.req.recovering = true;
    EXPECT_TRUE(gate.may_send(qp));
    qp.flow.credit = 0;
    EXPECT_FALSE(gate.may_send(qp));
    qp.answering = true;
    EXPECT_TRUE(gate.may_send(qp)) << "answers need neither window nor credit";
}

}  // namespace hpnsim::test
