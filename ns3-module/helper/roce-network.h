// SPDX-License-Identifier: GPL-2.0-only
// RoceNetwork builds a fabric plan in ns-3, and makes queue pairs between its endpoints. Programs
// on the ns-3 module begin here.
#pragma once

#include "../model/nvlink-host.h"
#include "../model/radix-heap-scheduler.h"
#include "../model/ranked-network.h"
#include "../model/ranks.h"
#include "../model/roce-net-device.h"
#include "../model/roce-switch.h"
#include "deadlock-detector.h"
#include "fabric_settings.hpp"

#include "faults/fault_plan.hpp"
#include "hpnsim/fabric.hpp"
#include "hpnsim/live_router.hpp"
#include "hpnsim/nic.hpp"
#include "hpnsim/port_turns.hpp"
#include "hpnsim/qp_paths.hpp"
#include "hpnsim/weighted_router.hpp"

#include "ns3/node-container.h"

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace hpnsim
{

/// What the QP of one flow has of its own.
struct FlowQp
{
    int priority{-1};       ///< -1: the NIC's
    uint16_t sourcePort{0}; ///< 0: as NetworkConfig::sourcePorts has it, each new QP the next one
    uint16_t destPort{4791};
    uint32_t function{0}; ///< of both NICs
};

/// A new one holds what the Attributes of RoceSwitch and RoceNetDevice hold when they are made:
/// Config::SetDefault reaches it, and what is set in it comes after that.
struct NetworkConfig
{
    NetworkConfig();

    FabricSettings fabric;
    NicConfig nic; ///< for every NIC; ports and port_rates come from the plan
    /// Functions 1, 2, ... of every NIC (nic_functions.hpp), beside function 0, which is `nic`.
    std::vector<NicConfig> functions;
    std::shared_ptr<const Wire>
        wire; ///< owns what `fabric` and `nic` point to, if it is no named one
    /// The same for `functions`, in their order, and last for `fabric`.
    std::vector<std::shared_ptr<const Wire>> wires;
    std::shared_ptr<const void>
        algorithms;         ///< owns what NICs point to, if nobody else does (DefaultConfig)
    uint32_t qpsPerPeer{1}; ///< of each function

    uint32_t FunctionCount() const;
    /// Returns `nic` or one of `functions`. Throws std::logic_error if there is no such function.
    NicConfig& Function(uint32_t number);
    const NicConfig& Function(uint32_t number) const;

    SourcePorts sourcePorts{SourcePorts::ports};
    FaultPlan faults;
    Time baseRtt; ///< of every QP; 0: that of its own path
    Bytes bdp{0}; ///< of every QP; 0: that of its own path
    /// If set, every message has a QP of its own. These values hold unless the message says
    /// otherwise; source ports count up from this one, for each pair of endpoints.
    std::optional<FlowQp> qpPerMessage;
    /// Called now and then with the share of the network, 0 to 1, that has been built; may be
    /// empty.
    std::function<void(double share)> building;
};

class FaultInjector;

/// Why the events of a network cannot run by windows.
enum class OneByOne
{
    NOTHING,         ///< they can
    OTHER_ENGINE,    ///< EventKernel does not run
    WEIGHTED,        ///< SwitchLb::WEIGHTED: its router remembers answers that all switches share
    SCHEDULED_ORDER, ///< FabricSettings::scheduledOrder
    NO_DELAY,        ///< a link lets its ends act on each other at once
    FEW_RETRIES,     ///< QPs may be in error after one timeout or two
    FAULTS,          ///< over ranks alone: a schedule of faults
};

/**
 * \brief Builds a fabric plan in ns-3: a Node for each host and switch, devices, links, NVLink. It
 * makes queue pairs between endpoints as they are asked for.
 *
 * It sets picosecond resolution, and the order of simultaneous events, so it must be the first to
 * touch the simulator in a run. The destructor calls Simulator::Destroy: there may be any number of
 * networks, one at a time.
 *
 * What the CC needs of NICs and switches is switched on here (network-needs.h), whatever the
 * configuration says of it; BadInput is thrown if a need cannot be met. DefaultConfig
 * (network-defaults.h) makes a whole configuration from a CC's name.
 */
class RoceNetwork : public NvlinkListener, private WindowGuard, private RankedNetwork
{
  public:
    RoceNetwork(const FabricPlan& plan, const NetworkConfig& config);
    ~RoceNetwork() override;

    /// Sets who is told of completions and of NVLink transfers.
    void SetListeners(CompletionListener* rdma, NvlinkListener* nvlink);

    /// Sets who has hosts defer actions of its own; null: nobody.
    void SetHostActions(HostActions* actions);

    /// Has `over` called whenever all nodes have come to the end of a window, and nothing is behind
    /// or ahead (RunByNode).
    void OnWindowOver(std::function<void()> over);

    /// Sets who looks at the simulation between its events; null: nobody.
    void Watch(EventWatcher* watcher);
    /// Says whether, until a link's delay from now has passed, completions and transfers at a host
    /// make only this host send, and do not stop the simulation.
    using ActsByHost = std::function<bool()>;
    /// What a completion or transfer at a host may make others do at once.
    enum class HostsAct
    {
        BY_THEMSELVES, ///< nothing: hosts are nodes
        IN_TURN,       ///< anything: all hosts are one node, whose events run in the order of time
    };
    /**
     * Runs events window by window, node by node, where that is safe (EventKernel::RunByNode).
     * Results are the same. The caller promises that in answer to a completion or transfer at a
     * host it makes only this host send, as long as any QP of the network has bytes that it has not
     * sent yet, and that it stops the simulation only when none has; and also, as long as `more`
     * (null: never) says so, for as long as a link delays a packet. Changes nothing, if it does not
     * return NOTHING.
     *
     * Where hosts act in turn, nothing is promised of who sends, and of the end only what `more`
     * says, whatever QPs have sent. Timers of the workload must have the place OrderOfWorkload.
     *
     * `threads` of them, 1 to kMaxLanes, run different nodes at the same time. What listens to a
     * trace source of a node then runs in the node's thread, and so do the handlers of algorithms.
     */
    OneByOne RunByNode(EventKernel::Windows when = EventKernel::Windows::WHEN_DENSE,
                       uint32_t threads = 1,
                       ActsByHost more = nullptr,
                       HostsAct hosts = HostsAct::BY_THEMSELVES);

    /// The same with the nodes dealt out among processes (EventKernel::RunByRank). Whoever acts on
    /// the network does so on all ranks alike, between events or as a workload; each rank then
    /// knows what happens at its own nodes, and of other nodes what they complete.
    /// `inside` (null: never) promises the same as `more` for as long as NVLink takes to carry a
    /// bit from GPU to GPU. `busy` says of each endpoint whether it is known to have traffic; if
    /// any is, ranks get equal shares of these, and of the switches that they lead to.
    OneByOne RunByRank(Ranks& ranks,
                       ActsByHost more = nullptr,
                       ActsByHost inside = nullptr,
                       const std::vector<bool>& busy = {});
    /// Returns the place of what concerns the endpoint's host alone (NodeOrder).
    EventOrder OrderOfHost(uint32_t endpoint) const;
    /// Returns the place of the workload's timers: before all that happens at ports.
    EventOrder OrderOfWorkload() const;
    /// True if this process runs that endpoint or switch.
    bool RunsHere(uint32_t endpointOrSwitch) const;
    /// Returns null if one process runs all nodes.
    Ranks* TheRanks() const;
    /// Tells what RunByNode would return.
    OneByOne WhyNotByNode() const;
    /// The same of RunByRank.
    OneByOne WhyNotByRank() const;
    /// Called on all ranks when the simulation has ended: learns from the others of a CC that was
    /// wrong.
    void LearnOfFaults();

    /// True if no event is left: nothing will ever happen again by itself.
    bool NothingLeft() const;

    /// Calls `callback` for each QP that is made, with its endpoint and its number there.
    void OnQp(std::function<void(uint32_t endpoint, uint32_t qp)> callback);

    /// Returns the QPs of the NICs' functions from `src` to `dst` by their numbers at `src`; they
    /// are connected on first use.
    const std::vector<uint32_t>& Qps(uint32_t src, uint32_t dst, uint32_t function = 0);
    /// Makes a new QP for one flow alone.
    uint32_t NewQp(uint32_t src, uint32_t dst, const FlowQp& flow);
    void SendNvlink(uint32_t src, uint32_t dst, NvlinkBytes bytes, uint64_t cookie);

    const FabricPlan& Plan() const;
    const FabricIndex& Adjacency() const;
    const Clock& GetClock() const;
    uint32_t DeviceCount() const;
    RoceNetDevice& Device(uint32_t endpoint);
    /// Calls `act(endpoint, nic)` for every function of every NIC.
    template <class Act>
    void
    ForEachNic(Act act)
    {
        for (uint32_t endpoint = 0; endpoint < DeviceCount(); ++endpoint)
        {
            for (uint32_t function = 0; function < m_config.FunctionCount(); ++function)
            {
                act(endpoint, Device(endpoint).GetNic(function));
            }
        }
    }
    uint32_t SwitchCount() const;
    RoceSwitch& Switch(uint32_t index);
    /// Returns the transmitter of a port of a node; nodes are endpoints, then switches.
    LinkTx& Tx(uint32_t node, uint16_t port);
    /// Returns null if the run has no schedule of faults.
    FaultInjector* Faults();
    const NetworkConfig& Config() const;
    DepthHistogram Depths() const;
    PacketPool& Pool();
    uint64_t NvlinkHops() const;
    /// Returns the sentence about the PFC deadlock that stopped the run; empty: there was none.
    const std::string& Deadlock() const;
    /// Returns what a CC did that stopped the run; null: nothing.
    const LawFault* BadLaw() const;
    /// Finds node and port of a number among all ports of links; false if it is none of them (but
    /// NVLink's).
    bool PortOf(uint32_t globalPort, uint32_t& node, uint16_t& port) const;
    const ns3::NodeContainer& Hosts() const;

    void TransferArrived(uint64_t cookie, Time now) override;
    bool MayActApart(uint64_t cookie) const override;
    void WarmTransfer(uint64_t cookie) const override;

  private:
    void MakeOrder();
    void MakeRouters();
    bool WindowIsSafe() const override;
    void Dealt(const EventLanes& lanes) override;
    void WindowOver() override;
    EventPlace Pack(const Parcel& parcel, MessageWriter& out) override;
    void Open(MessageReader& in) override;
    bool PackAction(const PendingEvent& event, MessageWriter& out) override;
    bool MayDefer(EventOrder order) const override;
    void CarryOut(EventOrder order, MessageReader& in) override;
    uint64_t LeastAnswer() const override;
    Counts OwnCounts() const override;
    uint64_t SafeFor(const Counts& all) const override;
    void MarkCrossing();
    void PartBusy(const std::vector<bool>& busy, NodeMap& map) const;
    LinkTx& TxOf(uint32_t globalPort);
    uint32_t NodeOf(uint32_t endpointOrSwitch) const;
    uint32_t HostNodes() const;
    NodeMap MapOfNodes() const;
    void BindSlots();
    void TellBuilt(uint32_t node) const;
    void NumberPorts();
    void CheckPorts(uint32_t endpoint) const;
    PortRates RatesOf(uint32_t endpoint) const;
    std::vector<std::shared_ptr<const NicConfig>> ConfigsOf(uint32_t endpoint);
    void MakeHosts();
    void MakeSwitches();
    void Wire();
    /// Counts the switches on the path.
    uint8_t Hops(uint32_t src, uint32_t dst, uint8_t port) const;
    Time BaseRtt(uint32_t src, uint32_t dst, uint8_t port, const NicConfig& nic) const;
    std::vector<QpPath> PathsOf(uint32_t src, uint32_t dst, uint32_t function, uint8_t first) const;
    const FabricIndex& Ways() const; // as the fabric was planned
    std::pair<QpPath, QpPath> OwnPaths(uint32_t src, uint32_t dst, const FlowQp& flow);
    std::pair<uint32_t, uint32_t> Connect(
        uint32_t src, uint32_t function, QpConfig qp, QpPath back, uint64_t backId);

    FabricPlan m_plan;
    FabricIndex m_adjacency;
    std::shared_ptr<LiveRouter> m_liveRouter;         // null: no fault changes a link
    std::shared_ptr<WeightedRouter> m_weightedRouter; // null: not SwitchLb::WEIGHTED
    NetworkConfig m_config;
    ns3::Ptr<RadixHeapScheduler> m_scheduler; // null: EventKernel runs
    std::unique_ptr<Clock> m_clock;
    PacketPool m_pool;
    PerLane<DepthHistogram> m_depths;
    std::vector<uint32_t> m_globalPorts; // per node: number of its port 0 among all ports
    uint32_t m_portCount{0};
    ns3::NodeContainer m_hosts;
    ns3::NodeContainer m_switchNodes;
    std::vector<ns3::Ptr<RoceNetDevice>> m_devices;
    std::vector<ns3::Ptr<RoceSwitch>> m_switches;
    std::unique_ptr<DeadlockDetector> m_deadlocks;
    std::vector<std::unique_ptr<NvlinkHost>> m_nvlink;
    NvlinkListener* m_nvlinkListener{nullptr};
    HostActions* m_hostActions{nullptr};
    std::function<void()> m_onWindowOver;
    std::unordered_map<uint64_t, std::vector<uint32_t>> m_qps; // looked up, never walked
    std::function<void(uint32_t, uint32_t)> m_onQp;
    std::vector<uint64_t> m_flowQps; // made by NewQp, by function
    PortTurns m_portTurns;
    std::unique_ptr<FaultInjector> m_faults;
    OpenQps m_openQps;
    HostsAct m_hostsAct{HostsAct::BY_THEMSELVES};
    ActsByHost m_actsByHost;              // of RunByNode
    ActsByHost m_actsInside;              // of RunByRank
    bool m_errors{false};                 // a QP has completed something in error, on any rank
    std::vector<LinkTx*> m_txOfPort;      // by global port, over ranks
    std::unique_ptr<LawFault> m_lawFault; // of an endpoint of another rank
};

} // namespace hpnsim
