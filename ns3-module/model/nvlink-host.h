// SPDX-License-Identifier: GPL-2.0-only
// NvlinkHost models the NVLink side of one host. Workloads move data between the GPUs of a host by
// it.
#pragma once

#include "hpnsim/fixed_array.hpp"
#include "link-tx.h"

#include "hpnsim/fabric.hpp"
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

/// The length of a transfer on the sender's link and on the receiver's, which differ where NVSwitch
/// adds up what it passes on, or copies it.
struct NvlinkBytes
{
    NvlinkBytes(Bytes both)
        : up(both)
        , down(both)
    {
    }

    NvlinkBytes(Bytes toSwitch, Bytes toGpu)
        : up(toSwitch)
        , down(toGpu)
    {
    }

    Bytes up;
    Bytes down;
};

/**
 * \brief The NVLink side of one host: a full-duplex link from every GPU to an NVSwitch.
 *
 * Transfers are cut into pieces that queue at the sending GPU (round robin over its transfers) and
 * again at the NVSwitch port of the receiving GPU. A piece may be longer or shorter on the second
 * link, which stands for what NVSwitch adds up or copies. NVLink's own flow control is not
 * modelled: the NVSwitch queue is as long as it needs to be, and nothing is lost.
 */
class NvlinkHost : public LinkEnd
{
  public:
    static constexpr uint32_t kPiece = 32768; ///< bytes; 73 ns at 3,600 Gb/s

    /// Numbers among the fabric's ports: GPU g sends by firstGlobalPort + 2g, the NVSwitch to it by
    /// firstGlobalPort + 2g + 1.
    NvlinkHost(const Clock& clock,
               PacketPool& pool,
               uint32_t gpus,
               const NvlinkPlan& plan,
               uint32_t firstGlobalPort,
               NvlinkListener* listener);

    /// See LinkTx::BindSlots.
    void BindSlots();

    void Send(uint32_t srcGpu, uint32_t dstGpu, NvlinkBytes bytes, uint64_t cookie, Time now);
    uint64_t Hops() const;

    /// Returns the transfer that has arrived last.
    uint64_t
    Arrived() const
    {
        return m_arrived;
    }

    /// Reports a transfer that has arrived on the rank that runs this host.
    void ReportForOther(uint64_t cookie);

    /// Calls `function` with every piece on a link or at the NVSwitch.
    template <class Function>
    void
    ForEachPacket(Function function) const
    {
        for (const Gpu& gpu : m_gpus)
        {
            gpu.up.ForEachInFlight(function);
            gpu.down.ForEachInFlight(function);
            for (const Packet* packet = gpu.waiting.empty() ? nullptr : gpu.waiting.front();
                 packet != nullptr;
                 packet = packet->next)
            {
                function(*packet);
            }
        }
    }

    // As LinkEnd, ports 0..gpus-1 are the GPUs' and gpus..2 gpus-1 the NVSwitch's.
    void Arrive(Packet* packet, uint16_t port, Time now) override;
    void TxIdle(uint16_t port, Time now) override;
    void WarmArrival(const Packet& packet, WarmRound round) const override;
    void PfcArrives(uint16_t port, const PfcFrame& frame, Time now) override;
    void ForgetPauses(uint16_t port, Time now) override;

  private:
    struct Transfer
    {
        uint64_t cookie{0};
        uint32_t dst{0};
        NvlinkBytes left{0};
    };

    struct Gpu
    {
        Gpu(const Clock& clock,
            PacketPool& pool,
            LinkEnd* owner,
            uint16_t gpu,
            uint16_t gpus,
            uint32_t global)
            : up(clock, pool, owner, gpu, global, global + 1)
            , down(clock, pool, owner, static_cast<uint16_t>(gpus + gpu), global + 1, global)
        {
        }

        LinkTx up;
        LinkTx down;
        Ring<Transfer> sending; // round robin, at most one fewer than there are GPUs
        Ring<Transfer> posted;  // waiting for a place in `sending`
        PacketFifo waiting;     // at the NVSwitch, for this GPU
    };

    void SendPiece(uint32_t gpu, Time now);
    void SendDown(uint32_t gpu, Time now);
    void ReportArrived();

    using Report = HotEvent<NvlinkHost, &NvlinkHost::ReportArrived>;

    const Clock& m_clock;
    PacketPool& m_pool;
    NvlinkListener* m_listener;
    uint32_t m_count;
    uint32_t m_firstGlobalPort;
    Time m_least;          // of a transfer
    uint64_t m_arrived{0}; // the transfer to be reported
    FixedArray<Gpu> m_gpus;
};

} // namespace hpnsim
