// SPDX-License-Identifier: GPL-2.0-only
// Reads `--transport NAME[:key=value,...]` in layers, one over the other: what a CC declares, what its preset
// brings, what a profile sets, what the user says.
#pragma once

#include "hpnsim/settings.hpp"
#include "hpnsim/transport_settings.hpp"

#include <string>
#include <vector>

namespace hpnsim
{

/// The transport of a run, its settings, and who has set which.
struct ChosenTransport : TransportSettings {
    std::string name =
        "gbn";  ///< `gbn` (RoCEv2 RC, go-back-N), `irn` (selective repeat) or `rud` (UEC-style)
    Origins origins;

    /// Lays NAME[:key=value,...] over what is in force. Throws BadInput; `what` begins the sentence.
    void lay(const std::string& what, const std::string& text, Origin origin);
    /// Keys alone.
    void lay(const std::string& what, const KeyTexts& texts, Origin origin);
};

/// What the user alone has chosen.
ChosenTransport parse_transport(const std::string& what, const std::string& text);

/// Says of each key that the user has given and that this transport does not read who does.
std::vector<std::string> keys_without_effect(const ChosenTransport& transport);

/// "key=value unit" in declared order: for result headers.
KeyTexts describe(const ChosenTransport& transport);

}  // namespace hpnsim
