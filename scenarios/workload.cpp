// SPDX-License-Identifier: GPL-2.0-only
// The scenario `workload`: it runs a trace of a real or imagined job, in one of the field's formats.
#include "workload.hpp"

#include "hpnsim/as_option.hpp"
#include "hpnsim/bad_input.hpp"

namespace hpnsim
{

namespace
{

struct WorkloadOptions : ProgramOptions {
    std::string file, format, groups;
    std::optional<uint32_t> ranks, tensor, pipeline, expert;
    uint32_t passes = 1;
    std::string send_ends = "trace";
    /// What has been read, by whoever needed it first.
    std::shared_ptr<std::shared_ptr<const Program>> held;

    static const std::vector<Setting>& settings();
};

/// Lists the formats with what each holds.
const char* format_doc()
{
    static const std::string text = [] {
        std::string doc = "format of the trace (default: detected)";
        for (const TraceFormat* format : all_trace_formats())
            doc += "; " + std::string(format->name) + ": " + format->doc;
        return doc;
    }();
    return text.c_str();
}

Setting format_setting()
{
    Setting made = text<&WorkloadOptions::format>("format", format_doc(), "NAME");
    made.read = [](void* part, const std::string& place, const std::string&, const std::string& name) {
        static_cast<WorkloadOptions*>(part)->format = find_trace_format(place, name).name;
    };
    return made;
}

const std::vector<Setting>& WorkloadOptions::settings()
{
    using O = WorkloadOptions;
    static const std::vector<Setting> list = [] {
        std::vector<Setting> made = {
            text<&O::file>("file", "the trace; of Chakra, the part of the names before .RANK.et", "FILE"),
            format_setting(),
            text<&O::groups>("groups", "file of groups of ranks, for traces that name them (Chakra)", "FILE"),
            count<&O::ranks>("ranks", "number of ranks (default: as the trace says)", 1, kMaxEndpoints),
            count<&O::tensor>("tensor", "ranks of a tensor-parallel group (default: as the trace says)", 1,
                              kMaxEndpoints),
            count<&O::pipeline>("pipeline", "pipeline stages (default: as the trace says)", 1, kMaxEndpoints),
            count<&O::expert>("expert", "ranks of an expert-parallel group (default: as the trace says)", 1,
                              kMaxEndpoints),
            count<&O::passes>("passes", "run a trace of one iteration so often, one after the other", 1,
                              1'000'000)
                .as("K"),
        };
        made.push_back(
            one_of<&O::send_ends>(
                "send-ends",
                "when a send of the trace has ended: trace: as its format has it; delivered: the bytes "
                "are there; acknowledged: the sender has its completion; matched: a receive has taken "
                "them",
                {"trace", "delivered", "acknowledged", "matched"})
                .as("WHEN"));
        for (const Setting& each : ProgramOptions::settings()) made.push_back(each);
        return made;
    }();
    return list;
}

void set_send_ends(const std::string& when, ProgramRules& rules)
{
    if (when == "delivered") rules.send_end = ProgramRules::SendEnd::delivered;
    if (when == "acknowledged") rules.send_end = ProgramRules::SendEnd::acknowledged;
    if (when == "matched") rules.send_end = ProgramRules::SendEnd::matched;
}

/// Returns the sentence of a reader, which knows no options, with the one that sets what it speaks of.
std::string with_size_option(const std::string& sentence)
{
    const bool missing = sentence.find("; say how many") != std::string::npos;
    const std::string asked = " asked for";
    const size_t at = sentence.find(asked);
    if (!missing && at == std::string::npos) return sentence;
    std::string option = "--ranks";
    for (const auto& [word, name] :
         {std::pair("group tp", "--tensor"), std::pair("group ep", "--expert"),
          std::pair("expert group", "--expert"), std::pair("pipeline", "--pipeline")})
        if (sentence.find(word) != std::string::npos) option = name;
    if (missing) return sentence + ": " + option + " N";
    return std::string(sentence).insert(at + asked.size(), " by " + option);
}

Program read_named(const TraceAsked& trace, const std::string& format)
{
    try {
        return read_trace(trace, format);
    } catch (const BadInput& error) {
        const std::string sentence = with_size_option(error.what());
        if (sentence == error.what()) throw;
        throw BadInput(sentence);
    }
}

std::shared_ptr<const Program> program_of(const Options& asked)
{
    const auto& own = asked.own.as<WorkloadOptions>();
    if (*own.held != nullptr) return *own.held;
    TraceAsked trace;
    trace.file = own.file;
    trace.groups = own.groups;
    trace.ranks = own.ranks.value_or(0);
    trace.tensor = own.tensor;
    trace.pipeline = own.pipeline;
    trace.expert = own.expert;
    trace.passes = own.passes;
    Program program = as_option({"file", "format", "groups"}, [&] { return read_named(trace, own.format); });
    set_send_ends(own.send_ends, program.rules);
    *own.held = std::make_shared<Program>(std::move(program));
    return *own.held;
}

void complete(Options& asked)
{
    auto& own = asked.own.as<WorkloadOptions>();
    own.held = std::make_shared<std::shared_ptr<const Program>>();
    if (own.file.empty()) throw BadInput("--file TRACE is needed: it says what each rank does");
}

std::unique_ptr<Scenario> make_workload(const Options& asked, FabricPlan plan)
{
    const auto& own = asked.own.as<WorkloadOptions>();
    return std::make_unique<ProgramScenario>(asked, std::move(plan), own, program_of(asked));
}

struct WorkloadTrace {
    static ScenarioInfo info()
    {
        return {"workload",
                "A job as a trace tells it: what each rank computes and sends, and in which order.",
                {"workload --file job.goal --topology star --cc dcqcn --cc nscc",
                 "workload --file traces/all_reduce --topology hpn --algorithms all_reduce=hierarchical",
                 "workload --file llama.csv --ranks 128 --cc hpcc"},
                OwnOptions::of<WorkloadOptions>(),
                [](const Options& asked) { return program_of(asked)->ranks; },
                make_workload,
                complete,
                true};
    }
};

}  // namespace

HPNSIM_SCENARIO(WorkloadTrace)

}  // namespace hpnsim
