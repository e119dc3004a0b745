// SPDX-License-Identifier: GPL-2.0-only
// Runs the events of a simulation, hpnsim's own and those of ns-3.
#include "event-kernel.h"

#include "event-ranks.h"

#include "ns3/abort.h"
#include "ns3/assert.h"
#include "ns3/global-value.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <array>
#include <cstdlib>
#include <string>

namespace hpnsim
{

NS_OBJECT_ENSURE_REGISTERED(EventKernel);

namespace
{

constexpr uint32_t kHandlers = 64;

void
InvokeImpl(void* object)
{
    auto* event = static_cast<ns3::EventImpl*>(object);
    event->Invoke();
    if (event->GetReferenceCount() > 1)
    {
        event->Cancel(); // whoever kept its EventId sees that it has expired
    }
    event->Unref();
}

struct HandlerTable
{
    std::array<EventHandler, kHandlers> handlers{InvokeImpl};
    std::array<EventWarmer, kHandlers> warmers{};
    uint32_t count{1};
};

/// Returns the table; it is made when the first handler asks, which is before main.
HandlerTable&
Table()
{
    static HandlerTable table;
    return table;
}

/// Makes this engine the default, before anybody can have asked for one, unless ns-3's environment
/// variable names another.
[[maybe_unused]] const bool kDefault = [] {
    const std::string global = "SimulatorImplementationType";
    const char* chosen = std::getenv("NS_GLOBAL_VALUE");
    if (chosen == nullptr || std::string(chosen).find(global) == std::string::npos)
    {
        ns3::GlobalValue::Bind(global, ns3::StringValue(EventKernel::GetTypeId().GetName()));
    }
    return true;
}();

} // namespace

ns3::TypeId
EventKernel::GetTypeId()
{
    static ns3::TypeId tid = ns3::TypeId("hpnsim::EventKernel")
                                 .SetParent<ns3::SimulatorImpl>()
                                 .SetGroupName("Hpnsim")
                                 .AddConstructor<EventKernel>();
    return tid;
}

uint32_t
EventKernel::NumberOf(EventHandler handler, EventWarmer warmer)
{
    HandlerTable& table = Table();
    for (uint32_t i = 0; i < table.count; ++i)
    {
        if (table.handlers[i] == handler)
        {
            return i;
        }
    }
    NS_ABORT_MSG_IF(table.count == kHandlers, "more kinds of events than EventKernel has room for");
    table.handlers[table.count] = handler;
    table.warmers[table.count] = warmer;
    return table.count++;
}

EventHandler
EventKernel::HandlerOf(uint32_t number)
{
    return Table().handlers[number];
}

EventKernel::EventKernel()
    : m_handlers(Table().handlers.data())
    , m_warmers(Table().warmers.data())
{
    t_cursor = EventCursor();
}

void
EventKernel::ForgetOrder()
{
    m_inTurn = true;
}

void
EventKernel::ForgetOldTurns()
{
    m_queue.SetOldest(EventOrder{m_turn - 2 * kTurns});
    m_lastTurn = m_turn + kTurns;
}

// ---- running ----

[[gnu::always_inline]] inline void
EventKernel::Run(const PendingEvent& event)
{
    t_cursor.now = event.ts;
    t_cursor.context = event.order;
    ++m_events;
    m_handlers[event.handler](event.object);
}

void
EventKernel::Run()
{
    m_stop = false;
    if (m_ranked != nullptr)
    {
        m_ranked->Run();
        t_cursor.context = EventOrder{kNoContext};
        return;
    }
    while (!m_stop && (m_byNode || !m_queue.Empty()))
    {
        if (!m_byNode)
        {
            RunEvents();
            continue;
        }
        const uint64_t first = m_nodes->NextTs();
        if (first == NodeQueue::kNever && m_queue.Empty())
        {
            break;
        }
        if (!RunWindow(first))
        {
            GatherNodes();
        }
    }
    t_cursor.context = EventOrder{kNoContext};
}

/// Runs events one by one, until windows may be tried again.
void
EventKernel::RunEvents()
{
    while (!m_stop && !m_queue.Empty() && !m_byNode)
    {
        const PendingEvent& next = m_queue.Front();
        if (__builtin_expect(--m_left == 0 || next.ts >= m_lookAt, 0))
        {
            Look(next);
        }
        Run(m_queue.Pop());
        if (__builtin_expect(t_cursor.now >= m_byEventUntil, 0))
        {
            TryWindows();
        }
    }
}

/// Asks the watcher, who may stop the simulation after the event that it was shown.
void
EventKernel::Look(const PendingEvent& next)
{
    m_lookAt = m_left = kNever;
    if (m_watcher == nullptr)
    {
        return;
    }
    const EventWatcher::Next wish =
        m_watcher->Look({next.ts, 0, static_cast<uint32_t>(next.order)});
    m_lookAt = wish.at;
    m_left = wish.events;
}

void
EventKernel::Watch(EventWatcher* watcher)
{
    m_watcher = watcher;
    m_lookAt = kNever;
    m_left = 1;
}

bool
EventKernel::NothingLeft() const
{
    return m_ranked != nullptr ? m_ranked->NothingLeft() : Pending() == 0;
}

size_t
EventKernel::Pending() const
{
    return m_queue.Size() + (m_byNode ? m_nodes->Size() : 0);
}

bool
EventKernel::IsFinished() const
{
    if (m_ranked != nullptr)
    {
        return m_stop || NothingLeft();
    }
    return m_stop || (m_queue.Empty() && (!m_byNode || m_nodes->NextTs() == NodeQueue::kNever));
}

void
EventKernel::Stop()
{
    m_stop = true;
}

void
EventKernel::Stop(const ns3::Time& delay)
{
    ns3::Simulator::Schedule(delay, &ns3::Simulator::Stop);
}

// ---- events of ns-3 ----

ns3::EventId
EventKernel::Schedule(const ns3::Time& delay, ns3::EventImpl* event)
{
    NS_ASSERT_MSG(delay.IsPositive(), "an event in the past");
    const auto ts = t_cursor.now + static_cast<uint64_t>(delay.GetTimeStep());
    Push(t_cursor.context, static_cast<uint64_t>(delay.GetTimeStep()), kEventImpl, event);
    return {ns3::Ptr<ns3::EventImpl>(event),
            ts,
            static_cast<uint32_t>(t_cursor.context),
            m_uid.fetch_add(1, std::memory_order_relaxed)};
}

void
EventKernel::ScheduleWithContext(uint32_t context, const ns3::Time& delay, ns3::EventImpl* event)
{
    NS_ASSERT_MSG(delay.IsPositive(), "an event in the past");
    try
    {
        Push(EventOrder{context}, static_cast<uint64_t>(delay.GetTimeStep()), kEventImpl, event);
    }
    catch (...) // too late for this window
    {
        event->Unref();
        throw;
    }
}

ns3::EventId
EventKernel::ScheduleNow(ns3::EventImpl* event)
{
    return Schedule(ns3::Time(0), event);
}

ns3::EventId
EventKernel::ScheduleDestroy(ns3::EventImpl* event)
{
    ns3::EventId id(ns3::Ptr<ns3::EventImpl>(event, false),
                    t_cursor.now,
                    kNoContext,
                    ns3::EventId::UID::DESTROY);
    m_atDestroy.push_back(id);
    return id;
}

void
EventKernel::Remove(const ns3::EventId& id)
{
    if (id.GetUid() == ns3::EventId::UID::DESTROY)
    {
        m_atDestroy.remove(id);
        return;
    }
    if (IsExpired(id))
    {
        return;
    }
    if (m_byNode)
    {
        GatherNodes(); // it may be an event of a node
    }
    if (m_queue.Remove(id.GetTs(), id.PeekEventImpl()))
    {
        id.PeekEventImpl()->Cancel();
        id.PeekEventImpl()->Unref();
    }
}

void
EventKernel::Cancel(const ns3::EventId& id)
{
    if (!IsExpired(id))
    {
        id.PeekEventImpl()->Cancel();
    }
}

/// An event that has run counts as cancelled (InvokeImpl).
bool
EventKernel::IsExpired(const ns3::EventId& id) const
{
    if (id.PeekEventImpl() == nullptr || id.PeekEventImpl()->IsCancelled())
    {
        return true;
    }
    if (id.GetUid() != ns3::EventId::UID::DESTROY)
    {
        return id.GetTs() < t_cursor.now;
    }
    for (const ns3::EventId& other : m_atDestroy)
    {
        if (other == id)
        {
            return false;
        }
    }
    return true;
}

ns3::Time
EventKernel::GetDelayLeft(const ns3::EventId& id) const
{
    return IsExpired(id) ? ns3::TimeStep(0) : ns3::TimeStep(id.GetTs() - t_cursor.now);
}

// ---- what ns-3 asks for ----

ns3::Time
EventKernel::Now() const
{
    return ns3::TimeStep(t_cursor.now);
}

ns3::Time
EventKernel::GetMaximumSimulationTime() const
{
    return ns3::TimeStep(0x7fffffffffffffffLL);
}

void
EventKernel::SetScheduler(ns3::ObjectFactory)
{
}

uint32_t
EventKernel::GetSystemId() const
{
    return 0;
}

uint32_t
EventKernel::GetContext() const
{
    return static_cast<uint32_t>(t_cursor.context);
}

uint64_t
EventKernel::GetEventCount() const
{
    return m_events;
}

void
EventKernel::Destroy()
{
    while (!m_atDestroy.empty())
    {
        const ns3::Ptr<ns3::EventImpl> event = m_atDestroy.front().PeekEventImpl();
        m_atDestroy.pop_front();
        if (!event->IsCancelled())
        {
            event->Invoke();
        }
    }
}

void
EventKernel::DropEvents()
{
    if (m_byNode)
    {
        GatherNodes();
    }
    m_queue.ForEach([](const PendingEvent& event) {
        if (event.handler == kEventImpl)
        {
            static_cast<ns3::EventImpl*>(event.object)->Unref();
        }
    });
    m_queue = EventQueue();
    m_nodes = nullptr;
    m_lanes = nullptr;
    m_ranked = nullptr;
    m_byNode = m_apart = false;
}

void
EventKernel::DoDispose()
{
    DropEvents();
    SimulatorImpl::DoDispose();
}

} // namespace hpnsim
