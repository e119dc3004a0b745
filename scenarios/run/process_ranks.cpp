// SPDX-License-Identifier: GPL-2.0-only
// Loads the library that joins processes, and says what a run over several of them cannot have.
#include "run/process_ranks.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/progress.hpp"
#include "hpnsim/tool_main.hpp"

#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sys/prctl.h>
#include <unistd.h>

namespace hpnsim
{

namespace
{

/// Whoever has been asked to end waits so long for the other ranks: mpirun kills what is still there after a
/// second.
constexpr double kPatience = 0.6;

/// Lies beside the programs' folder, in a build as in an installation.
std::filesystem::path library_path()
{
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe");
    return program.parent_path().parent_path() / "lib" / "hpnsim-mpi.so";
}

std::unique_ptr<RankLink> join(unsigned started)
{
    const std::filesystem::path path = library_path();
    const std::string several = "mpirun has started " + std::to_string(started) + " processes of one run, ";
    if (!std::filesystem::exists(path))
        throw BadInput(several +
                       "and this build has no MPI; tools/build-mpi adds it, or start one process, with "
                       "--threads N");
    // MPI's own plug-ins look for its symbols.
    void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
    using Join = RankLink* (*)();
    const auto join_ranks =
        library != nullptr ? reinterpret_cast<Join>(::dlsym(library, "hpnsim_join_ranks")) : nullptr;
    if (join_ranks == nullptr)
        throw BadInput(several + "and " + path.string() + " cannot be loaded (" + ::dlerror() +
                       "); tools/build-mpi makes it anew");
    std::unique_ptr<RankLink> link(join_ranks());
    if (link->Count() != started)
        throw BadInput(several + "and this build's Open MPI has joined " + std::to_string(link->Count()) +
                       "; start them with Open MPI's mpirun");
    return link;
}

/// Keeps a process from printing.
void mute()
{
    std::cout.flush();
    const int nothing = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ::dup2(nothing, STDOUT_FILENO);
    ::dup2(nothing, STDERR_FILENO);
    ::close(nothing);
}

/// Returns the words of this process's command, and the folder in which they were given.
RankMessage own_command()
{
    std::ifstream file("/proc/self/cmdline", std::ios::binary);
    std::string words{std::istreambuf_iterator<char>(file), {}};
    words.erase(0, words.find('\0'));  // the program may lie elsewhere on another machine
    words += std::filesystem::current_path().string();
    return {words.begin(), words.end()};
}

/// Throws BadInput unless all ranks have been given the same: mpirun may start a script that runs something
/// else on each.
void check_same_command(Ranks& ranks)
{
    const std::vector<RankMessage> commands = ranks.Share(Ranks::About::START, own_command());
    for (size_t rank = 1; rank < commands.size(); ++rank)
        if (commands[rank] != commands[0])
            throw BadInput("mpirun has started " + std::to_string(commands.size()) + " processes, and rank " +
                           std::to_string(rank) +
                           " has another command or folder than rank 0; give all the same one, or unset "
                           "OMPI_COMM_WORLD_SIZE for runs of their own");
}

/// Returns what cannot be had, with the option first; empty: nothing.
std::string what_needs_one_process(Scenario& scenario)
{
    const CommonOptions& common = scenario.options.common;
    if (common.threads > 1) return "--threads " + std::to_string(common.threads);
    if (common.engine == "events") return "--engine events";
    if (common.fast_forward) return "--fast-forward";
    if (common.audit) return "--audit";
    if (!common.trace.empty()) return "--trace";
    if (!common.timeline.empty()) return "--timeline";
    if (!common.pcap.empty()) return "--pcap";
    if (!common.also_write.empty()) return "--also-write";
    if (common.series_us.value_or(0) > 0) return "--series-us";
    if (common.verify) return "--verify";
    if (scenario.verb() == Verb::read) return "--verb read";
    if (!scenario.workload(common.seed).acts_by_host())
        return "a workload in which what one host does depends on others at once";
    return "";
}

}  // namespace

unsigned launched_together(const std::function<const char*(const char*)>& variable)
{
    for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}) {
        const char* text = variable(name);
        const long size = text != nullptr ? std::strtol(text, nullptr, 10) : 0;
        if (size > 1) return static_cast<unsigned>(size);
    }
    return 1;
}

int with_ranks(const std::string& program, const std::function<int(Ranks*)>& body)
{
    const unsigned started = launched_together([](const char* name) { return std::getenv(name); });
    if (started == 1) return body(nullptr);
    if (const char* rank = std::getenv("OMPI_COMM_WORLD_RANK"); rank != nullptr && std::string(rank) != "0")
        mute();
    ::prctl(PR_SET_TIMERSLACK, 1000);  // ns: naps between looks for what others send are short
    Ranks ranks(join(started));
    ranks.GiveUpIf([](double waited) { return Interrupt::asked() && waited > kPatience; });
    int status = 0;
    try {
        constexpr unsigned kMost = kMaxLanes - 1;  // one lane is for what all do alike (EventKernel::Actor)
        if (started > kMost)
            throw BadInput(program + ": a run over " + std::to_string(started) +
                           " processes is too much; the most is " + std::to_string(kMost));
        check_same_command(ranks);
        status = body(&ranks);
    } catch (const std::exception& error) {
        ranks.End(plain_reason(error));
        if (ranks.Rank() != 0) return 0;  // whoever prints says it, and has the status
        throw;
    }
    std::cout.flush();
    const auto [rank, reason] = ranks.End("");
    if (ranks.Rank() != 0) return 0;
    if (!reason.empty()) throw PlainFailure("rank " + std::to_string(rank) + ": " + reason);
    return status;
}

void refuse_over_ranks(const std::string& what, const Ranks& ranks)
{
    throw BadInput(what + " cannot be had in a run over " + std::to_string(ranks.Count()) +
                   " processes (mpirun): start one process for it");
}

void check_over_ranks(Scenario& scenario, const Ranks& ranks)
{
    const std::string what = what_needs_one_process(scenario);
    if (!what.empty()) refuse_over_ranks(what, ranks);
}

}  // namespace hpnsim
