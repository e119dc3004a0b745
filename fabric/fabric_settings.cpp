// SPDX-License-Identifier: GPL-2.0-only
// Lists all parts that have keys, and names the modes of a fabric.
#include "fabric_settings.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/settings.hpp"

namespace hpnsim
{

namespace
{

template <class Parts> Keys KeysOf(Parts& parts)
{
    return Keys()
        .add(parts.buffer)
        .add(parts.marking)
        .add(parts.trimming)
        .add(parts.pfc)
        .add(parts.watchdog)
        .add(parts.scheduling)
        .add(parts.feedback);
}

}  // namespace

FabricMode FabricModeOf(const std::string& what, const std::string& name)
{
    const std::vector<std::string> names = {"lossless", "lossy", "trimming"};
    const FabricMode modes[] = {FabricMode::LOSSLESS, FabricMode::LOSSY, FabricMode::TRIMMING};
    return modes[parse_name(what, name, names)];
}

Keys FabricParts::keys()
{
    return KeysOf(*this);
}

Keys FabricParts::keys() const
{
    return KeysOf(*this);
}

}  // namespace hpnsim
