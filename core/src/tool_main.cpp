// SPDX-License-Identifier: GPL-2.0-only
// Turns the exceptions that leave a main function into a sentence and an exit status, for every binary.
#include "hpnsim/tool_main.hpp"

#include "hpnsim/bad_input.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <iostream>
#include <new>
#include <unistd.h>

namespace hpnsim
{

namespace
{

int guarded(const std::string& name, const std::function<int()>& body)
{
    try {
        return body();
    } catch (const BadInput& error) {
        // Some sentences begin with the binary's name already.
        const std::string sentence = error.what();
        std::cerr << (sentence.rfind(name + ": ", 0) == 0 ? "" : name + ": ") << sentence << "\n";
        return 2;
    } catch (const std::filesystem::filesystem_error& error) {
        // Nobody asked before whether a path leads anywhere: it may be a link to itself, or in a closed
        // folder.
        std::cerr << name << ": " << shortened(error.path1().string()) << ": " << error.code().message()
                  << "\n";
        return 2;
    } catch (const std::exception& error) {
        std::cerr << name << ": " << plain_reason(error) << "\n";
        return 4;
    }
}

/// Opens /dev/null in place of a standard stream that is closed. Otherwise the first file that is opened
/// would take its number, and text that is meant for people would go into that file. It is opened the wrong
/// way round (to read where it would be written), so that writing still fails.
void occupy_standard_streams()
{
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(stream, F_GETFD) < 0 && errno == EBADF) ::open("/dev/null", O_RDONLY);
}

bool stdout_is_written()
{
    std::cout.flush();
    const bool flushed = std::fflush(stdout) == 0;
    return flushed && std::cout.good() && std::ferror(stdout) == 0;
}

}  // namespace

int run_main(const std::string& name, const std::function<int()>& body)
{
    occupy_standard_streams();
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    const int status = guarded(name, body);
    if (stdout_is_written()) return status;
    std::cerr << name << ": standard output cannot be written; what was printed is not complete\n";
    return status == 0 ? 2 : status;
}

std::string plain_reason(const std::exception& error)
{
    if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr)
        return "memory ran out; a smaller run, or fewer things recorded, takes less";
    if (dynamic_cast<const PlainFailure*>(&error) != nullptr) return error.what();
    return "internal error: " + shortened(error.what());
}

}  // namespace hpnsim
