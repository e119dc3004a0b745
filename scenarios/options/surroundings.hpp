// SPDX-License-Identifier: GPL-2.0-only
// Decides what runs beside a CC: what the CC declares, over that what its preset brings, over that what a
// profile sets, over that what the user says, each key by itself.
#pragma once

#include "hpnsim/chosen_transport.hpp"
#include "hpnsim/fabric_choice.hpp"
#include "hpnsim/options.hpp"
#include "hpnsim/plugin.hpp"

#include <string>

namespace hpnsim
{

struct Surroundings {
    std::string receiver;
    ChosenTransport transport;
    FabricChoice fabric;
};

/// `preset`: the one that the user's CC names, or an empty one. A profile's transport and fabric are
/// part of the peer, so that under `--profile htsim` a preset changes their keys alone, and `lossy`.
/// Throws BadInput.
Surroundings surroundings_of(const CommonOptions& options, const Defaults& declared, const Preset& preset,
                             const FabricProfile& profile_fabric);

}  // namespace hpnsim
