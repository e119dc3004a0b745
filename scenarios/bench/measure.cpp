// SPDX-License-Identifier: GPL-2.0-only
// Runs a case once, in this process or in one of its own.
#include "bench/measure.hpp"

#include "run/scenarios.hpp"
#include "run/simulate.hpp"

#include "hpnsim/tool_main.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hpnsim
{

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Measured, gpus, ports, packet_hops, nvlink_hops, events, setup_s,
                                   setup_cpu_s, run_s, run_cpu_s, program_mb, setup_mb, peak_mb)

namespace
{

double resident_mb()
{
    std::ifstream file("/proc/self/statm");
    double all = 0, resident = 0;
    file >> all >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

double cpu_s()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

/// Reads to the end of the pipe.
std::string all_of(int end)
{
    std::string text;
    char part[4096];
    for (ssize_t n = 0; (n = ::read(end, part, sizeof part)) > 0;) text.append(part, static_cast<size_t>(n));
    return text;
}

/// Measures, tells the parent through the pipe, and ends the process.
[[noreturn]] void measure_and_tell(const std::vector<std::string>& words, int end)
{
    const int status = run_main("bench", [&] {
        const std::string text = nlohmann::json(measure(words)).dump();
        return ::write(end, text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 4;
    });
    ::_exit(status);
}

}  // namespace

Measured measure(const std::vector<std::string>& words)
{
    std::vector<const char*> argv;
    for (const std::string& word : words) argv.push_back(word.c_str());
    argv.push_back("--quiet");
    Measured out;
    out.program_mb = resident_mb();
    const auto began = std::chrono::steady_clock::now();
    const double cpu_began = cpu_s();
    const Options options = *parse_command_line(words.at(0), static_cast<int>(argv.size()), argv.data());
    const std::unique_ptr<Scenario> scenario = make_scenario(options);
    const RunPlan run = resolve_runs(options.common, registry_lookup()).runs.at(0);
    RunRecord blank = blank_record(*scenario, run);
    out.setup_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    out.setup_cpu_s = cpu_s() - cpu_began;
    const Outcome outcome = simulate(*scenario, run, options.common.seed, std::move(blank), nullptr, {});
    if (outcome.ending == Ending::failed || outcome.ending == Ending::interrupted)
        throw std::runtime_error("the run of '" + options.command + "' failed: " + outcome.complaint +
                                 outcome.stopped);
    const RunRecord& record = outcome.record;
    out.gpus = scenario->plan.endpoints;
    out.ports = 2 * scenario->plan.links.size();
    out.packet_hops = record.packet_hops;
    out.nvlink_hops = record.nvlink_hops;
    out.events = record.events;
    out.setup_s += record.setup_s;
    out.setup_cpu_s += outcome.costs.setup_cpu_s;
    out.run_s = record.wall_s;
    out.run_cpu_s = outcome.costs.run_cpu_s;
    out.setup_mb = outcome.costs.setup_mb;
    out.peak_mb = record.peak_rss_mb;
    return out;
}

Measured measure_apart(const std::vector<std::string>& words)
{
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("cannot make a pipe");
    std::fflush(stdout);
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("cannot start a process");
    if (child == 0) {
        ::close(ends[0]);
        measure_and_tell(words, ends[1]);
    }
    ::close(ends[1]);
    const std::string text = all_of(ends[0]);
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (status != 0 || text.empty())
        throw std::runtime_error("the process of this run ended " +
                                 (WIFSIGNALED(status)
                                      ? "by signal " + std::to_string(WTERMSIG(status))
                                      : "with status " + std::to_string(WEXITSTATUS(status))));
    return nlohmann::json::parse(text).get<Measured>();
}

}  // namespace hpnsim
