// SPDX-License-Identifier: GPL-2.0-only
// Schedules the events of a fault plan, and lets the ends of a link notice what happened to it.
#include "fault-injector.h"

#include "pfc/pfc_control.hpp"
#include "roce-network.h"

#include "ns3/make-event.h"

#include <set>

namespace hpnsim
{

namespace
{

constexpr uint8_t kAllNicPorts = 0xff;

} // namespace

FaultInjector::FaultInjector(RoceNetwork& network,
                             std::shared_ptr<LiveRouter> router,
                             std::shared_ptr<WeightedRouter> weights)
    : m_network(network)
    , m_router(std::move(router))
    , m_weights(std::move(weights))
    , m_links(network.Plan().links.size())
    , m_dead(network.Plan().endpoints + network.Plan().switches.size())
{
    const Clock& clock = network.GetClock();
    const std::vector<Fault>& faults = network.Config().faults.faults;
    for (uint32_t i = 0; i < faults.size(); ++i)
    {
        clock.Schedule(EventOrder::FAULT,
                       faults[i].at - clock.Now(),
                       ns3::MakeEvent(&FaultInjector::Run, this, i));
    }
}

FaultInjector::~FaultInjector() = default;

const std::vector<std::unique_ptr<SlowReceiver>>&
FaultInjector::SlowReceivers() const
{
    return m_slow;
}

void
FaultInjector::Run(uint32_t index)
{
    const Fault& fault = m_network.Config().faults.faults[index];
    switch (fault.act)
    {
    case Fault::Act::down:
    case Fault::Act::up:
        Cut(fault, fault.act == Fault::Act::down);
        break;
    case Fault::Act::kill:
    case Fault::Act::revive:
        Kill(fault, fault.act == Fault::Act::kill);
        break;
    case Fault::Act::degrade:
        Degrade(fault);
        break;
    case Fault::Act::impair:
    case Fault::Act::clear:
        Impair(fault);
        break;
    case Fault::Act::slow:
        Slow(fault);
        break;
    case Fault::Act::storm:
        Storm(fault);
        break;
    }
}

/// Returns the wired ports that a fault names.
std::vector<uint16_t>
FaultInjector::PortsOf(const Fault& fault) const
{
    const FabricIndex& index = m_network.Adjacency();
    std::vector<uint16_t> ports;
    for (uint16_t port = 0; port < index.ports(fault.node); ++port)
    {
        const bool named = fault.port == Fault::kEveryPort || fault.port == port;
        if (named && index.end(fault.node, port).wired)
        {
            ports.push_back(port);
        }
    }
    return ports;
}

// ---- links and nodes that die ----

void
FaultInjector::Cut(const Fault& fault, bool cut)
{
    for (const uint16_t port : PortsOf(fault))
    {
        const uint32_t link = m_network.Adjacency().end(fault.node, port).link;
        m_links[link].cut = cut;
        Settle(link, fault);
    }
}

void
FaultInjector::Kill(const Fault& fault, bool dead)
{
    const uint32_t node = fault.node;
    m_dead[node] = dead;
    const FabricIndex& index = m_network.Adjacency();
    for (uint16_t port = 0; port < index.ports(node); ++port)
    {
        if (index.end(node, port).wired)
        {
            Settle(index.end(node, port).link, fault);
        }
    }
}

/// Both directions change, as those of a link do that has trained to a lower speed. NICs and
/// switches notice at once, because they cannot send faster; switches that share by capacity learn
/// of it as they learn of a dead link.
void
FaultInjector::Degrade(const Fault& fault)
{
    const Time now = m_network.GetClock().Now();
    for (const uint16_t port : PortsOf(fault))
    {
        const FabricIndex::End& far = m_network.Adjacency().end(fault.node, port);
        m_network.Tx(fault.node, port).Degrade(fault.share, now);
        m_network.Tx(far.peer, far.peer_port).Degrade(fault.share, now);
        if (m_weights != nullptr)
        {
            const FaultPlan& faults = m_network.Config().faults;
            m_network.GetClock().Schedule(EventOrder::FAULT,
                                          fault.detect.value_or(faults.detect) +
                                              fault.converge.value_or(faults.converge),
                                          ns3::MakeEvent(&FaultInjector::RateKnown,
                                                         this,
                                                         far.link,
                                                         ++m_links[far.link].rates,
                                                         fault.share));
        }
    }
}

void
FaultInjector::RateKnown(uint32_t link, uint32_t rates, double share)
{
    if (m_links[link].rates == rates)
    {
        m_weights->set_share(link, share);
    }
}

/// Routes have changed, and with them what is left behind next hops.
void
FaultInjector::Reweigh()
{
    if (m_weights != nullptr)
    {
        m_weights->forget();
    }
}

/// Brings the link into the state that it must have now, after `fault`.
void
FaultInjector::Settle(uint32_t number, const Fault& fault)
{
    Link& link = m_links[number];
    const LinkPlan& plan = m_network.Plan().links[number];
    const bool up = !link.cut && !m_dead[plan.a] && !m_dead[plan.b];
    if (up == link.up)
    {
        return;
    }
    link.up = up;
    ++link.epoch;
    const Clock& clock = m_network.GetClock();
    m_network.Tx(plan.a, plan.a_port).SetUp(up, clock.Now());
    m_network.Tx(plan.b, plan.b_port).SetUp(up, clock.Now());
    const FaultPlan& faults = m_network.Config().faults;
    link.converge = fault.converge.value_or(faults.converge);
    link.failback = fault.failback.value_or(faults.failback);
    clock.Schedule(EventOrder::FAULT,
                   fault.detect.value_or(faults.detect),
                   ns3::MakeEvent(&FaultInjector::Noticed, this, number, link.epoch));
}

void
FaultInjector::Noticed(uint32_t number, uint32_t epoch)
{
    const Link& link = m_links[number];
    if (link.epoch != epoch)
    {
        return;
    }
    const LinkPlan& plan = m_network.Plan().links[number];
    const uint32_t endpoints = m_network.Plan().endpoints;
    const bool held = link.up && plan.a < endpoints && link.failback.ps > 0;
    for (const End end : {End{plan.a, plan.a_port}, End{plan.b, plan.b_port}})
    {
        if (end.node >= endpoints)
        {
            m_router->set_local(end.node - endpoints, end.port, link.up);
            Reweigh();
        }
        else if (!held)
        {
            m_network.Device(end.node).PortChanged(static_cast<uint8_t>(end.port), link.up);
        }
    }
    if (held)
    {
        m_network.GetClock().Schedule(
            EventOrder::FAULT,
            link.failback,
            ns3::MakeEvent(&FaultInjector::TakenBack, this, number, epoch));
        return;
    }
    Spread(number);
}

/// The bonds at the ends of a mended link use it again, and begin to announce it.
void
FaultInjector::TakenBack(uint32_t number, uint32_t epoch)
{
    if (m_links[number].epoch != epoch)
    {
        return;
    }
    const LinkPlan& plan = m_network.Plan().links[number];
    for (const End end : {End{plan.a, plan.a_port}, End{plan.b, plan.b_port}})
    {
        if (end.node < m_network.Plan().endpoints)
        {
            m_network.Device(end.node).PortChanged(static_cast<uint8_t>(end.port), true);
        }
    }
    Spread(number);
}

/// Lets the news of a link go through the fabric.
void
FaultInjector::Spread(uint32_t number)
{
    const Link& link = m_links[number];
    m_network.GetClock().Schedule(EventOrder::FAULT,
                                  link.converge,
                                  ns3::MakeEvent(&FaultInjector::Known, this, number, link.epoch));
}

void
FaultInjector::Known(uint32_t number, uint32_t epoch)
{
    if (m_links[number].epoch != epoch)
    {
        return;
    }
    m_router->set_known(number, m_links[number].up);
    Reweigh();
    if (!m_tellDue) // one event is enough for all links of this time
    {
        m_tellDue = true;
        m_network.GetClock().Schedule(
            EventOrder::FAULT, Time{}, ns3::MakeEvent(&FaultInjector::TellHosts, this));
    }
}

void
FaultInjector::TellHosts()
{
    m_tellDue = false;
    for (uint32_t endpoint = 0; endpoint < m_network.DeviceCount(); ++endpoint)
    {
        RoceNetDevice& device = m_network.Device(endpoint);
        std::set<uint32_t> peers;
        for (uint32_t function = 0; function < device.FunctionCount(); ++function)
        {
            const Nic& nic = device.GetNic(function);
            for (uint32_t qp = nic.first_qp(); qp < nic.end_qp(); ++qp)
            {
                peers.insert(nic.peer(qp));
            }
        }
        for (const uint32_t peer : peers)
        {
            TellHost(endpoint, peer);
        }
    }
}

void
FaultInjector::TellHost(uint32_t endpoint, uint32_t peer)
{
    const uint8_t ports = PortsTo(endpoint, peer);
    const auto told = m_told.find({endpoint, peer});
    if (ports == (told == m_told.end() ? kAllNicPorts : told->second))
    {
        return;
    }
    if (ports == kAllNicPorts)
    {
        m_told.erase({endpoint, peer});
    }
    else
    {
        m_told[{endpoint, peer}] = ports;
    }
    m_network.Device(endpoint).PeerPortsChanged(peer, ports);
}

/// Returns the ports by which everybody knows that the peer can be reached, as a bit set.
uint8_t
FaultInjector::PortsTo(uint32_t endpoint, uint32_t peer) const
{
    const auto all = static_cast<uint8_t>((1U << m_network.Adjacency().ports(endpoint)) - 1);
    const uint8_t ports = m_router->ports_to(endpoint, peer);
    return ports == all ? kAllNicPorts : ports;
}

void
FaultInjector::Connected(uint32_t endpoint, uint32_t qp, uint32_t peer)
{
    const uint8_t ports = m_router == nullptr ? kAllNicPorts : PortsTo(endpoint, peer);
    if (ports == kAllNicPorts)
    {
        return;
    }
    m_network.Device(endpoint).NicOf(qp).set_ports_of_new(qp, ports);
    if (!m_tellDue) // else all QPs to this peer are told now
    {
        m_told[{endpoint, peer}] = ports;
    }
}

// ---- links that do something to packets ----

void
FaultInjector::Impair(const Fault& fault)
{
    if (fault.node == Fault::kEveryLink)
    {
        for (const LinkPlan& link : m_network.Plan().links)
        {
            ImpairOne(fault, {link.a, link.a_port});
            ImpairOne(fault, {link.b, link.b_port});
        }
        return;
    }
    for (const uint16_t port : PortsOf(fault))
    {
        const FabricIndex::End& far = m_network.Adjacency().end(fault.node, port);
        if (fault.direction != Direction::in)
        {
            ImpairOne(fault, {fault.node, port});
        }
        if (fault.direction != Direction::out)
        {
            ImpairOne(fault, {far.peer, far.peer_port});
        }
    }
}

void
FaultInjector::ImpairOne(const Fault& fault, End end)
{
    LinkFaults& faults = m_network.Tx(end.node, end.port).Faults();
    if (fault.act == Fault::Act::clear)
    {
        faults.Clear();
    }
    else
    {
        faults.Begin(fault.impairment);
    }
}

// ---- receivers and pauses ----

/// A PAUSE lasts at most 65,535 quanta of 512 bit times (IEEE 802.1Qbb); it is sent again after
/// half of that.
Time
FaultInjector::Refresh(Rate rate) const
{
    return transmit_time(Bytes{65'535} * 64, rate) / 2;
}

void
FaultInjector::Slow(const Fault& fault)
{
    const NetworkConfig& config = m_network.Config();
    for (const uint16_t port : PortsOf(fault))
    {
        const FabricIndex::End& far = m_network.Adjacency().end(fault.node, port);
        const LinkPlan& link = m_network.Plan().links[far.link];
        LinkTx& outgoing = m_network.Tx(fault.node, port);
        SlowReceiver*& at = m_slowAt[outgoing.GlobalPort()];
        if (at != nullptr)
        {
            at->SetRate(fault.rate, fault.buffer);
            continue;
        }
        const Wire& wire = *config.fabric.wire;
        const Bytes frame = wire.data_overhead + wire.telemetry + wire.first_extra + config.nic.mtu;
        SlowReceiver::Settings settings;
        settings.rate = fault.rate;
        settings.xoff = fault.buffer;
        settings.headroom = PfcControl::Headroom(link.rate, link.delay, Time{}, frame, wire.pfc);
        settings.pauseBytes = wire.pfc;
        settings.refresh = Refresh(link.rate);
        settings.pauses = config.fabric.mode == FabricMode::LOSSLESS;
        m_slow.push_back(std::make_unique<SlowReceiver>(m_network.GetClock(),
                                                        m_network.Pool(),
                                                        m_network.Tx(far.peer, far.peer_port),
                                                        outgoing,
                                                        settings));
        at = m_slow.back().get();
    }
}

void
FaultInjector::Storm(const Fault& fault)
{
    const uint32_t endpoints = m_network.Plan().endpoints;
    for (const uint16_t port : PortsOf(fault))
    {
        if (fault.node < endpoints)
        {
            m_network.Device(fault.node)
                .StormPause(static_cast<uint8_t>(port), fault.priority, fault.duration);
        }
        else
        {
            m_network.Switch(fault.node - endpoints)
                .StormPause(port, fault.priority, fault.duration);
        }
    }
}

} // namespace hpnsim
