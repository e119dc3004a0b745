// SPDX-License-Identifier: GPL-2.0-only
// Widens each column to its longest cell.
#include "tell/text_table.hpp"

#include <algorithm>

namespace hpnsim
{

void print_rows(std::ostream& out, const std::vector<TextRow>& rows, const std::string& indent)
{
    std::vector<size_t> widths(rows.front().size());
    for (const TextRow& row : rows)
        for (size_t at = 0; at < row.size(); ++at) widths[at] = std::max(widths[at], row[at].size());
    for (const TextRow& row : rows) {
        std::string line = indent;
        for (size_t at = 0; at < row.size(); ++at)
            line += row[at] + std::string(at + 1 == row.size() ? 0 : widths[at] - row[at].size() + 2, ' ');
        line.erase(line.find_last_not_of(' ') + 1);
        out << line << "\n";
    }
}

}  // namespace hpnsim
