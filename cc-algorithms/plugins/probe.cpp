// SPDX-License-Identifier: GPL-2.0-only
// Tries something dangerous in a child process that nobody sees and that an alarm ends, and tells how it
// ended.
#include "plugins/probe.hpp"

#include "hpnsim/bad_input.hpp"

#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hpnsim
{

namespace
{

constexpr unsigned kPatience = 20;  // seconds

constexpr const char* kFine = "+";

void write_all(int to, const std::string& text)
{
    for (size_t at = 0; at < text.size();) {
        const ssize_t n = ::write(to, text.data() + at, text.size() - at);
        if (n <= 0) return;
        at += static_cast<size_t>(n);
    }
}

std::string read_all(int from)
{
    std::string text;
    char block[512];
    for (ssize_t n; (n = ::read(from, block, sizeof(block))) > 0 || (n < 0 && errno == EINTR);)
        if (n > 0) text.append(block, static_cast<size_t>(n));
    return text;
}

/// Sees to it that nothing the attempt does is seen or outlives it.
void withdraw()
{
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    for (const int each : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGALRM}) std::signal(each, SIG_DFL);
    ::alarm(kPatience);
    const int nowhere = ::open("/dev/null", O_RDWR);
    for (const int each : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere, each);
}

[[noreturn]] void run_child(int to, const std::function<void()>& attempt)
{
    withdraw();
    std::string answer = kFine;
    try {
        attempt();
    } catch (const std::exception& error) {
        answer = error.what();
    }
    write_all(to, answer);
    ::_exit(0);
}

std::string ending(int status)
{
    if (!WIFSIGNALED(status)) return "loading it ends the program";
    if (WTERMSIG(status) == SIGALRM)
        return "loading it takes more than " + std::to_string(kPatience) + " seconds";
    return std::string("loading it crashes (") + strsignal(WTERMSIG(status)) + ")";
}

}  // namespace

void probe(const std::string& subject, const std::function<void()>& attempt)
{
    int ends[2];
    if (::pipe(ends) != 0) throw BadInput(subject + " cannot be tried: no pipe is left");
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        run_child(ends[1], attempt);
    }
    ::close(ends[1]);
    const std::string answer = child > 0 ? read_all(ends[0]) : "";
    ::close(ends[0]);
    if (child < 0) throw BadInput(subject + " cannot be tried: no process can be started");
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    if (answer == kFine) return;
    throw BadInput(answer.empty() ? subject + " is broken: " + ending(status) : answer);
}

}  // namespace hpnsim
