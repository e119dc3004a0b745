// SPDX-License-Identifier: GPL-2.0-only
// Asks for huge pages by the means of Linux and of the GNU C library.
#include "run/huge_pages.hpp"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

#if defined(__GLIBC__)
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace hpnsim
{

#if defined(__GLIBC__)

void use_huge_pages()
{
    constexpr int kReserved = 1 << 30, kUsualPad = 1 << 20;
    constexpr uintptr_t kHugePage = uintptr_t{1} << 21;
    // What is longer than this is mapped apart, without huge pages; 32 MB is the most that can be set.
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, kReserved + kReserved / 2);
    // The heap grows by the pad when it has no room for what is asked: more than it has at the start.
    mallopt(M_TOP_PAD, kReserved);
    constexpr size_t kMoreThanThere = size_t{1} << 20;
    // Where so many addresses may not be had, there is nothing, and the heap stays as it is.
    const std::unique_ptr<char[]> grows(new (std::nothrow) char[kMoreThanThere]);
    mallopt(M_TOP_PAD, kUsualPad);
    if (grows == nullptr) return;
    const auto end = reinterpret_cast<uintptr_t>(sbrk(0));
    const uintptr_t begin = (reinterpret_cast<uintptr_t>(grows.get()) + kHugePage - 1) & ~(kHugePage - 1);
    if (begin < end && end - begin <= size_t{2} * kReserved)
        madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

#else

void use_huge_pages() {}

#endif

}  // namespace hpnsim
