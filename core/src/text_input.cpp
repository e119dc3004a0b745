// SPDX-License-Identifier: GPL-2.0-only
// This is the only place where a file that a user names is opened to be read as text, so that limits and
// sentences are the same for all of them.
#include "hpnsim/text_input.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <sstream>
#include <streambuf>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <system_error>
#include <unistd.h>

namespace hpnsim
{

namespace
{

namespace fs = std::filesystem;

constexpr size_t kMostWord = 256;  // no word of a format of ours is longer

std::string error_text(int error)
{
    return std::generic_category().message(error);
}

std::string mebibytes(uint64_t bytes)
{
    return bytes >> 20 > 0 ? std::to_string(bytes >> 20) + " MiB" : std::to_string(bytes) + " bytes";
}

std::string seconds(std::chrono::milliseconds time)
{
    std::ostringstream out;
    out << static_cast<double>(time.count()) / 1000 << " s";
    return out.str();
}

/// Returns "; the nearest is 'FILE'" if the folder has a file of a similar name.
std::string nearest_file(const fs::path& path)
{
    constexpr size_t kMostEntries = 1000;
    const fs::path folder = path.has_parent_path() ? path.parent_path() : ".";
    std::vector<std::string> names;
    size_t seen = 0;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        if (++seen > kMostEntries) return "";
        if (it->path().extension() == path.extension()) names.push_back(it->path().filename());
    }
    const std::string name = nearest(path.filename(), names);
    return name.empty() ? "" : "; the nearest is '" + (path.parent_path() / name).string() + "'";
}

/// Returns N for /dev/fd/N, /proc/self/fd/N and /dev/stdin; -1 for other names.
int descriptor_named(const std::string& path)
{
    if (path == "/dev/stdin") return STDIN_FILENO;
    for (const char* folder : {"/dev/fd/", "/proc/self/fd/"}) {
        const std::string digits = path.rfind(folder, 0) == 0 ? path.substr(std::strlen(folder)) : "";
        if (!digits.empty() && digits.size() < 7 &&
            digits.find_first_not_of("0123456789") == std::string::npos)
            return std::stoi(digits);
    }
    return -1;
}

bool is_pipe(mode_t mode)
{
    return S_ISFIFO(mode) || S_ISSOCK(mode);
}

}  // namespace

/// Reads an open descriptor, and checks the bytes as they come.
class TextInput::Source : public std::streambuf
{
public:
    Source(const std::string& what, const std::string& path, const TextLimits& limits)
        : what_(what.empty() ? "" : what + ": "), path_(path), limits_(limits)
    {
        try {
            open();
        } catch (...) {
            close();
            throw;
        }
    }
    ~Source() override { close(); }
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

protected:
    int_type underflow() override
    {
        size_t kept = 0;
        while (kept == 0 && !ended_) kept = tidy(fill());
        setg(buffer_, buffer_, buffer_ + kept);
        return kept == 0 ? traits_type::eof() : traits_type::to_int_type(buffer_[0]);
    }

private:
    [[noreturn]] void fail(const std::string& why) const { throw BadInput(what_ + "'" + path_ + "' " + why); }
    [[noreturn]] void fail_line(const std::string& why) const
    {
        throw BadLine(path_ + ":" + std::to_string(line_) + ": " + why);
    }

    void close()
    {
        if (handle_ >= 0) ::close(handle_);
        handle_ = -1;
    }

    /// A pipe that the process has already is read where it stands: to open it anew would make another
    /// reader, for whom an empty pipe whose writer has gone looks like one whose writer is still to come.
    void open()
    {
        struct stat status = {};
        const int own = descriptor_named(path_);
        const bool inherited = own >= 0 && fstat(own, &status) == 0 && is_pipe(status.st_mode);
        handle_ = inherited ? fcntl(own, F_DUPFD_CLOEXEC, 0)
                            : ::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
        if (handle_ < 0 && errno == ENOENT)
            throw BadInput(what_ + "there is no file '" + path_ + "'" + nearest_file(path_));
        if (handle_ < 0 || fstat(handle_, &status) != 0) fail("cannot be read (" + error_text(errno) + ")");
        check(status);
        pipe_ = is_pipe(status.st_mode);
        had_writer_ = inherited;
    }

    void check(const struct stat& status)
    {
        if (S_ISDIR(status.st_mode)) fail("is a folder, and a file is needed");
        const bool null = S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3);
        if (null || is_pipe(status.st_mode)) return;
        if (!S_ISREG(status.st_mode)) fail("is a device; only files and pipes can be read");
        if (static_cast<uint64_t>(status.st_size) > limits_.bytes) too_large();
    }

    [[noreturn]] void too_large() const
    {
        fail("is larger than " + mebibytes(limits_.bytes) + ", the most that is read");
    }

    size_t fill()
    {
        const ssize_t count = pipe_ ? read_pipe() : read_some();
        if (count < 0) fail("cannot be read (" + error_text(errno) + ")");
        ended_ = count == 0;
        total_ += static_cast<uint64_t>(count);
        if (total_ > limits_.bytes) too_large();
        return static_cast<size_t>(count);
    }

    ssize_t read_some()
    {
        for (;;) {
            const ssize_t count = ::read(handle_, buffer_, sizeof buffer_);
            if (count >= 0 || errno != EINTR) return count;
        }
    }

    /// Waits for a writer, and then for what it writes. Until somebody has opened a FIFO to write, poll
    /// reports nothing and a read says end of file; once there is a writer, a read says that it would have to
    /// wait.
    ssize_t read_pipe()
    {
        using Clock = std::chrono::steady_clock;
        const auto begin = Clock::now();
        for (;;) {
            struct pollfd wanted = {handle_, POLLIN, 0};
            const bool event = poll(&wanted, 1, kPollMs) > 0;
            const ssize_t count = event || !had_writer_ ? read_some() : -1;
            const bool waits = event || !had_writer_ ? count < 0 && errno == EAGAIN : true;
            if (!waits && (event || count != 0)) return count;
            had_writer_ |= waits;
            const auto waited = Clock::now() - begin;
            if (!had_writer_ && waited >= limits_.writer)
                fail("is a pipe that nobody writes to: no writer came within " + seconds(limits_.writer));
            if (waited >= limits_.silence)
                fail("is a pipe whose writer has written nothing for " + seconds(limits_.silence));
        }
    }

    /// Takes the byte order mark and the carriage returns out of the `count` bytes that were read, and
    /// returns how many are left.
    size_t tidy(size_t count)
    {
        size_t from = first_ ? skip_mark(count) : 0;
        first_ = false;
        size_t kept = 0;
        for (; from < count; ++from) {
            const char c = buffer_[from];
            if (c == '\0') fail_line("a NUL byte: this is no text");
            const bool pair = c == '\n' && after_return_;
            after_return_ = c == '\r';
            if (pair) continue;
            buffer_[kept++] = after_return_ ? '\n' : c;
            count_line(buffer_[kept - 1]);
        }
        return kept;
    }

    void count_line(char c)
    {
        ++column_;
        if (column_ > limits_.line_bytes)
            fail_line("the line is longer than " + mebibytes(limits_.line_bytes) + ": this is no text");
        if (c != '\n') return;
        column_ = 0;
        ++line_;
    }

    size_t skip_mark(size_t count) const
    {
        const auto begins = [&](const char* mark, size_t size) {
            return count >= size && std::memcmp(buffer_, mark, size) == 0;
        };
        if (begins("\xff\xfe", 2) || begins("\xfe\xff", 2))
            fail("is UTF-16; save it as UTF-8, or plain ASCII");
        return begins("\xef\xbb\xbf", 3) ? 3 : 0;
    }

    static constexpr int kPollMs = 20;
    std::string what_, path_;
    TextLimits limits_;
    int handle_ = -1;
    bool pipe_ = false, had_writer_ = false, ended_ = false, first_ = true, after_return_ = false;
    uint64_t total_ = 0, column_ = 0, line_ = 1;
    char buffer_[1 << 16];
};

TextInput::TextInput(const std::string& what, const std::string& path, const TextLimits& limits)
    : std::istream(nullptr), source_(std::make_unique<Source>(what, path, limits))
{
    rdbuf(source_.get());
    exceptions(std::ios::badbit);  // what the source throws reaches whoever reads
}

TextInput::~TextInput() = default;

std::string read_text(const std::string& what, const std::string& path, const TextLimits& limits)
{
    TextInput in(what, path, limits);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string without_comment(const std::string& line)
{
    return line.substr(0, std::min(line.find('#'), line.find("//")));
}

bool TextLines::next(std::vector<std::string>& words)
{
    while (std::getline(in_, line_)) {
        ++number_;
        std::istringstream stream(without_comment(line_));
        words.clear();
        for (std::string word; stream >> word;) words.push_back(word);
        for (const std::string& word : words)
            if (word.size() > kMostWord)
                throw BadLine(place() + ": a word of " + std::to_string(word.size()) + " bytes, '" +
                              word.substr(0, 20) + "...'");
        if (!words.empty()) return true;
    }
    return false;
}

std::string TextLines::leave_out_rest(const std::string& after)
{
    std::vector<std::string> words;
    std::string first, where;
    uint64_t lines = 0;
    for (; next(words); ++lines) {
        if (lines > 0) continue;
        where = place();
        first = line_;
    }
    return lines == 0 ? "" : left_out_sentence(where, lines, first, after);
}

std::string left_out_sentence(const std::string& place, uint64_t lines, const std::string& first,
                              const std::string& after)
{
    constexpr size_t kMostQuoted = 60;
    const std::string quoted = first.size() > kMostQuoted ? first.substr(0, kMostQuoted) + "..." : first;
    return place + ": " +
           (lines == 1 ? "a line is left out that follows "
                       : std::to_string(lines) + " lines are left out that follow ") +
           after + ": '" + quoted + "'" + (lines == 1 ? "" : " and so on");
}

}  // namespace hpnsim
