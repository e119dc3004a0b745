// SPDX-License-Identifier: GPL-2.0-only
// RoceSwitch is a shared-memory switch as an ns-3 object.
#pragma once

#include "balancing/adaptive_routing.hpp"
#include "balancing/destination_rotation.hpp"
#include "balancing/flowlet_table.hpp"
#include "balancing/round_robin.hpp"
#include "buffer/shared_buffer.hpp"
#include "fabric_settings.hpp"
#include "hpnsim/fixed_array.hpp"
#include "link-tx.h"
#include "marking/ecn_marker.hpp"
#include "marking/phantom_queue.hpp"
#include "notice-sender.h"
#include "pause-state.h"
#include "pfc-sender.h"
#include "pfc/pfc_control.hpp"
#include "queueing/port_scheduler.hpp"
#include "queueing/queue_monitor.hpp"
#include "setting-attributes.h"
#include "trimming/trimmer.hpp"

#include "hpnsim/fabric.hpp"

#include "ns3/object.h"
#include "ns3/traced-callback.h"

#include <array>
#include <functional>
#include <memory>
#include <vector>

namespace hpnsim
{

class BufferPlan;
class MarkingPlan;

/**
 * \brief A shared-memory switch: route, admit, queue, mark, stamp, trim, send.
 *
 * It is aggregated to an ns3::Node. Each decision is made by a part of its own in fabric/
 * (SharedBuffer, PfcControl, EcnMarker, StampTelemetry, Trimmer, PortScheduler); this class is the
 * order in which they are asked.
 */
class RoceSwitch : public ns3::Object, public LinkEnd, private PauseListener
{
  public:
    static ns3::TypeId GetTypeId();

    // Keys of --fabric and --switch-lb are attributes (setting-attributes.h).
    using Held = FabricSettings;
    static SettingAttributes AttributesOf(FabricSettings& settings);
    /// Returns what is in force; before Configure, what the attributes say.
    const FabricSettings& Settings() const;
    /// Once the switch is configured, the thresholds of ECN alone may change: ports take them up
    /// at once. Throws BadInput on others.
    void SetSetting(size_t number, const std::string& text);

    /// Counts what one egress port did.
    struct PortCounters
    {
        uint64_t marks{0};
        uint64_t drops{0};      ///< for lack of buffer
        uint64_t unroutable{0}; ///< arrived here, and no way on was alive
        uint64_t trims{0};
        uint64_t pausesObeyed{0};
        uint64_t pausesSent{0};
        Time paused;
        uint64_t storms{0};        ///< found by the PFC watchdog
        uint64_t watchdogDrops{0}; ///< its drops, counted in `drops` too
    };

    RoceSwitch();
    /// Copies the attributes of a switch that is not configured yet (ns3::CopyObject): ns-3 takes
    /// some microseconds to construct an object of so many.
    RoceSwitch(const RoceSwitch& unbuilt);
    ~RoceSwitch() override;

    /// `index` is the switch's in the plan; its ports' global numbers begin at `firstGlobalPort`.
    /// Plan and adjacency must outlive the switch's use.
    void Configure(const Clock& clock,
                   PacketPool& pool,
                   PerLane<DepthHistogram>& depths,
                   const FabricPlan& plan,
                   const FabricIndex& adjacency,
                   uint32_t index,
                   const std::vector<uint32_t>& globalPorts,
                   const FabricSettings& settings);

    LinkTx& Tx(uint16_t port);
    uint16_t PortCount() const;
    const PortCounters& Counters(uint16_t port) const;
    const QueueMonitor& Monitor(uint16_t port) const;
    // `--audit` looks at these.
    const PortScheduler& Queues(uint16_t port) const;
    /// Returns null if the priority is not lossless.
    const IngressBuffer* Ingress(uint16_t port, Priority priority) const;
    const SharedBuffer& Buffer() const;
    /// Returns where links lead to: the switch, or what stands before it.
    LinkEnd& Front();
    /// Counts the notices that the switch sent to senders.
    uint64_t Notices() const;
    // What stands before the switch calls these: for an arrival that it judges between routing and
    // queueing, and for a packet of the switch's own.
    void ArriveJudged(Packet* packet, uint16_t port, Time now);
    void Send(Packet* packet, uint16_t inPort, Time now);
    /// True if what waits in the priority counts as buffer in use.
    bool Accounts(Priority priority) const;
    /// Closes the books at the end of a run.
    void Finish(Time now);
    /// Returns for how long PFC has stopped any priority of the port.
    Time PausedTime(uint16_t port, Time now) const;
    /// Counts the bytes in the shared buffer, without headroom and reserve.
    Bytes SharedBytes() const;

    /// Makes the port send PAUSE of `priority` for `duration`, whatever its buffer holds: a fault.
    void StormPause(uint16_t port, Priority priority, Time duration);

    // A search for deadlocks asks these. `OnLongPause` sets what is called again and again while a
    // pause lasts.
    void OnLongPause(std::function<void(Time now)> callback);
    /// True if the egress is paused, and no watchdog interferes.
    bool IsPaused(uint16_t port, Priority priority) const;
    /// True if the ingress has told its upstream to stop.
    bool IsPausing(uint16_t port, Priority priority) const;
    /// True if the watchdog drops what would leave there.
    bool IsDropping(uint16_t port, Priority priority) const;
    /// True if the headroom of the ingress holds whatever can still arrive after a PAUSE, and the
    /// buffer has it.
    bool IsProtected(uint16_t port, Priority priority) const;
    /// Returns by how many bytes headrooms and reserves exceed the buffer.
    Bytes Overbooked() const;
    void ForEachWaiting(
        const std::function<void(uint16_t egress, const Packet& packet)>& visit) const;

    // As LinkEnd:
    void Arrive(Packet* packet, uint16_t port, Time now) override;
    void TxIdle(uint16_t port, Time now) override;
    void WarmHead(uint16_t port) const override;
    void PfcArrives(uint16_t port, const PfcFrame& frame, Time now) override;
    void ForgetPauses(uint16_t port, Time now) override;
    void RepeatPauses(uint16_t port, Time now) override;

  protected:
    void DoDispose() override;

  private:
    struct Port;

    uint16_t Route(const Packet& packet) const;
    bool Balances(const Packet& packet) const;
    uint16_t Balance(const Packet& packet, const NextHops& hops) const;
    void ConfigureBalance(Bytes buffer);
    uint16_t Enter(Packet* packet, uint16_t port);
    void Forward(Packet* packet, uint16_t egress, Time now);
    bool Admit(Port& out, Packet& packet, Time now);
    void Release(const Packet& packet, Time now);
    void Enqueue(Port& out, Packet* packet, Time now);
    void SendNext(Port& out, Time now);
    bool PassesUnnoticed(Port& out, const Packet& packet);
    void Transmit(Port& out, Packet* packet, Time now);
    void MarkIf(Port& out, Packet& packet, Bytes queued);
    void StampDigest(Port& out, Packet& packet, Time now);
    void PrepareLateMark(Port& out, Packet* packet);
    void AwaitLateMark(Port& out, Time now);
    void MarkLate(Port& out);
    void MarkThenSend(Port& out, Time now);
    Bytes Holds(const Port& out, Priority priority, Time now) const;
    bool ControlFits(const Port& out, const Packet& packet, Time now) const;
    bool MustTrim(const Port& out, const Packet& packet, Bytes queued) const;
    bool Overflow(Port& out, Packet* packet, uint16_t egress, Time now);
    void ConfigurePort(Port& port, const LinkPlan& link, bool lastHop, const MarkingPlan& marking);
    void ConfigureMarking(Port& port,
                          const LinkPlan& link,
                          bool lastHop,
                          const MarkingPlan& marking);
    void ChangeMarking(const FabricSettings& changed);
    void Drop(Port& out, Packet* packet, uint16_t port);
    void ConfigurePriorities();
    void CheckQuanta(Bytes fullFrame) const;
    PfcSender& SenderOf(Port& port);
    void PauseUpstream(Port& in, IngressBuffer& ingress, Priority priority, Time now);
    void ResumeUpstream(Port& in, IngressBuffer& ingress, Priority priority, Time now);
    void Obey(uint16_t port, PfcFrame frame);
    void Storm(uint16_t port, Priority priority, bool on, Time now) override;
    void LongPause(uint16_t port, Priority priority, Time now) override;
    void ConfigureBuffer(const FabricPlan& plan,
                         const FabricIndex& adjacency,
                         const BufferPlan& buffer);
    void ConfigureFeedback(const FabricPlan& plan, const FabricIndex& adjacency);

    // What every packet needs lies together.
    FixedArray<Port> m_ports;
    const Router* m_router{nullptr};
    uint32_t m_index{0};
    SwitchLb m_lb{SwitchLb::ECMP};
    FabricMode m_mode{FabricMode::LOSSLESS};
    bool m_telemetry{false}; // INT alone; with digests, StampDigest does both
    bool m_inTurn{false};    // the order of scheduling
    bool m_untilSent{false};
    bool m_peakWithoutWire{false};
    bool m_unlessBothFull{false};      // BufferRules
    PausedPriorities m_marked{0};      // MarkingSettings
    PausedPriorities m_lossless{0};    // under PFC
    PausedPriorities m_bounded{0};     // the dynamic threshold drops
    PausedPriorities m_unaccounted{0}; // BufferRules
    EcmpHash m_hash;
    SharedBuffer m_buffer;
    PerLane<DepthHistogram>* m_depths{nullptr};
    PacketPool* m_pool{nullptr};
    const Clock* m_clock{nullptr};
    ns3::TracedCallback<uint16_t, const Packet&> m_txTrace;
    ns3::TracedCallback<uint16_t, const Packet&> m_rxTrace;

    // What few packets need.
    std::array<uint8_t, kPriorities> m_losslessIndex{};
    std::vector<IngressBuffer> m_ingress;    // [port][lossless priority]
    std::unique_ptr<NoticeSender> m_notices; // null: senders want none
    Bytes m_headerRoom{0};                   // BufferPlan
    std::unique_ptr<AdaptiveRouting> m_adaptive;
    std::unique_ptr<FlowletTable> m_flowlets;
    std::unique_ptr<DestinationRotation> m_rotation;
    std::unique_ptr<RoundRobin> m_roundRobin;
    Bytes m_overbooked{0};
    uint32_t m_pauseBytes{0};
    std::function<void(Time)> m_onLongPause;
    FabricSettings m_settings;
    ns3::TracedCallback<uint16_t, const Packet&> m_dropTrace;
    ns3::TracedCallback<uint16_t, const Packet&> m_markTrace;
    ns3::TracedCallback<uint16_t, const Packet&> m_trimTrace;
    ns3::TracedCallback<uint16_t, bool> m_pauseTrace;
    PfcSender::Trace m_pfcTxTrace;
    PfcSender::Trace m_pfcRxTrace;

    const FabricPlan* m_plan{nullptr}; // for marking that changes
    const FabricIndex* m_adjacency{nullptr};
};

} // namespace hpnsim
