// SPDX-License-Identifier: GPL-2.0-only
// NvlinkHost models the NVLink side of one host. Workloads move data between the GPUs of a host by
// it.
#pragma once

#include "hot-event.h"
#include "nvlink/nvlink_receiver.hpp"
#include "nvlink/nvlink_sender.hpp"

#include "hpnsim/fabric.hpp"
#include "hpnsim/fixed_array.hpp"
#include "hpnsim/ring.hpp"

namespace hpnsim
{

/// Is told when a transfer has arrived.
class NvlinkListener
{
  public:
    virtual ~NvlinkListener() = default;
    virtual void TransferArrived(uint64_t cookie, Time now) = 0;
    /// The same as CompletionListener::MayActApart.
    virtual bool
    MayActApart(uint64_t /*cookie*/) const
    {
        return false;
    }

    /// Asks the caches for what TransferArrived will touch.
    virtual void
    WarmTransfer(uint64_t /*cookie*/) const
    {
    }
};

/**
 * \brief The NVLink side of one host: a full-duplex link from every GPU to an NVSwitch.
 *
 * Transfers are cut into pieces that queue at the sending GPU (round robin over its transfers) and
 * again at the NVSwitch port of the receiving GPU. A piece may be longer or shorter on the second
 * link, which stands for what NVSwitch adds up or copies. NVLink's own flow control is not
 * modelled: the NVSwitch queue is as long as it needs to be, and nothing is lost.
 *
 * Nobody outside sees a piece, and no piece delays one that arrived at its port before it. So the
 * pieces are sent in batches: a look, at the latest when a transfer arrives whole at the NVSwitch,
 * has the senders catch up, and then the receivers with all that arrives within the link's latency,
 * before which nothing else can. Each transfer has one event more, when it arrives.
 */
class NvlinkHost
{
  public:
    /// Numbers among the fabric's ports: GPU g sends by firstGlobalPort + 2g, the NVSwitch to it by
    /// firstGlobalPort + 2g + 1. A latency of 0 counts as 1 ps.
    NvlinkHost(const Clock& clock,
               uint32_t gpus,
               const NvlinkPlan& plan,
               uint32_t firstGlobalPort,
               NvlinkListener* listener);

    /// Has the host's node keep slots for transfers that arrive (EventKernel::Bind).
    void BindSlots();

    void Send(uint32_t srcGpu, uint32_t dstGpu, NvlinkBytes bytes, uint64_t cookie, Time now);

    /// Counts pieces on both kinds of links, up to the last look.
    uint64_t Hops() const;

    /// Returns the transfer that has arrived last.
    uint64_t
    Arrived() const
    {
        return m_arrived;
    }

    /// Reports a transfer that has arrived on the rank that runs this host.
    void ReportForOther(uint64_t cookie);

  private:
    struct Ended
    {
        Time at; // its last bit at the GPU
        uint64_t cookie{0};
    };

    struct Gpu
    {
        Gpu(NvlinkHost* owner, const NvlinkPlan& plan, uint16_t gpu, uint32_t gpus, uint32_t port);
        void Arm(Time now);
        void ArrivalDue();
        static void Warm(const void* gpu, WarmRound round);

        using Arrival = HotEvent<Gpu, &Gpu::ArrivalDue, &Gpu::Warm>;

        Ring<Ended> ended; // transfers that arrive here; the first has an event
        NvlinkHost* host;
        EventSlot slot;
        EventOrder arrivalOrder;
        EventOrder sentOrder; // of the end of a piece's transmission
        NvlinkSender up;
        NvlinkReceiver down;
    };

    void LookBy(Time at, Time now);
    void LookForNext(const NvlinkSender& sender, Time now);
    void Look();
    void Tell(uint64_t cookie, Time now);
    void ReportArrived();

    using Report = HotEvent<NvlinkHost, &NvlinkHost::ReportArrived>;
    using LookDue = HotEvent<NvlinkHost, &NvlinkHost::Look>;

    const Clock& m_clock;
    NvlinkListener* m_listener;
    EventOrder m_order; // of looks
    Time m_latency;
    Time m_longest; // between two looks while any transfer is under way
    Time m_nextLook{Time::max()};
    uint64_t m_arrived{0}; // the transfer to be reported
    FixedArray<Gpu> m_gpus;
};

} // namespace hpnsim
