// SPDX-License-Identifier: GPL-2.0-only
// Knows which handler of a plug-in is running. When a plug-in is loaded, its table is replaced by one whose
// functions note it; built-in algorithms are called directly and pay nothing.
#pragma once

#include "hpnsim/registry.hpp"

#include <cstdint>

namespace hpnsim
{

/// Names a function of a plug-in's table.
struct WatchedHandler {
    const SlotOps* slot = nullptr;
    const char* kind = "";  ///< "CC", ...
    const char* name = "";  ///< "on_ack", ...
};

/// Says which handler is running, or ran last. It lies in memory that a SavePoint's two processes share.
struct Running {
    const WatchedHandler* handler = nullptr;  ///< the latest that was called; null: none yet
    bool busy = false;                        ///< it has not returned
    uint64_t calls = 0;                       ///< how many calls have begun
    Time at;                                  ///< simulated, of the latest call
    bool over = false;                        ///< the child has left the SavePoint behind
};

/// Where calls are noted from now on.
void note_calls_in(Running* place);
Running& running();

/// Names the algorithm and its file: "the CC 'x' of the plug-in 'FILE'".
std::string described(const WatchedHandler& handler);

/// Returns the same table, with its calls noted and its exceptions turned into PluginFailure; it lasts as
/// long as the process. There are 32 such tables of each kind. An algorithm beyond them keeps its own: its
/// runs survive its death as well, but nobody can say which handler it was.
const CcOps* watched(const CcOps& ops);
const PathOps* watched(const PathOps& ops);
const ReceiverOps* watched(const ReceiverOps& ops);

}  // namespace hpnsim
