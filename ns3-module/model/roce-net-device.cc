// SPDX-License-Identifier: GPL-2.0-only
// Drives a Nic in simulated time: it hands over arrivals, pulls packets for ports that are idle,
// and arms its timer.
#include "roce-net-device-port.h"

#include "foreign-packet.h"

#include "ns3/channel.h"
#include "ns3/make-event.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

namespace hpnsim
{

NS_OBJECT_ENSURE_REGISTERED(RoceNetDevice);

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

template <class Owner>
inline Packet*
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
RoceNetDevice::PumpReady(Owner& nic, uint8_t number, Time now)
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
            m_nextPort = number + 1U < m_ports.size() ? number + 1 : 0;
        }
        port.tx.Send(packet, now);
    }
    if (nic.ready(number, port.paused) || (number == 0 && !m_foreign.empty()))
    {
        port.tx.WantIdle(now);
    }
}

/// After most events most ports have nothing to send, and that must cost next to nothing.
template <class Owner>
[[gnu::always_inline]] inline void
RoceNetDevice::Pump(Owner& nic, uint8_t number, Time now)
{
    const Port& port = m_ports[number];
    if (!m_foreign.empty() || nic.ready(number, port.paused))
    {
        PumpReady(nic, number, now);
    }
}

/// Idle ports take turns, because a QP that sprays must not prefer port 0.
template <class Owner>
inline void
RoceNetDevice::PumpAll(Owner& nic, Time now)
{
    const auto ports = static_cast<uint8_t>(m_ports.size());
    const uint8_t first = m_nextPort;
    for (uint8_t port = first; port < ports; ++port)
    {
        Pump(nic, port, now);
    }
    for (uint8_t port = 0; port < first; ++port)
    {
        Pump(nic, port, now);
    }
}

template <class Owner>
[[gnu::always_inline]] inline void
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

/// Reports completions, which may bring more work; then sends and sets the alarm.
template <class Owner>
[[gnu::always_inline]] inline void
RoceNetDevice::Settle(Owner& nic, Time now)
{
    if (!nic.completions().empty() && !ReportAll(nic, now))
    {
        return;
    }
    PumpAll(nic, now);
    ArmDeadline(nic, now);
}

/// Returns false if the rest must wait: this is called again then, by an event of its own.
template <class Owner>
bool
RoceNetDevice::ReportAll(Owner& nic, Time now)
{
    if (m_clock->ActsApart() && MayReportApart())
    {
        return ReportApart(nic, now);
    }
    if (Settling::Defer(*m_clock, this))
    {
        return false;
    }
    Report(nic, now);
    if (!nic.completions().empty())
    {
        Settling::DeferAgain(*m_clock, this); // the other ranks do not know these yet
        return false;
    }
    return true;
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
    Drive([port, alive, now](auto& nic) { nic.set_port_state(port, alive, now); });
    if (!m_settling)
    {
        SettleNow();
    }
}

void
RoceNetDevice::PeerPortsChanged(uint32_t peer, uint8_t ports)
{
    const Time now = m_clock->Now();
    Drive([peer, ports, now](auto& nic) { nic.set_peer_ports(peer, ports, now); });
    if (!m_settling)
    {
        SettleNow();
    }
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

void
RoceNetDevice::SettleNow()
{
    const Time now = m_clock->Now();
    m_settling = false;
    Drive([this, now](auto& nic) { Settle(nic, now); });
}

template <class Owner>
void
RoceNetDevice::TellAll(Owner& nic, Time now)
{
    m_settling = true;
    m_completed = nic.completions();
    nic.clear_completions();
    for (const Completion& completion : m_completed)
    {
        Tell(completion, now);
    }
    m_settling = false;
}

template <class Owner>
void
RoceNetDevice::Report(Owner& nic, Time now)
{
    do
    {
        TellAll(nic, now);
    } while (!nic.completions().empty() && !OverRanks());
}

/// The same within a window. If something that it brings must wait for other nodes, so must the
/// rest.
template <class Owner>
bool
RoceNetDevice::ReportApart(Owner& nic, Time now)
{
    Settling::NoteApart(*m_clock, this);
    TellAll(nic, now);
    if (t_cursor.held)
    {
        m_settling = true; // what is posted until then is sent with the rest
        Settling::Defer(*m_clock, this);
        return false;
    }
    return nic.completions().empty() || ReportAll(nic, now);
}

void
RoceNetDevice::PumpPort(uint8_t number, Time now)
{
    Drive([this, number, now](auto& nic) { Pump(nic, number, now); });
}

} // namespace hpnsim
