// SPDX-License-Identifier: GPL-2.0-only
// Drives a Nic in simulated time: it hands over arrivals, pulls packets for ports that are idle,
// and arms its timer.
#include "roce-net-device.h"

#include "foreign-packet.h"
#include "pause-state.h"

#include "ns3/channel.h"
#include "ns3/make-event.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

namespace hpnsim
{

namespace
{

const WatchdogSettings kNoWatchdog; // NICs have none

} // namespace

NS_OBJECT_ENSURE_REGISTERED(RoceNetDevice);

struct alignas(64) RoceNetDevice::Port
{
    Port(const Clock& clock,
         PacketPool& pool,
         LinkEnd* owner,
         uint16_t number,
         uint32_t globalPort,
         uint32_t peerGlobalPort)
        : tx(clock, pool, owner, number, globalPort, peerGlobalPort)
        , global(globalPort)
    {
    }

    LinkTx tx;
    PausedPriorities paused{0};
    uint32_t global;                        // number among the ports of the fabric
    std::unique_ptr<PauseState> pauseState; // since a PFC frame arrived
    std::unique_ptr<PfcSender> pfcSender;   // since it stormed
};

ns3::TypeId
RoceNetDevice::GetTypeId()
{
    static ns3::TypeId tid = WithSettings<RoceNetDevice>(
        ns3::TypeId("hpnsim::RoceNetDevice")
            .SetParent<ns3::NetDevice>()
            .SetGroupName("Hpnsim")
            .AddConstructor<RoceNetDevice>()
            .AddAttribute("Mtu",
                          "Largest foreign packet in bytes (RDMA has its own path MTU)",
                          ns3::UintegerValue(1500),
                          ns3::MakeUintegerAccessor(&RoceNetDevice::SetMtu, &RoceNetDevice::GetMtu),
                          ns3::MakeUintegerChecker<uint16_t>(68, 9216))
            .AddTraceSource("Tx",
                            "A packet begins to leave: port, packet",
                            ns3::MakeTraceSourceAccessor(&RoceNetDevice::m_txTrace),
                            "hpnsim::RoceSwitch::PacketCallback")
            .AddTraceSource("Rx",
                            "A packet has arrived: port, packet",
                            ns3::MakeTraceSourceAccessor(&RoceNetDevice::m_rxTrace),
                            "hpnsim::RoceSwitch::PacketCallback")
            .AddTraceSource("Pause",
                            "A priority is told to stop (true) or to go on: port, which",
                            ns3::MakeTraceSourceAccessor(&RoceNetDevice::m_pauseTrace),
                            "hpnsim::RoceSwitch::PauseCallback")
            .AddTraceSource("PfcTx",
                            "A PFC frame begins to leave: port, frame",
                            ns3::MakeTraceSourceAccessor(&RoceNetDevice::m_pfcTxTrace),
                            "hpnsim::RoceSwitch::PfcCallback")
            .AddTraceSource("PfcRx",
                            "A PFC frame has arrived: port, frame",
                            ns3::MakeTraceSourceAccessor(&RoceNetDevice::m_pfcRxTrace),
                            "hpnsim::RoceSwitch::PfcCallback")
            .AddTraceSource("Complete",
                            "A completion is reported",
                            ns3::MakeTraceSourceAccessor(&RoceNetDevice::m_completeTrace),
                            "hpnsim::RoceNetDevice::CompletionCallback"));
    return tid;
}

RoceNetDevice::RoceNetDevice()
    : m_settings(std::make_unique<TransportSettings>())
{
}

RoceNetDevice::RoceNetDevice(const RoceNetDevice& unbuilt)
    : ns3::NetDevice(unbuilt)
    , m_mtu(unbuilt.m_mtu)
    , m_settings(std::make_unique<TransportSettings>(unbuilt.Settings()))
{
}

RoceNetDevice::~RoceNetDevice() = default;

void
RoceNetDevice::Configure(const Clock& clock,
                         PacketPool& pool,
                         uint32_t endpoint,
                         const std::vector<std::shared_ptr<const NicConfig>>& functions,
                         uint32_t endpoints,
                         uint32_t globalPort,
                         const std::vector<uint32_t>& peerGlobalPorts)
{
    m_clock = &clock;
    m_pool = &pool;
    m_endpoints = endpoints;
    m_nic = std::make_unique<Nic>(endpoint, functions.front(), pool);
    if (const std::vector others(functions.begin() + 1, functions.end()); !others.empty())
    {
        m_functions = std::make_unique<NicFunctions>(*m_nic, others, pool);
    }
    m_settings = nullptr;
    m_address = AddressOf(endpoint);
    m_ports.reserve(functions.front()->ports);
    for (uint8_t port = 0; port < functions.front()->ports; ++port)
    {
        m_ports.add(clock, pool, this, port, globalPort + port, peerGlobalPorts[port]);
    }
    m_deadlineOrder = CanonicalOrder(globalPort, EventType::TIMER);
}

void
RoceNetDevice::SetListener(CompletionListener* listener)
{
    m_listener = listener;
}

void
RoceNetDevice::SetPfc(const PfcSettings& settings)
{
    m_pfc = settings;
}

LinkTx&
RoceNetDevice::Tx(uint8_t port)
{
    return m_ports[port].tx;
}

uint64_t
RoceNetDevice::PausesObeyed(uint8_t port) const
{
    const Port& p = m_ports[port];
    return p.pauseState == nullptr ? 0 : p.pauseState->Pauses();
}

Time
RoceNetDevice::PausedTime(uint8_t port, Time now) const
{
    const Port& p = m_ports[port];
    return p.pauseState == nullptr ? Time{} : p.pauseState->PausedTime(now);
}

void
RoceNetDevice::DoDispose()
{
    m_node = nullptr;
    m_receive = ReceiveCallback();
    m_promiscReceive = PromiscReceiveCallback();
    while (!m_foreign.empty())
    {
        DropPacket(*m_pool, m_foreign.pop());
    }
    for (Port& port : m_ports)
    {
        port.tx.DropInFlight();
    }
    ns3::NetDevice::DoDispose();
}

// ---- between the NIC and its links ----

/// Calls `act` with what answers for all functions: with one, nothing stands between.
template <class Act>
[[gnu::always_inline]] inline void
RoceNetDevice::Drive(Act act)
{
    if (m_functions == nullptr)
    {
        act(*m_nic);
    }
    else
    {
        act(*m_functions);
    }
}

void
RoceNetDevice::PostSend(uint32_t qp, const WorkRequest& request)
{
    m_clock->CheckActor(CanonicalOrder(m_ports[0].global, EventType::TIMER));
    if (!m_clock->ActsHere(CanonicalOrder(m_ports[0].global, EventType::TIMER)))
    {
        return;
    }
    NicOf(qp).post_send(qp, request, m_clock->Now());
    Ring();
}

void
RoceNetDevice::Ring()
{
    if (m_settling)
    {
        return; // Settle will send it
    }
    const Time now = m_clock->Now();
    Drive([this, now](auto& nic) {
        PumpAll(nic, now);
        ArmDeadline(nic, now);
    });
}

void
RoceNetDevice::PortChanged(uint8_t port, bool alive)
{
    const Time now = m_clock->Now();
    Drive([this, port, alive, now](auto& nic) {
        nic.set_port_state(port, alive, now);
        if (!m_settling)
        {
            Settle(nic, now);
        }
    });
}

void
RoceNetDevice::PeerPortsChanged(uint32_t peer, uint8_t ports)
{
    const Time now = m_clock->Now();
    Drive([this, peer, ports, now](auto& nic) {
        nic.set_peer_ports(peer, ports, now);
        if (!m_settling)
        {
            Settle(nic, now);
        }
    });
}

void
RoceNetDevice::Arrive(Packet* packet, uint16_t port, Time now)
{
    if (!m_rxTrace.IsEmpty())
    {
        m_rxTrace(port, *packet);
    }
    if (packet->kind == PacketKind::foreign)
    {
        ReceiveForeign(packet);
        return;
    }
    Drive([this, packet, port, now](auto& nic) {
        nic.receive(packet, static_cast<uint8_t>(port), now);
        Settle(nic, now);
    });
}

void
RoceNetDevice::TxIdle(uint16_t port, Time now)
{
    Drive([this, port, now](auto& nic) {
        Pump(nic, static_cast<uint8_t>(port), now);
        ArmDeadline(nic, now);
    });
}

void
RoceNetDevice::ForgetPauses(uint16_t port, Time)
{
    if (m_ports[port].pauseState != nullptr)
    {
        Obey(port, ResumeEverything());
    }
}

void
RoceNetDevice::RepeatPauses(uint16_t port, Time now)
{
    if (m_ports[port].pfcSender != nullptr)
    {
        m_ports[port].pfcSender->Repeat(now);
    }
}

void
RoceNetDevice::PfcArrives(uint16_t port, const PfcFrame& frame, Time)
{
    m_pfcRxTrace(port, frame);
    if (m_pfc.reaction.ps == 0)
    {
        Obey(port, frame);
        return;
    }
    m_clock->Schedule(CanonicalOrder(m_ports[port].global, EventType::PAUSE),
                      m_pfc.reaction,
                      ns3::MakeEvent(&RoceNetDevice::Obey, this, port, frame));
}

void
RoceNetDevice::Obey(uint16_t port, PfcFrame frame)
{
    const Time now = m_clock->Now();
    Port& p = m_ports[port];
    if (p.pauseState == nullptr)
    {
        p.pauseState = std::make_unique<PauseState>(
            *m_clock, p.tx, port, p.global, m_pfc, kNoWatchdog, p.paused, nullptr);
    }
    const PausedPriorities before = p.paused;
    p.pauseState->Obey(frame, now);
    for (unsigned changed = before ^ p.paused; changed != 0; changed &= changed - 1)
    {
        m_pauseTrace(port, (p.paused & changed & -changed) != 0);
    }
    Drive([this, now](auto& nic) { Settle(nic, now); });
}

void
RoceNetDevice::StormPause(uint8_t port, Priority priority, Time duration)
{
    Port& p = m_ports[port];
    if (p.pfcSender == nullptr)
    {
        const uint32_t frameBytes = m_nic->config().wire->pfc;
        p.pfcSender = std::make_unique<PfcSender>(
            *m_clock, p.tx, port, p.global, frameBytes, m_pfc, m_pfcTxTrace);
    }
    p.pfcSender->Storm(priority, duration, m_clock->Now());
}

void
RoceNetDevice::DeadlineDue()
{
    const Time now = m_clock->Now();
    if (now != m_deadlineAt)
    {
        return; // overtaken by an earlier arming
    }
    m_deadlineAt = Time::max();
    Drive([this, now](auto& nic) {
        nic.on_deadline(now);
        Settle(nic, now);
    });
}

/// Reports completions, which may bring more work; then sends and sets the alarm.
template <class Owner>
void
RoceNetDevice::Settle(Owner& nic, Time now)
{
    if (!nic.completions().empty() && TellAside(nic.completions()))
    {
        nic.clear_completions();
    }
    if (!nic.completions().empty())
    {
        if (Settling::Defer(*m_clock, this))
        {
            return;
        }
        Report(nic, now);
        if (!nic.completions().empty())
        {
            Settling::DeferAgain(*m_clock, this); // the other ranks do not know these yet
            return;
        }
    }
    PumpAll(nic, now);
    ArmDeadline(nic, now);
}

void
RoceNetDevice::SettleDeferred()
{
    const Time now = m_clock->Now();
    Drive([this, now](auto& nic) { Settle(nic, now); });
}

template <class Owner>
void
RoceNetDevice::Report(Owner& nic, Time now)
{
    m_settling = true;
    do
    {
        m_completed = nic.completions();
        nic.clear_completions();
        for (const Completion& completion : m_completed)
        {
            Tell(completion, now);
        }
    } while (!nic.completions().empty() && !OverRanks());
    m_settling = false;
}

/// Idle ports take turns, because a QP that sprays must not prefer port 0.
template <class Owner>
void
RoceNetDevice::PumpAll(Owner& nic, Time now)
{
    const auto ports = static_cast<uint8_t>(m_ports.size());
    const uint8_t first = m_nextPort;
    for (uint8_t i = 0; i < ports; ++i)
    {
        Pump(nic, static_cast<uint8_t>((first + i) % ports), now);
    }
}

template <class Owner>
Packet*
RoceNetDevice::NextPacket(Owner& nic, Port& port, uint8_t number, Time now)
{
    const bool foreign = number == 0 && !m_foreign.empty();
    if (foreign && m_foreignTurn)
    {
        m_foreignTurn = false;
        return m_foreign.pop();
    }
    Packet* packet = nic.next_packet(number, port.paused, now);
    m_foreignTurn = foreign && packet != nullptr;
    return packet == nullptr && foreign ? m_foreign.pop() : packet;
}

template <class Owner>
void
RoceNetDevice::Pump(Owner& nic, uint8_t number, Time now)
{
    Port& port = m_ports[number];
    if (port.tx.Idle(now))
    {
        Packet* packet = NextPacket(nic, port, number, now);
        if (packet == nullptr)
        {
            return;
        }
        if (!m_txTrace.IsEmpty())
        {
            m_txTrace(number, *packet);
        }
        if (packet->kind == PacketKind::data)
        {
            m_nextPort = static_cast<uint8_t>((number + 1) % m_ports.size());
        }
        port.tx.Send(packet, now);
    }
    if (nic.ready(number, port.paused) || (number == 0 && !m_foreign.empty()))
    {
        port.tx.WantIdle(now);
    }
}

void
RoceNetDevice::PumpPort(uint8_t number, Time now)
{
    Drive([this, number, now](auto& nic) { Pump(nic, number, now); });
}

template <class Owner>
void
RoceNetDevice::ArmDeadline(Owner& nic, Time now)
{
    if (nic.law_fault() != nullptr)
    {
        ns3::Simulator::Stop(); // whoever started the simulation says why it stopped
        return;
    }
    const Time next = nic.completions().empty() ? nic.next_deadline() : now;
    if (next < m_deadlineAt)
    {
        m_deadlineAt = next > now ? next : now;
        Deadline::Arm(*m_clock, m_deadlineOrder, m_deadlineAt - now, this);
    }
}

} // namespace hpnsim
