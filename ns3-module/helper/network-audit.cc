// SPDX-License-Identifier: GPL-2.0-only
// Keeps the audit's own books of packets, buffers and PSNs, and compares them with the network's.
#include "network-audit.h"

#include "fault-injector.h"
#include "roce-network.h"

#include "ns3/simulator.h"

#include <unordered_set>

namespace hpnsim
{

namespace
{

using What = PacketEvent::What;

constexpr size_t kHistory = 1 << 18; // events: 12 MB
constexpr size_t kTold = 60;         // lines of it

bool
Same(const PacketEvent& a, const PacketEvent& b)
{
    return a.src == b.src && a.dst == b.dst && a.qp == b.qp && a.psn == b.psn && a.kind == b.kind;
}

} // namespace

/// Listens to one node.
struct NetworkAudit::Probe
{
    NetworkAudit* audit;
    uint32_t node;
    bool nic;

    void
    Tx(uint16_t port, const Packet& packet)
    {
        audit->Saw(packet, What::SENT, node, port);
    }

    void
    Rx(uint16_t port, const Packet& packet)
    {
        audit->Saw(packet, What::ARRIVED, node, port);
        if (nic)
        {
            audit->Gone(packet);
            audit->Reached(node, packet);
        }
    }

    void
    Trim(uint16_t port, const Packet& packet)
    {
        audit->Saw(packet, What::TRIMMED, node, port);
    }

    void
    Drop(uint16_t port, const Packet& packet)
    {
        audit->Saw(packet, What::DROPPED, node, port);
        audit->Gone(packet);
        audit->Dropped(node, port, packet);
    }

    void
    Complete(const Completion& completion)
    {
        audit->Completed(node, completion);
    }
};

NetworkAudit::NetworkAudit(RoceNetwork& network)
    : m_network(network)
    , m_history(kHistory)
{
    Listen();
}

NetworkAudit::~NetworkAudit()
{
    for (const LinkPlan& link : m_network.Plan().links)
    {
        for (LinkTx* tx : {&m_network.Tx(link.a, link.a_port), &m_network.Tx(link.b, link.b_port)})
        {
            if (tx->PeekFaults() != nullptr)
            {
                tx->Faults().listener = nullptr;
            }
        }
    }
}

void
NetworkAudit::Listen()
{
    const FabricPlan& plan = m_network.Plan();
    const auto nodes = plan.endpoints + static_cast<uint32_t>(plan.switches.size());
    for (uint32_t node = 0; node < nodes; ++node)
    {
        const bool nic = node < plan.endpoints;
        m_probes.push_back(std::make_unique<Probe>(Probe{this, node, nic}));
        Probe* probe = m_probes.back().get();
        ns3::Object* object = nic ? static_cast<ns3::Object*>(&m_network.Device(node))
                                  : &m_network.Switch(node - plan.endpoints);
        object->TraceConnectWithoutContext("Tx", ns3::MakeCallback(&Probe::Tx, probe));
        object->TraceConnectWithoutContext("Rx", ns3::MakeCallback(&Probe::Rx, probe));
        if (nic)
        {
            object->TraceConnectWithoutContext("Complete",
                                               ns3::MakeCallback(&Probe::Complete, probe));
        }
        else
        {
            object->TraceConnectWithoutContext("Drop", ns3::MakeCallback(&Probe::Drop, probe));
            object->TraceConnectWithoutContext("Trim", ns3::MakeCallback(&Probe::Trim, probe));
        }
        for (uint16_t port = 0; port < m_network.Adjacency().ports(node); ++port)
        {
            m_network.Tx(node, port).Faults().listener = this;
            m_ports.emplace_back(node, port);
        }
    }
}

// ---- what is seen in the moment ----

void
NetworkAudit::Saw(const Packet& packet, What what, uint32_t node, uint16_t port)
{
    const Time now = m_network.GetClock().Now();
    const PacketEvent event = PacketEvent::Of(packet, what, node, port, now);
    m_history.Add(event);
    m_abroad[&packet] = event;
}

void
NetworkAudit::Gone(const Packet& packet)
{
    m_abroad.erase(&packet);
}

void
NetworkAudit::Lost(const Packet& packet, uint32_t globalPort, FaultEffect)
{
    const auto& [node, port] = m_ports[globalPort];
    Saw(packet, What::LOST, node, port);
    Gone(packet);
}

bool
NetworkAudit::HasQp(uint32_t endpoint, uint32_t qp) const
{
    RoceNetDevice& device = m_network.Device(endpoint);
    if (device.FunctionCount() > 1 && function_of(qp) >= device.FunctionCount())
    {
        return false;
    }
    const Nic& nic = device.NicOf(qp);
    return qp >= nic.first_qp() && qp < nic.end_qp();
}

void
NetworkAudit::Reached(uint32_t endpoint, const Packet& packet)
{
    if (packet.kind != PacketKind::data || !HasQp(endpoint, packet.dst_qp))
    {
        return;
    }
    const Nic& nic = m_network.Device(endpoint).NicOf(packet.dst_qp);
    auto [found, fresh] = m_accounts.try_emplace({endpoint, packet.dst_qp});
    if (fresh)
    {
        const QpAudit view = nic.audit(packet.dst_qp);
        if (view.reliable)
        {
            found->second =
                std::make_unique<ArrivalAccount>(view.selective, view.expected, view.mtu);
        }
    }
    if (found->second != nullptr)
    {
        found->second->arrived(packet);
    }
}

void
NetworkAudit::Completed(uint32_t endpoint, const Completion& completion)
{
    const auto account = m_accounts.find({endpoint, completion.qp});
    if (completion.kind == Completion::Kind::sent || completion.status != Status::success ||
        account == m_accounts.end() || account->second == nullptr ||
        account->second->delivered(completion.cookie, completion.bytes))
    {
        return;
    }
    Break("endpoint " + std::to_string(m_network.Plan().id_of(endpoint)) + " QP " +
              std::to_string(completion.qp) + " delivered a message of " +
              std::to_string(completion.bytes) + " bytes, and not all of them have arrived",
          OfQp(endpoint,
               completion.qp,
               m_network.Device(endpoint).NicOf(completion.qp).audit(completion.qp)));
}

/// True if more arrived by the link than its rate lets through: then a fault has sent packets
/// twice, or held them back until others came with them.
bool
NetworkAudit::Crowded(uint32_t node, uint16_t port) const
{
    const FabricIndex::End& far = m_network.Adjacency().end(node, port);
    const LinkFaults* faults = m_network.Tx(far.peer, far.peer_port).PeekFaults();
    if (faults == nullptr)
    {
        return false;
    }
    const FaultCounts& counts = faults->Counts();
    return counts[static_cast<int>(FaultEffect::DUPLICATED)] > 0 ||
           counts[static_cast<int>(FaultEffect::REORDERED)] > 0 ||
           counts[static_cast<int>(FaultEffect::JITTERED)] > 0;
}

/// True if the watchdog has let packets go where PFC had told them to wait.
bool
NetworkAudit::ForwardsAgainstPauses() const
{
    if (m_network.Config().fabric.watchdog.action != WatchdogAction::FORWARD)
    {
        return false;
    }
    for (uint32_t i = 0; i < m_network.SwitchCount(); ++i)
    {
        for (uint16_t port = 0; port < m_network.Switch(i).PortCount(); ++port)
        {
            if (m_network.Switch(i).Counters(port).storms > 0)
            {
                return true;
            }
        }
    }
    return false;
}

/// PFC promises that no packet of a lossless priority is dropped for lack of buffer, as long as the
/// headroom of its ingress suffices and no fault has a hand in it. `port` is the egress.
bool
NetworkAudit::Promised(uint32_t node, uint16_t port, const Packet& packet) const
{
    const uint32_t sw = node - m_network.Plan().endpoints;
    const RoceSwitch& dropper = m_network.Switch(sw);
    return dropper.IsProtected(packet.in_port, packet.priority) &&
           !dropper.IsDropping(port, packet.priority) &&
           !m_network.Config().faults.disturbs_pfc() && !Crowded(node, packet.in_port) &&
           m_network.Plan().router->next(sw, packet.dst).count > 0 && !ForwardsAgainstPauses();
}

void
NetworkAudit::Dropped(uint32_t node, uint16_t port, const Packet& packet)
{
    if (!Promised(node, port, packet))
    {
        return;
    }
    const PacketEvent dropped = PacketEvent::Of(packet, What::DROPPED, node, 0, Time{});
    Break("a lossless packet was dropped at " + m_network.Plan().node_name(node) +
              ", whose headroom should have held it",
          [dropped](const PacketEvent& event) { return Same(event, dropped); });
}

// ---- what is looked at now and then ----

bool
NetworkAudit::Check()
{
    if (m_violation.empty())
    {
        ++m_checks;
        CheckPackets();
        CheckBuffers();
        CheckQps();
    }
    return m_violation.empty();
}

/// Counts every packet in queues, on wires and in slow receivers. Those that NICs hold are only
/// counted, not looked at.
int64_t
NetworkAudit::CountPackets(const std::function<void(const Packet&)>& each) const
{
    int64_t packets = 0;
    const auto count = [&](const Packet& packet) {
        ++packets;
        each(packet);
    };
    for (const auto& [node, port] : m_ports)
    {
        m_network.Tx(node, port).ForEachInFlight(count);
    }
    for (uint32_t i = 0; i < m_network.SwitchCount(); ++i)
    {
        for (uint16_t port = 0; port < m_network.Switch(i).PortCount(); ++port)
        {
            m_network.Switch(i).Queues(port).ForEach(count);
        }
    }
    for (uint32_t i = 0; i < m_network.DeviceCount(); ++i)
    {
        for (uint32_t function = 0; function < m_network.Device(i).FunctionCount(); ++function)
        {
            packets += m_network.Device(i).GetNic(function).packets_held();
        }
        m_network.Device(i).ForEachForeign(count);
    }
    if (m_network.Faults() != nullptr)
    {
        for (const auto& receiver : m_network.Faults()->SlowReceivers())
        {
            receiver->ForEach(count);
        }
    }
    return packets;
}

void
NetworkAudit::CheckPackets()
{
    const int64_t found = CountPackets([](const Packet&) {});
    const int64_t lent = m_network.Pool().in_use();
    if (found != lent)
    {
        TellLostPacket(lent, found);
    }
}

/// Finds the packet that is missing: the one that was seen longest ago.
void
NetworkAudit::TellLostPacket(int64_t lent, int64_t found)
{
    std::unordered_set<const Packet*> here;
    CountPackets([&here](const Packet& packet) { here.insert(&packet); });
    const PacketEvent* missing = nullptr;
    for (const auto& [packet, event] : m_abroad)
    {
        // It is the minimum of a strict order, so the order of the walk does not matter.
        const auto key = [](const PacketEvent& e) {
            return std::tie(e.at, e.src, e.dst, e.qp, e.psn, e.node);
        };
        if (here.count(packet) == 0 && (missing == nullptr || key(event) < key(*missing)))
        {
            missing = &event;
        }
    }
    const std::string counts = std::to_string(lent) + " packets are in use, and " +
                               std::to_string(found) + " are in queues, on wires or in NICs";
    if (missing == nullptr)
    {
        Break(counts, [](const PacketEvent&) { return true; });
        return;
    }
    const PacketEvent lost = *missing;
    Break(counts + "; one that was lost without a word:",
          [lost](const PacketEvent& event) { return Same(event, lost); });
}

void
NetworkAudit::CheckBuffers()
{
    for (uint32_t i = 0; i < m_network.SwitchCount() && m_violation.empty(); ++i)
    {
        RoceSwitch& sw = m_network.Switch(i);
        std::vector<Bytes> came(size_t{sw.PortCount()} * kPriorities); // lossless, by ingress
        Bytes egress = 0;
        Bytes shared = 0;
        bool bad = false;
        for (uint16_t port = 0; port < sw.PortCount(); ++port)
        {
            Bytes queued = 0;
            sw.Queues(port).ForEach([&](const Packet& packet) {
                const bool lossless = sw.Ingress(packet.in_port, packet.priority) != nullptr;
                Bytes& of = came[packet.in_port * kPriorities + packet.priority];
                if (lossless || sw.Accounts(packet.priority))
                {
                    (lossless ? of : egress) += packet.wire_bytes;
                }
                queued += packet.wire_bytes;
            });
            bad |= queued != sw.Queues(port).QueuedTotal();
        }
        for (uint16_t port = 0; port < sw.PortCount(); ++port)
        {
            for (Priority priority = 0; priority < kPriorities; ++priority)
            {
                const IngressBuffer* in = sw.Ingress(port, priority);
                if (in == nullptr)
                {
                    continue;
                }
                bad |= in->held + in->headroom != came[port * kPriorities + priority] ||
                       in->held < 0 || in->headroom < 0 || in->headroom > in->headroomLimit;
                shared += sw.Buffer().SharedOf(*in);
            }
        }
        if (bad || sw.SharedBytes() != shared + egress || sw.SharedBytes() < 0)
        {
            const uint32_t node = m_network.Plan().endpoints + i;
            Break("the buffer of " + m_network.Plan().switch_name(i) + " counts " +
                      std::to_string(sw.SharedBytes()) + " shared bytes, and its queues hold " +
                      std::to_string(shared + egress) + " of them",
                  [node](const PacketEvent& event) { return event.node == node; });
        }
    }
}

void
NetworkAudit::CheckQps()
{
    m_network.ForEachNic([this](uint32_t endpoint, const Nic& nic) {
        for (uint32_t qp = nic.first_qp(); qp < nic.end_qp() && m_violation.empty(); ++qp)
        {
            CheckQp(endpoint, qp);
        }
    });
}

void
NetworkAudit::CheckQp(uint32_t endpoint, uint32_t qp)
{
    const QpAudit view = m_network.Device(endpoint).NicOf(qp).audit(qp);
    std::string broken = broken_rule(view);
    const auto [before, fresh] = m_before.try_emplace({endpoint, qp}, view);
    if (broken.empty() && !fresh)
    {
        broken = broken_rule(before->second, view);
    }
    before->second = view;
    const bool known =
        view.reliable && view.peer < m_network.DeviceCount() && HasQp(view.peer, view.peer_qp);
    if (broken.empty() && known)
    {
        const QpAudit peer = m_network.Device(view.peer).NicOf(view.peer_qp).audit(view.peer_qp);
        if (peer.peer == endpoint && peer.peer_qp == qp)
        {
            broken = broken_pair(view, peer);
        }
    }
    if (!broken.empty())
    {
        Break("endpoint " + std::to_string(m_network.Plan().id_of(endpoint)) + " QP " +
                  std::to_string(qp) + " to endpoint " +
                  std::to_string(m_network.Plan().id_of(view.peer)) + ": " + broken,
              OfQp(endpoint, qp, view));
    }
}

PacketHistory::Filter
NetworkAudit::OfQp(uint32_t endpoint, uint32_t qp, const QpAudit& view) const
{
    return [endpoint, qp, peer = view.peer, peerQp = view.peer_qp](const PacketEvent& event) {
        return (event.src == endpoint && event.dst == peer && event.qp == peerQp) ||
               (event.src == peer && event.dst == endpoint && event.qp == qp);
    };
}

void
NetworkAudit::Break(const std::string& what, const PacketHistory::Filter& history)
{
    if (!m_violation.empty())
    {
        return;
    }
    const FabricPlan& plan = m_network.Plan();
    char when[64];
    std::snprintf(when, sizeof when, "at %.6f us ", m_network.GetClock().Now().us());
    m_violation = when + what + "\n" + m_history.Tell(history, kTold, [&plan](uint32_t node) {
        return plan.node_name(node);
    });
    ns3::Simulator::Stop();
}

} // namespace hpnsim
