// SPDX-License-Identifier: GPL-2.0-only
// FixedArray holds elements that can neither move nor be copied, such as ports and events that others point
// to. Use it where their number is known once, at construction.
#pragma once

#include <cassert>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>

namespace hpnsim
{

/// The elements lie in one block and never move, because events and links point to them. The block is
/// allocated once and filled in order.
template <class T> class FixedArray
{
public:
    FixedArray() = default;
    FixedArray(const FixedArray&) = delete;
    FixedArray& operator=(const FixedArray&) = delete;

    ~FixedArray()
    {
        while (size_ > 0) {
            items_[--size_].~T();
        }
        std::allocator<T>().deallocate(items_, capacity_);
    }

    void reserve(size_t capacity)
    {
        assert(items_ == nullptr);
        items_ = std::allocator<T>().allocate(capacity);
        capacity_ = capacity;
    }

    template <class... Args> T& add(Args&&... args)
    {
        assert(size_ < capacity_);
        return *new (&items_[size_++]) T(std::forward<Args>(args)...);
    }

    T& operator[](size_t i) { return items_[i]; }

    const T& operator[](size_t i) const { return items_[i]; }

    size_t size() const { return size_; }

    T* begin() { return items_; }

    T* end() { return items_ + size_; }

    const T* begin() const { return items_; }

    const T* end() const { return items_ + size_; }

private:
    T* items_{nullptr};
    size_t size_{0};
    size_t capacity_{0};
};

}  // namespace hpnsim
