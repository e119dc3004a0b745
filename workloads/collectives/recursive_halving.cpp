// SPDX-License-Identifier: GPL-2.0-only
// ReduceScatter by recursive halving, known by the name of its reverse (Thakur, Rabenseifner, Gropp:
// "Optimization of Collective Communication Operations in MPICH", 2005): in each of log2(n)
// rounds a rank sends the half of its sums that it does not need to a rank half as far. Where n is no power
// of two it is Bruck's algorithm backwards, which, unlike MPICH's folding, sends no byte twice.
#include "collectives/doubling.hpp"

namespace hpnsim
{

namespace
{

struct RecursiveHalving : DoublingDefaults {
    static constexpr CollectiveInfo info{
        "recursive-doubling", &kReduceScatter,
        "log2(n) exchanges of sums with ranks half as far each, as MPICH does", "", ""};

    static std::unique_ptr<Collective> make(const CollectiveCall& call) { return make_halving(call); }
};

}  // namespace

HPNSIM_COLLECTIVE(RecursiveHalving)

}  // namespace hpnsim
