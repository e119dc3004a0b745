// SPDX-License-Identifier: GPL-2.0-only
// Decides on which NIC port each connection begins: the ports take turns, at both ends.
#pragma once

#include "hpnsim/fabric.hpp"

#include <vector>

namespace hpnsim
{

/// The driver of a bond gives its ports to QPs in turn, as they are made (Linux, mlx5: queue affinity; its
/// other mode is the hash). If each NIC did so by itself, and over all QPs, every connection of two QPs would
/// begin on the same port. So here it is connections that take turns, not QPs. A connection begins on the
/// port with which the NICs of both ends have begun least often: first among the connections that go the same
/// way (opened here, accepted there), then among all. Among equal ports it is the one after the last that the
/// opener took; a NIC's first is drawn by lot. So the first messages of a NIC spread over its ports whoever
/// it talks to, and likewise where many NICs send to one.
class PortTurns
{
public:
    /// `plan` and `index` must outlive it.
    PortTurns(const FabricPlan& plan, const FabricIndex& index, uint64_t seed)
        : plan_(plan), index_(index), seed_(seed)
    {
    }

    /// Ports of the two NICs. They are the same one if both NICs have equally many, because ports may be
    /// planes.
    struct First {
        uint8_t here = 0, there = 0;
    };
    /// Returns the ports of the next connection that `src` opens to `dst`, and counts it from now on.
    First take(uint32_t src, uint32_t dst);

private:
    struct Count {
        uint32_t opened = 0, accepted = 0;  ///< connections that begin on the port
    };
    /// A NIC in one of the two roles, opener or acceptor.
    struct Side {
        uint32_t endpoint;
        bool opens;
    };
    Count& count(uint32_t endpoint, uint8_t port);
    std::pair<uint32_t, uint32_t> load(Side side, uint8_t port);
    uint8_t least(const std::vector<Side>& sides, uint8_t turn);
    uint8_t turn(Side side);
    void begin(Side side, uint8_t port);

    const FabricPlan& plan_;
    const FabricIndex& index_;
    uint64_t seed_;
    std::vector<Count>
        counts_;  ///< by endpoint and port; empty until a NIC of several ports has a connection
    std::vector<uint8_t> last_;  ///< by endpoint and role: the port that it took last
};

}  // namespace hpnsim
