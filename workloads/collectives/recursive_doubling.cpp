// SPDX-License-Identifier: GPL-2.0-only
// AllGather by recursive doubling (Thakur, Rabenseifner, Gropp: "Optimization of Collective Communication
// Operations in MPICH", 2005): in each of log2(n) rounds a rank has twice as many blocks, which
// it exchanges with a rank twice as far. Where n is no power of two it is Bruck's algorithm (the same
// paper). Nearly all bytes go to far ranks, so all NICs carry nearly the whole buffer: it is meant for
// small sizes, where the number of rounds counts. Nothing is cut, because the rounds follow each other.
#include "collectives/doubling.hpp"

namespace hpnsim
{

namespace
{

struct RecursiveDoubling : DoublingDefaults {
    static constexpr CollectiveInfo info{"recursive-doubling", &kAllGather,
                                         "log2(n) exchanges with ranks twice as far each, as MPICH does", "",
                                         ""};

    static std::unique_ptr<Collective> make(const CollectiveCall& call) { return make_doubling(call); }
};

}  // namespace

HPNSIM_COLLECTIVE(RecursiveDoubling)

}  // namespace hpnsim
