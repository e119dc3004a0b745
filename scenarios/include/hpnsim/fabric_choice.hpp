// SPDX-License-Identifier: GPL-2.0-only
// `--fabric NAME[:key=value,...]`: which fabric a run has, what its parts are set to, and who has set it.
#pragma once

#include "fabric_settings.hpp"

#include "hpnsim/settings.hpp"
#include "hpnsim/spec.hpp"

#include <functional>
#include <set>
#include <string>

namespace hpnsim
{

/// The keys are those of the parts; sources are HPCC-sim (shared buffer, PFC, ECN), uet-htsim and UEC
/// (trimming).
struct FabricChoice : FabricParts {
    std::string name = "lossless";  ///< `lossless` (PFC), `lossy`, `trimming`
    Origins origins;                ///< of the keys
};

/// NAME[:key=value,...] of that origin over what is in force already (`under`), whose values hold where
/// `text` has no key of theirs: ECN thresholds as one, all others each by itself. Throws BadInput; `what`
/// begins the sentence.
FabricChoice parse_fabric(const std::string& what, const std::string& text, const FabricChoice& under = {},
                          Origin origin = Origin::given);

/// The same of keys alone.
void lay_keys(const std::string& what, const KeyTexts& keys, Origin origin, FabricChoice& fabric);

/// What a profile sets of these keys, given what CC and preset have set and what the user is going to
/// set over it: `user` is empty if that is nothing.
using FabricProfile = std::function<KeyTexts(const FabricChoice& under, const Spec& user)>;

/// One sentence on a key of one rate that is the rate of none of `rates`; empty if there is none.
std::string check_rates(const FabricChoice& fabric, const std::set<int64_t>& rates_bps,
                        const std::string& topology);

}  // namespace hpnsim
