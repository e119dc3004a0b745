// SPDX-License-Identifier: GPL-2.0-only
// Counts what operator new gives out, for tests that nothing is allocated. It replaces that of the whole
// program, so that one source of a program includes it, which has one thread.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <new>

namespace hpnsim::test
{
// A replaced operator new is given nothing but a size.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
inline uint64_t allocations = 0;
}  // namespace hpnsim::test

// It is not inlined, or GCC takes malloc and delete for a mismatched pair.
// NOLINTNEXTLINE(misc-definitions-in-headers)
[[gnu::noinline]] void* operator new(size_t size)
{
    ++hpnsim::test::allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
// NOLINTNEXTLINE(misc-definitions-in-headers)
[[gnu::noinline]] void operator delete(void* memory) noexcept
{
    std::free(memory);
}
// NOLINTNEXTLINE(misc-definitions-in-headers)
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept
{
    std::free(memory);
}
