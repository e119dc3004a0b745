// SPDX-License-Identifier: GPL-2.0-only
// Spreads the QPs between two endpoints over NIC ports and, by their source ports, over paths.
#pragma once

#include "hpnsim/fabric.hpp"

#include <vector>

namespace hpnsim
{

enum class SourcePorts : uint8_t {
    ports,     ///< QPs and connections take the NIC ports in turn (port_turns.hpp); the source port is random
    hash,      ///< the bond hashes: the random source port decides on NIC port and path
    disjoint,  ///< as `ports`, with source ports that no link between switches is shared (HPN, section 6.1)
};

struct QpPath {
    uint8_t home_port = 0;
    uint16_t source_port = 0;
};

class QpPaths
{
public:
    /// `plan` and `index` must outlive it. `seed` is the run's, on which the switches' hashes depend.
    QpPaths(const FabricPlan& plan, const FabricIndex& index, uint64_t seed, SourcePorts how)
        : plan_(plan), index_(index), seed_(seed), how_(how)
    {
    }

    /// Returns the paths of the QPs 0 .. qps-1 that send from `src` to `dst`. The first of them is on the NIC
    /// port `first` unless the bond hashes. When there are more QPs than disjoint paths, the rest share as
    /// few links as 1024 tries find.
    std::vector<QpPath> of(uint32_t src, uint32_t dst, uint32_t qps, uint8_t first) const;

    /// Returns the numbers of the links between switches that a QP's packets take, in order, as the hashes
    /// decide while all links are up.
    std::vector<uint32_t> links(uint32_t src, uint32_t dst, QpPath path) const;

private:
    uint16_t apart(uint32_t src, uint32_t dst, QpPath first, const std::vector<uint32_t>& used) const;

    const FabricPlan& plan_;
    const FabricIndex& index_;
    uint64_t seed_;
    SourcePorts how_;
};

}  // namespace hpnsim
