// SPDX-License-Identifier: GPL-2.0-only
// Makes a whole configuration from the name of a CC: the shortest way to a network in a program of
// your own.
#pragma once

#include "roce-network.h"

#include <string>

namespace hpnsim
{

constexpr Time kIrnRtoHigh = microseconds(320); ///< IRN, SIGCOMM'18

/**
 * \brief Returns what a network under that CC is configured with unless somebody chooses otherwise.
 *
 * \param plan what make_fabric made
 * \param cc NAME[:key=value,...] of a CC, as `--cc` takes it
 * \param path the same of a path policy; empty: the one that the CC declares
 * \param receiver the same of a receiver policy; empty: the preset's, or the one that the CC
 * declares
 *
 * Transport and fabric are those that the CC or its preset declares, and everything that it needs
 * is on (ServeNeeds). Keys that neither sets are as Config::SetDefault has left the Attributes of
 * RoceSwitch and RoceNetDevice. Change what you like in the result before you make a RoceNetwork of
 * it: that serves the CC's needs again, and refuses what cannot work. The result owns the
 * algorithms. Throws BadInput on a name or key that does not exist.
 */
NetworkConfig DefaultConfig(const FabricPlan& plan,
                            const std::string& cc,
                            const std::string& path = "",
                            const std::string& receiver = "");

/**
 * \brief Gives the NICs of `config` one more function, under another CC.
 *
 * Path, receiver and transport are chosen as by DefaultConfig; the fabric stays as it is. Change
 * what you like in `config.functions.back()`. Throws BadInput.
 */
void AddFunction(NetworkConfig& config,
                 const FabricPlan& plan,
                 const std::string& cc,
                 const std::string& path = "",
                 const std::string& receiver = "");

/// Lets a function send its data in `priority`, by a DSCP that means it. Throws BadInput if none
/// does.
void TakePriority(const SchedulingSettings& scheduling, Priority priority, NicConfig& nic);

/// Tells NICs which priorities the switches have for data and control packets.
void FollowPriorities(const SchedulingSettings& scheduling, NicConfig& nic);

/// Fills in what nobody has chosen and what follows from the whole configuration: how much
/// reordering counts as loss, and the time of the PFC watchdog. RoceNetwork does it.
void FillAutomatic(NetworkConfig& config, const FabricPlan& plan);

} // namespace hpnsim
