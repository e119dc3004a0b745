// SPDX-License-Identifier: GPL-2.0-only
// Turns `--cc`, `--path` and the other options into the list of runs: every CC with every path. What the user
// left open is filled in from the CC's own defaults, and what cannot work is refused with the reason.
#pragma once

#include "hpnsim/chosen_transport.hpp"
#include "hpnsim/fabric_choice.hpp"
#include "hpnsim/function_choice.hpp"
#include "hpnsim/options.hpp"
#include "hpnsim/plugin.hpp"
#include "hpnsim/receiver.hpp"
#include "hpnsim/switch_lb.hpp"

#include <functional>
#include <string>
#include <vector>

namespace hpnsim
{

struct PathTraits {
    std::string name;
    bool sprays = false;
};
struct ReceiverTraits {
    std::string name;
    Scope scope = Scope::qp;
    bool sends_cnps = false;
};

/// Turns names into algorithms; each function throws BadInput on a name or key that does not exist. The
/// scenarios pass the registry's choose_cc, choose_path and choose_receiver, and tests pass tables of their
/// own.
struct Lookup {
    std::function<Info(const std::string& text)> cc;
    std::function<PathTraits(const std::string& text)> path;
    std::function<ReceiverTraits(const std::string& text)> receiver;
    std::function<Preset(const std::string& text)>
        preset;                    ///< of a CC; null, or an empty one: none is chosen
    FabricProfile profile_fabric;  ///< null: no profile is chosen
};

struct RunPlan {
    std::string cc, path, receiver;  ///< as written, or what the CC or its preset brings
    ChosenTransport transport;
    FabricChoice fabric;
    SwitchLbSettings switch_lb;
    std::string label;  ///< folder under runs/, unique in the list; of a function: its name
    int priority = -1;  ///< of a function's data; -1: the fabric's for data
    /// Functions 1, 2, ... of the NICs, beside this, which is function 0. They have the same fabric.
    std::vector<RunPlan> functions;
};

struct RefusedPair {
    std::string cc, path;
    std::string reason;  ///< one sentence
};

struct RunList {
    std::vector<RunPlan> runs;
    std::vector<RefusedPair> refused;
};

/// Says why the parts cannot work together, in one sentence; empty if they can. A CC that knows trimming may
/// run on a fabric that does not trim when the user says so: its NACKs then come from timeouts and gaps
/// alone, or never.
std::string check_pair(const Info& cc, const PathTraits& path, const std::string& transport,
                       const std::string& fabric, const ReceiverTraits& receiver);

/// Throws BadInput if nothing remains, with the first reason.
RunList resolve_runs(const CommonOptions& options, const Lookup& lookup);

/// Resolves what a scenario declares: functions 1, 2, ... of the NICs in `run`. Throws BadInput that begins
/// with the name of the one that cannot work.
std::vector<RunPlan> resolve_functions(const std::vector<FunctionChoice>& choices,
                                       const CommonOptions& options, const RunPlan& run,
                                       const Lookup& lookup);

/// Replaces all characters but letters, digits, `.`, `-`, `=` and `+` by `_`. If there are more than 120
/// bytes, the end becomes a digest of the whole text, so that it can be the name of a folder everywhere.
std::string label_of(const std::string& text);

}  // namespace hpnsim
