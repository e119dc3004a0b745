// SPDX-License-Identifier: GPL-2.0-only
// Finds the conditions that a figure leaves open, and computes it under each.
#include "claims/expression.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/claim.hpp"
#include "hpnsim/names.hpp"

#include <algorithm>
#include <cmath>

namespace hpnsim
{

namespace
{

using Settings = std::vector<std::pair<std::string, std::string>>;

const std::string* value_in(const Settings& settings, const std::string& option)
{
    for (const auto& each : settings)
        if (each.first == option) return &each.second;
    return nullptr;
}

bool agrees(const Settings& settings, const Settings& with)
{
    return std::all_of(with.begin(), with.end(), [&settings](const auto& each) {
        const std::string* value = value_in(settings, each.first);
        return value != nullptr && *value == each.second;
    });
}

/// One name in an expression, and the runs that it may stand for.
struct Term {
    FigureName name;
    const RunFigures* found = nullptr;
    std::vector<size_t> runs;  // those that agree with what the name chooses
    std::vector<std::string> open;
};

Term term_of(const std::string& place, const FigureName& name, const std::map<std::string, RunFigures>& runs)
{
    const auto found = runs.find(name.run);
    if (found == runs.end()) {
        std::vector<std::string> names;
        for (const auto& each : runs) names.push_back(each.first);
        throw BadInput(place + ": there are no runs '" + name.run + "'" + suggestion_of_all(name.run, names));
    }
    Term term{name, &found->second, {}, {}};
    const std::vector<StudyRun>& all = found->second.runs;
    for (const auto& [option, value] : name.chosen)
        if (all.empty() || value_in(all.front().settings, option) == nullptr)
            throw BadInput(place + ": the runs '" + name.run + "' have no option " + option);
    for (size_t at = 0; at < all.size(); ++at)
        if (agrees(all[at].settings, name.chosen)) term.runs.push_back(at);
    if (term.runs.empty())
        throw BadInput(place + ": none of the runs '" + name.run + "' is as in the braces");
    for (const std::string& option : all.front().swept)
        if (option != "seed" && value_in(name.chosen, option) == nullptr) term.open.push_back(option);
    return term;
}

Condition condition_of(const Term& term, size_t run)
{
    Condition condition;
    for (const auto& each : term.found->runs[run].settings)
        if (std::find(term.open.begin(), term.open.end(), each.first) != term.open.end())
            condition.push_back(each);
    return condition;
}

/// Those of the term that leaves most open; the others must leave nothing open beside.
std::vector<Condition> conditions_of(const std::string& place, const std::vector<Term>& terms)
{
    const auto most = std::max_element(terms.begin(), terms.end(), [](const Term& a, const Term& b) {
        return a.open.size() < b.open.size();
    });
    for (const Term& term : terms)
        for (const std::string& option : term.open)
            if (std::find(most->open.begin(), most->open.end(), option) == most->open.end())
                throw BadInput(place + ": the runs '" + term.name.run + "' vary " + option +
                               ", and those of another figure do not; choose one by {" + option + "=VALUE}");
    std::vector<Condition> conditions;
    for (const size_t run : most->runs) {
        Condition each = condition_of(*most, run);
        if (std::find(conditions.begin(), conditions.end(), each) == conditions.end())
            conditions.push_back(std::move(each));
    }
    return conditions;
}

/// What of the condition the term's runs leave open. An option that they all have alike says nothing of them.
Condition part_for(const Term& term, const Condition& condition)
{
    Condition part;
    for (const auto& each : condition)
        if (std::find(term.open.begin(), term.open.end(), each.first) != term.open.end())
            part.push_back(each);
    return part;
}

/// The values of a term under a condition, one a seed; `why_not` says why one is missing.
std::vector<double> values_of(const Term& term, const Condition& condition, std::string& why_not)
{
    std::vector<double> values;
    const Condition part = part_for(term, condition);
    for (const size_t run : term.runs) {
        const StudyRun& made = term.found->runs[run];
        if (!agrees(made.settings, part)) continue;
        const auto& figures = term.found->figures[run];
        const auto value = figures.find(term.name.figure);
        if (value != figures.end())
            values.push_back(value->second);
        else if (why_not.empty())
            why_not = figures.empty() ? term.name.run + " " + made.label + " is " + term.found->statuses[run]
                                      : term.name.run + " " + made.label + " has no " + term.name.figure;
    }
    return values;
}

Finding find(const ClaimFigure& figure, const Expression& expression, const std::vector<Term>& terms,
             const Condition& condition)
{
    Finding finding{condition, {}, ""};
    std::vector<std::vector<double>> all;
    for (const Term& term : terms) all.push_back(values_of(term, condition, finding.why_not));
    size_t seeds = all.front().size();
    for (const auto& each : all) seeds = std::min(seeds, each.size());
    if (!finding.why_not.empty() || seeds == 0) return finding;
    std::vector<double> values;
    for (size_t seed = 0; seed < seeds; ++seed) {
        std::vector<double> of_seed;
        for (const auto& each : all) of_seed.push_back(each[seed]);
        values.push_back(expression.value(of_seed) * (figure.unit == "%" ? 100 : 1));
    }
    if (std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); }))
        finding.values = std::move(values);
    else
        finding.why_not = "it is no finite number";
    return finding;
}

}  // namespace

bool Finding::differs() const
{
    return std::any_of(values.begin(), values.end(), [this](double each) { return each != values.front(); });
}

double Finding::least() const
{
    return *std::min_element(values.begin(), values.end());
}

double Finding::greatest() const
{
    return *std::max_element(values.begin(), values.end());
}

std::vector<Finding> findings_of(const ClaimFigure& figure, const std::map<std::string, RunFigures>& runs)
{
    const Expression expression(figure.place, figure.is);
    if (expression.names().empty()) throw BadInput(figure.place + ": there is no RUN.FIGURE in it");
    std::vector<Term> terms;
    for (const FigureName& name : expression.names()) terms.push_back(term_of(figure.place, name, runs));
    std::vector<Finding> findings;
    for (const Condition& condition : conditions_of(figure.place, terms))
        findings.push_back(find(figure, expression, terms, condition));
    return findings;
}

}  // namespace hpnsim
