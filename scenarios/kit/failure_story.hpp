// SPDX-License-Identifier: GPL-2.0-only
// Tells failures by name, as `--fail KIND[:key=value,...]` has them, and turns each into lines of a fault
// schedule (fabric/faults) or into a GPU that is slow.
#pragma once

#include "hpnsim/fabric.hpp"
#include "hpnsim/settings.hpp"
#include "hpnsim/workloads.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hpnsim
{

/// What a user says of one failure. Which of these are keys depends on its kind.
struct FailureStory {
    std::string kind;
    std::string nic, tor, agg;  ///< empty: the first NIC; the switches behind its port
    uint32_t port = 0;
    double share = 0.5;
    Time period = microseconds(200);
    double duty = 0.5;
    uint32_t count = 5, rank = 0;
    Time step = microseconds(20);
    Time at = microseconds(1000);
    std::optional<Time> repair, detect, converge, failback;
};

/// Reads one. Throws BadInput that begins with `what` and names the nearest kind or key.
FailureStory parse_failure(const std::string& what, const std::string& text);

/// Lists the kinds with their keys, for the help.
std::string failure_help();

/// What is left of a port of a NIC.
struct PortShare {
    uint32_t nic = 0;
    uint16_t port = 0;
    double share = 0;
};

/// A failure in a fabric.
struct Failure {
    std::string kind, place;
    Time at, last;               ///< when it begins; when a link goes down for the last time
    std::optional<Time> repair;  ///< none: never
    std::string schedule;        ///< lines of a fault schedule
    std::vector<PortShare> ports;
    std::optional<SlowSpell> slow;
};

/// Finds its place. Throws BadInput that begins with `what` and names the nearest one.
Failure place_failure(const std::string& what, const FailureStory& story, const FabricPlan& plan);

}  // namespace hpnsim
