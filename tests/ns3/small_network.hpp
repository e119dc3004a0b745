// SPDX-License-Identifier: GPL-2.0-only
// SmallNetwork is a network of NICs with plain parts (fixed rate, go-back-N, one path) for tests of the
// fabric itself.
#pragma once

#include "helper/roce-network.h"

#include "hpnsim/registry.hpp"

#include <string>
#include <vector>

namespace hpnsim
{

/// Returns gbn over lossless with `fixed` without a window, so that a sender keeps its link full.
NetworkConfig plain_config(const std::string& cc = "fixed:window=0");

struct Done {
    uint64_t cookie;
    Completion::Kind kind;
    Time at;
    Bytes retransmitted;
    Status status;
};

class SmallNetwork : public CompletionListener
{
public:
    SmallNetwork(const std::string& topology, const NetworkConfig& config);

    /// Posts a WRITE on QP `k` of the pair now.
    void post(uint32_t src, uint32_t dst, Bytes bytes, uint64_t cookie, uint32_t k = 0);
    /// Runs until no event is left.
    void run();
    void run_until(Time end);
    /// Returns when the sender had its completion; fails the test if it has none.
    Time completed(uint64_t cookie) const;
    /// Returns when the last byte was placed at the receiver.
    Time placed(uint64_t cookie) const;
    uint64_t drops();
    uint64_t pauses_sent();
    /// Expects that nothing is left anywhere: no packets in the pool, no bytes in the buffers.
    void expect_empty();

    void Completed(RoceNetDevice& device, const Completion& completion, Time now) override;

    FabricPlan plan;
    RoceNetwork network;
    std::vector<Done> done;

private:
    Time time_of(uint64_t cookie, Completion::Kind kind) const;
};

}  // namespace hpnsim
