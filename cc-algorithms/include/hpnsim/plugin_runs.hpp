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

/// Tells how a process ended that had passed a SavePoint.
struct PluginDeath {
    std::string sentence;  ///< names the file, the algorithm and the handler, if one was running
    Time at;               ///< simulated, of the last handler that was called
    bool hung = false;     ///< it was ended, because a signal came and the handler did not return
};

/**
 * A SavePoint is a place to come back to when a plug-in takes its process down, whatever the way: a crash, an
 * overflow of the stack, abort, exit or _exit, a loop without end. The constructor forks. The child goes on
 * and is the program from then on. The parent waits for it and exits as it did, unless the child dies: then
 * the parent goes on in its place with `death()` set, and with its own memory, into which the plug-in has
 * never written. A signal handler could not do as much: _exit and SIGKILL do not call it, and it would have
 * to write the results out of a memory that has just been shown to be damaged.
 *
 * Under a debugger nothing is forked, so that the debugger stops where the plug-in crashes.
 */
class SavePoint
{
public:
    /// `interrupted` says whether the user has asked for the end. Then a handler that does not return within
    /// a second is ended; if `interrupted` is empty, never. Both standard streams are flushed first.
    explicit SavePoint(const std::function<bool()>& interrupted = {});
    /// The child has reached what it was started for. It may still die, but then the parent dies with it.
    ~SavePoint();
    SavePoint(const SavePoint&) = delete;
    SavePoint& operator=(const SavePoint&) = delete;

    /// Set in the parent after the child has died; empty in the child.
    const std::optional<PluginDeath>& death() const { return death_; }

private:
    std::optional<PluginDeath> death_;
};

}  // namespace hpnsim
