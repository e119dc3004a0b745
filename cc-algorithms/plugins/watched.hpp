// SPDX-License-Identifier: GPL-2.0-only
// Knows which handler of a plug-in is running. When a plug-in is loaded, its table is replaced by one whose
// functions note it; built-in algorithms are called directly and pay nothing.
#pragma once

#include "hpnsim/registry.hpp"

#include <cstdint>

namespace hpnsim
{

/// A function of a plug-in's table.
struct WatchedHandler {
    const SlotOps* slot = nullptr;
    const char* kind = "";  ///< "rate law", ...
    const char* name = "";  ///< "on_ack", ...
};

/// What is running, or ran last; in memory that a SavePoint's two processes share.
struct Running {
    const WatchedHandler* handler = nullptr;  ///< the latest that was called; null: none yet
    bool busy = false;                        ///< it has not returned
    uint64_t calls = 0;                       ///< that have begun
    Time at;                                  ///< simulated, of the latest call
    bool over = false;                        ///< the SavePoint is behind the child
};

/// Where calls are noted from now on.
void note_calls_in(Running* place);
Running& running();

/// The algorithm and its file: "the rate law 'x' of the plug-in 'FILE'".
std::string described(const WatchedHandler& handler);

/// The same table, its calls noted and its exceptions turned into PluginFailure; it lasts as long as the
/// process. Of each kind there are 32 such tables, and an algorithm beyond them keeps its own: its runs
/// survive its death as well, but nobody can say which handler it was.
const CcOps* watched(const CcOps& ops);
const PathOps* watched(const PathOps& ops);
const ReceiverOps* watched(const ReceiverOps& ops);

}  // namespace hpnsim
