// SPDX-License-Identifier: GPL-2.0-only
// Switches on what a CC needs of NICs and switches (Info::needs), in the settings of both.
#pragma once

#include "roce-network.h"

namespace hpnsim
{

/// Says how the needs that have a measure are served.
struct NeedDetails
{
    uint32_t digestBase{1050}; ///< ratio of neighbouring digests in thousandths (PINT: 1.05)
    double noticeFrames{1};    ///< full packets waiting from which senders are told (Bolt: 1)
};

/**
 * \brief Switches on what the CC of `config` needs, and fills in what nobody chose.
 *
 * ECN marks and ECT data for `ecn` and `cnp`; INT for `telemetry`; digests over the longest base
 * RTT of `plan`; notices; time stamps for `rtt` where the framing has room for none. What these
 * take on the wire is added to the framing, which `config` owns from then on. Without a framing
 * `config` gets the RoCE headers of its transport, without a marking curve the published one, and a
 * trimming fabric its limits in BDPs. What is on already stays as it is, so that doing it twice
 * changes nothing.
 */
void ServeNeeds(NetworkConfig& config, const FabricPlan& plan, const NeedDetails& details = {});

/// Refuses what only the caller can choose. Throws BadInput, which names the CC, the need, and the
/// field that serves it: a receiver that sends CNPs; a receiver that grants credit, on RUD.
void CheckNeeds(const NetworkConfig& config);

} // namespace hpnsim
