// SPDX-License-Identifier: GPL-2.0-only
// Splits the lines of csv files into cells, and says where one is not as it should be.
#include "hpnsim/csv.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/format.hpp"
#include "hpnsim/names.hpp"

#include <algorithm>
#include <limits>

namespace hpnsim
{

namespace
{

/// A run's own files are as large as the run was.
TextLimits limits()
{
    TextLimits out;
    out.bytes = std::numeric_limits<uint64_t>::max();
    return out;
}

bool is_special(char c)
{
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == ',' || c == '"';
}

}  // namespace

void append_cell(std::string& row, const std::string& cell)
{
    if (std::none_of(cell.begin(), cell.end(), is_special))
        row += cell;
    else
        row += csv_field(one_line(cell));
}

CsvFile::CsvFile(const std::filesystem::path& path, const std::vector<std::string>& names)
    : name_(path.string()), in_("a run's folder", name_, limits())
{
    while (next_line()) {
        if (line_[0] != '#') {
            read_head(names);
            return;
        }
        comments_.push_back(line_.substr(std::min<size_t>(2, line_.size())));
    }
    cut_ = true;  // before it had any row
}

void CsvFile::fail(const std::string& why) const
{
    throw BadInput(name_ + ":" + std::to_string(number_) + ": " + why);
}

/// A line without an end was cut off. Empty lines do not occur.
bool CsvFile::next_line()
{
    if (!std::getline(in_, line_)) return false;
    ++number_;
    if (in_.eof()) {
        cut_ = true;
        return false;
    }
    if (line_.empty()) fail("the line is empty");
    return true;
}

void CsvFile::read_head(const std::vector<std::string>& names)
{
    const std::vector<std::string> head = split();
    columns_ = head.size();
    for (const std::string& name : names) {
        const auto found = std::find(head.begin(), head.end(), name);
        if (found == head.end()) fail("the head of the file has no column " + name + suggestion(name, head));
        places_.push_back(static_cast<size_t>(found - head.begin()));
    }
}

/// The cells of the line. In quotes, a comma is text and two quotes are one.
std::vector<std::string> CsvFile::split() const
{
    std::vector<std::string> out(1);
    bool quoted = false;
    for (size_t i = 0; i < line_.size(); ++i) {
        const char c = line_[i];
        if (c == '"' && quoted && i + 1 < line_.size() && line_[i + 1] == '"')
            out.back() += line_[++i];
        else if (c == '"' && (quoted || out.back().empty()))
            quoted = !quoted;
        else if (c == ',' && !quoted)
            out.emplace_back();
        else
            out.back() += c;
    }
    if (quoted) fail("a quote is opened and never closed");
    return out;
}

const std::vector<std::string>* CsvFile::next()
{
    if (columns_ == 0 || !next_line()) return nullptr;
    std::vector<std::string> line = split();
    if (line.size() != columns_)
        fail("the row has " + std::to_string(line.size()) + " cells, and the head of the file " +
             std::to_string(columns_));
    cells_.resize(places_.size());
    for (size_t i = 0; i < places_.size(); ++i) cells_[i] = line[places_[i]];
    return &cells_;
}

}  // namespace hpnsim
