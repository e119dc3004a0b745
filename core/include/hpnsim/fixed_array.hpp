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
        while (m_size > 0) {
            m_items[--m_size].~T();
        }
        std::allocator<T>().deallocate(m_items, m_capacity);
    }

    void Reserve(size_t capacity)
    {
        assert(m_items == nullptr);
        m_items = std::allocator<T>().allocate(capacity);
        m_capacity = capacity;
    }

    template <class... Args> T& Add(Args&&... args)
    {
        assert(m_size < m_capacity);
        return *new (&m_items[m_size++]) T(std::forward<Args>(args)...);
    }

    T& operator[](size_t i) { return m_items[i]; }

    const T& operator[](size_t i) const { return m_items[i]; }

    size_t Size() const { return m_size; }

    T* begin() { return m_items; }

    T* end() { return m_items + m_size; }

    const T* begin() const { return m_items; }

    const T* end() const { return m_items + m_size; }

private:
    T* m_items{nullptr};
    size_t m_size{0};
    size_t m_capacity{0};
};

}  // namespace hpnsim
