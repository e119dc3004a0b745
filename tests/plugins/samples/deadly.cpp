// SPDX-License-Identifier: GPL-2.0-only
// This plug-in has a CC, a path policy and a receiver policy that behave until they have been called `after`
// times, and then take the process down in the way that `how` says.
#include "hpnsim/cc.hpp"
#include "hpnsim/path.hpp"
#include "hpnsim/receiver.hpp"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <pthread.h>
#include <stdexcept>
#include <unistd.h>

using namespace hpnsim;

namespace
{

enum How {
    kWell,
    kThrows,
    kThrowsNumber,
    kThrowsFromNoexcept,
    kAborts,
    kExits,
    kExitsAtOnce,
    kExitsWell,
    kNullPointer,
    kDividesByZero,
    kOverflowsStack,
    kIllegal,
    kIsKilled,
    kEndsThread,
    kHangs,
    kSpoilsMemory
};

// What the compiler must not see through, and what all flows of a run share.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
volatile int zero = 0, one = 1;
uint32_t started = 0;
int* volatile nowhere = nullptr;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

int deeper(int level)
{
    volatile char room[4096];
    room[0] = static_cast<char>(level);
    return level < 0 ? 0 : deeper(level + 1) + room[0];
}

void throw_it()
{
    throw std::runtime_error("out of ideas");
}

void throw_through() noexcept
{
    throw_it();
}

void crash(uint32_t how)
{
    if (how == kNullPointer) *nowhere = 1;
    if (how == kDividesByZero) one = one / zero;
    if (how == kOverflowsStack) zero = deeper(0);
    if (how == kIllegal) std::raise(SIGILL);
    if (how == kIsKilled) ::kill(::getpid(), SIGKILL);
    if (how == kEndsThread) pthread_exit(nullptr);
    if (how == kHangs)
        for (;;) zero = 0;
}

void act(uint32_t how)
{
    if (how == kThrows) throw_it();
    if (how == kThrowsNumber) throw 7;
    if (how == kThrowsFromNoexcept) throw_through();
    if (how == kAborts) std::abort();
    if (how == kExits) std::exit(3);
    if (how == kExitsAtOnce) ::_exit(5);
    if (how == kExitsWell) std::_Exit(0);
    crash(how);
}

struct Params {
    uint32_t how = kWell;
    uint32_t after = 3;
    uint32_t starts = 0;
    static constexpr auto list()
    {
        return params(param<&Params::how>("how", "", "What it does, by number", 0, 100),
                      param<&Params::after>("after", "", "Calls of the handler until then, of a QP", 0, 1e9),
                      param<&Params::starts>("starts", "", "Only once so many QPs have started", 0, 1e9));
    }
};

struct Deadly {
    static constexpr Info info{"deadly", "Ends the process after a while"};
    using Params = ::Params;

    void start(Flow& flow, const Params& p)
    {
        flow.window = flow.bdp;
        ++started;
        if (p.after == 0) act(p.how);
    }

    void on_ack(Flow& flow, const Params& p, const Ack&)
    {
        if (++calls_ != p.after || started < p.starts) return;
        act(p.how);
        if (p.how == kSpoilsMemory) spoil(flow);
    }

private:
    /// Makes the flow of the QP lie: what points anywhere points nowhere from then on.
    static void spoil(Flow& flow)
    {
        char* volatile from = reinterpret_cast<char*>(&flow) - 4096;
        std::memset(from, 0x5a, 16384);
    }

    uint32_t calls_ = 0;
};

struct DeadlyPath {
    static constexpr Info info{"deadly-path", "Ends the process after a while"};
    static constexpr bool sprays = false;
    using Params = ::Params;

    void start(Flow&, const Params&) {}

    uint16_t pick(Flow& flow, const Params& p, Psn, uint8_t)
    {
        if (++calls_ == p.after) act(p.how);
        return flow.source_port;
    }

private:
    uint32_t calls_ = 0;
};

struct DeadlyReceiver {
    static constexpr Info info{"deadly-receiver", "Ends the process after a while"};
    static constexpr Scope scope = Scope::qp;
    using Params = ::Params;

    Reply on_data(const Params& p, const Received&)
    {
        if (++calls_ == p.after) act(p.how);
        return {};
    }

private:
    uint32_t calls_ = 0;
};

}  // namespace

HPNSIM_CC(Deadly)
HPNSIM_PATH(DeadlyPath)
HPNSIM_RECEIVER(DeadlyReceiver)
