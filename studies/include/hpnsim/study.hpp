// SPDX-License-Identifier: GPL-2.0-only
// A study is many runs of one scenario: every combination of the values of its axes. It is read from words of
// a command line or from a file, and expanded into runs, each with the words that a scenario takes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace hpnsim
{

/// An option and its values, one or several. Options that vary together are one axis: "cc,path" with values
/// such as "nscc spray".
struct Axis {
    std::string option;
    std::vector<std::string> values;
    bool swept() const { return values.size() > 1; }
};

/// All combinations of its axes; the first axis varies slowest.
struct Grid {
    std::string name;  ///< of a section of a file; empty: the only grid
    std::vector<Axis> axes;
};

struct Study {
    std::string scenario;
    std::vector<Grid> grids;
};

/// One run of a study.
struct StudyRun {
    std::string label;  ///< what varies, as the name of a folder; unique in the study
    std::vector<std::pair<std::string, std::string>> settings;  ///< options with one value each
    std::vector<std::string> swept;                             ///< the options that vary in the study
    /// The command line of the scenario, without the folder of the results.
    std::vector<std::string> words(const std::string& scenario) const;
};

/// The most runs that a study may have.
inline constexpr uint64_t kMostRuns = 1'000'000;

/// Writes out what stands in braces: "a{b,c}" is "ab" and "ac"; several pairs of braces give all
/// combinations, and
/// `\{` and `\}` stand for themselves, as does `\,` in braces. Throws BadInput that begins with `place` on
/// braces that do not match.
std::vector<std::string> expand_braces(const std::string& place, const std::string& text);

/// Reads the words that follow `sweep`: SCENARIO and its options, each with one or several values. An option
/// has several values if it is repeated, if its text has braces, or if it is a list of values none of which
/// holds a comma itself. `--seeds K` becomes K values of `seed`. Throws BadInput: no such scenario or option,
/// a value that the option does not take.
Study study_of_words(const std::vector<std::string>& words);

/// Reads the same from a file: lines `option = values`, the first of which is `scenario = NAME`. Each section
/// `[NAME]` is a grid of its own, whose options come in the place of those before the first section.
/// Sentences name FILE:LINE.
Study study_of_file(const std::string& path);

/// All runs, in the order of the grids, each run once. Throws BadInput if there are more than kMostRuns.
std::vector<StudyRun> runs_of(const Study& study);

}  // namespace hpnsim
