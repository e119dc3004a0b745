// SPDX-License-Identifier: GPL-2.0-only
// Reads sections into jobs, key by key, and says where one is wrong.
#include "kit/job_file.hpp"

#include "job_examples.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/scenario.hpp"
#include "hpnsim/text_input.hpp"
#include "kit/collective_scenario.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <set>

namespace hpnsim
{

namespace
{

/// These are about the whole fabric.
bool runs_alone(const std::string& scenario)
{
    return scenario == "jobs" || scenario == "failover";
}

std::vector<std::string> scenario_names()
{
    std::vector<std::string> names;
    for (const ScenarioInfo* each : all_scenarios())
        if (!runs_alone(each->name)) names.emplace_back(each->name);
    return names;
}

const Setting* find_setting(const std::vector<Setting>& settings, const std::string& name)
{
    for (const Setting& each : settings)
        if (each.name == name) return &each;
    return nullptr;
}

bool is_common(const std::string& name)
{
    for (const OptionGroup& group : CommonOptions::groups())
        if (find_setting(group.settings, name) != nullptr) return true;
    return false;
}

/// Checks what may be a number or `forever`.
void check_repeat(const std::string& place, const std::string& text)
{
    if (text == JobSettings::kForever) return;
    try {
        parse_count(place, text, 1, 1'000'000'000);
    } catch (const BadInput&) {
        throw BadInput(place + ": '" + text + "' is neither a number from 1 to 1000000000 nor '" +
                       JobSettings::kForever + "'");
    }
}

/// Reads one section.
class JobReader
{
public:
    JobReader(const Options& run, const ConfigSection& section) : section_(section)
    {
        job_.name = section.name;
        job_.place = section.place;
        job_.options.command = run.command;
        job_.options.common = run.common;
    }

    JobSpec read()
    {
        check_name();
        const std::string scenario = find_scenario();
        info_ = &scenario_named(scenario);
        job_.options.scenario = scenario;
        job_.options.own = info_->options;
        for (const ConfigLine& line : section_.lines) set(line);
        read_ranks();
        check_times();
        about_job(job_, [this] {
            if (info_->complete) info_->complete(job_.options);
        });
        return std::move(job_);
    }

private:
    void check_name() const
    {
        for (const char c : section_.name)
            if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_')
                throw BadInput(section_.place + "the name '" + section_.name +
                               "' of a job may have letters, digits, - and _ only");
    }

    /// Finds it before other keys are read, which depend on it.
    std::string find_scenario() const
    {
        const std::vector<std::string> names = scenario_names();
        for (const ConfigLine& line : section_.lines) {
            if (line.name != "scenario") continue;
            if (line.value == "failover")
                throw BadInput(line.place +
                               "scenario: failover runs alone, because its failures are the whole "
                               "fabric's; give the run --faults FILE");
            return names[parse_name(line.place + "scenario", line.value, names)];
        }
        throw BadInput(section_.place + "the job " + section_.name + " has no line scenario = NAME" +
                       suggestion_of_all("", names));
    }

    void set(const ConfigLine& line)
    {
        const std::string what = line.place + line.name;
        if (line.value.empty()) throw BadInput(what + ": the value is empty");
        const Setting* own = find_setting(job_.options.own.settings(), line.name);
        const Setting* of_job = find_setting(JobSettings::settings(), line.name);
        if (own == nullptr && of_job == nullptr) unknown(line);
        const bool repeatable = own != nullptr && own->repeatable;
        if (!given_.insert(line.name).second && !repeatable) throw BadInput(what + " is given twice");
        job_.options.places[line.name] = line.place;
        if (of_job != nullptr) {
            of_job->read(&job_.how, what, line.name, line.value);
            return;
        }
        own->read(job_.options.own.part(), what, line.name, line.value);
        job_.options.origins.note(line.name, Origin::given);
    }

    [[noreturn]] void unknown(const ConfigLine& line) const
    {
        if (is_common(line.name))
            throw BadInput(line.place + line.name + " is of the whole run; write it before the first [NAME]");
        std::vector<std::string> names;
        for (const auto* settings : {&job_.options.own.settings(), &JobSettings::settings()})
            for (const Setting& each : *settings) names.push_back(each.name);
        throw BadInput(line.place + "neither " + job_.options.scenario + " nor a job has an option '" +
                       line.name + "'" + suggestion(line.name, names));
    }

    /// Gives the scenario what follows from its ranks: their number, and a placement in their order.
    void read_ranks()
    {
        if (job_.how.ranks.empty()) return;
        const std::string what = job_.options.places["ranks"] + "ranks";
        std::string& text = job_.how.ranks;
        text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\t'; }),
                   text.end());
        const bool list = job_.how.ranks.find_first_not_of("0123456789") != std::string::npos;
        if (list)
            job_.list = members_of(what, job_.how.ranks);
        else
            job_.count = static_cast<uint32_t>(parse_count(what, job_.how.ranks, 2, kMaxEndpoints));
        const std::set<uint32_t> different(job_.list.begin(), job_.list.end());
        if (different.size() < job_.list.size())
            throw BadInput(what + ": '" + job_.how.ranks + "' names an endpoint twice");
        const size_t ranks = list ? job_.list.size() : job_.count;
        if (ranks < 2) throw BadInput(what + ": a job needs two ranks or more");
        imply("ranks", what, std::to_string(ranks), list);
        imply("senders", what, std::to_string(ranks - 1), false);
        imply("placement", what, "index", false);
    }

    /// Sets an option of the scenario, if it has it and the job does not say; `stated`: one that follows from
    /// something else stays so.
    void imply(const std::string& name, const std::string& what, const std::string& text, bool stated)
    {
        const Setting* own = find_setting(job_.options.own.settings(), name);
        if (own == nullptr || (name != "ranks" && given_.count(name) != 0)) return;
        if (name == "placement" && job_.options.scenario != "incast") return;
        const KeyTexts usual = own->write(job_.options.own.part());
        if (stated && !usual.empty() && usual.front().second == kAuto) return;
        own->read(job_.options.own.part(), what, name, text);
    }

    void check_times() const
    {
        constexpr double kLongestUs = 4.6e12;  // with a start it must fit into simulated time
        const JobSettings& how = job_.how;
        if (how.gap_us * static_cast<double>(how.turns()) > kLongestUs)
            throw BadInput(job_.options.places.at("gap-us") + "gap-us: " + format_number(how.gap_us) +
                           " us after each of " + how.repeat +
                           " repetitions are more than 53 days, for which simulated time has no room"
                           "; the longest is " +
                           format_number(std::floor(kLongestUs / static_cast<double>(how.turns()))));
        if (how.stop_us && *how.stop_us <= how.start_us)
            throw BadInput(job_.options.places.at("stop-us") + "stop-us: " + format_number(*how.stop_us) +
                           " is not after start-us " + format_number(how.start_us) +
                           ", so the job would send nothing");
        if (how.turns() == 1 && given_.count("gap-us") != 0)
            throw BadInput(job_.options.places.at("gap-us") +
                           "gap-us: the job runs once, and has no gap; give it repeat = N or forever");
    }

    const ConfigSection& section_;
    const ScenarioInfo* info_ = nullptr;
    std::set<std::string> given_;
    JobSpec job_;
};

}  // namespace

const std::vector<Setting>& JobSettings::settings()
{
    using S = JobSettings;
    static const std::vector<Setting> list = {
        text<&S::scenario>("scenario", "what the job does: a scenario, whose options follow", "NAME"),
        text<&S::ranks>("ranks",
                        "endpoints on which its ranks lie, in this order, as in 0-63,128 or 0-255/8; one "
                        "number N: the next N of hosts that no other job has (default: the whole fabric, in "
                        "which the scenario places itself as it does alone)",
                        "LIST or N"),
        text<&S::cc>("cc", "its congestion control (default: the run's)", "NAME[:key=value,...]"),
        text<&S::path>("path", "its path policy (default: what its CC declares)", "NAME[:key=value,...]"),
        text<&S::transport>("transport", "its transport (default: what its CC declares)",
                            "NAME[:key=value,...]"),
        text<&S::receiver>("receiver", "its receiver policy (default: what its CC declares)",
                           "NAME[:key=value,...]"),
        count<&S::priority>("priority", "priority of its data (default: the fabric's for data)", 0, 7),
        number<&S::start_us>("start-us", "us", "when it starts", 0, 1e12).as("T"),
        number<&S::stop_us>("stop-us", "us",
                            "from then on it sends nothing more (default: it sends all that it has)", 1e-6,
                            1e12)
            .as("T"),
        text<&S::repeat>("repeat",
                         "do it N times, one after the other, or forever, which does not hold up the end of "
                         "the run (default: once)",
                         "N or forever")
            .checked(check_repeat),
        number<&S::gap_us>("gap-us", "us", "time between the end of a repetition and the next", 0, 1e12)
            .as("T"),
    };
    return list;
}

uint64_t JobSettings::turns() const
{
    if (repeat.empty()) return 1;
    return repeat == kForever ? 0 : std::stoull(repeat);
}

std::vector<JobSpec> read_jobs(const Options& run, const std::vector<ConfigSection>& sections)
{
    std::vector<JobSpec> jobs;
    for (const ConfigSection& section : sections) {
        for (const JobSpec& other : jobs)
            if (other.name == section.name)
                throw BadInput(section.place + "there are two jobs '" + section.name + "'");
        jobs.push_back(JobReader(run, section).read());
    }
    return jobs;
}

void about_job(const JobSpec& job, const std::function<void()>& act)
{
    try {
        act();
    } catch (const BadInput& error) {
        const std::string sentence = error.what();
        const std::string placed = with_place(job.options, sentence);
        if (placed != sentence) throw BadInput(placed);
        if (sentence.compare(0, job.place.find(':'), job.place, 0, job.place.find(':')) == 0) throw;
        const size_t dashes = sentence.compare(0, 2, "--") == 0 ? 2 : 0;
        throw BadInput(job.place + "[" + job.name + "] " + sentence.substr(dashes));
    }
}

const std::vector<NamedText>& job_examples()
{
    static const std::vector<NamedText> all = [] {
        std::vector<NamedText> made;
        for (const auto& each : kJobExamples) made.push_back({each.name, each.text});
        return made;
    }();
    return all;
}

NamedText job_file(const std::string& what, const std::string& name)
{
    std::error_code ignored;
    if (!std::filesystem::exists(name, ignored)) {
        std::vector<std::string> names;
        for (const NamedText& each : job_examples()) {
            if (each.name == name) return each;
            names.push_back(each.name);
        }
        throw BadInput(what + ": there is no file " + name + ", nor an example of that name" +
                       suggestion_of_all(name, names));
    }
    return {name, read_text(what, name)};
}

std::string how_to_write_jobs()
{
    std::string text = "A job is a section [NAME] with scenario = NAME, options of that scenario, and:\n";
    for (const Setting& each : JobSettings::settings())
        text += "  " + each.name + " = " + each.placeholder + "\n";
    text += "docs/jobs.md says what they mean. These examples are built in:\n";
    for (const NamedText& each : job_examples()) text += "  jobs " + each.name + "\n";
    text += "The last of them is this file:\n\n";
    for (const NamedText& each : job_examples())
        if (each.name == "victim") text += each.text;
    return text;
}

}  // namespace hpnsim
