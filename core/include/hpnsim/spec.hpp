// SPDX-License-Identifier: GPL-2.0-only
// Cuts up the notation NAME[:key=value,...] with which a user chooses a part and sets its keys.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace hpnsim
{

/// NAME[:key=value,...] split up; `\,` `\:` and `\\` stand for themselves inside a value.
struct Spec {
    std::string name;
    std::vector<std::pair<std::string, std::string>> keys;
};
/// Throws BadInput, whose sentence begins with `what` (say, "--cc"), on an empty name, a key without a
/// value, or a key given twice.
Spec parse_spec(const std::string& what, const std::string& text);

}  // namespace hpnsim
