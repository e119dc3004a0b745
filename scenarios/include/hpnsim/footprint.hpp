// SPDX-License-Identifier: GPL-2.0-only
// Estimates before a run what it will keep in memory beside its fabric. A run that cannot fit is refused with
// what it would take, instead of being ended by the system when it has run for an hour.
#pragma once

#include "hpnsim/units.hpp"

namespace hpnsim
{

/// These are doubles, because products of what users may ask for exceed any integer.
struct Footprint {
    double pairs = 0;     ///< pairs of NICs that talk to each other; each has `--qps` connections
    double messages = 0;  ///< messages under way at once
    double rows = 0;      ///< rows of flows.csv, kept until their statistics are made
};

/// Throws BadInput that names the greatest part and what makes it smaller, if the run would take more than
/// `available` bytes (0: unknown). `qps`: connections of a pair.
void require_room(const Footprint& run, uint32_t qps, Bytes available);

}  // namespace hpnsim
