// SPDX-License-Identifier: GPL-2.0-only
// Compares the settings of different parts, and of one part where two of its keys exclude each other.
#include "fabric_checks.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/settings.hpp"

namespace hpnsim
{

namespace
{

void CheckMarking(const std::string& what, const FabricParts& parts)
{
    const TrimSettings& trimming = parts.trimming;
    const EcnSettings& ecn = parts.marking;
    if (trimming.markFrom > trimming.markAll) {
        throw BadInput(what + ": ecn-min-bdp " + format_number(trimming.markFrom) + " exceeds ecn-max-bdp " +
                       format_number(trimming.markAll));
    }
    if (ecn.phantom > 0 && ecn.at == MarkAt::ENQUEUE) {
        throw BadInput(what +
                       ": a phantom queue counts packets as they leave; use ecn-at=dequeue with phantom");
    }
    if (ecn.kmin && ecn.kmax) {
        ecn.At(gbps(1));
    }
    for (const auto& [rate, own] : ecn.byRate) {
        if (own.kmin && own.kmax) {
            ecn.At(gbps(rate));
        }
    }
}

}  // namespace

void CheckTogether(const std::string& what, FabricMode mode, const FabricParts& parts)
{
    CheckMarking(what, parts);
    const Priority data = parts.scheduling.Data();
    if (mode == FabricMode::LOSSLESS && (parts.pfc.lossless & priority_bit(data)) == 0) {
        throw BadInput(what + ": dscp " + std::to_string(parts.scheduling.dscp) + " is priority " +
                       std::to_string(data) + ", which is not lossless; add it to lossless or map it to " +
                       "one of " + format_priorities(parts.pfc.lossless) + " with dscp-map");
    }
}

}  // namespace hpnsim
