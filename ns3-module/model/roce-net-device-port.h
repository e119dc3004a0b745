// SPDX-License-Identifier: GPL-2.0-only
// Port holds the state of one port of a RoceNetDevice. Only the files of that class may include
// this.
#pragma once

#include "pause-state.h"
#include "pfc-sender.h"
#include "roce-net-device.h"

namespace hpnsim
{

struct alignas(64) RoceNetDevice::Port
{
    Port(const Clock& clock,
         PacketPool& pool,
         LinkEnd* owner,
         uint16_t number,
         uint32_t globalPort,
         uint32_t peerGlobalPort)
        : tx(clock, pool, owner, number, globalPort, peerGlobalPort)
        , global(globalPort)
    {
    }

    LinkTx tx;
    PausedPriorities paused{0};
    uint32_t global;                        // number among the ports of the fabric
    std::unique_ptr<PauseState> pauseState; // since a PFC frame arrived
    std::unique_ptr<PfcSender> pfcSender;   // since it stormed
};

} // namespace hpnsim
