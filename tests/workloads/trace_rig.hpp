// SPDX-License-Identifier: GPL-2.0-only
// Offers bytes as a trace file, and compares the graphs of programs: what tests of trace formats share.
#pragma once

#include "hpnsim/bad_input.hpp"
#include "hpnsim/trace_formats.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <tuple>
#include <unistd.h>

namespace hpnsim
{

/// A file with these bytes, which is removed with the object.
class TraceFile
{
public:
    explicit TraceFile(const std::string& bytes)
        : path_(::testing::TempDir() + "trace_" + std::to_string(getpid()) + "_" +
                ::testing::UnitTest::GetInstance()->current_test_info()->name())
    {
        std::ofstream(path_, std::ios::binary) << bytes;
    }
    ~TraceFile() { std::filesystem::remove(path_); }
    TraceFile(const TraceFile&) = delete;
    TraceFile& operator=(const TraceFile&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

inline Program program_at(const std::string& path, uint32_t ranks = 0)
{
    TraceAsked asked;
    asked.file = path;
    asked.ranks = ranks;
    return read_trace(asked, "");
}

inline Program program_of(const std::string& bytes, uint32_t ranks = 0)
{
    const TraceFile file(bytes);
    return program_at(file.path(), ranks);
}

/// The sentence about bad bytes, in which the file is F; "" if they are fine.
inline std::string sentence_about(const std::string& bytes, const std::string& format, uint32_t ranks = 0)
{
    const TraceFile file(bytes);
    try {
        TraceAsked asked;
        asked.file = file.path();
        asked.ranks = ranks;
        read_trace(asked, format);
    } catch (const BadInput& error) {
        std::string sentence = error.what();
        const size_t at = sentence.find(file.path());
        return at == std::string::npos ? sentence : sentence.replace(at, file.path().size(), "F");
    }
    return "";
}

inline std::vector<uint32_t> list(const TaskGraph::Numbers& numbers)
{
    return {numbers.begin(), numbers.end()};
}

/// Everything that a task is, but for its label.
inline auto facts_of(const Task& task)
{
    return std::make_tuple(task.kind, task.stream, task.family, task.peer, task.tag, task.bytes,
                           task.time.ps);
}

inline void expect_same_graphs(const Program& a, const Program& b)
{
    ASSERT_EQ(a.ranks, b.ranks);
    for (uint32_t rank = 0; rank < a.ranks; ++rank) {
        ASSERT_EQ(a.graph(rank).size(), b.graph(rank).size()) << rank;
        for (uint32_t i = 0; i < a.graph(rank).size(); ++i) {
            EXPECT_EQ(facts_of(a.graph(rank).task(i)), facts_of(b.graph(rank).task(i))) << rank << " " << i;
            EXPECT_EQ(list(a.graph(rank).on_end(i)), list(b.graph(rank).on_end(i))) << rank << " " << i;
            EXPECT_EQ(list(a.graph(rank).on_start(i)), list(b.graph(rank).on_start(i))) << rank << " " << i;
        }
    }
}

}  // namespace hpnsim
