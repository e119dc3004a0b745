// SPDX-License-Identifier: GPL-2.0-only
// Makes a file in memory of a fuzz input, for readers that take a path.
#include "fuzz.hpp"

#include <sys/mman.h>
#include <unistd.h>

namespace hpnsim::fuzz
{

InputFile::InputFile(const uint8_t* data, size_t size)
    : handle_(memfd_create("input", 0)), path_("/proc/self/fd/" + std::to_string(handle_))
{
    if (handle_ < 0 || write(handle_, data, size) != static_cast<ssize_t>(size))
        fail("no room for the input");
}

InputFile::~InputFile()
{
    close(handle_);
}

}  // namespace hpnsim::fuzz
