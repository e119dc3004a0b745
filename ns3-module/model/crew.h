// SPDX-License-Identifier: GPL-2.0-only
// Crew is a number of threads that do the parts of a task together, again and again.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace hpnsim
{

/**
 * \brief Lanes 1, 2, ... beside the thread that makes the crew, which is lane 0.
 *
 * Whoever waits looks again and again for some time, since tasks follow each other within
 * microseconds, and then sleeps.
 */
class Crew
{
  public:
    /// `lanes` counts lane 0 too: 1 to kMaxLanes. Throws PlainFailure if fewer can be started.
    explicit Crew(uint32_t lanes);
    ~Crew();
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    /// Calls `task(lane)` in every lane, and returns when all have returned. It must not throw.
    template <class Task>
    void
    Run(Task& task)
    {
        Begin([](void* object, uint32_t lane) { (*static_cast<Task*>(object))(lane); }, &task);
        task(0);
        AwaitOthers();
    }

  private:
    using Call = void (*)(void* task, uint32_t lane);

    void Begin(Call call, void* task);
    void AwaitOthers();
    void Work(uint32_t lane);
    template <class Ready>
    void Await(Ready ready);
    void Rouse();

    // What lane 0 writes, and others look at:
    alignas(64) std::atomic<uint64_t> m_begun{0};
    Call m_call{nullptr};
    void* m_task{nullptr};
    bool m_over{false};
    // What the others write:
    alignas(64) std::atomic<uint32_t> m_busy{0};
    alignas(64) std::atomic<uint32_t> m_asleep{0};
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<std::thread> m_threads;
};

} // namespace hpnsim
