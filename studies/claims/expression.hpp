// SPDX-License-Identifier: GPL-2.0-only
// Arithmetic over figures of runs. What names a figure is found here; muParser computes the rest.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace hpnsim
{

/// RUN.FIGURE{OPTION=VALUE;...} in an expression.
struct FigureName {
    std::string run, figure;
    std::vector<std::pair<std::string, std::string>> chosen;
};

class Expression
{
public:
    /// Throws BadInput that begins with `place`.
    Expression(std::string place, const std::string& text);
    const std::vector<FigureName>& names() const { return names_; }
    /// `values` are those of names(). Throws BadInput.
    double value(std::vector<double> values) const;

private:
    std::string place_, formula_;
    std::vector<FigureName> names_;
};

}  // namespace hpnsim
