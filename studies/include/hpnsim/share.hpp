// SPDX-License-Identifier: GPL-2.0-only
// Shares of a study: several processes, on several machines perhaps, that each make some of its runs. Who is
// which is read from what launchers set for their processes, so that none of their libraries is needed.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace hpnsim
{

struct Share {
    unsigned number = 0, of = 1;  ///< number from 0 to of - 1
    unsigned processes = 0;       ///< runs at a time that the launcher leaves room for; 0: it does not say
    bool whole() const { return of == 1; }
    /// Runs are dealt out in turn, so that shares have about as many of each kind.
    bool has(size_t run) const { return run % of == number; }
    /// "3-of-8", from 1 on.
    std::string name() const { return std::to_string(number + 1) + "-of-" + std::to_string(of); }
};

/// Returns the value of an environment variable, or null.
using Variable = std::function<const char*(const char*)>;

/// The share of this process: its rank among those that mpirun started (Open MPI, or a launcher that speaks
/// PMI), its place in a job array of Slurm, or both. Throws BadInput on numbers that fit no share.
Share share_of_process(const Variable& variable);

/// Reads "3/8". Throws BadInput that begins with `place`.
Share parse_share(const std::string& place, const std::string& text);

}  // namespace hpnsim
