// SPDX-License-Identifier: GPL-2.0-only
// What a scenario may choose for a further function of every NIC, where its workloads differ in more than
// their messages.
#pragma once

#include <string>

namespace hpnsim
{

/// Texts are those of --cc, --path, --transport and --receiver; an empty one is what the CC or its preset
/// brings.
struct FunctionChoice {
    std::string name;  ///< unique; begins sentences about it, and is its name in the report
    std::string cc;    ///< empty: the run's own
    std::string path, transport, receiver;
    int priority = -1;  ///< of its data; -1: that which the fabric has for data
};

}  // namespace hpnsim
