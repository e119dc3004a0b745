// SPDX-License-Identifier: GPL-2.0-only
// Begins tasks of a crew, and waits for their ends.
#include "crew.h"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/lane.hpp"

#include <string>
#include <system_error>

namespace hpnsim
{

namespace
{

/// So often a lane looks for what it waits for, some ten microseconds long, before it sleeps: on a
/// machine with other work to do, whoever looks keeps the others from coming.
constexpr int kLooks = 300;

void
Relax()
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

void
Join(std::vector<std::thread>& threads)
{
    for (std::thread& thread : threads)
    {
        thread.join();
    }
}

} // namespace

/// Returns when `ready` does; whoever makes it so must call Rouse.
template <class Ready>
void
Crew::Await(Ready ready)
{
    for (int i = 0; i < kLooks; ++i)
    {
        if (ready())
        {
            return;
        }
        Relax();
    }
    std::unique_lock<std::mutex> lock(m_mutex);
    m_asleep.fetch_add(1);
    m_wake.wait(lock, ready);
    m_asleep.fetch_sub(1);
}

/// Wakes lanes that sleep, after something has changed for which they may wait. The change and
/// m_asleep are in one order, so that either side sees the other.
void
Crew::Rouse()
{
    if (m_asleep.load() > 0)
    {
        const std::lock_guard<std::mutex> lock(m_mutex);
        m_wake.notify_all();
    }
}

Crew::Crew(uint32_t lanes)
{
    try
    {
        for (uint32_t lane = 1; lane < lanes; ++lane)
        {
            m_threads.emplace_back(&Crew::Work, this, lane);
        }
    }
    catch (const std::system_error& error)
    {
        // A thread that nobody joins would end the process.
        m_over = true;
        Begin(nullptr, nullptr);
        Join(m_threads);
        throw PlainFailure("only " + std::to_string(m_threads.size() + 1) + " of " +
                           std::to_string(lanes) + " threads can be started (" +
                           error.code().message() + ")");
    }
}

Crew::~Crew()
{
    m_over = true;
    Begin(nullptr, nullptr);
    Join(m_threads);
}

void
Crew::Begin(Call call, void* task)
{
    m_call = call;
    m_task = task;
    m_busy.store(static_cast<uint32_t>(m_threads.size()));
    m_begun.fetch_add(1);
    Rouse();
}

void
Crew::AwaitOthers()
{
    Await([this] { return m_busy.load() == 0; });
}

void
Crew::Work(uint32_t lane)
{
    this_lane = lane;
    for (uint64_t known = 0;; ++known)
    {
        Await([this, known] { return m_begun.load() != known; });
        if (m_over)
        {
            return;
        }
        m_call(m_task, lane);
        if (m_busy.fetch_sub(1) == 1)
        {
            Rouse();
        }
    }
}

} // namespace hpnsim
