// SPDX-License-Identifier: GPL-2.0-only
// Sets up one direction of a link between two ends that note what happens to them, on ns-3's clock.
#pragma once

#include "model/link-tx.h"

#include "ns3/simulator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace hpnsim
{

struct Arrival {
    uint32_t psn;
    Time at;
    bool corrupted;
};

/// Stands at either end of the link, and notes what happens to it.
class End : public LinkEnd
{
public:
    explicit End(PacketPool& pool) : pool_(pool) {}
    void Arrive(Packet* packet, uint16_t port, Time now) override
    {
        EXPECT_EQ(port, 7);
        arrivals.push_back({packet->psn, now, packet->corrupted});
        pool_.give(packet);
    }
    void TxIdle(uint16_t port, Time now) override
    {
        EXPECT_EQ(port, 3);
        idle.push_back(now);
    }
    void PfcArrives(uint16_t port, const PfcFrame& frame, Time now) override
    {
        EXPECT_EQ(port, 7);
        EXPECT_EQ(frame.enabled, priority_bit(kDataPriority));
        (frame.quanta[kDataPriority] != 0 ? paused : resumed).push_back(now);
    }
    void ForgetPauses(uint16_t port, Time) override
    {
        EXPECT_EQ(port, 3);
        ++forgotten;
    }
    std::vector<Arrival> arrivals;
    std::vector<Time> idle, paused, resumed;
    int forgotten = 0;

private:
    PacketPool& pool_;
};

class Link : public testing::Test
{
protected:
    Link()
    {
        if (ns3::Time::GetResolution() != ns3::Time::PS) ns3::Time::SetResolution(ns3::Time::PS);
        clock_ = std::make_unique<Clock>();
        tx = std::make_unique<LinkTx>(*clock_, pool, &near, 3, 0, 1);
    }
    ~Link() override { ns3::Simulator::Destroy(); }

    void connect(Rate rate, double loss = 0, uint64_t seed = 1)
    {
        tx->Connect(&far, 7, {rate, nanoseconds(800), nanoseconds(300), loss, seed});
    }
    Packet* packet(uint32_t psn, uint32_t bytes)
    {
        Packet* made = pool.take();
        made->psn = psn;
        made->wire_bytes = bytes;
        return made;
    }
    /// Runs `what` at `when`.
    template <class What> void at(Time when, What what)
    {
        ns3::Simulator::Schedule(ns3::TimeStep(when.ps), what);
    }
    Time now() const { return clock_->Now(); }
    const Clock& clock() const { return *clock_; }
    /// Counts the events that wait.
    size_t pending() const { return clock_->Kernel()->Pending(); }

    PacketPool pool;
    End near{pool}, far{pool};
    std::unique_ptr<LinkTx> tx;

private:
    std::unique_ptr<Clock> clock_;
};

}  // namespace hpnsim
