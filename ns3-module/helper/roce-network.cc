// SPDX-License-Identifier: GPL-2.0-only
// Builds the nodes, devices and links of a fabric plan, and answers questions about the network as
// a whole.
#include "roce-network.h"

#include "fault-injector.h"
#include "network-defaults.h"
#include "network-needs.h"
#include "queueing/queueing.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/destination_groups.hpp"
#include "hpnsim/ideal.hpp"
#include "hpnsim/random.hpp"

#include "ns3/simulator.h"

#include <algorithm>
#include <utility>

namespace hpnsim
{

namespace
{

/// Returns the configuration as the CC needs it.
NetworkConfig
Served(NetworkConfig config, const FabricPlan& plan)
{
    if (config.qpsPerPeer < 1)
    {
        throw BadInput("a network of 0 QPs per peer; NetworkConfig::qpsPerPeer is 1 or more");
    }
    CheckNeeds(config);
    ServeNeeds(config, plan);
    FillAutomatic(config, plan);
    return config;
}

} // namespace

RoceNetwork::RoceNetwork(const FabricPlan& plan, const NetworkConfig& config)
    : m_plan(plan)
    , m_adjacency(m_plan)
    , m_config(Served(config, plan))
    , m_flowQps(config.FunctionCount())
    , m_portTurns(m_plan, m_adjacency, config.nic.seed)
{
    if (ns3::Time::GetResolution() != ns3::Time::PS)
    {
        ns3::Time::SetResolution(ns3::Time::PS);
    }
    m_clock = std::make_unique<Clock>();
    MakeOrder();
    MakeRouters();
    for (uint32_t function = 0; function < m_config.FunctionCount(); ++function)
    {
        NicConfig& nic = m_config.Function(function);
        if (nic.basis.queueing.ps == 0)
        {
            PrepareTimeouts(m_plan, m_adjacency, m_config.fabric, nic);
        }
    }
    if (m_config.fabric.lb.kind == SwitchLb::ROTATION)
    {
        m_config.fabric.groups = std::make_shared<DestinationGroups>(m_plan, m_adjacency);
    }
    NumberPorts();
    MakeHosts();
    MakeSwitches();
    Wire();
    if (!config.faults.faults.empty())
    {
        m_faults = std::make_unique<FaultInjector>(*this, m_liveRouter, m_weightedRouter);
    }
}

RoceNetwork::~RoceNetwork()
{
    // Pending events are dropped before the objects that they live in.
    ns3::Simulator::Destroy();
}

/// Sees to it that events of equal time run in the order that the configuration wants.
void
RoceNetwork::MakeOrder()
{
    const bool scheduled = m_config.fabric.scheduledOrder;
    if (EventKernel* kernel = m_clock->Kernel())
    {
        if (scheduled)
        {
            kernel->ForgetOrder();
        }
        return;
    }
    const auto known = [this](RadixHeapScheduler* scheduler) { m_scheduler = scheduler; };
    ns3::ObjectFactory factory;
    factory.SetTypeId(scheduled ? ScheduledOrderScheduler::GetTypeId()
                                : RadixHeapScheduler::GetTypeId());
    factory.Set("Made", ns3::CallbackValue(RadixHeapScheduler::Made(known)));
    ns3::Simulator::SetScheduler(factory);
}

/// Lays routers that know what has changed over the plan's own.
void
RoceNetwork::MakeRouters()
{
    std::shared_ptr<const Router> live = m_plan.router;
    if (m_config.faults.changes_links())
    {
        live = m_liveRouter = std::make_shared<LiveRouter>(m_plan);
    }
    if (m_config.fabric.lb.kind == SwitchLb::WEIGHTED)
    {
        live = m_weightedRouter = std::make_shared<WeightedRouter>(m_plan, live);
    }
    m_plan.router = live;
}

void
RoceNetwork::Watch(EventWatcher* watcher)
{
    if (m_scheduler != nullptr)
    {
        m_scheduler->Watch(watcher);
    }
    else
    {
        m_clock->Kernel()->Watch(watcher);
    }
}

bool
RoceNetwork::NothingLeft() const
{
    return m_scheduler != nullptr ? m_scheduler->IsEmpty() : m_clock->Kernel()->NothingLeft();
}

void
RoceNetwork::NumberPorts()
{
    const auto nodes = m_plan.endpoints + static_cast<uint32_t>(m_plan.switches.size());
    for (uint32_t node = 0; node < nodes; ++node)
    {
        m_globalPorts.push_back(m_portCount);
        m_portCount += m_adjacency.ports(node);
    }
}

/// Tells how far building has come, every few thousand nodes. Making the ns-3 nodes of the hosts,
/// and wiring, are as much work again.
void
RoceNetwork::TellBuilt(uint32_t node) const
{
    const auto nodes = static_cast<double>(m_plan.endpoints + m_plan.switches.size());
    if (m_config.building && node % 8192 == 0)
    {
        m_config.building(0.3 + 0.6 * node / nodes);
    }
}

/// Checks that the NIC has ports, not too many, and a link at each.
void
RoceNetwork::CheckPorts(uint32_t endpoint) const
{
    const uint32_t ports = m_adjacency.ports(endpoint);
    const std::string name = m_plan.node_name(endpoint);
    if (ports > kMaxNicPorts)
    {
        throw BadInput("topology: " + name + " has " + std::to_string(ports) +
                       " ports, and a NIC may have " + std::to_string(kMaxNicPorts));
    }
    for (uint32_t port = 0; port < ports; ++port)
    {
        if (!m_adjacency.end(endpoint, port).wired)
        {
            throw BadInput("topology: port " + std::to_string(port) + " of " + name +
                           " has no link; number the ports that have one from 0 on");
        }
    }
}

/// Returns the rates of the endpoint's links; 0: there is no such port.
PortRates
RoceNetwork::RatesOf(uint32_t endpoint) const
{
    PortRates rates{};
    for (uint16_t port = 0; port < m_adjacency.ports(endpoint); ++port)
    {
        rates[port] = m_plan.links[m_adjacency.end(endpoint, port).link].rate;
    }
    return rates;
}

/// Returns what each function of the endpoint's NIC is like.
std::vector<std::shared_ptr<const NicConfig>>
RoceNetwork::ConfigsOf(uint32_t endpoint)
{
    std::vector<std::shared_ptr<const NicConfig>> configs;
    for (uint32_t function = 0; function < m_config.FunctionCount(); ++function)
    {
        auto config = std::make_shared<NicConfig>(m_config.Function(function));
        config->open_qps = &m_openQps;
        config->ports = static_cast<uint8_t>(m_adjacency.ports(endpoint));
        config->port_rates = RatesOf(endpoint);
        config->first_qp = first_qp_of(function);
        configs.push_back(std::move(config));
    }
    return configs;
}

void
RoceNetwork::MakeHosts()
{
    const uint32_t perHost = m_plan.nics_per_host;
    const uint32_t hosts = (m_plan.endpoints + perHost - 1) / perHost;
    m_hosts.Create(hosts);
    const auto unbuilt = ns3::CreateObject<RoceNetDevice>();
    std::vector<std::shared_ptr<const NicConfig>> functions; // of this NIC, and of the next ones
    for (uint32_t endpoint = 0; endpoint < m_plan.endpoints; ++endpoint)
    {
        TellBuilt(endpoint);
        CheckPorts(endpoint);
        std::vector<uint32_t> peers;
        for (uint16_t port = 0; port < m_adjacency.ports(endpoint); ++port)
        {
            const FabricIndex::End& end = m_adjacency.end(endpoint, port);
            peers.push_back(m_globalPorts[end.peer] + end.peer_port);
        }
        if (functions.empty() || functions.front()->port_rates != RatesOf(endpoint))
        {
            functions = ConfigsOf(endpoint);
        }
        auto device = ns3::CopyObject(unbuilt);
        device->Configure(*m_clock,
                          m_pool,
                          endpoint,
                          functions,
                          m_plan.endpoints,
                          m_globalPorts[endpoint],
                          peers);
        device->SetPfc(m_config.fabric.pfc);
        m_hosts.Get(m_plan.host_of(endpoint))->AddDevice(device);
        m_devices.push_back(device);
    }
    if (m_plan.nvlink.rate.bps > 0)
    {
        for (uint32_t host = 0; host < hosts; ++host)
        {
            m_nvlink.push_back(std::make_unique<NvlinkHost>(
                *m_clock, perHost, m_plan.nvlink, m_portCount + host * perHost * 2, this));
        }
    }
}

void
RoceNetwork::MakeSwitches()
{
    m_switchNodes.Create(static_cast<uint32_t>(m_plan.switches.size()));
    const auto unbuilt = ns3::CreateObject<RoceSwitch>();
    for (uint32_t i = 0; i < m_plan.switches.size(); ++i)
    {
        TellBuilt(m_plan.endpoints + i);
        auto sw = ns3::CopyObject(unbuilt);
        sw->Configure(
            *m_clock, m_pool, m_depths, m_plan, m_adjacency, i, m_globalPorts, m_config.fabric);
        m_switchNodes.Get(i)->AggregateObject(sw);
        m_switches.push_back(sw);
    }
    if (m_config.fabric.mode == FabricMode::LOSSLESS)
    {
        m_deadlocks = std::make_unique<DeadlockDetector>(
            m_plan, m_adjacency, m_switches, m_config.fabric.watchdog.deadlock);
    }
}

void
RoceNetwork::Wire()
{
    const auto end = [this](uint32_t node) -> LinkEnd* {
        return node < m_plan.endpoints ? static_cast<LinkEnd*>(ns3::PeekPointer(m_devices[node]))
                                       : &m_switches[node - m_plan.endpoints]->Front();
    };
    const auto latency = [this](uint32_t node) {
        return node < m_plan.endpoints ? Time{} : m_plan.switches[node - m_plan.endpoints].latency;
    };
    for (const LinkPlan& link : m_plan.links)
    {
        LinkParams params;
        params.rate = link.rate;
        params.cable = link.delay;
        params.loss = std::max(link.loss, m_config.fabric.loss);
        params.delay = link.delay + latency(link.b);
        params.seed = m_config.fabric.seed;
        params.wholeNs = m_config.fabric.wholeNs;
        params.separateEvents = m_config.fabric.scheduledOrder;
        params.asksForEnds = link.a >= m_plan.endpoints; // NICs look at every end for what is due
        Tx(link.a, link.a_port).Connect(end(link.b), link.b_port, params);
        params.delay = link.delay + latency(link.a);
        params.asksForEnds = link.b >= m_plan.endpoints;
        Tx(link.b, link.b_port).Connect(end(link.a), link.a_port, params);
    }
}

void
RoceNetwork::SetListeners(CompletionListener* rdma, NvlinkListener* nvlink)
{
    for (const auto& device : m_devices)
    {
        device->SetListener(rdma);
    }
    m_nvlinkListener = nvlink;
}

void
RoceNetwork::SendNvlink(uint32_t src, uint32_t dst, NvlinkBytes bytes, uint64_t cookie)
{
    const uint32_t gpus = m_plan.nics_per_host;
    m_nvlink[m_plan.host_of(src)]->Send(src % gpus, dst % gpus, bytes, cookie, m_clock->Now());
}

void
RoceNetwork::TransferArrived(uint64_t cookie, Time now)
{
    m_nvlinkListener->TransferArrived(cookie, now);
}

void
RoceNetwork::WarmTransfer(uint64_t cookie) const
{
    m_nvlinkListener->WarmTransfer(cookie);
}

bool
RoceNetwork::MayActApart(uint64_t cookie) const
{
    return m_nvlinkListener->MayActApart(cookie);
}

const FabricPlan&
RoceNetwork::Plan() const
{
    return m_plan;
}

const FabricIndex&
RoceNetwork::Adjacency() const
{
    return m_adjacency;
}

const Clock&
RoceNetwork::GetClock() const
{
    return *m_clock;
}

uint32_t
RoceNetwork::DeviceCount() const
{
    return static_cast<uint32_t>(m_devices.size());
}

RoceNetDevice&
RoceNetwork::Device(uint32_t endpoint)
{
    return *m_devices[endpoint];
}

uint32_t
RoceNetwork::SwitchCount() const
{
    return static_cast<uint32_t>(m_switches.size());
}

RoceSwitch&
RoceNetwork::Switch(uint32_t index)
{
    return *m_switches[index];
}

LinkTx&
RoceNetwork::Tx(uint32_t node, uint16_t port)
{
    return node < m_plan.endpoints ? m_devices[node]->Tx(static_cast<uint8_t>(port))
                                   : m_switches[node - m_plan.endpoints]->Tx(port);
}

FaultInjector*
RoceNetwork::Faults()
{
    return m_faults.get();
}

const NetworkConfig&
RoceNetwork::Config() const
{
    return m_config;
}

DepthHistogram
RoceNetwork::Depths() const
{
    DepthHistogram sum;
    m_depths.for_each([&sum](const DepthHistogram& each) { sum.Add(each); });
    return sum;
}

PacketPool&
RoceNetwork::Pool()
{
    return m_pool;
}

uint64_t
RoceNetwork::NvlinkHops() const
{
    uint64_t hops = 0;
    for (const auto& host : m_nvlink)
    {
        hops += host->Hops();
    }
    return hops;
}

const std::string&
RoceNetwork::Deadlock() const
{
    static const std::string none;
    return m_deadlocks != nullptr ? m_deadlocks->Sentence() : none;
}

const LawFault*
RoceNetwork::BadLaw() const
{
    if (m_lawFault != nullptr)
    {
        return m_lawFault.get();
    }
    for (const auto& device : m_devices)
    {
        for (uint32_t function = 0; function < device->FunctionCount(); ++function)
        {
            if (const LawFault* fault = device->GetNic(function).law_fault())
            {
                return fault;
            }
        }
    }
    return nullptr;
}

bool
RoceNetwork::PortOf(uint32_t globalPort, uint32_t& node, uint16_t& port) const
{
    if (globalPort >= m_portCount)
    {
        return false;
    }
    const auto after = std::upper_bound(m_globalPorts.begin(), m_globalPorts.end(), globalPort);
    node = static_cast<uint32_t>(after - m_globalPorts.begin()) - 1;
    port = static_cast<uint16_t>(globalPort - m_globalPorts[node]);
    return true;
}

const ns3::NodeContainer&
RoceNetwork::Hosts() const
{
    return m_hosts;
}

} // namespace hpnsim
