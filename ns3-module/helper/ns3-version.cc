// SPDX-License-Identifier: GPL-2.0-only
// Asks ns-3 for its version. ns-3 installs ns3::Version unless it was built without
// NS3_ENABLE_BUILD_VERSION. Debian's has a placeholder for the tag there, but true numbers.
#include "ns3-version.h"

#if __has_include("ns3/version.h")
#include "ns3/version.h"
#define HPNSIM_NS3_SAYS 1
#endif

namespace hpnsim
{

std::string
Ns3Version()
{
#ifdef HPNSIM_NS3_SAYS
    const std::string numbers =
        std::to_string(ns3::Version::Major()) + "." + std::to_string(ns3::Version::Minor());
    const uint32_t patch = ns3::Version::Patch();
    const std::string candidate = ns3::Version::ReleaseCandidate();
    return numbers + (patch > 0 ? "." + std::to_string(patch) : "") +
           (candidate.empty() ? "" : "-" + candidate);
#else
    return HPNSIM_NS3_PACKAGE;
#endif
}

} // namespace hpnsim
