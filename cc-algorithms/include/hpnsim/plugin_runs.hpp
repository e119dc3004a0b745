// SPDX-License-Identifier: GPL-2.0-only
// Lets a run survive the plug-ins that it calls. What a handler throws is reported by name, and a process
// that a handler takes down leaves another one behind that knows which handler it was.
#pragma once

#include "hpnsim/bad_input.hpp"
#include "hpnsim/units.hpp"

#include <functional>
#include <optional>
#include <string>

namespace hpnsim
{

/// A handler of a plug-in threw: one sentence that names the file, the algorithm and the handler.
struct PluginFailure : PlainFailure {
    using PlainFailure::PlainFailure;
};

/// How a process ended that ran from a SavePoint on.
struct PluginDeath {
    std::string sentence;  ///< names the file, the algorithm and the handler, if one was running
    Time at;               ///< simulated, of the last handler that was called
    bool hung = false;     ///< it was ended, because a signal came and the handler did not return
};

/**
 * A place to come back to when a plug-in takes its process down, whatever the way: a crash, an overflow of
 * the stack, abort, exit or _exit, a loop without end. The constructor forks. The child goes on and is the
 * program from then on; the parent waits for it and exits as it did, unless the child dies: then the parent
 * goes on in its place with `death()` set, and with its own memory, into which the plug-in has never written.
 * A handler of signals could not say so much: _exit and SIGKILL pass it by, and it would have to write the
 * results out of a memory that has just been shown to be damaged.
 *
 * Where a debugger looks on, nothing is forked: it is to stop where the plug-in crashes.
 */
class SavePoint
{
public:
    /// `interrupted`: has the user asked for the end? Then a handler that does not return within a second is
    /// ended; empty: never. Both standard streams are flushed first.
    explicit SavePoint(const std::function<bool()>& interrupted = {});
    /// The child has what it was after: it may still die, but then the parent dies with it.
    ~SavePoint();
    SavePoint(const SavePoint&) = delete;
    SavePoint& operator=(const SavePoint&) = delete;

    /// In the parent, after the child has died; in the child empty.
    const std::optional<PluginDeath>& death() const { return death_; }

private:
    std::optional<PluginDeath> death_;
};

}  // namespace hpnsim
