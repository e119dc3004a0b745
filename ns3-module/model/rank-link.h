// SPDX-License-Identifier: GPL-2.0-only
// RankLink is all that a run over several processes needs of whatever joins them, such as MPI.
#pragma once

#include "rank-message.h"

#include <cstdint>

namespace hpnsim
{

/// Carries messages between the processes of a run, the ranks. Those from one rank to another
/// arrive in the order in which they were sent.
class RankLink
{
  public:
    virtual ~RankLink() = default;
    virtual uint32_t Rank() const = 0;
    virtual uint32_t Count() const = 0;
    /// Sends to another rank; never waits for it.
    virtual void Send(uint32_t to, RankMessage message) = 0;
    /// Takes the next message of another rank; false: there is none yet.
    virtual bool Receive(uint32_t from, RankMessage& message) = 0;
    /// Called last, when all ranks have come to their end (`together`), or this one alone.
    virtual void Close(bool together) = 0;
};

} // namespace hpnsim
