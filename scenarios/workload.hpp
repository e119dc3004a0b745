// SPDX-License-Identifier: GPL-2.0-only
// Declares the options of the scenario `workload`, and what scenarios that run programs share.
#pragma once

#include "kit/step_costs.hpp"

#include "hpnsim/program_workload.hpp"
#include "hpnsim/scenario.hpp"
#include "hpnsim/settings.hpp"
#include "hpnsim/trace_formats.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hpnsim
{

/// How the collectives of a program are done, and what their steps cost.
struct ProgramOptions : StepCostOptions {
    std::string algorithms;  ///< OP=ALGORITHM, separated by commas
    std::optional<uint32_t> channels;
    std::optional<Bytes> chunk;
    std::string write_goal;  ///< a file

    static const std::vector<Setting>& settings();
};

/// Runs a program over the fabric, rank r on endpoint r.
class ProgramScenario : public Scenario
{
public:
    /// The program's last `at_end` ranks are on the fabric's last endpoints. Throws BadInput that names the
    /// option if the fabric is too small or an algorithm does not exist.
    ProgramScenario(const Options& asked, FabricPlan fabric, const ProgramOptions& how,
                    std::shared_ptr<const Program> program, uint32_t at_end = 0);

    Workload& workload(uint64_t seed) override;
    std::unique_ptr<Contents> contents(uint64_t seed) const override;
    std::string name_at(uint32_t endpoint, uint32_t) const override
    {
        return "rank " + std::to_string(endpoint);
    }
    void draw(TimelinePart& timeline) override;
    Footprint footprint() const override;
    void check_times(IdealTimes& ideals) const override;
    void measure(IdealTimes& ideals, const std::vector<Time>& messages, RunRecord& record) const override;

    const ProgramSetting& setting() const { return setting_; }

private:
    const ProgramIdeal& ideal(IdealTimes& ideals) const;

    std::shared_ptr<const Program> program_;
    ProgramSetting setting_;
    std::unique_ptr<ProgramWorkload> workload_;
    mutable const Wire* framing_ = nullptr;  // runs differ in their terms by it alone
    mutable ProgramIdeal ideal_;             // with this framing
};

}  // namespace hpnsim
