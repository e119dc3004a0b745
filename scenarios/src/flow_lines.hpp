// SPDX-License-Identifier: GPL-2.0-only
// What the readers of flow files share.
#pragma once

#include "hpnsim/flow_file.hpp"
#include "hpnsim/registry.hpp"

#include <fstream>
#include <sstream>

namespace hpnsim
{

/// Lines that hold something, as words, with their numbers.
class FlowLines
{
public:
    explicit FlowLines(const std::string& path) : path_(path), file_(path)
    {
        if (!file_ || file_.peek() == std::ifstream::traits_type::eof())
            throw BadInput("--flow-file: cannot read '" + path + "', or it is empty");
    }
    bool next(std::vector<std::string>& words)
    {
        std::string line;
        while (std::getline(file_, line)) {
            ++number_;
            std::istringstream stream(line);
            words.clear();
            for (std::string word; stream >> word;) words.push_back(word);
            if (!words.empty()) return true;
        }
        return false;
    }
    std::string place() const { return path_ + ":" + std::to_string(number_); }

private:
    std::string path_;
    std::ifstream file_;
    int number_ = 0;
};

/// A node number below `endpoints`; `column` says which.
uint32_t read_flow_node(const std::string& place, const std::string& column, const std::string& word,
                        uint32_t endpoints);

/// uet-htsim's connection matrix; `words` holds its first line. Flows are in the order of the file, starts
/// as the file has them.
FlowFile read_connection_matrix(FlowLines& lines, std::vector<std::string> words, uint32_t endpoints);

}  // namespace hpnsim
