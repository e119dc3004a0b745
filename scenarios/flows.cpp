// SPDX-License-Identifier: GPL-2.0-only
// The scenario `flows`: it sends the flows of a file, or with --cdf those of flows_cdf.cpp.
#include "flows.hpp"

#include "kit/goal_file.hpp"
#include "kit/unstarted.hpp"

#include "hpnsim/as_option.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/flow_formats.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/size_distribution.hpp"
#include "hpnsim/text.hpp"
#include "hpnsim/text_input.hpp"
#include "hpnsim/workloads.hpp"

#include <iostream>
#include <set>
#include <utility>

namespace hpnsim
{

namespace
{

FlowFile read(const FlowsOptions& own, const FlowNodes& nodes)
{
    if (!*own.held) *own.held = read_text("--flow-file", own.flow_file);
    return as_option({"flow-file", "format"},
                     [&] { return read_flows(**own.held, own.flow_file, own.format, nodes); });
}

class FileFlows : public Scenario
{
public:
    FileFlows(const Options& asked, FabricPlan fabric)
        : Scenario(asked, std::move(fabric)), own_(asked.own.as<FlowsOptions>()), file_(read(own_, plan))
    {
        if (options.common.profile == "hpcc-sim") start_in_whole_ns(file_);
        if (!file_.warning.empty()) std::cerr << "flows: " << file_.warning << "\n";
        if (!file_.sorted && file_.triggers.empty() && !options.common.quiet)
            std::cerr << "flows: " << own_.flow_file << " is not in order of start; sorted\n";
        write_goal_file(file_.flows, plan.endpoints, own_.write_goal);
    }

    Workload& workload(uint64_t) override
    {
        workload_ = std::make_unique<FlowsWorkload>(file_.flows, file_.triggers);
        return *workload_;
    }

    std::unique_ptr<Contents> contents(uint64_t) const override { return make_flows_contents(file_.flows); }

    Footprint footprint() const override
    {
        std::set<std::pair<uint32_t, uint32_t>> pairs;
        for (const FlowSpec& flow : file_.flows) pairs.emplace(flow.src, flow.dst);
        return {static_cast<double>(pairs.size()), 0, static_cast<double>(file_.flows.size())};
    }

    void check_times(IdealTimes& ideals) const override
    {
        require_representable("--flow-file: " + own_.flow_file, plan, file_.flows, ideals);
    }

    void measure(IdealTimes& ideals, const std::vector<Time>&, RunRecord& record) const override
    {
        add_unstarted(plan, file_.flows, ideals, record);
        record.extra["origin_us"] = file_.origin.us();
    }

private:
    const FlowsOptions own_;
    FlowFile file_;
    std::unique_ptr<FlowsWorkload> workload_;
};

std::unique_ptr<Scenario> make_flows(const Options& asked, FabricPlan plan)
{
    return asked.own.as<FlowsOptions>().cdf.empty() ? make<FileFlows>(asked, std::move(plan))
                                                    : make_random_flows(asked, std::move(plan));
}

/// A star that does not say its size gets as many hosts as the flow file has.
uint32_t hosts_of(const Options& asked)
{
    const auto& own = asked.own.as<FlowsOptions>();
    if (!own.cdf.empty()) return 16;
    if (asked.common.topology.compare(0, 4, "star") != 0) return 0;
    return endpoints_used(read(own, UINT32_MAX));
}

/// Options that mean nothing to the flows of a file.
constexpr const char* kOfRandomFlows[] = {"load",        "duration-us", "incast-senders", "incast-size",
                                          "incast-load", "warmup-us",   "measure-us"};

/// Flows arrive while they are measured.
void check_window(const FlowsOptions& own)
{
    if (own.warmup_us > 0 && own.warmup_us >= own.duration_us)
        throw BadInput("--warmup-us: no flow starts after " + format_number(own.warmup_us) +
                       " us; --duration-us is " + format_number(own.duration_us));
    if (own.measure_us && own.warmup_us + *own.measure_us > own.duration_us)
        throw BadInput("--measure-us: flows start for " + format_number(own.duration_us - own.warmup_us) +
                       " us after the warm-up; a longer --duration-us has more");
}

/// Either a file or a distribution says who sends what, and the options of one mean nothing to the other.
void complete(Options& asked)
{
    auto& own = asked.own.as<FlowsOptions>();
    own.held = std::make_shared<std::optional<std::string>>();
    if (own.flow_file.empty() && own.cdf.empty())
        throw BadInput("--flow-file FILE or --cdf NAME is needed: it says who sends what to whom");
    const bool file = own.cdf.empty();
    for (const char* name : kOfRandomFlows) {
        if (file && asked.origins.given(name))
            throw BadInput("--" + std::string(name) + " goes with --cdf, not with --flow-file");
        if (file) asked.idle.insert(name);
    }
    for (const char* name : {"incast-size", "incast-load"}) {
        if (own.incast_senders == 0 && asked.origins.given(name))
            throw BadInput("--" + std::string(name) +
                           " is of incasts, and --incast-senders says that there are none");
        if (own.incast_senders == 0) asked.idle.insert(name);
    }
    check_window(own);
    for (const char* name : {"flow-file", "format"})
        if (!file && asked.origins.given(name))
            throw BadInput("--" + std::string(name) + " cannot go with --cdf; leave one of them out");
}

struct Flows {
    static ScenarioInfo info()
    {
        return {
            "flows",
            "Flows from a file, or random flows with sizes from a distribution.",
            {"flows --flow-file flow.txt --topology star:hosts=33 --cc dcqcn",
             "flows --cdf WebSearch --load 0.5 --duration-us 2000 --topology leaf-spine --cc dcqcn --cc hpcc",
             "flows --flow-file flow.txt --topology file:path=topology.txt --wire hpcc-sim --mtu 1000"},
            OwnOptions::of<FlowsOptions>(),
            hosts_of,
            make_flows,
            complete};
    }
};

const char* cdf_doc()
{
    static const std::string text =
        "instead of a flow file, draw random flows with sizes from this distribution (lines of 'bytes "
        "percent'); built in: " +
        joined_texts(size_distribution_names());
    return text.c_str();
}

/// Takes a name of the table; the sentence for another one lists them all.
Setting format_setting()
{
    std::string doc = "format of the flow file (default: detected)";
    for (const FlowFormat* format : all_flow_formats())
        doc += "; " + std::string(format->name) + ": " + format->doc;
    Setting made = text<&FlowsOptions::format>("format", doc.c_str(), "NAME");
    made.read = [](void* part, const std::string& place, const std::string&, const std::string& name) {
        static_cast<FlowsOptions*>(part)->format = find_flow_format(place, name).name;
    };
    return made;
}

}  // namespace

const std::vector<Setting>& FlowsOptions::settings()
{
    using O = FlowsOptions;
    static const std::vector<Setting> list = {
        text<&O::flow_file>(
            "flow-file",
            "file with one flow per line: who sends how much to whom, and when (HPCC-sim's flow.txt)",
            "FILE"),
        format_setting(),
        text<&O::cdf>("cdf", cdf_doc(), "NAME or FILE"),
        number<&O::load>("load", "",
                         "with --cdf: payload as a share of what every NIC can carry, above 0 and up to 1",
                         1e-6, 1)
            .as("L"),
        number<&O::duration_us>(
            "duration-us", "us",
            "with --cdf: flows start at random times (Poisson) for this many microseconds", 1e-3, 1e9)
            .as("T"),
        count<&O::incast_senders>("incast-senders",
                                  "with --cdf: at random times so many random senders send to one receiver "
                                  "at once; load that is in no figure of "
                                  "completion times (0: none)",
                                  0, 1'000'000),
        hpnsim::size<&O::incast_size>("incast-size",
                                      "bytes that each of them sends (default: as in HPCC's evaluation)"),
        number<&O::incast_load>(
            "incast-load", "",
            "payload of incasts, as a share of what all NICs can carry, above 0 and up to 1", 1e-6, 1)
            .as("L"),
        number<&O::warmup_us>(
            "warmup-us", "us",
            "with --cdf: flows that start earlier are load alone, in no figure of completion times", 0, 1e9)
            .as("T"),
        number<&O::measure_us>(
            "measure-us", "us",
            "with --cdf: for how long after the warm-up flows are measured (auto: to the end of "
            "--duration-us)",
            1e-3, 1e9)
            .as("T"),
        write_goal_setting<&O::write_goal>(),
    };
    return list;
}

HPNSIM_SCENARIO(Flows)

}  // namespace hpnsim
