// SPDX-License-Identifier: GPL-2.0-only
// Span refers to an array that somebody else owns, as C++20's does. Tables of functions and declared lists
// are passed by it.
#pragma once

#include <cstddef>

namespace hpnsim
{

/// Does what std::span does in C++20.
template <class T> struct Span {
    const T* data = nullptr;
    size_t size = 0;
    constexpr const T* begin() const { return data; }
    constexpr const T* end() const { return data + size; }
};

}  // namespace hpnsim
