// SPDX-License-Identifier: GPL-2.0-only
// Makes the connections between the NICs of a RoceNetwork: it gives them ports and paths, and tells
// them what they must know of these.
#include "fault-injector.h"
#include "roce-network.h"

#include "hpnsim/ideal.hpp"
#include "hpnsim/no_path.hpp"
#include "hpnsim/random.hpp"

#include "hpnsim/bad_input.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace hpnsim
{

namespace
{

/// Sets the random streams of a function's QPs apart from those of the others. Numbers of endpoints
/// leave these bits free.
uint64_t
StreamsOf(uint32_t function)
{
    return static_cast<uint64_t>(function) << 58;
}

} // namespace

uint32_t
NetworkConfig::FunctionCount() const
{
    return static_cast<uint32_t>(functions.size()) + 1;
}

const NicConfig&
NetworkConfig::Function(uint32_t number) const
{
    if (number > functions.size())
    {
        throw std::logic_error("function " + std::to_string(number) + " of NICs that have " +
                               std::to_string(FunctionCount()) + ", numbered from 0 on");
    }
    return number == 0 ? nic : functions[number - 1];
}

NicConfig&
NetworkConfig::Function(uint32_t number)
{
    return const_cast<NicConfig&>(std::as_const(*this).Function(number));
}

const FabricIndex&
RoceNetwork::Ways() const
{
    return m_liveRouter != nullptr ? m_liveRouter->planned() : m_adjacency;
}

Time
RoceNetwork::BaseRtt(uint32_t src, uint32_t dst, uint8_t port, const NicConfig& nic) const
{
    if (m_config.baseRtt.ps > 0)
    {
        return m_config.baseRtt;
    }
    // A NIC of fewer ports answers by one of its own. A flow that starts while all paths are dead
    // has the RTT of the fabric as it was planned: with none, CCs would begin with windows of 0.
    const FabricIndex& ways = Ways();
    const auto back = static_cast<uint8_t>(port % ways.ports(dst));
    return base_rtt(ways.path(src, dst, port), ways.path(dst, src, back), nic.mtu, *nic.wire);
}

/// Refuses a pair that the fabric as it was planned does not join.
uint8_t
RoceNetwork::Hops(uint32_t src, uint32_t dst, uint8_t port) const
{
    const size_t links = Ways().path(src, dst, port).size();
    if (links == 0)
    {
        refuse_pair(m_plan, src, dst);
    }
    return static_cast<uint8_t>(std::min<size_t>(links, 256) - 1);
}

void
RoceNetwork::OnQp(std::function<void(uint32_t endpoint, uint32_t qp)> callback)
{
    m_onQp = std::move(callback);
}

/// Returns the paths of the QPs of a function, the first on NIC port `first`. Function 1 has those
/// that would come next if function 0 had more QPs, and so on.
std::vector<QpPath>
RoceNetwork::PathsOf(uint32_t src, uint32_t dst, uint32_t function, uint8_t first) const
{
    const QpPaths paths(m_plan, m_adjacency, m_config.nic.seed, m_config.sourcePorts);
    const uint32_t before = function * m_config.qpsPerPeer;
    const uint32_t ports = m_adjacency.ports(src);
    const auto start = static_cast<uint8_t>((first + ports - before % ports) % ports);
    std::vector<QpPath> all = paths.of(src, dst, before + m_config.qpsPerPeer, start);
    all.erase(all.begin(), all.begin() + before);
    return all;
}

const std::vector<uint32_t>&
RoceNetwork::Qps(uint32_t src, uint32_t dst, uint32_t function)
{
    const uint64_t pair = static_cast<uint64_t>(src) << 32 | dst;
    const uint64_t key = StreamsOf(function) | pair;
    const auto found = m_qps.find(key);
    if (found != m_qps.end())
    {
        return found->second;
    }
    // One pair of QPs serves both directions, as RC connections do.
    std::vector<uint32_t> forward;
    std::vector<uint32_t> backward;
    const PortTurns::First first = m_portTurns.take(src, dst);
    const std::vector<QpPath> there = PathsOf(src, dst, function, first.here);
    const bool alike = m_adjacency.ports(src) == m_adjacency.ports(dst);
    const std::vector<QpPath> here = m_config.sourcePorts == SourcePorts::ports && alike
                                         ? there
                                         : PathsOf(dst, src, function, first.there);
    const uint64_t reverse = static_cast<uint64_t>(dst) << 32 | src;
    for (uint32_t k = 0; k < m_config.qpsPerPeer; ++k)
    {
        QpConfig qp;
        qp.peer = dst;
        qp.home_port = there[k].home_port;
        qp.stream_id = StreamsOf(function) + pair * m_config.qpsPerPeer + k;
        qp.source_port = there[k].source_port;
        const uint64_t back = StreamsOf(function) + reverse * m_config.qpsPerPeer + k;
        const auto [there_qp, here_qp] = Connect(src, function, qp, here[k], back);
        forward.push_back(there_qp);
        backward.push_back(here_qp);
    }
    m_qps.emplace(StreamsOf(function) | reverse, std::move(backward));
    return m_qps.emplace(key, std::move(forward)).first->second;
}

/// Makes the QP `qp` of `src` and its peer's, which answers by `back`; returns their numbers.
std::pair<uint32_t, uint32_t>
RoceNetwork::Connect(uint32_t src, uint32_t function, QpConfig qp, QpPath back, uint64_t backId)
{
    const NicConfig& config = m_config.Function(function);
    Nic& a = m_devices[src]->GetNic(function);
    Nic& b = m_devices[qp.peer]->GetNic(function);
    if (m_config.FunctionCount() > 1 && std::max(a.qp_count(), b.qp_count()) + 1 >= kFunctionQps)
    {
        throw BadInput("a function of a NIC has " + std::to_string(kFunctionQps) +
                       " QPs, and no number is left for one more");
    }
    const Time now = m_clock->Now();
    qp.hops = Hops(src, qp.peer, qp.home_port);
    qp.base_rtt = BaseRtt(src, qp.peer, qp.home_port, config);
    qp.bdp = m_config.bdp;
    qp.peer_qp = b.end_qp();
    QpConfig answers = qp;
    answers.peer = src;
    answers.peer_qp = a.end_qp();
    answers.home_port = back.home_port;
    answers.source_port = back.source_port;
    answers.stream_id = backId;
    const uint32_t forward = a.create_qp(qp, now);
    const uint32_t backward = b.create_qp(answers, now);
    if (m_faults != nullptr)
    {
        m_faults->Connected(src, forward, qp.peer);
        m_faults->Connected(qp.peer, backward, src);
    }
    if (m_onQp)
    {
        m_onQp(src, forward);
        m_onQp(qp.peer, backward);
    }
    return {forward, backward};
}

/// Returns the paths of a flow's own QP and of its peer's.
std::pair<QpPath, QpPath>
RoceNetwork::OwnPaths(uint32_t src, uint32_t dst, const FlowQp& flow)
{
    const PortTurns::First first = m_portTurns.take(src, dst);
    QpPath here{first.here, flow.sourcePort};
    if (flow.sourcePort == 0)
    {
        const QpPaths paths(m_plan, m_adjacency, m_config.nic.seed, m_config.sourcePorts);
        here = paths.of(src, dst, 1, first.here)[0];
        const uint64_t turn = m_flowQps[flow.function];
        here.source_port = static_cast<uint16_t>(0xC000 | ((here.source_port + turn) & 0x3fff));
    }
    const bool alike = m_adjacency.ports(src) == m_adjacency.ports(dst);
    return {here, {alike ? here.home_port : first.there, here.source_port}};
}

uint32_t
RoceNetwork::NewQp(uint32_t src, uint32_t dst, const FlowQp& flow)
{
    constexpr uint64_t kOwn = uint64_t{1} << 63; // no pair of endpoints has such a number
    m_config.Function(flow.function);            // throws if there is none
    const auto [here, there] = OwnPaths(src, dst, flow);
    QpConfig qp;
    qp.peer = dst;
    qp.priority = flow.priority;
    qp.home_port = here.home_port;
    qp.source_port = here.source_port;
    qp.dest_port = flow.destPort;
    qp.stream_id = kOwn | StreamsOf(flow.function) | 2 * m_flowQps[flow.function]++;
    return Connect(src, flow.function, qp, there, qp.stream_id + 1).first;
}

} // namespace hpnsim
