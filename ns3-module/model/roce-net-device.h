// SPDX-License-Identifier: GPL-2.0-only
// RoceNetDevice is an RDMA NIC as an ns-3 device.
#pragma once

#include "hpnsim/fixed_array.hpp"
#include "link-tx.h"
#include "pfc-sender.h"
#include "setting-attributes.h"

#include "hpnsim/nic_functions.hpp"

#include "ns3/mac48-address.h"
#include "ns3/net-device.h"
#include "ns3/traced-callback.h"

#include <memory>

namespace hpnsim
{

class RoceNetDevice;

/// Is told what a device's queue pairs have completed.
class CompletionListener
{
  public:
    virtual ~CompletionListener() = default;
    /// May post more work, to this device or to others.
    virtual void Completed(RoceNetDevice& device, const Completion& completion, Time now) = 0;
    /// Asks the caches for what Completed will touch.
    virtual void
    Warm(const Completion& /*completion*/) const
    {
    }

    /// The same in two steps, FAR and LAST, for a message of which `device` is about to receive the
    /// last packet; `cookie` may be none of the listener's.
    virtual void
    WarmMessage(const RoceNetDevice& /*device*/, uint64_t /*cookie*/, WarmRound /*round*/) const
    {
    }

    /// The same, in LAST alone, for a message that `device` is about to complete.
    virtual void
    WarmCompletion(const RoceNetDevice& /*device*/, uint64_t /*cookie*/) const
    {
    }

    /// True if Completed may be called with this one while other hosts are behind or ahead of it,
    /// or run at the same time (EventKernel::ActsApart): it posts to NICs of the device's host
    /// alone, at once or in order (EventKernel::Defer), and keeps what others are to see until the
    /// end of the window (RoceNetwork::OnWindowOver).
    virtual bool
    MayActApart(const Completion& /*completion*/) const
    {
        return false;
    }
};

/**
 * \brief An RDMA NIC with one to eight ports as an ns-3 device: the glue between hpnsim::Nic, which
 * is a pure state machine, and links and simulated time. It may have several functions
 * (nic_functions.hpp), each a Nic.
 *
 * ns3::Packets of other programs (Send) leave by port 0 in the lossy priority, beside the RDMA
 * traffic. Endpoint numbers are the device addresses; a broadcast goes to every endpoint, one copy
 * each.
 */
class RoceNetDevice : public ns3::NetDevice, public LinkEnd
{
  public:
    static ns3::TypeId GetTypeId();

    // Keys of --transport are attributes (setting-attributes.h).
    using Held = TransportSettings;
    static SettingAttributes AttributesOf(TransportSettings& settings);
    /// Returns what is in force; before Configure, what the attributes say.
    const TransportSettings& Settings() const;
    /// Throws BadInput once the device is configured.
    void SetSetting(size_t number, const std::string& text);

    RoceNetDevice();
    /// Copies the attributes of a device that is not configured yet, as RoceSwitch does.
    RoceNetDevice(const RoceNetDevice& unbuilt);
    ~RoceNetDevice() override;

    /// `functions` are what the NIC's functions are like, with the same ports, and QPs numbered
    /// from first_qp_of on; `globalPort` is the number of port 0 among the ports of the fabric;
    /// `peerGlobalPorts` are the numbers of the far ends.
    void Configure(const Clock& clock,
                   PacketPool& pool,
                   uint32_t endpoint,
                   const std::vector<std::shared_ptr<const NicConfig>>& functions,
                   uint32_t endpoints,
                   uint32_t globalPort,
                   const std::vector<uint32_t>& peerGlobalPorts);
    void SetListener(CompletionListener* listener);
    void SetPfc(const PfcSettings& settings);

    uint32_t FunctionCount() const;
    Nic& GetNic(uint32_t function = 0);
    const Nic& GetNic(uint32_t function = 0) const;
    /// Returns the function that a QP belongs to.
    Nic& NicOf(uint32_t qp);
    LinkTx& Tx(uint8_t port);
    uint64_t PausesObeyed(uint8_t port) const;
    Time PausedTime(uint8_t port, Time now) const;

    /// Posts to a QP and sends what may be sent, if the NIC's node runs here. Completions are never
    /// reported from inside this call.
    void PostSend(uint32_t qp, const WorkRequest& request);
    /// Returns what its queue pairs have completed and not reported yet, of one function.
    const std::vector<Completion>& Unreported() const;
    /// Reports what the same device has completed on the rank that runs it.
    void ReportForOther(const std::vector<Completion>& completed);
    /// The NIC has been given work directly (a verbs program's doorbell): sends what may be sent.
    void Ring();

    /// Makes the NIC send PAUSE of `priority` for `duration`: a fault.
    void StormPause(uint8_t port, Priority priority, Time duration);
    /// Tells that a link of this NIC is dead or alive: its QPs leave the port, or may use it again.
    void PortChanged(uint8_t port, bool alive);
    /// Tells by which ports of this NIC `peer` can be reached, as a bit set.
    void PeerPortsChanged(uint32_t peer, uint8_t ports);

    /// Calls `function` with the foreign packets that wait to leave.
    template <class Function>
    void
    ForEachForeign(Function function) const
    {
        for (const Packet* packet = m_foreign.empty() ? nullptr : m_foreign.front();
             packet != nullptr;
             packet = packet->next)
        {
            function(*packet);
        }
    }

    // As LinkEnd:
    void Arrive(Packet* packet, uint16_t port, Time now) override;
    void TxIdle(uint16_t port, Time now) override;
    void WarmArrival(const Packet& packet, WarmRound round) const override;
    void PfcArrives(uint16_t port, const PfcFrame& frame, Time now) override;
    void ForgetPauses(uint16_t port, Time now) override;
    void RepeatPauses(uint16_t port, Time now) override;

    // As ns3::NetDevice:
    void SetIfIndex(uint32_t index) override;
    uint32_t GetIfIndex() const override;
    /// Returns null: the links belong to the fabric, and a NIC may have several.
    ns3::Ptr<ns3::Channel> GetChannel() const override;
    void SetAddress(ns3::Address address) override;
    ns3::Address GetAddress() const override;
    bool SetMtu(uint16_t mtu) override;
    uint16_t GetMtu() const override;
    bool IsLinkUp() const override;
    void AddLinkChangeCallback(ns3::Callback<void> callback) override;
    bool IsBroadcast() const override;
    ns3::Address GetBroadcast() const override;
    bool IsMulticast() const override;
    ns3::Address GetMulticast(ns3::Ipv4Address group) const override;
    ns3::Address GetMulticast(ns3::Ipv6Address address) const override;
    bool IsBridge() const override;
    bool IsPointToPoint() const override;
    bool Send(ns3::Ptr<ns3::Packet> packet, const ns3::Address& dest, uint16_t protocol) override;
    bool SendFrom(ns3::Ptr<ns3::Packet> packet,
                  const ns3::Address& source,
                  const ns3::Address& dest,
                  uint16_t protocol) override;
    ns3::Ptr<ns3::Node> GetNode() const override;
    void SetNode(ns3::Ptr<ns3::Node> node) override;
    bool NeedsArp() const override;
    void SetReceiveCallback(ReceiveCallback callback) override;
    void SetPromiscReceiveCallback(PromiscReceiveCallback callback) override;
    bool SupportsSendFrom() const override;

    /// Returns the address of an endpoint of the fabric.
    static ns3::Mac48Address AddressOf(uint32_t endpoint);

  protected:
    void DoDispose() override;

  private:
    struct Port;

    // `Owner` is Nic or, if there are several functions, NicFunctions.
    template <class Act>
    void Drive(Act act);
    template <class Owner>
    void Settle(Owner& nic, Time now);
    template <class Owner>
    bool ReportAll(Owner& nic, Time now);
    template <class Owner>
    void TellAll(Owner& nic, Time now);
    template <class Owner>
    void Report(Owner& nic, Time now);
    void Tell(const Completion& completion, Time now);
    bool MayReportApart() const;
    template <class Owner>
    bool ReportApart(Owner& nic, Time now);
    bool OverRanks() const;
    template <class Owner>
    void PumpAll(Owner& nic, Time now);
    template <class Owner>
    void Pump(Owner& nic, uint8_t port, Time now);
    template <class Owner>
    void PumpReady(Owner& nic, uint8_t port, Time now);
    template <class Owner>
    Packet* NextPacket(Owner& nic, Port& port, uint8_t number, Time now);
    template <class Owner>
    void ArmDeadline(Owner& nic, Time now);

    void PumpPort(uint8_t port, Time now);
    void Obey(uint16_t port, PfcFrame frame);
    void DeadlineDue();
    void SettleNow();
    void ReceiveForeign(Packet* packet);
    void QueueForeign(const ns3::Ptr<ns3::Packet>& packet, uint32_t dst, uint16_t protocol);

    void WarmNic() const;
    void WarmPorts() const;
    static void WarmDeadline(const void* device, WarmRound round);
    using Deadline =
        HotEvent<RoceNetDevice, &RoceNetDevice::DeadlineDue, &RoceNetDevice::WarmDeadline>;
    static void WarmSettling(const void* device, WarmRound round);
    using Settling =
        HotEvent<RoceNetDevice, &RoceNetDevice::SettleNow, &RoceNetDevice::WarmSettling>;

    // What every packet needs lies together.
    const Clock* m_clock{nullptr};
    std::unique_ptr<Nic> m_nic;                // function 0; holds the settings, once it is there
    std::unique_ptr<NicFunctions> m_functions; // null: function 0 is alone
    FixedArray<Port> m_ports;
    Time m_deadlineAt{Time::max()}; // the arming that counts; others are stale
    EventOrder m_deadlineOrder{};
    PacketFifo m_foreign; // waiting to leave by port 0
    bool m_foreignTurn{false};
    uint8_t m_nextPort{0}; // this port pulls first: the one after the last that sent data
    bool m_settling{false};
    ns3::TracedCallback<uint16_t, const Packet&> m_txTrace;
    ns3::TracedCallback<uint16_t, const Packet&> m_rxTrace;

    // What few packets need.
    PacketPool* m_pool{nullptr};
    PfcSettings m_pfc;
    CompletionListener* m_listener{nullptr};
    std::vector<Completion> m_completed; // scratch of Settle
    uint32_t m_endpoints{0};
    ns3::Ptr<ns3::Node> m_node;
    ns3::Mac48Address m_address;
    uint32_t m_ifIndex{0};
    uint16_t m_mtu{1500};
    ReceiveCallback m_receive;
    PromiscReceiveCallback m_promiscReceive;
    ns3::TracedCallback<uint16_t, bool> m_pauseTrace;
    PfcSender::Trace m_pfcTxTrace;
    PfcSender::Trace m_pfcRxTrace;
    ns3::TracedCallback<const Completion&> m_completeTrace;

    std::unique_ptr<TransportSettings> m_settings; // until there is a NIC
};

} // namespace hpnsim
