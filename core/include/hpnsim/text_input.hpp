// SPDX-License-Identifier: GPL-2.0-only
// Every part reads the texts that a user names, files and pipes, by these functions. They keep to bounds of
// size and time, and cut lines into words.
#pragma once

#include <chrono>
#include <cstdint>
#include <istream>
#include <memory>
#include <string>
#include <vector>

namespace hpnsim
{

/// Limits what a reader puts up with. The defaults are assumptions, far above any file that is meant to be
/// read.
struct TextLimits {
    uint64_t bytes = uint64_t{256} << 20;       ///< of the whole text
    uint64_t line_bytes = uint64_t{16} << 20;   ///< of one line
    std::chrono::milliseconds writer{3'000};    ///< how long a pipe may have nobody who writes to it
    std::chrono::milliseconds silence{60'000};  ///< how long a writer may write nothing
};

/// A text as a stream. A byte order mark is skipped; CRLF and CR end a line as LF does. A pipe is read once
/// and in order, and so a text that is needed twice must be kept.
/// Throws BadInput, from the constructor or while it is read, that begins with `what` (say, "--faults"; an
/// empty one leaves that to the caller), or BadLine: on folders, devices other than /dev/null, NUL bytes,
/// UTF-16, errors of reading, and whatever passes the limits.
class TextInput : public std::istream
{
public:
    TextInput(const std::string& what, const std::string& path, const TextLimits& limits = {});
    ~TextInput() override;
    TextInput(const TextInput&) = delete;
    TextInput& operator=(const TextInput&) = delete;

private:
    class Source;
    std::unique_ptr<Source> source_;
};

/// Reads the whole text. Throws as TextInput does.
std::string read_text(const std::string& what, const std::string& path, const TextLimits& limits = {});

/// Cuts the comment off a line, which `#` or `//` begins.
std::string without_comment(const std::string& line);

/// Cuts a text into lines, and those into words. Empty lines and comments are left out.
class TextLines
{
public:
    /// `name` is the file, for sentences. The stream must outlive the object.
    TextLines(std::istream& in, std::string name) : in_(in), name_(std::move(name)) {}

    /// Gives the words of the next line that has any; false at the end. Throws BadInput on a word of more
    /// than 256 bytes.
    bool next(std::vector<std::string>& words);
    /// FILE:LINE of the line read last.
    std::string place() const { return name_ + ":" + std::to_string(number_); }
    const std::string& name() const { return name_; }
    const std::string& line() const { return line_; }  ///< the line read last, with its comment
    uint32_t number() const { return number_; }        ///< of the line read last; 0 before the first

    /// Reads on to the end, and returns a sentence that says how many lines are left out because they follow
    /// `after`, and quotes the first. Lines that hold nothing do not count; the sentence is empty if there
    /// are no others.
    std::string leave_out_rest(const std::string& after);

private:
    std::istream& in_;
    std::string name_, line_;
    uint32_t number_ = 0;
};

/// Makes the sentence of leave_out_rest(): `lines` lines from `place` on, the first of which is `first`.
std::string left_out_sentence(const std::string& place, uint64_t lines, const std::string& first,
                              const std::string& after);

}  // namespace hpnsim
