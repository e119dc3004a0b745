// SPDX-License-Identifier: GPL-2.0-only
// Switches on what a CC needs of NICs and switches (Info::needs), in the settings of both.
#pragma once

#include "roce-network.h"

namespace hpnsim
{

/**
 * \brief Switches on what the CCs of `config` need, and fills in what nobody chose.
 *
 * ECN marks and ECT data for `ecn` and `cnp`; INT for `telemetry`; digests over the longest base
 * RTT of `plan`; notices; time stamps for `rtt` where the framing has room for none. What these
 * take on the wire is added to the framing, which `config` owns from then on. Without a framing
 * `config` gets the RoCE headers of its transport. What the settings of the fabric's parts come to
 * in this network is derived: marking curves, the limits of a trimming fabric, the gap of flowlets.
 * What is on or derived already stays as it is, so that doing it twice changes nothing. Of several
 * functions each gets what its own CC needs, and switches do for all what any of them needs.
 */
void ServeNeeds(NetworkConfig& config, const FabricPlan& plan);

/// Refuses what only the caller can choose. Throws BadInput, which names the CC, the need, and the
/// field that serves it: a receiver that sends CNPs; a receiver that grants credit, on RUD. Refuses
/// functions whose needs contradict each other: notices of one alone, INT of one and digests of
/// another, credit of one and ECN without credit of another.
void CheckNeeds(const NetworkConfig& config);

} // namespace hpnsim
