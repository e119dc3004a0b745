// SPDX-License-Identifier: GPL-2.0-only
// Does the fork behind plugin_runs.hpp: the child runs, and the parent waits and goes on when the child has
// died.
#include "hpnsim/plugin_runs.hpp"

#include "plugins/watched.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <new>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hpnsim
{

namespace
{

constexpr int kLookMs = 200;
constexpr int kPatience = 5;  // so many looks in a row, after a signal, find the same call: a second

bool debugged()
{
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == "TracerPid:") return status >> word && word != "0";
    return false;
}

/// Returns memory that the child writes and the parent reads; null: there is none.
Running* shared_place()
{
    void* const memory =
        ::mmap(nullptr, sizeof(Running), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? nullptr : ::new (memory) Running();
}

/// Chooses a signal for the child. A run takes SIGHUP twice without ending at once, and the child may already
/// have had the user's signal.
int signal_to_pass_on()
{
    struct sigaction hangup {
    };
    ::sigaction(SIGHUP, nullptr, &hangup);
    return hangup.sa_handler == SIG_IGN ? SIGTERM : SIGHUP;
}

/// The parent's view of its child.
class Child
{
public:
    /// `end` is the end of a pipe that closes with the child.
    Child(pid_t pid, int end, const Running& place, const std::function<bool()>& interrupted)
        : pid_(pid), end_(end), place_(place), interrupted_(interrupted)
    {
    }

    /// Waits until the child has ended.
    void wait()
    {
        while (!ended()) {
            pollfd event{end_, POLLIN, 0};
            const int ready = ::poll(&event, 1, kLookMs);  // a signal ends it as well
            if (ready > 0) ::poll(nullptr, 0, 1);          // files close shortly before a process is over
            if (!interrupted_ || !interrupted_()) continue;
            if (!told_) ::kill(pid_, signal_to_pass_on());
            told_ = true;
            if (ready == 0) look();
        }
    }

    int status() const { return status_; }
    bool hung() const { return hung_; }

private:
    bool ended()
    {
        const pid_t got = ::waitpid(pid_, &status_, WNOHANG);
        return got == pid_ || (got < 0 && errno != EINTR);
    }

    /// Ends a child whose handler does not return.
    void look()
    {
        const volatile Running& now = place_;
        const bool same = now.busy && now.calls == seen_;
        seen_ = now.calls;
        looks_ = same ? looks_ + 1 : 0;
        if (looks_ < kPatience || hung_) return;
        hung_ = true;
        ::kill(pid_, SIGKILL);
    }

    pid_t pid_;
    int end_;
    const Running& place_;
    const std::function<bool()>& interrupted_;
    int status_ = 0;
    bool told_ = false, hung_ = false;
    uint64_t seen_ = 0;
    int looks_ = 0;
};

std::string how(int status, const char* in)
{
    const std::string where = in != nullptr ? std::string(" in ") + in : "";
    if (!WIFSIGNALED(status))
        return "ended the process" + where + " with status " + std::to_string(WEXITSTATUS(status));
    if (WTERMSIG(status) == SIGABRT) return "aborted" + where;
    if (WTERMSIG(status) == SIGKILL) return "was killed" + where + " (memory may have run out)";
    return "crashed" + where + " (" + strsignal(WTERMSIG(status)) + ")";
}

PluginDeath death_of(const Child& child, const Running& place)
{
    const WatchedHandler* handler = place.handler;
    if (!place.busy) {
        std::string sentence = "the process of a run with plug-ins " + how(child.status(), nullptr) +
                               " while none of their handlers was running";
        if (handler != nullptr)
            sentence += std::string("; the last before was ") + handler->name + " of " + described(*handler) +
                        ", which may have written where it must not";
        return {sentence, place.at, false};
    }
    if (child.hung()) return {described(*handler) + " did not return from " + handler->name, place.at, true};
    return {described(*handler) + " " + how(child.status(), handler->name), place.at, false};
}

/// Ends this process in the way in which the child has ended.
[[noreturn]] void follow(int status)
{
    if (WIFSIGNALED(status)) {
        std::signal(WTERMSIG(status), SIG_DFL);
        std::raise(WTERMSIG(status));
    }
    ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 4);
}

}  // namespace

SavePoint::SavePoint(const std::function<bool()>& interrupted)
{
    int ends[2];
    if (debugged() || ::pipe2(ends, O_CLOEXEC) != 0) return;
    Running* const place = shared_place();
    std::cout.flush();
    std::fflush(nullptr);
    const pid_t parent = ::getpid();
    const pid_t pid = place != nullptr ? ::fork() : -1;
    if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::_exit(4);
        note_calls_in(place);
        ::close(ends[0]);  // the other end stays open until this process ends, and closes then
        return;
    }
    ::close(ends[1]);
    if (pid > 0) {
        Child child(pid, ends[0], *place, interrupted);
        child.wait();
        const bool whole = WIFEXITED(child.status()) && !place->busy;
        if (place->over || whole) follow(child.status());
        death_ = death_of(child, *place);
    }
    ::close(ends[0]);
}

SavePoint::~SavePoint()
{
    if (!death_) running().over = true;
}

}  // namespace hpnsim
