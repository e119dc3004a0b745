// SPDX-License-Identifier: GPL-2.0-only
// Recursive doubling and its reverse, recursive halving. Internal to the collectives.
#pragma once

#include "hpnsim/collective_table.hpp"

namespace hpnsim
{

std::unique_ptr<Collective> make_doubling(const CollectiveCall& call);
std::unique_ptr<Collective> make_halving(const CollectiveCall& call);

/// What the table says of both.
struct DoublingDefaults {
    static uint32_t channels(CollectiveShape) { return 1; }
    static Bytes chunk(CollectiveShape, Bytes) { return 0; }
    static double pairs(CollectiveShape shape);
};

}  // namespace hpnsim
