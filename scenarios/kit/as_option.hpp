// SPDX-License-Identifier: GPL-2.0-only
// Turns sentences of rooms that know no command line into sentences about options.
#pragma once

#include "hpnsim/bad_input.hpp"

#include <initializer_list>
#include <string>

namespace hpnsim
{

/// Returns what `make` returns. If it complains of one of the `names`, "chunk: ...", that becomes "--chunk:
/// ...".
template <class Make> auto as_option(std::initializer_list<const char*> names, Make make) -> decltype(make())
{
    try {
        return make();
    } catch (const BadInput& error) {
        const std::string sentence = error.what();
        for (const std::string name : names)
            if (sentence.compare(0, name.size() + 2, name + ": ") == 0) throw BadInput("--" + sentence);
        throw;
    }
}

}  // namespace hpnsim
