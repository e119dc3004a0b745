// SPDX-License-Identifier: GPL-2.0-only
// What ranks send to each other is written and read here, value after value. All ranks run the same
// program on machines of one kind, so that bytes of memory mean the same to each.
#pragma once

#include "hpnsim/bad_input.hpp"

#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

namespace hpnsim
{

using RankMessage = std::vector<char>;

/// Appends values to a message.
class MessageWriter
{
  public:
    explicit MessageWriter(RankMessage& message)
        : m_message(message)
    {
    }

    void
    Put(const void* bytes, size_t count)
    {
        const char* first = static_cast<const char*>(bytes);
        m_message.insert(m_message.end(), first, first + count);
    }

    template <class T>
    void
    Put(const T& value)
    {
        static_assert(std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>);
        Put(&value, sizeof value);
    }

    void
    Put(const std::string& text)
    {
        Put(static_cast<uint64_t>(text.size()));
        Put(text.data(), text.size());
    }

    template <class T>
    void
    Put(const std::vector<T>& values)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        Put(static_cast<uint64_t>(values.size()));
        Put(values.data(), values.size() * sizeof(T));
    }

  private:
    RankMessage& m_message;
};

/// Takes them out again, in the same order. The message must outlive it.
class MessageReader
{
  public:
    MessageReader() = default;

    explicit MessageReader(const RankMessage& message, size_t from = 0)
        : m_at(message.data() + from)
        , m_end(message.data() + message.size())
    {
    }

    /// Returns where the next `count` bytes are.
    const char*
    Take(size_t count)
    {
        if (static_cast<size_t>(m_end - m_at) < count)
        {
            throw PlainFailure("a message between ranks ends too early: the ranks of a run must be "
                               "the same program");
        }
        const char* taken = m_at;
        m_at += count;
        return taken;
    }

    template <class T>
    T
    Get()
    {
        static_assert(std::is_trivially_copyable_v<T>);
        T value;
        std::memcpy(static_cast<void*>(&value), Take(sizeof value), sizeof value);
        return value;
    }

    std::string
    Text()
    {
        const auto size = Get<uint64_t>();
        return {Take(size), size};
    }

    template <class T>
    std::vector<T>
    Values()
    {
        std::vector<T> values(Get<uint64_t>());
        const size_t bytes = values.size() * sizeof(T);
        if (bytes > 0)
        {
            std::memcpy(static_cast<void*>(values.data()), Take(bytes), bytes);
        }
        return values;
    }

    bool
    AtEnd() const
    {
        return m_at == m_end;
    }

  private:
    const char* m_at{nullptr};
    const char* m_end{nullptr};
};

} // namespace hpnsim
