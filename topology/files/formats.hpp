// SPDX-License-Identifier: GPL-2.0-only
// Declares the formats of `file:path=F,format=...`. A format is one file, which declares it with
// HPNSIM_TOPOLOGY_FORMAT, and one line of CMake, add_topology_format(FILE TYPE).
#pragma once

#include "hpnsim/fabric.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace hpnsim
{

/// What the first line of a file says of its format.
enum class Likeness : uint8_t {
    none,
    possible,  ///< nothing speaks against it
    certain,
};

struct TopologyFormat {
    const char* name;
    /// By the words of the first line that has any; of an empty file there are none.
    Likeness (*recognise)(const std::vector<std::string>& words);
    /// Throws BadLine, or BadInput where the options do not fit the fabric.
    FabricPlan (*read)(std::istream& in, const std::string& file, const PlanOptions& options);
    bool takes_failed;  ///< knows the key `failed`
};

}  // namespace hpnsim

/// HPNSIM_TOPOLOGY_FORMAT(TYPE, name, recognise, read, takes_failed)
#define HPNSIM_TOPOLOGY_FORMAT(TYPE, ...)                                                                    \
    extern "C" const hpnsim::TopologyFormat* hpnsim_topology_format_##TYPE();                                \
    extern "C" const hpnsim::TopologyFormat* hpnsim_topology_format_##TYPE()                                 \
    {                                                                                                        \
        static const hpnsim::TopologyFormat format{__VA_ARGS__};                                             \
        return &format;                                                                                      \
    }
