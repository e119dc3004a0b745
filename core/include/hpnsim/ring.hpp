// SPDX-License-Identifier: GPL-2.0-only
// Ring is a circular queue in one block of memory. It grows when it must and allocates nothing once it has
// reached its size, so the hot path may use it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace hpnsim
{

template <class T> class Ring
{
public:
    Ring() = default;
    Ring(Ring&& other) noexcept { swap(other); }
    Ring& operator=(Ring&& other) noexcept
    {
        Ring(std::move(other)).swap(*this);
        return *this;
    }
    bool empty() const { return size_ == 0; }
    size_t size() const { return size_; }
    T& operator[](size_t i) { return items_[place(i)]; }
    const T& operator[](size_t i) const { return items_[place(i)]; }
    T& front() { return (*this)[0]; }
    T& back() { return (*this)[size_ - 1]; }
    void push_back(const T& item)
    {
        if (size_ == capacity_) grow();
        ++size_;
        back() = item;
    }
    void pop_front()
    {
        head_ = place(1);
        --size_;
    }
    void pop_back() { --size_; }
    void clear() { size_ = 0; }

private:
    /// A queue begins with what fits into a cache line, for many hold a single item all their life.
    static constexpr uint32_t kFirst = sizeof(T) > 32 ? 1 : sizeof(T) > 16 ? 2 : 4;

    /// The capacity is a power of two.
    uint32_t place(size_t i) const { return (head_ + static_cast<uint32_t>(i)) & (capacity_ - 1); }
    void swap(Ring& other) noexcept
    {
        std::swap(items_, other.items_);
        std::swap(capacity_, other.capacity_);
        std::swap(head_, other.head_);
        std::swap(size_, other.size_);
    }
    [[gnu::noinline]] void grow()
    {
        const uint32_t capacity = capacity_ == 0 ? kFirst : capacity_ * 2;
        auto larger = std::make_unique<T[]>(capacity);
        for (size_t i = 0; i < size_; ++i) larger[i] = (*this)[i];
        items_ = std::move(larger);
        capacity_ = capacity;
        head_ = 0;
    }

    std::unique_ptr<T[]> items_;
    uint32_t capacity_ = 0, head_ = 0, size_ = 0;
};

}  // namespace hpnsim
