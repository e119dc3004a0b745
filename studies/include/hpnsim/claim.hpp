// SPDX-License-Identifier: GPL-2.0-only
// A claim is what somebody has said of a network, with runs and figures that put it on trial, and the bands
// within which the figures must lie for it to hold. Each is a file, NAME.claim:
//
//     title   = One sentence
//     by      = who says so, and where
//     claimed = what they say, with their figures
//     setting = what is run here, and how it differs from theirs
//     minutes = 3
//
//     [runs]                       # options that all runs share; several values are conditions
//     scenario = allreduce
//     cc, path = hpcc ecmp; nscc spray
//     [run dual]                   # each is a study of its own
//     topology = hpn
//     [run single]
//     topology = hpn-single-plane
//     faults   = data/F            # files beside the claim: a value that begins with data/
//
//     [figure gain]
//     is       = dual.busbw_GBps / single.busbw_GBps - 1
//     unit     = %
//     claimed  = 50 to 64
//     expected = 30 to 70          # ours, written before the first run
//     because  = why we expected that
//
//     [quick]                      # what --quick puts in the place of the shared options
//     [quick single]               # and of those of one [run NAME]
//     [finding]
//     text = what was found, and why, written after the runs
#pragma once

#include "hpnsim/bootstrap.hpp"
#include "hpnsim/study.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hpnsim
{

/// The values that a figure may take, both ends included.
struct Band {
    std::string text;  ///< as written: "50 to 64", "at least 1.2", "at most 3"
    double low = 0, high = 0;
    bool holds(double value) const { return low <= value && value <= high; }
};

/// Reads a band. Throws BadInput that begins with `place`.
Band parse_band(const std::string& place, const std::string& text);

/// Runs of one kind, by the name that figures call them.
struct ClaimRuns {
    std::string name;
    Study study;
};

struct ClaimFigure {
    std::string name, place;
    std::string is;    ///< an expression over figures of runs: RUN.FIGURE or RUN.FIGURE{OPTION=VALUE;...}
    std::string unit;  ///< "%": the value is multiplied by 100
    std::optional<Band> claimed, expected;
    std::string because;
};

struct Claim {
    std::string name;  ///< of the file
    int order = 0;     ///< in lists and on the page
    std::string title, by, claimed, setting, minutes, finding;
    std::string cannot;  ///< why no network simulation can show it; such a claim has no runs
    std::vector<ClaimRuns> runs;
    std::vector<ClaimFigure> figures;
};

/// Reads a claim. `quick` puts the options of [quick] in the place of the shared ones; `seeds`: every run is
/// made with so many, whatever the file says; 0: with those of the file. Throws BadInput.
Claim read_claim(const std::filesystem::path& file, bool quick, uint32_t seeds = 0);

/// All claims of a folder, by their order. Throws BadInput.
std::vector<Claim> read_claims(const std::filesystem::path& folder, bool quick, uint32_t seeds = 0);

/// How many seeds each of its runs has; the most of them if they differ.
size_t seeds_of(const Claim& claim);

/// What holds beside the figure: options with their values, in the order of the runs.
using Condition = std::vector<std::pair<std::string, std::string>>;

/// A figure under one condition.
struct Finding {
    Condition condition;
    std::vector<double> values;  ///< one a seed, in their order; none: a run that it needs has no such figure
    std::string why_not;
    bool computed() const { return !values.empty(); }
    bool differs() const;  ///< between seeds
    double least() const;
    double greatest() const;
    double mean() const { return mean_of(values); }
};

/// What the runs of a claim have found: by the claim's runs, their runs and figures.
struct RunFigures {
    std::vector<StudyRun> runs;
    std::vector<std::map<std::string, double>> figures;  ///< of each run; empty: it has none
    std::vector<std::string> statuses;
};

/// Computes a figure under all conditions that its runs leave open. Seeds are samples: it is computed for
/// each. Throws BadInput that names the line of the file
/// if the expression cannot be read, or speaks of runs, figures or options that are not there.
std::vector<Finding> findings_of(const ClaimFigure& figure, const std::map<std::string, RunFigures>& runs);

/// The findings of all figures, in the claim's order.
using Trial = std::vector<std::vector<Finding>>;

/// "holds" under all conditions, "holds if cc=nscc path=spray" or "holds unless ..." where all claimed
/// figures lie in their bands under some, "holds in part: ..." where no condition has them all, "does not
/// hold", "cannot be shown ...". Figures that do not stand under the same conditions are judged one by one:
/// "gain holds; loss does not hold". Of several seeds, the mean is judged.
std::string verdict_of(const Claim& claim, const Trial& trial);

/// The seeds that all figures have; 1 for those that could not be computed.
size_t seeds_of(const Trial& trial);

/// In how many of its seeds alone the verdict is the same: ", the same in 2 of 3 seeds". Empty for one seed,
/// or if no figure differs between seeds.
std::string verdict_in_seeds(const Claim& claim, const Trial& trial);

/// What several seeds say of the figures: which of them lie in their bands in some seeds and not in others,
/// and how many are the same in all, so that their seeds are no samples. Empty for one seed.
std::string seeds_text(const Claim& claim, const Trial& trial);

/// "cc=nscc path=spray"; "as set" without any.
std::string text_of(const Condition& condition);

}  // namespace hpnsim
