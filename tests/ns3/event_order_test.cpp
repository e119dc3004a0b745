// SPDX-License-Identifier: GPL-2.0-only
// Tests that events of the same time run in the order of EventOrder, whichever was scheduled first.
#include "model/hot-event.h"

#include "ns3/make-event.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hpnsim
{
namespace
{

TEST(EventOrder, KnowsPortAndType)
{
    for (const uint32_t port : {0U, 1U, (1U << 29) - 1}) {
        for (const EventType type :
             {EventType::ARRIVAL, EventType::PAUSE, EventType::TX_DONE, EventType::TIMER}) {
            const EventOrder order = CanonicalOrder(port, type);
            EXPECT_GE(order, EventOrder::PORTS);
            EXPECT_EQ(PortOf(order), port);
            EXPECT_EQ(TypeOf(order), type);
        }
    }
}

TEST(EventOrder, FaultsThenWorkloadThenPortsByNumberAndType)
{
    const Clock clock;
    std::vector<std::string> ran;
    const auto at_once = [&](EventOrder order, const char* name) {
        clock.Schedule(order, picoseconds(1000), ns3::MakeEvent([&ran, name] { ran.push_back(name); }));
    };
    at_once(CanonicalOrder(2, EventType::ARRIVAL), "2 arrival");
    at_once(CanonicalOrder(1, EventType::TIMER), "1 timer");
    at_once(CanonicalOrder(1, EventType::TX_DONE), "1 done");
    at_once(CanonicalOrder(1, EventType::PAUSE), "1 pause");
    at_once(CanonicalOrder(1, EventType::ARRIVAL), "1 arrival");
    at_once(EventOrder::WORKLOAD, "workload");
    at_once(EventOrder::FAULT, "fault");
    ns3::Simulator::Run();
    ns3::Simulator::Destroy();
    EXPECT_EQ(ran, (std::vector<std::string>{"fault", "workload", "1 arrival", "1 pause", "1 done", "1 timer",
                                             "2 arrival"}));
}

}  // namespace
}  // namespace hpnsim
