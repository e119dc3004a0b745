// SPDX-License-Identifier: GPL-2.0-only
// Replaces the names of figures by variables, and hands the formula to muParser.
#include "claims/expression.hpp"

#include "hpnsim/bad_input.hpp"

#include <muParser.h>

#include <regex>
#include <sstream>

namespace hpnsim
{

namespace
{

std::vector<std::pair<std::string, std::string>> chosen_in(const std::string& place, const std::string& inner)
{
    std::vector<std::pair<std::string, std::string>> chosen;
    std::istringstream parts(inner);
    for (std::string part; std::getline(parts, part, ';');) {
        const size_t equals = part.find('=');
        if (equals == std::string::npos || equals == 0)
            throw BadInput(place + ": '{" + inner + "}' is not {OPTION=VALUE;...}");
        chosen.emplace_back(part.substr(0, equals), part.substr(equals + 1));
    }
    return chosen;
}

std::string variable(size_t at)
{
    return "v" + std::to_string(at);
}

}  // namespace

Expression::Expression(std::string place, const std::string& text) : place_(std::move(place))
{
    static const std::regex kName(R"(([a-z][a-z0-9_]*)\.([A-Za-z_][A-Za-z0-9_]*)(\{([^}]*)\})?)");
    auto from = text.begin();
    for (std::sregex_iterator at(text.begin(), text.end(), kName), end; at != end; ++at) {
        formula_.append(from, text.begin() + at->position());
        formula_ += variable(names_.size());
        names_.push_back({(*at)[1], (*at)[2], chosen_in(place_, (*at)[4])});
        from = text.begin() + at->position() + at->length();
    }
    formula_.append(from, text.end());
    value(std::vector<double>(names_.size(), 1));  // its form does not depend on the values
}

double Expression::value(std::vector<double> values) const
{
    try {
        mu::Parser parser;
        for (size_t at = 0; at < values.size(); ++at) parser.DefineVar(variable(at), &values[at]);
        parser.SetExpr(formula_);
        return parser.Eval();
    } catch (const mu::Parser::exception_type& error) {
        throw BadInput(place_ + ": the expression cannot be computed: " + error.GetMsg());
    }
}

}  // namespace hpnsim
