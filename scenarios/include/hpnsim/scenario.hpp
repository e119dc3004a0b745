// SPDX-License-Identifier: GPL-2.0-only
// A scenario is a workload over a fabric, and what is reported when it has run. Each is one file,
// scenarios/NAME.cpp, which ends with HPNSIM_SCENARIO(Type), and one line add_scenario(NAME.cpp Type) in
// scenarios/CMakeLists.txt, which makes the program. A scenario knows no ns-3: run/ simulates it.
#pragma once

#include "hpnsim/contents.hpp"
#include "hpnsim/footprint.hpp"
#include "hpnsim/function_choice.hpp"
#include "hpnsim/ideal_times.hpp"
#include "hpnsim/nic.hpp"
#include "hpnsim/options.hpp"
#include "hpnsim/results.hpp"
#include "hpnsim/workload.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hpnsim
{

class TimelinePart;

struct RunPlan;

/// A function of every NIC in a run: what it was resolved to, and its lower bounds.
struct FunctionRun {
    const RunPlan* plan;
    IdealTimes* ideals;
};

/// A scenario with its options and its fabric, for any number of runs, one after the other.
class Scenario
{
public:
    Scenario(const Options& asked, FabricPlan fabric) : options(asked), plan(std::move(fabric)) {}
    virtual ~Scenario() = default;
    Scenario(const Scenario&) = delete;
    Scenario& operator=(const Scenario&) = delete;

    /// Makes the workload of a run that begins. It stays the scenario's, and lives until the next one.
    virtual Workload& workload(uint64_t seed) = 0;
    /// Makes the bytes that the workload moves, for --verify; their memory is not allocated yet.
    virtual std::unique_ptr<Contents> contents(uint64_t seed) const = 0;
    /// Estimates what one seed of one run keeps in memory.
    virtual Footprint footprint() const = 0;
    /// Throws BadInput if a run would need times that cannot be represented.
    virtual void check_times(IdealTimes& ideals) const = 0;
    /// Returns sentences about what does not fit together, said before a run.
    virtual std::vector<std::string> warnings() const { return {}; }
    /// Says how messages move over the network.
    virtual Verb verb() const { return Verb::write; }
    /// Declares functions 1, 2, ... of every NIC, for workloads that differ in CC, path policy, transport,
    /// receiver or priority: Message::function takes one of them. Function 0 is as the options say.
    virtual std::vector<FunctionChoice> functions() const { return {}; }
    /// True: each message is a row of flows.csv. False: `measure` makes the rows (collectives: one an
    /// iteration).
    virtual bool rows_are_messages() const { return true; }
    /// True: this message is a row, in a run in which some are and some are not.
    virtual bool is_row(const Message& /*message*/) const { return rows_are_messages(); }
    /// Completes the row of such a message, or of one that failed, before it is logged.
    virtual void note(const Message& /*message*/, FlowRow& /*row*/) {}
    /// Says which flows the figures of completion times are of, where `note` has marked others; empty: all.
    virtual std::string what_is_measured() const { return ""; }
    /// The sender has the completion of a message over the network, so long after it was posted.
    virtual void completed(const Message& /*message*/, Time /*fct*/) {}
    /// The run has ended, and receivers have got so much payload of each job over the network.
    virtual void delivered(const std::vector<Bytes>& /*by_job*/) {}
    /// False: that this flow is unfinished is as it should be.
    virtual bool awaited(const FlowRow& /*row*/) const { return true; }
    /// Adds to the record what the scenario knows of itself before a run.
    virtual void describe(RunRecord& /*record*/) const {}
    /// The run begins, with these functions of every NIC, the first of which is as the options say. They
    /// outlive its `measure`.
    virtual void begins(const std::vector<FunctionRun>& /*functions*/) {}
    /// Where `measure` makes the rows, this returns the `at`-th once it is known how it ended, and nothing
    /// before. Rows are logged as they come, so that a run that is killed keeps them.
    virtual std::optional<FlowRow> row_at(IdealTimes& /*ideals*/, uint64_t /*at*/) const
    {
        return std::nullopt;
    }
    /// What `--timeline` calls an endpoint, where this job has it (Message::job); empty: it has not.
    virtual std::string name_at(uint32_t endpoint, uint32_t /*job*/) const
    {
        return "nic" + std::to_string(plan.id_of(endpoint));
    }
    /// Lets the workload of the run that begins draw what it does beside its messages.
    virtual void draw(TimelinePart&) {}
    /// Adds the scenario's own rows and keys to the record of the run that has ended. `messages` are FCTs of
    /// completed network messages.
    virtual void measure(IdealTimes& ideals, const std::vector<Time>& messages, RunRecord& record) const = 0;

    /// Adds what --verify has found to the record that `measure` has filled.
    virtual void judged(const Verdict& /*verdict*/, RunRecord& /*record*/) const {}

    Options options;
    const FabricPlan plan;

protected:
    /// Of --jitter-ns.
    Time jitter() const { return {static_cast<int64_t>(options.common.jitter_ns * 1000)}; }
};

/// Says what is known of a scenario before one is made.
struct ScenarioInfo {
    const char* name;
    const char* purpose;
    std::vector<const char*> examples;  ///< command lines, for the help
    OwnOptions options;                 ///< with their defaults
    /// Returns how many hosts a `star` needs that does not say.
    std::function<uint32_t(const Options&)> hosts_needed;
    /// Makes the scenario that `asked` describes, over the fabric that its topology makes. Throws BadInput.
    std::function<std::unique_ptr<Scenario>(const Options& asked, FabricPlan plan)> make;
    /// Completes the options once all are read. Throws BadInput if they contradict each other; may be null.
    std::function<void(Options&)> complete = {};
    bool adds_up = false;  ///< receivers reduce: `--inject reduce-twice` means something
    /// Letters that stand for options, as another tool of the field has them: {'b', "min-bytes"} is -b.
    std::map<char, std::string> letters = {};
    const char* bare = "";  ///< the option that a word without dashes is the value of; empty: none is
    /// Returns the file of the scenario's own that sets options as --config does, and holds sections besides;
    /// nothing if none is named. May be null.
    std::function<std::optional<NamedText>(const Options&)> file = {};
    /// Takes its sections, and those of --config, before `complete`. May be null.
    std::function<void(Options&, std::vector<ConfigSection>)> sections = {};
    std::string more = {};  ///< of the help, after its examples
};

/// Makes a scenario in the usual way.
template <class Made> std::unique_ptr<Scenario> make(const Options& asked, FabricPlan plan)
{
    return std::make_unique<Made>(asked, std::move(plan));
}

/// All scenarios of this build.
std::vector<const ScenarioInfo*> all_scenarios();

/// Finds a scenario; throws BadInput that names the nearest.
const ScenarioInfo& scenario_named(const std::string& name);

}  // namespace hpnsim

/// Declares a scenario: a type whose static info() returns its ScenarioInfo.
#define HPNSIM_SCENARIO(Type)                                                                                \
    extern "C" const hpnsim::ScenarioInfo* hpnsim_scenario_##Type()                                          \
    {                                                                                                        \
        static const hpnsim::ScenarioInfo info = Type::info();                                               \
        return &info;                                                                                        \
    }
