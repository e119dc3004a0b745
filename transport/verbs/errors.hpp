// SPDX-License-Identifier: GPL-2.0-only
// Builds the sentences that the verbs API refuses a call with. Internal to the transport.
#pragma once

#include "hpnsim/verbs_types.hpp"

namespace hpnsim::verbs
{

/// No region has this key. A program that uses key 0 gets it, because the engine takes 0 for "unchecked".
inline constexpr uint32_t kNoKey = 1;

/// Returns the key by which the engine checks a range: nothing needs a key for no bytes (IBTA 9.7.4.1.4).
constexpr uint32_t checked_key(uint32_t key, uint64_t length)
{
    return length == 0 ? 0 : key == 0 ? kNoKey : key;
}

inline Outcome invalid(const std::string& call, const std::string& why)
{
    return {EINVAL, call + ": " + why};
}

/// Says "call: name = value: at most `most`" unless the value is within.
inline Outcome at_most(const std::string& call, const char* name, uint64_t value, uint64_t most)
{
    if (value <= most) return {};
    return invalid(call, std::string(name) + " = " + std::to_string(value) + ", at most " +
                             std::to_string(most) + " is possible");
}

/// Returns the first of these that is an error.
inline Outcome first_of(std::initializer_list<Outcome> outcomes)
{
    for (const Outcome& outcome : outcomes)
        if (!outcome) return outcome;
    return {};
}

/// Throws for the calls that make something.
inline void require(const Outcome& outcome)
{
    if (!outcome) throw VerbsError(outcome.error, outcome.why);
}

}  // namespace hpnsim::verbs
