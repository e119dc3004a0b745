// SPDX-License-Identifier: GPL-2.0-only
#include "roce-network.h"

#include "fault-injector.h"
#include "network-needs.h"
#include "queueing.h"

#include "hpnsim/ideal.hpp"
#include "hpnsim/random.hpp"
#include "hpnsim/registry.hpp"

#include "ns3/simulator.h"

#include <algorithm>

namespace hpnsim
{

namespace
{

/// The configuration as the rate law needs it.
NetworkConfig
Served(NetworkConfig config, const FabricPlan& plan)
{
    CheckNeeds(config);
    ServeNeeds(config, plan);
    return config;
}

} // namespace

RoceNetwork::RoceNetwork(const FabricPlan& plan, const NetworkConfig& config)
    : m_plan(plan)
    , m_adjacency(m_plan)
    , m_config(Served(config, plan))
    , m_portTurns(m_plan, m_adjacency, config.nic.seed)
{
    if (ns3::Time::GetResolution() != ns3::Time::PS)
    {
        ns3::Time::SetResolution(ns3::Time::PS);
    }
    MakeScheduler();
    m_clock = std::make_unique<Clock>();
    if (config.faults.changes_links())
    {
        m_liveRouter = std::make_shared<LiveRouter>(m_plan);
        m_plan.router = m_liveRouter;
    }
    if (m_config.nic.queueing.ps == 0)
    {
        PrepareTimeouts(m_plan, m_adjacency, m_config.fabric, m_config.nic);
    }
    NumberPorts();
    MakeHosts();
    MakeSwitches();
    Wire();
    if (!config.faults.faults.empty())
    {
        m_faults = std::make_unique<FaultInjector>(*this, m_liveRouter);
    }
}

RoceNetwork::~RoceNetwork()
{
    // Pending events are dropped before the objects that they live in.
    ns3::Simulator::Destroy();
}

void
RoceNetwork::MakeScheduler()
{
    const auto known = [this](RadixHeapScheduler* scheduler) { m_scheduler = scheduler; };
    ns3::ObjectFactory factory;
    factory.SetTypeId(m_config.fabric.scheduledOrder ? ScheduledOrderScheduler::GetTypeId()
                                                     : RadixHeapScheduler::GetTypeId());
    factory.Set("Made", ns3::CallbackValue(RadixHeapScheduler::Made(known)));
    ns3::Simulator::SetScheduler(factory);
}

void
RoceNetwork::Watch(EventWatcher* watcher)
{
    m_scheduler->Watch(watcher);
}

bool
RoceNetwork::NothingLeft() const
{
    return m_scheduler->IsEmpty();
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

/// Every few thousand nodes. Making the ns-3 nodes of the hosts, and wiring, are as much work
/// again.
void
RoceNetwork::TellBuilt(uint32_t node) const
{
    const auto nodes = static_cast<double>(m_plan.endpoints + m_plan.switches.size());
    if (m_config.building && node % 8192 == 0)
    {
        m_config.building(0.3 + 0.6 * node / nodes);
    }
}

/// The NIC has ports, not too many, and a link at each.
void
RoceNetwork::CheckPorts(uint32_t endpoint) const
{
    const uint32_t ports = m_adjacency.ports(endpoint);
    const std::string name = m_plan.node_name(endpoint);
    if (ports > kMaxNicPorts)
    {
        throw BadInput("--topology: " + name + " has " + std::to_string(ports) +
                       " ports, and a NIC may have " + std::to_string(kMaxNicPorts));
    }
    for (uint32_t port = 0; port < ports; ++port)
    {
        if (!m_adjacency.end(endpoint, port).wired)
        {
            throw BadInput("--topology: port " + std::to_string(port) + " of " + name +
                           " has no link; number the ports that have one from 0 on");
        }
    }
}

void
RoceNetwork::MakeHosts()
{
    const uint32_t perHost = m_plan.nics_per_host;
    const uint32_t hosts = (m_plan.endpoints + perHost - 1) / perHost;
    m_hosts.Create(hosts);
    for (uint32_t endpoint = 0; endpoint < m_plan.endpoints; ++endpoint)
    {
        TellBuilt(endpoint);
        CheckPorts(endpoint);
        NicConfig nic = m_config.nic;
        nic.endpoint = endpoint;
        nic.ports = static_cast<uint8_t>(m_adjacency.ports(endpoint));
        std::vector<uint32_t> peers;
        for (uint8_t port = 0; port < nic.ports; ++port)
        {
            const FabricIndex::End& end = m_adjacency.end(endpoint, port);
            peers.push_back(m_globalPorts[end.peer] + end.peer_port);
            nic.port_rates[port] = m_plan.links[end.link].rate;
        }
        auto device = ns3::CreateObject<RoceNetDevice>();
        device->Configure(*m_clock, m_pool, nic, m_plan.endpoints, m_globalPorts[endpoint], peers);
        device->SetPfc(m_config.fabric.pfc);
        m_hosts.Get(m_plan.host_of(endpoint))->AddDevice(device);
        m_devices.push_back(device);
    }
    if (m_plan.nvlink.rate.bps > 0)
    {
        for (uint32_t host = 0; host < hosts; ++host)
        {
            m_nvlink.push_back(std::make_unique<NvlinkHost>(
                *m_clock, m_pool, perHost, m_plan.nvlink, m_portCount + host * perHost * 2, this));
        }
    }
}

void
RoceNetwork::MakeSwitches()
{
    m_switchNodes.Create(static_cast<uint32_t>(m_plan.switches.size()));
    for (uint32_t i = 0; i < m_plan.switches.size(); ++i)
    {
        TellBuilt(m_plan.endpoints + i);
        auto sw = ns3::CreateObject<RoceSwitch>();
        sw->Configure(
            *m_clock, m_pool, m_depths, m_plan, m_adjacency, i, m_globalPorts, m_config.fabric);
        m_switchNodes.Get(i)->AggregateObject(sw);
        m_switches.push_back(sw);
    }
    if (m_config.fabric.mode == FabricMode::LOSSLESS)
    {
        m_deadlocks = std::make_unique<DeadlockDetector>(
            m_plan, m_adjacency, m_switches, m_config.fabric.pfc.deadlock);
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
        Tx(link.a, link.a_port).Connect(end(link.b), link.b_port, params);
        params.delay = link.delay + latency(link.a);
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

const FabricIndex&
RoceNetwork::Ways() const
{
    return m_liveRouter != nullptr ? m_liveRouter->planned() : m_adjacency;
}

Time
RoceNetwork::BaseRtt(uint32_t src, uint32_t dst, uint8_t port) const
{
    if (m_config.baseRtt.ps > 0)
    {
        return m_config.baseRtt;
    }
    // A NIC of fewer ports answers by one of its own. A flow that starts while all ways are dead
    // has the RTT of the fabric as it was planned: with none, laws would begin with windows of 0.
    const FabricIndex& ways = Ways();
    const auto back = static_cast<uint8_t>(port % ways.ports(dst));
    return base_rtt(
        ways.path(src, dst, port), ways.path(dst, src, back), m_config.nic.mtu, *m_config.nic.wire);
}

uint8_t
RoceNetwork::Hops(uint32_t src, uint32_t dst, uint8_t port) const
{
    const size_t links = Ways().path(src, dst, port).size();
    return static_cast<uint8_t>(std::clamp<size_t>(links, 1, 256) - 1);
}

void
RoceNetwork::OnQp(std::function<void(uint32_t endpoint, uint32_t qp)> callback)
{
    m_onQp = std::move(callback);
}

const std::vector<uint32_t>&
RoceNetwork::Qps(uint32_t src, uint32_t dst)
{
    const uint64_t key = static_cast<uint64_t>(src) << 32 | dst;
    const auto found = m_qps.find(key);
    if (found != m_qps.end())
    {
        return found->second;
    }
    // One pair of QPs serves both directions, as RC connections do.
    std::vector<uint32_t> forward;
    std::vector<uint32_t> backward;
    const QpPaths paths(m_plan, m_adjacency, m_config.nic.seed, m_config.sourcePorts);
    const PortTurns::First first = m_portTurns.take(src, dst);
    const std::vector<QpPath> there = paths.of(src, dst, m_config.qpsPerPeer, first.here);
    const bool alike = m_adjacency.ports(src) == m_adjacency.ports(dst);
    const std::vector<QpPath> here = m_config.sourcePorts == SourcePorts::ports && alike
                                         ? there
                                         : paths.of(dst, src, m_config.qpsPerPeer, first.there);
    const uint64_t reverse = static_cast<uint64_t>(dst) << 32 | src;
    for (uint32_t k = 0; k < m_config.qpsPerPeer; ++k)
    {
        QpConfig qp;
        qp.peer = dst;
        qp.home_port = there[k].home_port;
        qp.stream_id = key * m_config.qpsPerPeer + k;
        qp.source_port = there[k].source_port;
        const uint64_t back = reverse * m_config.qpsPerPeer + k;
        const auto [there_qp, here_qp] = Connect(src, qp, here[k], back);
        forward.push_back(there_qp);
        backward.push_back(here_qp);
    }
    m_qps.emplace(reverse, std::move(backward));
    if (m_faults != nullptr)
    {
        m_faults->Connected(src, dst);
    }
    return m_qps.emplace(key, std::move(forward)).first->second;
}

/// Makes the QP `qp` of `src` and its peer's, which answers by `back`; returns their numbers.
std::pair<uint32_t, uint32_t>
RoceNetwork::Connect(uint32_t src, QpConfig qp, QpPath back, uint64_t backId)
{
    Nic& a = m_devices[src]->GetNic();
    Nic& b = m_devices[qp.peer]->GetNic();
    const Time now = m_clock->Now();
    qp.base_rtt = BaseRtt(src, qp.peer, qp.home_port);
    qp.bdp = m_config.bdp;
    qp.hops = Hops(src, qp.peer, qp.home_port);
    qp.peer_qp = b.qp_count();
    QpConfig answers = qp;
    answers.peer = src;
    answers.peer_qp = a.qp_count();
    answers.home_port = back.home_port;
    answers.source_port = back.source_port;
    answers.stream_id = backId;
    const uint32_t forward = a.create_qp(qp, now);
    const uint32_t backward = b.create_qp(answers, now);
    if (m_onQp)
    {
        m_onQp(src, forward);
        m_onQp(qp.peer, backward);
    }
    return {forward, backward};
}

/// Of a flow's own QP and of its peer's.
std::pair<QpPath, QpPath>
RoceNetwork::OwnPaths(uint32_t src, uint32_t dst, const FlowQp& flow)
{
    const PortTurns::First first = m_portTurns.take(src, dst);
    QpPath here{first.here, flow.sourcePort};
    if (flow.sourcePort == 0)
    {
        const QpPaths paths(m_plan, m_adjacency, m_config.nic.seed, m_config.sourcePorts);
        here = paths.of(src, dst, 1, first.here)[0];
        here.source_port =
            static_cast<uint16_t>(0xC000 | ((here.source_port + m_flowQps) & 0x3fff));
    }
    const bool alike = m_adjacency.ports(src) == m_adjacency.ports(dst);
    return {here, {alike ? here.home_port : first.there, here.source_port}};
}

uint32_t
RoceNetwork::NewQp(uint32_t src, uint32_t dst, const FlowQp& flow)
{
    constexpr uint64_t kOwn = uint64_t{1} << 63; // no pair of endpoints has such a number
    const auto [here, there] = OwnPaths(src, dst, flow);
    QpConfig qp;
    qp.peer = dst;
    qp.priority = flow.priority;
    qp.home_port = here.home_port;
    qp.source_port = here.source_port;
    qp.dest_port = flow.destPort;
    qp.stream_id = kOwn | 2 * m_flowQps++;
    const uint32_t made = Connect(src, qp, there, qp.stream_id + 1).first;
    if (m_faults != nullptr)
    {
        m_faults->Connected(src, dst);
    }
    return made;
}

void
RoceNetwork::SendNvlink(uint32_t src, uint32_t dst, Bytes bytes, uint64_t cookie)
{
    const uint32_t gpus = m_plan.nics_per_host;
    m_nvlink[m_plan.host_of(src)]->Send(src % gpus, dst % gpus, bytes, cookie, m_clock->Now());
}

void
RoceNetwork::TransferArrived(uint64_t cookie, Time now)
{
    m_nvlinkListener->TransferArrived(cookie, now);
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

const std::vector<std::unique_ptr<NvlinkHost>>&
RoceNetwork::Nvlink() const
{
    return m_nvlink;
}

DepthHistogram&
RoceNetwork::Depths()
{
    return m_depths;
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
    for (const auto& device : m_devices)
    {
        if (const LawFault* fault = device->GetNic().law_fault())
        {
            return fault;
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
