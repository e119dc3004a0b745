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

/// What a reader puts up with. Defaults: assumptions, far above any file that is meant to be read.
struct TextLimits {
    uint64_t bytes = uint64_t{256} << 20;       ///< of the whole text
    uint64_t line_bytes = uint64_t{16} << 20;   ///< of one line
    std::chrono::milliseconds writer{3'000};    ///< how long a pipe may have nobody who writes to it
    std::chrono::milliseconds silence{60'000};  ///< how long a writer may write nothing
};

/// A text as a stream. A byte order mark is skipped; CRLF and CR end a line as LF does. A pipe is read once
/// and in order, and so a text that is needed twice must be kept.
/// Throws BadInput, from the constructor or while it is read, that begins with `what` (say, "--faults"): on
/// folders, devices other than /dev/null, NUL bytes, UTF-16, errors of reading, and whatever passes the
/// limits.
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

/// The whole text. Throws as TextInput does.
std::string read_text(const std::string& what, const std::string& path, const TextLimits& limits = {});

/// The line without a comment, which `#` or `//` begins.
std::string without_comment(const std::string& line);

/// A text cut into lines that hold something, and those into words; comments are left out.
class TextLines
{
public:
    /// `name`: the file, for sentences. The stream must outlive the object.
    TextLines(std::istream& in, std::string name) : in_(in), name_(std::move(name)) {}

    /// The words of the next line that has any; false at the end. Throws BadInput on a word of more than
    /// 256 bytes.
    bool next(std::vector<std::string>& words);
    /// FILE:LINE of the line read last.
    std::string place() const { return name_ + ":" + std::to_string(number_); }
    const std::string& name() const { return name_; }
    const std::string& line() const { return line_; }  ///< the one read last, with its comment
    uint32_t number() const { return number_; }        ///< of the line read last; 0 before the first

    /// Reads on to the end. A sentence that says how many lines hold something and are left out because they
    /// follow `after`, and quotes the first; empty when there is none.
    std::string leave_out_rest(const std::string& after);

private:
    std::istream& in_;
    std::string name_, line_;
    uint32_t number_ = 0;
};

/// The sentence of leave_out_rest(): `lines` lines from `place` on, the first of which is `first`.
std::string left_out_sentence(const std::string& place, uint64_t lines, const std::string& first,
                              const std::string& after);

}  // namespace hpnsim
