// SPDX-License-Identifier: GPL-2.0-only
// Sets aside the memory of the endpoints, and refuses a run whose memory the machine does not have.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/contents.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <sys/resource.h>
#include <unistd.h>

namespace hpnsim
{

namespace
{

/// Reads the number in a file of the control group; -1: there is no limit, or no such file.
Bytes group_number(const std::string& path)
{
    std::ifstream file(path);
    Bytes number = -1;
    return file >> number ? number : -1;
}

/// Returns what the control group of the process leaves, of version 2 or else version 1; -1: no limit.
Bytes group_leaves(const std::string& group)
{
    const char* const names[][2] = {
        {"/memory.max", "/memory.current"},
        {"/memory/memory.limit_in_bytes", "/memory/memory.usage_in_bytes"},
    };
    for (const auto& [limit_name, used_name] : names) {
        const Bytes limit = group_number(group + limit_name), used = group_number(group + used_name);
        if (limit >= 0 && used >= 0) return std::max<Bytes>(limit - used, 1);
    }
    return -1;
}

/// Returns what RLIMIT_AS (`ulimit -v`) leaves; -1: no limit.
Bytes address_space_leaves()
{
    rlimit limit{};
    Bytes pages = 0;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return -1;
    std::ifstream("/proc/self/statm") >> pages;
    return std::max<Bytes>(static_cast<Bytes>(limit.rlim_cur) - pages * sysconf(_SC_PAGESIZE), 1);
}

std::string gigabytes(Bytes bytes)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f GB", static_cast<double>(bytes) / 1e9);
    return text;
}

/// Returns the sum, or the most that the type holds.
Bytes sum_of(Bytes a, Bytes b)
{
    Bytes sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<Bytes>::max() : sum;
}

}  // namespace

Bytes EndpointMemory::reserve(uint32_t endpoint, Bytes bytes)
{
    if (endpoint >= number_.size()) number_.resize(size_t{endpoint} + 1, 0);
    if (number_[endpoint] == 0) {
        areas_.emplace_back();
        areas_.back().endpoint = endpoint;
        number_[endpoint] = static_cast<uint32_t>(areas_.size());
    }
    Area& area = areas_[number_[endpoint] - 1];
    const Bytes at = area.bytes;
    area.bytes = sum_of(at, bytes);
    return at;
}

Bytes EndpointMemory::total() const
{
    Bytes sum = 0;
    for (const Area& area : areas_) sum = sum_of(sum, area.bytes);
    return sum;
}

void EndpointMemory::allocate()
{
    for (Area& area : areas_) {
        own_.emplace_back(static_cast<std::byte*>(std::calloc(1, static_cast<size_t>(area.bytes))),
                          &std::free);
        area.data = own_.back().get();
        if (area.data == nullptr)
            throw BadInput("the machine has no memory for " + gigabytes(total()) + " of buffers");
    }
}

void EndpointMemory::lie_in(EndpointMemory& other, const std::map<uint32_t, Room>& rooms)
{
    for (Area& area : areas_) {
        const auto found = rooms.find(area.endpoint);
        if (found == rooms.end() || found->second.bytes < area.bytes)
            throw std::logic_error("a memory that has no room in another");
        const Room& room = found->second;
        area.data = other.at(room.endpoint, base(room.endpoint) + static_cast<uint64_t>(room.at), area.bytes);
        std::memset(area.data, 0, static_cast<size_t>(area.bytes));
    }
}

std::byte* EndpointMemory::at(uint32_t endpoint, uint64_t address, Bytes bytes)
{
    const uint32_t number = endpoint < number_.size() ? number_[endpoint] : 0;
    if (number == 0) throw std::logic_error("memory of an endpoint that has none");
    Area& area = areas_[number - 1];
    const uint64_t offset = address - base(endpoint);
    const auto size = static_cast<uint64_t>(area.bytes), count = static_cast<uint64_t>(bytes);
    if (address < base(endpoint) || count > size || offset > size - count)
        throw std::logic_error("an address outside the endpoint's memory");
    return area.data + offset;
}

void copy_bytes(Contents& contents, const Message& message)
{
    const Route route = contents.route(message);
    EndpointMemory& memory = contents.memory();
    std::memmove(memory.at(message.dst, route.to, route.bytes),
                 memory.at(message.src, route.from, route.bytes), static_cast<size_t>(route.bytes));
}

void work_on_bytes(Contents& contents, const Message& message)
{
    contents.depart(message);
    copy_bytes(contents, message);
    contents.arrive(message);
}

Bytes available_memory(const MemoryLimits& where)
{
    std::ifstream meminfo(where.meminfo);
    Bytes available = 0;
    for (std::string name, rest; meminfo >> name; std::getline(meminfo, rest))
        if (name == "MemAvailable:" && meminfo >> available) available *= 1024;
    for (const Bytes left : {group_leaves(where.group), address_space_leaves()})
        if (left >= 0) available = available == 0 ? left : std::min(available, left);
    return available;
}

void require_memory(Bytes needed, Bytes available)
{
    if (available == 0 || needed <= available) return;
    throw BadInput("buffers of " + gigabytes(needed) + " are needed and " + gigabytes(available) +
                   " are free");
}

}  // namespace hpnsim
