// SPDX-License-Identifier: GPL-2.0-only
// Starts processes and collects how they ended.
#include "hpnsim/process_pool.hpp"

#include "hpnsim/bad_input.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace hpnsim
{

namespace
{

constexpr int kNotStarted = 127;

/// In the new process: only calls that are safe after fork().
[[noreturn]] void become(char* const* argv, int output, int errors, pid_t parent)
{
    ::setpgid(0, 0);  // Ctrl-C at the terminal is for the parent, which passes it on
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(kNotStarted);
    const int input = ::open("/dev/null", O_RDONLY);
    ::dup2(input, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(errors, STDERR_FILENO);
    ::execvp(argv[0], argv);
    ::_exit(kNotStarted);
}

int open_for_writing(const std::filesystem::path& file)
{
    const int opened = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (opened < 0) throw PlainFailure("cannot write " + file.string() + " (" + std::strerror(errno) + ")");
    return opened;
}

}  // namespace

/// The processes of a pool are no ranks of one run, if mpirun has started this one.
ProcessPool::ProcessPool(unsigned most, std::chrono::seconds limit) : most_(std::max(1U, most)), limit_(limit)
{
    for (const char* name : {"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "PMI_SIZE", "PMI_RANK"})
        ::unsetenv(name);
}

ProcessPool::~ProcessPool()
{
    for (const Running& each : running_) {
        ::kill(-each.process, SIGKILL);
        ::waitpid(each.process, nullptr, 0);
    }
}

void ProcessPool::start(const Job& job)
{
    std::vector<std::string> words = job.words;
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const int output = open_for_writing(job.output), errors = open_for_writing(job.errors);
    const pid_t parent = ::getpid(), process = ::fork();
    if (process == 0) become(argv.data(), output, errors, parent);
    ::close(output);
    ::close(errors);
    if (process < 0)
        throw PlainFailure(std::string("no process can be started (") + std::strerror(errno) + ")");
    running_.push_back({job.number, process, std::chrono::steady_clock::now(), false});
}

bool ProcessPool::reap(JobEnd& end)
{
    for (auto each = running_.begin(); each != running_.end(); ++each) {
        int status = 0;
        rusage usage{};
        if (::wait4(each->process, &status, WNOHANG, &usage) != each->process) continue;
        end = JobEnd();
        end.number = each->number;
        end.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
        end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        end.timed_out = each->timed_out;
        end.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - each->began).count();
        end.peak_rss_mb = static_cast<double>(usage.ru_maxrss) / 1024;
        running_.erase(each);
        return true;
    }
    return false;
}

void ProcessPool::enforce_limit()
{
    if (limit_.count() == 0) return;
    for (Running& each : running_) {
        if (each.timed_out || std::chrono::steady_clock::now() - each.began < limit_) continue;
        each.timed_out = true;
        ::kill(-each.process, SIGKILL);
    }
}

std::vector<JobEnd> ProcessPool::wait(std::chrono::milliseconds patience)
{
    const auto until = std::chrono::steady_clock::now() + patience;
    std::vector<JobEnd> ends;
    for (;;) {
        JobEnd end;
        while (reap(end)) ends.push_back(end);
        if (!ends.empty() || running_.empty() || std::chrono::steady_clock::now() >= until) return ends;
        enforce_limit();
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

void ProcessPool::interrupt()
{
    for (const Running& each : running_) ::kill(-each.process, SIGINT);
}

}  // namespace hpnsim
