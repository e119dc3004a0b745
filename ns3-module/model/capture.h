// SPDX-License-Identifier: GPL-2.0-only
// PortCapture writes what crosses a port of a NIC or switch into a pcap file.
#pragma once

#include "roce-net-device.h"
#include "roce-switch.h"

#include "hpnsim/fabric.hpp"
#include "hpnsim/frame.hpp"
#include "hpnsim/pcap.hpp"

#include <memory>
#include <vector>

namespace hpnsim
{

/**
 * \brief Writes what crosses a port of a NIC or switch, or all of its ports, into one pcap file.
 *
 * It listens to the trace sources of the node: packets become bytes only because it is connected.
 * It must live as long as the network runs.
 *
 * Times are when a packet begins to leave, and when it has arrived whole (at a switch: when it has
 * passed its pipeline). A PFC frame is stamped when it is decided, although it may wait for the
 * packet that is being sent. Frames have no FCS; a corrupted one shows by its ICRC.
 */
class PortCapture
{
  public:
    static constexpr int kEveryPort = -1;

    /// `framings` are those of the NICs' functions; `node` is one of the plan; `port` is one of its
    /// ports, or kEveryPort.
    PortCapture(const Clock& clock,
                const FabricPlan& plan,
                const FabricIndex& adjacency,
                std::vector<Framing> framings,
                uint32_t node,
                int port,
                PcapWriter file);

    void Listen(RoceNetDevice& device);
    void Listen(RoceSwitch& sw);

    /// Writes a PFC frame that the port sends, or that has arrived at it.
    void PfcSent(uint16_t port, const PfcFrame& frame);
    void PfcArrived(uint16_t port, const PfcFrame& frame);

    /// Writes out what is buffered. Throws BadInput.
    void Finish();
    uint64_t Frames() const;

  private:
    void OnPacket(uint16_t port, const Packet& packet);
    Framing FramingOf(const Packet& packet) const;
    bool Wants(uint16_t port) const;
    Mac AddressOf(uint32_t node, uint16_t port) const;
    void WritePfc(const Mac& source, const PfcFrame& frame);
    size_t EncodeForeign(const Packet& packet);

    const Clock& m_clock;
    const FabricPlan& m_plan;
    const FabricIndex& m_adjacency;
    std::vector<Framing> m_framings;
    uint32_t m_node;
    int m_port;
    PcapWriter m_file;
    std::unique_ptr<uint8_t[]> m_frame; // one at a time
};

} // namespace hpnsim
