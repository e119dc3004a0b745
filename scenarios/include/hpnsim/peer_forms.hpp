// SPDX-License-Identifier: GPL-2.0-only
// Reads `--also-write LIST`: in which other simulators' forms a run writes its results, beside its own.
#pragma once

#include <string>

namespace hpnsim
{

struct PeerForms {
    bool hpcc_sim = false;  ///< fct.txt, pfc.txt, qlen.txt
    bool flowmon = false;   ///< flowmon.xml
};

/// An empty list names none. Throws BadInput that begins with `place`.
PeerForms parse_peer_forms(const std::string& place, const std::string& list);

}  // namespace hpnsim
