// SPDX-License-Identifier: GPL-2.0-only
// Tests that events of the world outside come nearer while those of the network stay where they are.
#include "model/event-kernel.h"
#include "model/hot-event.h"

#include "ns3/simulator.h"

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace hpnsim
{
namespace
{

struct Program {
    Clock clock;
    std::vector<std::string> log;

    ~Program() { ns3::Simulator::Destroy(); }
    void at(EventOrder order, int64_t when, std::function<void()> act)
    {
        clock.Schedule(order, Time{when} - clock.Now(), ns3::MakeEvent(std::move(act)));
    }
    void note(EventOrder order, int64_t when, const std::string& name)
    {
        at(order, when, [this, name] { log.push_back(name + " " + std::to_string(clock.Now().ps)); });
    }
};

const EventOrder kPort = CanonicalOrder(3, EventType::ARRIVAL);

TEST(EventJump, BringsTimersFaultsAndTheEndNearerButNoPort)
{
    Program program;
    program.note(EventOrder::WORKLOAD, 5000, "timer");
    program.note(EventOrder::FAULT, 4000, "fault");
    program.note(kPort, 1500, "packet");
    program.note(kPort, 4200, "late packet");
    program.note(EventOrder::SKIP, 1400, "look");
    ns3::Simulator::Stop(ns3::TimeStep(6000));
    program.note(kPort, 5000, "never");
    program.at(EventOrder::SKIP, 1000, [&program] {
        EXPECT_EQ(program.clock.Kernel()->NextOutside(), 4000u);
        program.clock.Kernel()->BringOutsideNearer(2000);
        EXPECT_EQ(program.clock.Kernel()->NextOutside(), 2000u);
    });
    ns3::Simulator::Run();
    EXPECT_EQ(program.log,
              (std::vector<std::string>{"look 1400", "packet 1500", "fault 2000", "timer 3000"}));
}

TEST(EventJump, KeepsTheOrderOfEqualTimes)
{
    Program program;
    for (const char* name : {"a", "b", "c"}) program.note(EventOrder::WORKLOAD, 3000, name);
    program.at(EventOrder::SKIP, 1000, [&program] { program.clock.Kernel()->BringOutsideNearer(2000); });
    program.note(kPort, 1000, "port");
    ns3::Simulator::Run();
    EXPECT_EQ(program.log, (std::vector<std::string>{"a 1000", "b 1000", "c 1000", "port 1000"}));
}

TEST(EventJump, RefusesToPutEventsIntoThePast)
{
    Program program;
    program.note(EventOrder::WORKLOAD, 3000, "timer");
    program.at(EventOrder::SKIP, 1000, [&program] {
        EXPECT_THROW(program.clock.Kernel()->BringOutsideNearer(2001), std::logic_error);
    });
    ns3::Simulator::Run();
    EXPECT_EQ(program.log, std::vector<std::string>{"timer 3000"});
}

TEST(EventJump, KnowsThatNothingWaitsOutside)
{
    Program program;
    program.at(EventOrder::SKIP, 10,
               [&program] { EXPECT_EQ(program.clock.Kernel()->NextOutside(), ~uint64_t{0}); });
    program.note(kPort, 20, "packet");
    ns3::Simulator::Run();
}

}  // namespace
}  // namespace hpnsim
