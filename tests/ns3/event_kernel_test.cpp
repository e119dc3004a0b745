// SPDX-License-Identifier: GPL-2.0-only
// Tests hpnsim's engine as ns-3 programs use it: whatever works on ns-3's own engine works on it alike.
#include "model/event-kernel.h"
#include "model/hot-event.h"

#include "ns3/default-simulator-impl.h"
#include "ns3/simulator.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace hpnsim
{
namespace
{

using Log = std::vector<std::string>;

/// Runs a program on ns-3's own engine and on hpnsim's, and compares what it logs.
void same_on_both_engines(const std::function<void(Log&)>& program)
{
    Log want, got;
    ns3::Simulator::SetImplementation(ns3::CreateObject<ns3::DefaultSimulatorImpl>());
    program(want);
    ns3::Simulator::Destroy();
    program(got);
    ns3::Simulator::Destroy();
    EXPECT_EQ(got, want);
    EXPECT_FALSE(want.empty());
}

std::string at()
{
    return " " + std::to_string(ns3::Simulator::Now().GetTimeStep()) + "/" +
           std::to_string(static_cast<int32_t>(ns3::Simulator::GetContext()));
}

ns3::Time ps(int64_t n)
{
    return ns3::TimeStep(n);
}

TEST(EventKernel, IsTheEngineThatProgramsGet)
{
    EXPECT_NE(dynamic_cast<EventKernel*>(ns3::PeekPointer(ns3::Simulator::GetImplementation())), nullptr);
    ns3::Simulator::Destroy();
}

TEST(EventKernel, SchedulesAsNs3Does)
{
    same_on_both_engines([](Log& log) {
        const auto note = [&log](const std::string& what) {
            return [&log, what] { log.push_back(what + at()); };
        };
        ns3::Simulator::Schedule(ps(30), note("c"));
        ns3::Simulator::Schedule(ps(10), note("a"));
        ns3::Simulator::ScheduleWithContext(4, ps(20), [&log, note] {
            log.push_back("b" + at());
            ns3::Simulator::ScheduleNow(note("now"));
            ns3::Simulator::Schedule(ps(5), note("child"));
            ns3::Simulator::ScheduleWithContext(6, ps(1), note("elsewhere"));
        });
        ns3::Simulator::ScheduleDestroy(note("destroyed"));
        ns3::Simulator::Run();
        log.push_back(std::to_string(ns3::Simulator::GetEventCount()) + at());
        log.push_back(ns3::Simulator::IsFinished() ? "finished" : "not finished");
        ns3::Simulator::Destroy();
    });
}

TEST(EventKernel, RemovesCancelsAndExpiresAsNs3Does)
{
    same_on_both_engines([](Log& log) {
        std::vector<ns3::EventId> ids;
        const auto tell = [&] {
            for (const ns3::EventId& id : ids)
                log.push_back(std::string(id.IsExpired() ? "expired" : "waits") +
                              std::to_string(ns3::Simulator::GetDelayLeft(id).GetTimeStep()));
        };
        for (int i = 1; i <= 6; ++i)
            ids.push_back(
                ns3::Simulator::Schedule(ps(10 * i), [&log, i] { log.push_back(std::to_string(i)); }));
        ids.push_back(ns3::Simulator::ScheduleDestroy([&log] { log.push_back("never"); }));
        ns3::Simulator::Remove(ids[1]);
        ns3::Simulator::Cancel(ids[2]);
        ns3::Simulator::Schedule(ps(40), tell);
        ns3::Simulator::Schedule(ps(45), [&ids] { ids[4].Remove(); });
        tell();
        ns3::Simulator::Run();
        tell();
        ns3::Simulator::Remove(ids.back());
        ns3::Simulator::Destroy();
    });
}

TEST(EventKernel, StopsAsNs3Does)
{
    same_on_both_engines([](Log& log) {
        for (int i = 1; i <= 5; ++i)
            ns3::Simulator::Schedule(ps(10 * i), [&log, i] {
                log.push_back(std::to_string(i) + at());
                if (i == 4) ns3::Simulator::Stop();
            });
        ns3::Simulator::Stop(ps(20));
        ns3::Simulator::Run();
        log.push_back("stopped" + at());
        ns3::Simulator::Schedule(ps(1), [&log] { log.push_back("between" + at()); });
        ns3::Simulator::Run();
        log.push_back("again" + at());
        ns3::Simulator::Run();
    });
}

/// What is scheduled and never runs is given back: the sanitizers of the dev preset would tell.
TEST(EventKernel, DropsWhatNeverRuns)
{
    auto held = std::make_shared<int>(1);
    ns3::Simulator::Schedule(ps(10), [held] {});
    const ns3::EventId kept = ns3::Simulator::Schedule(ps(20), [held] {});
    EXPECT_EQ(held.use_count(), 3);
    ns3::Simulator::Destroy();
    EXPECT_EQ(held.use_count(), 2);  // `kept` still names one
}

struct Counter {
    explicit Counter(const Clock& c) : clock(c), event(this, CanonicalOrder(3, EventType::TIMER)) {}
    void due()
    {
        times.push_back(clock.Now());
        if (times.size() < 4) event.Arm(clock, picoseconds(7));
    }
    const Clock& clock;
    HotEvent<Counter, &Counter::due> event;
    std::vector<Time> times;
};

/// HotEvents run on any engine, at the same times.
TEST(EventKernel, HotEventsRunOnAnyEngine)
{
    for (const bool own : {true, false}) {
        if (!own) ns3::Simulator::SetImplementation(ns3::CreateObject<ns3::DefaultSimulatorImpl>());
        const Clock clock;
        EXPECT_EQ(clock.Kernel() != nullptr, own);
        Counter counter(clock);
        counter.event.Arm(clock, picoseconds(5));
        ns3::Simulator::Run();
        EXPECT_EQ(counter.times, (std::vector<Time>{{5}, {12}, {19}, {26}}));
        EXPECT_EQ(ns3::Simulator::GetEventCount(), 4U);
        ns3::Simulator::Destroy();
    }
}

/// Notes before which events it was asked, and asks for what the test says.
struct Looker : EventWatcher {
    std::vector<uint64_t> asked;
    Next wish{};
    Next Look(const ns3::Scheduler::EventKey& event) override
    {
        asked.push_back(event.m_ts);
        return wish;
    }
};

TEST(EventKernel, AsksTheWatcherByTimeAndByEvents)
{
    constexpr uint64_t kNever = ~uint64_t{0};
    for (const bool by_time : {true, false}) {
        const Clock clock;
        for (int i = 1; i <= 8; ++i) ns3::Simulator::Schedule(ps(10 * i), [] {});
        ns3::Simulator::Schedule(ps(65), [&clock] { clock.Kernel()->Watch(nullptr); });
        Looker looker;
        looker.wish = by_time ? EventWatcher::Next{55, kNever} : EventWatcher::Next{kNever, 3};
        clock.Kernel()->Watch(&looker);
        ns3::Simulator::Run();
        EXPECT_EQ(looker.asked,
                  by_time ? (std::vector<uint64_t>{10, 60, 65}) : (std::vector<uint64_t>{10, 40, 65}));
        ns3::Simulator::Destroy();
    }
}

}  // namespace
}  // namespace hpnsim
