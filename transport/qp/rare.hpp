// SPDX-License-Identifier: GPL-2.0-only
// Rare holds a part of a queue pair that most queue pairs do without, so that it takes memory only where it
// is used. Internal to the transport.
#pragma once

#include <cstddef>
#include <memory>

namespace hpnsim
{

template <class T> class Rare
{
public:
    explicit operator bool() const { return part_ != nullptr; }
    /// Returns the part; until it is used, as it begins.
    const T& operator*() const { return part_ != nullptr ? *part_ : kUnused; }
    const T* operator->() const { return &**this; }
    /// Returns the part to be changed, and makes it the first time.
    T& use()
    {
        if (part_ == nullptr) make();
        return *part_;
    }
    /// The same of a part that has been used before.
    T& used() { return *part_; }
    const T& used() const { return *part_; }
    /// Asks the caches for the part, if there is one.
    void warm() const
    {
        constexpr size_t kLine = 64;
        for (size_t at = 0; at < sizeof(T); at += kLine)
            __builtin_prefetch(reinterpret_cast<const char*>(part_.get()) + at);
    }

private:
    [[gnu::noinline]] void make() { part_ = std::make_unique<T>(); }

    static inline const T kUnused{};
    std::unique_ptr<T> part_;
};

}  // namespace hpnsim
