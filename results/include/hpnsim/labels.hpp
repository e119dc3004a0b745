// SPDX-License-Identifier: GPL-2.0-only
// Names of run folders: what varies between runs, joined by `+`.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace hpnsim
{

/// The parts joined by `+`; every character of a part other than letters, digits, `.`, `-`, `=` made `_`.
std::string join_label(const std::vector<std::string>& parts);

/// Hands out labels that do not clash: the second "dcqcn" is "dcqcn-2".
class LabelSet
{
public:
    std::string add(const std::vector<std::string>& parts);

private:
    std::set<std::string> taken_;
};

}  // namespace hpnsim
