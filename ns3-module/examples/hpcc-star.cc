// SPDX-License-Identifier: GPL-2.0-only
// This is the smallest program of one's own: two senders and a receiver around a switch, under
// HPCC. It prints how far the first sender's window came down, which only the switches' INT can
// tell it, and ends with status 1 if it did not move.
//
// Link hpnsim_ns3, and nothing else (docs/architecture.md).
#include "helper/network-defaults.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <iostream>

using namespace hpnsim;

namespace
{

constexpr Bytes kMessage = 8 << 20;

/// Sends one message each from endpoints 1 and 2 to endpoint 0, and watches the first.
class TwoSenders : public CompletionListener
{
  public:
    explicit TwoSenders(RoceNetwork& network)
        : m_network(network)
    {
        m_network.SetListeners(this, nullptr);
        for (uint32_t sender = 1; sender <= 2; ++sender)
        {
            const uint32_t qp = m_network.Qps(sender, 0).at(0);
            m_network.Device(sender).PostSend(qp, {Verb::write, kMessage, sender});
        }
        m_first = m_least = Window();
        Look();
    }

    void
    Completed(RoceNetDevice&, const Completion& completion, Time now) override
    {
        if (completion.kind == Completion::Kind::sent)
        {
            std::cout << "message " << completion.cookie << " completed at " << now.us() << " us\n";
            ++m_completed;
        }
    }

    Bytes
    First() const
    {
        return m_first;
    }

    Bytes
    Least() const
    {
        return m_least;
    }

  private:
    Bytes
    Window() const
    {
        return m_network.Device(1).GetNic().flow(0).window;
    }

    void
    Look()
    {
        m_least = std::min(m_least, Window());
        if (m_completed < 2)
        {
            ns3::Simulator::Schedule(ns3::MicroSeconds(1), &TwoSenders::Look, this);
        }
    }

    RoceNetwork& m_network;
    Bytes m_first{0};
    Bytes m_least{0};
    int m_completed{0};
};

} // namespace

int
main()
{
    const FabricPlan plan = make_fabric("star:hosts=3,gbps=100", 3);
    RoceNetwork network(plan, DefaultConfig(plan, "hpcc"));
    const TwoSenders senders(network);
    ns3::Simulator::Run();
    std::cout << "window of sender 1: " << senders.First() << " B at first, " << senders.Least()
              << " B at the least\n";
    return senders.Least() < senders.First() ? 0 : 1;
}
