// SPDX-License-Identifier: GPL-2.0-only
// Puts two NICs on one cable in virtual time, with a verbs context on each: endpoints 0 and 1.
#pragma once

#include "rig.hpp"

#include "hpnsim/verbs.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace hpnsim::test
{

/// Returns options for 1024-byte packets and timeouts of 100 us.
RigOptions short_timeouts(Reliability reliability = Reliability::go_back_n);

/// Names parameterised tests: gbn, irn, rud.
std::string transport_of(const testing::TestParamInfo<Reliability>& parameter);

class TwoHosts
{
public:
    explicit TwoHosts(const RigOptions& options = short_timeouts());

    verbs::Context& context(int host) { return *contexts_[host]; }
    Rig& rig() { return rig_; }
    /// Lets 100 ns pass.
    void step() { rig_.run_until(rig_.now() + nanoseconds(100)); }
    /// Runs until nothing is left to happen.
    void settle() { rig_.run(); }

private:
    Rig rig_;
    std::unique_ptr<verbs::Context> contexts_[2];
};

/// Holds the usual objects of one side: a domain, a completion queue, 16 KiB of memory, a QP.
struct Side {
    Side(verbs::Context& context, verbs::QpInitAttr init);
    verbs::SendWr write(uint32_t length, const Side& to);
    verbs::SendWr send(uint32_t length);
    verbs::RecvWr receive(uint32_t length);
    /// Posts the request, signaled.
    verbs::Outcome post(verbs::SendWr wr, uint64_t wr_id = 0);
    std::vector<verbs::WorkCompletion> poll();
    std::vector<Status> statuses();

    verbs::Context& context;
    verbs::ProtectionDomain& pd;
    verbs::CompletionQueue& cq;
    std::vector<std::byte> bytes;
    verbs::MemoryRegion& mr;
    verbs::QueuePair& qp;
    verbs::Sge sge;  ///< of the last write, send or receive: one at a time
};

verbs::QpInitAttr init_of(verbs::QpType type);

/// Returns what every transition needs, with values that suit two connected QPs; `peer` may be null.
verbs::QpAttr attributes(const verbs::QueuePair* peer, uint32_t dest);
/// Returns the mask that takes a QP of the type from one state to the next of RESET, INIT, RTR, RTS.
uint32_t mask_to(verbs::QpType type, QpState to);
/// Takes a QP from RESET to INIT, RTR or RTS, by all states between.
void bring_to(verbs::QueuePair& qp, QpState state, const verbs::QpAttr& attr);

/// Holds two sides, connected, in RTS.
struct Linked {
    explicit Linked(const RigOptions& options = short_timeouts(),
                    verbs::QpInitAttr init = init_of(verbs::QpType::rc));
    TwoHosts hosts;
    Side a, b;
    void settle() { hosts.settle(); }
};

}  // namespace hpnsim::test
