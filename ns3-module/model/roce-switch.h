// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "ecn-marker.h"
#include "fabric-settings.h"
#include "fixed-array.h"
#include "link-tx.h"
#include "pfc-control.h"
#include "port-scheduler.h"
#include "queue-monitor.h"
#include "shared-buffer.h"
#include "trimmer.h"

#include "hpnsim/fabric.hpp"

#include "ns3/object.h"
#include "ns3/traced-callback.h"

#include <memory>

namespace hpnsim
{

/**
 * \brief A shared-memory switch: route, admit, queue, mark, stamp, trim, send.
 *
 * Aggregated to an ns3::Node. Each decision is a part of its own (shared-buffer.h, pfc-control.h,
 * ecn-marker.h, int-stamper.h, trimmer.h, port-scheduler.h); this class is the order in which they
 * are asked.
 */
class RoceSwitch : public ns3::Object, public LinkEnd
{
  public:
    static ns3::TypeId GetTypeId();

    /// What one egress port did.
    struct PortCounters
    {
        uint64_t marks{0};
        uint64_t drops{0};      ///< for want of buffer
        uint64_t unroutable{0}; ///< arrived here, and no way on was alive
        uint64_t trims{0};
        uint64_t pausesObeyed{0};
        uint64_t pausesSent{0};
        Time paused;
    };

    RoceSwitch();
    ~RoceSwitch() override;

    /// `index` in the plan; its ports' global numbers begin at `firstGlobalPort`.
    void Configure(const Clock& clock,
                   PacketPool& pool,
                   DepthHistogram& depths,
                   const FabricPlan& plan,
                   const FabricIndex& adjacency,
                   uint32_t index,
                   const std::vector<uint32_t>& globalPorts,
                   const FabricSettings& settings);

    LinkTx& Tx(uint16_t port);
    uint16_t PortCount() const;
    const PortCounters& Counters(uint16_t port) const;
    const QueueMonitor& Monitor(uint16_t port) const;
    // What `--audit` looks at.
    const PortScheduler& Queues(uint16_t port) const;
    const IngressBuffer& Ingress(uint16_t port) const;
    const SharedBuffer& Buffer() const;
    /// Closes the books at the end of a run.
    void Finish(Time now);
    /// Bytes in the shared buffer, headroom and reserve left out.
    Bytes SharedBytes() const;

    // LinkEnd
    void Arrive(Packet* packet, uint16_t port, Time now) override;
    void TxIdle(uint16_t port, Time now) override;
    void Pause(uint16_t port, Priority priority, bool on, Time now) override;

  protected:
    void DoDispose() override;

  private:
    struct Port;

    uint16_t Route(const Packet& packet) const;
    bool Admit(Port& out, Packet& packet, Time now);
    void Release(const Packet& packet, Time now);
    void Enqueue(Port& out, Packet* packet, Time now);
    void SendNext(Port& out, Time now);
    void Transmit(Port& out, Packet* packet, Time now);
    void Drop(Port& out, Packet* packet, uint16_t port);
    void ConfigureBuffer(const FabricPlan& plan, const FabricIndex& adjacency);

    FixedArray<Port> m_ports;
    const Router* m_router{nullptr};
    uint32_t m_index{0};
    uint64_t m_salt{0}; // of the ECMP hash
    FabricMode m_mode{FabricMode::LOSSLESS};
    bool m_telemetry{false};
    uint32_t m_pauseBytes{0};
    SharedBuffer m_buffer;
    PacketPool* m_pool{nullptr};
    DepthHistogram* m_depths{nullptr};
    FabricSettings m_settings;

    ns3::TracedCallback<uint16_t, const Packet&> m_txTrace;
    ns3::TracedCallback<uint16_t, const Packet&> m_rxTrace;
    ns3::TracedCallback<uint16_t, const Packet&> m_dropTrace;
    ns3::TracedCallback<uint16_t, const Packet&> m_markTrace;
    ns3::TracedCallback<uint16_t, const Packet&> m_trimTrace;
    ns3::TracedCallback<uint16_t, bool> m_pauseTrace;
    ns3::TracedCallback<uint16_t, bool> m_pauseRxTrace;
};

} // namespace hpnsim
