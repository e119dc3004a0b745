// SPDX-License-Identifier: GPL-2.0-only
// Tells ns-3's FlowMonitor which packets have left and arrived, and which flow each belongs to.
#include "run/flow_monitor_file.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/headers.hpp"

#include "ns3/double.h"
#include "ns3/flow-classifier.h"
#include "ns3/flow-monitor.h"
#include "ns3/flow-probe.h"
#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"

#include <array>
#include <fstream>
#include <iomanip>
#include <map>

namespace hpnsim
{

namespace
{

/// Why packets were lost, in the order of packetsDropped's reasonCode.
enum Reason : uint32_t { by_switch, trimmed, corrupted };

bool is_data(const Packet& packet)
{
    return packet.kind == PacketKind::data || packet.kind == PacketKind::response;
}

/// Numbers flows and the transmissions of their packets, and describes flows as Ipv4FlowClassifier does.
class QpClassifier : public ns3::FlowClassifier
{
public:
    ns3::FlowId flow_of(const Packet& packet)
    {
        const auto [found, fresh] = numbers_.insert({{packet.src, packet.dst, packet.dst_qp}, 0});
        if (fresh) {
            found->second = GetNewFlowId();
            flows_.push_back({packet.src, packet.dst, packet.source_port, packet.dest_port, packet.dscp, 0});
        }
        return found->second;
    }
    ns3::FlowPacketId sent(ns3::FlowId flow, const Packet& packet)
    {
        ++flows_[flow - 1].packets;
        return under_way_[key_of(flow, packet)] = next_++;
    }
    /// Returns the number that the transmission has; false: it is none of those that have left.
    bool arrived(ns3::FlowId flow, const Packet& packet, ns3::FlowPacketId& number)
    {
        const auto found = under_way_.find(key_of(flow, packet));
        if (found == under_way_.end()) return false;
        number = found->second;
        under_way_.erase(found);
        return true;
    }
    void SerializeToXmlStream(std::ostream& out, uint16_t indent) const override;

private:
    struct Flow {
        uint32_t src, dst;
        uint16_t source_port, dest_port;
        uint8_t dscp;
        uint64_t packets;
    };
    using Key = std::array<int64_t, 3>;
    static Key key_of(ns3::FlowId flow, const Packet& packet) { return {flow, packet.psn, packet.sent.ps}; }

    std::map<std::array<uint32_t, 3>, ns3::FlowId> numbers_;
    std::vector<Flow> flows_;  // by number, from 1
    std::map<Key, ns3::FlowPacketId> under_way_;
    ns3::FlowPacketId next_ = 0;
};

void QpClassifier::SerializeToXmlStream(std::ostream& out, uint16_t indent) const
{
    Indent(out, indent);
    out << "<Ipv4FlowClassifier>\n";
    for (size_t i = 0; i < flows_.size(); ++i) {
        const Flow& flow = flows_[i];
        Indent(out, indent + 2);
        out << "<Flow flowId=\"" << i + 1 << "\" sourceAddress=\"" << ns3::Ipv4Address(endpoint_ip(flow.src))
            << "\" destinationAddress=\"" << ns3::Ipv4Address(endpoint_ip(flow.dst))
            << "\" protocol=\"17\" sourcePort=\"" << flow.source_port << "\" destinationPort=\""
            << flow.dest_port << "\">\n";
        Indent(out, indent + 4);
        out << "<Dscp value=\"0x" << std::hex << static_cast<int>(flow.dscp) << std::dec << "\" packets=\""
            << flow.packets << "\" />\n";
        Indent(out, indent + 2);
        out << "</Flow>\n";
    }
    Indent(out, indent);
    out << "</Ipv4FlowClassifier>\n";
}

/// Listens to one NIC, or to what all switches drop.
class Probe : public ns3::FlowProbe
{
public:
    Probe(const ns3::Ptr<ns3::FlowMonitor>& monitor, QpClassifier& classifier)
        : ns3::FlowProbe(monitor), classifier_(classifier)
    {
    }
    void sent(uint16_t, const Packet& packet)
    {
        if (!is_data(packet)) return;
        const ns3::FlowId flow = classifier_.flow_of(packet);
        m_flowMonitor->ReportFirstTx(this, flow, classifier_.sent(flow, packet), packet.wire_bytes);
    }
    void arrived(uint16_t, const Packet& packet)
    {
        if (!is_data(packet)) return;
        const ns3::FlowId flow = classifier_.flow_of(packet);
        ns3::FlowPacketId number = 0;
        if (packet.trimmed)
            lost(packet, Reason::trimmed);
        else if (packet.corrupted)
            lost(packet, Reason::corrupted);
        else if (classifier_.arrived(flow, packet, number))
            m_flowMonitor->ReportLastRx(this, flow, number, packet.wire_bytes);
    }
    void dropped(uint16_t, const Packet& packet)
    {
        if (is_data(packet)) lost(packet, Reason::by_switch);
    }

private:
    void lost(const Packet& packet, Reason reason)
    {
        const ns3::FlowId flow = classifier_.flow_of(packet);
        ns3::FlowPacketId number = 0;
        if (classifier_.arrived(flow, packet, number))
            m_flowMonitor->ReportDrop(this, flow, number, packet.wire_bytes, reason);
    }

    QpClassifier& classifier_;
};

/// Makes a FlowMonitor that schedules no events: CreateObject would make it look for lost packets once a
/// second for ever, and a network that has nothing left to do would not end. So its attributes are set here.
ns3::Ptr<ns3::FlowMonitor> monitor_without_events()
{
    ns3::Ptr<ns3::FlowMonitor> monitor(new ns3::FlowMonitor(), false);
    monitor->SetAttribute("MaxPerHopDelay", ns3::TimeValue(ns3::Seconds(10)));
    monitor->SetAttribute("DelayBinWidth", ns3::DoubleValue(1e-6));
    monitor->SetAttribute("JitterBinWidth", ns3::DoubleValue(1e-6));
    monitor->SetAttribute("PacketSizeBinWidth", ns3::DoubleValue(64));
    monitor->SetAttribute("FlowInterruptionsBinWidth", ns3::DoubleValue(1e-4));
    monitor->SetAttribute("FlowInterruptionsMinTime", ns3::TimeValue(ns3::MicroSeconds(100)));
    monitor->StartRightNow();
    return monitor;
}

}  // namespace

struct FlowMonitorFile::Parts {
    ns3::Ptr<ns3::FlowMonitor> monitor = monitor_without_events();
    ns3::Ptr<QpClassifier> classifier{new QpClassifier(), false};
    std::vector<ns3::Ptr<Probe>> probes;

    Probe& add_probe()
    {
        probes.emplace_back(new Probe(monitor, *classifier), false);
        return *probes.back();
    }
};

FlowMonitorFile::FlowMonitorFile(RoceNetwork& network, std::filesystem::path path)
    : path_(std::move(path)), parts_(std::make_unique<Parts>())
{
    parts_->monitor->AddFlowClassifier(parts_->classifier);
    for (uint32_t i = 0; i < network.DeviceCount(); ++i) {
        Probe& probe = parts_->add_probe();
        network.Device(i).TraceConnectWithoutContext("Tx", ns3::MakeCallback(&Probe::sent, &probe));
        network.Device(i).TraceConnectWithoutContext("Rx", ns3::MakeCallback(&Probe::arrived, &probe));
    }
    Probe& drops = parts_->add_probe();
    for (uint32_t i = 0; i < network.SwitchCount(); ++i)
        network.Switch(i).TraceConnectWithoutContext("Drop", ns3::MakeCallback(&Probe::dropped, &drops));
}

FlowMonitorFile::~FlowMonitorFile()
{
    parts_->monitor->Dispose();
}

void FlowMonitorFile::finish()
{
    std::ofstream out(path_);
    parts_->monitor->CheckForLostPackets(ns3::Time(0));
    out << std::setprecision(15) << "<?xml version=\"1.0\" ?>\n";
    // Without what each probe saw: it has times in picoseconds, which ns-3's own reader refuses.
    parts_->monitor->SerializeToXmlStream(out, 0, true, false);
    out.close();
    if (!out) throw BadInput("--also-write: cannot write " + path_.string());
}

}  // namespace hpnsim
