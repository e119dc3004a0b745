// SPDX-License-Identifier: GPL-2.0-only
// Ring is a circular queue in one block of memory. It grows when it must and allocates nothing once it has
// reached its size, so the hot path may use it.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace hpnsim
{

template <class T> class Ring
{
public:
    bool empty() const { return size_ == 0; }
    size_t size() const { return size_; }
    T& operator[](size_t i) { return items_[(head_ + i) & (items_.size() - 1)]; }
    const T& operator[](size_t i) const { return items_[(head_ + i) & (items_.size() - 1)]; }
    T& front() { return (*this)[0]; }
    T& back() { return (*this)[size_ - 1]; }
    void push_back(const T& item)
    {
        if (size_ == items_.size()) grow();
        ++size_;
        back() = item;
    }
    void pop_front()
    {
        head_ = (head_ + 1) & (items_.size() - 1);
        --size_;
    }
    void pop_back() { --size_; }
    void clear() { size_ = 0; }

private:
    void grow()
    {
        std::vector<T> larger(items_.empty() ? 4 : items_.size() * 2);
        for (size_t i = 0; i < size_; ++i) larger[i] = (*this)[i];
        items_ = std::move(larger);
        head_ = 0;
    }

    std::vector<T> items_;
    size_t head_ = 0, size_ = 0;
};

}  // namespace hpnsim
