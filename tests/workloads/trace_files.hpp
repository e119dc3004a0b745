// SPDX-License-Identifier: GPL-2.0-only
// Makes files of traces for tests, and catches the sentences about bad ones.
#pragma once

#include "hpnsim/bad_input.hpp"
#include "hpnsim/trace_formats.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace hpnsim
{

inline const std::string kTraceData = std::string(HPNSIM_TEST_DATA) + "/workloads/";

/// A folder that is removed with the object.
class TraceFolder
{
public:
    TraceFolder()
        : path_(::testing::TempDir() + "traces-" + std::to_string(getpid()) + "-" +
                ::testing::UnitTest::GetInstance()->current_test_info()->name())
    {
        std::filesystem::create_directories(path_);
    }
    ~TraceFolder() { std::filesystem::remove_all(path_); }
    TraceFolder(const TraceFolder&) = delete;
    TraceFolder& operator=(const TraceFolder&) = delete;

    std::string file(const std::string& name) const { return path_ + "/" + name; }
    std::string write(const std::string& name, const std::string& bytes) const
    {
        std::ofstream(file(name), std::ios::binary) << bytes;
        return file(name);
    }
    /// The sentence that reading ends with, in which the folder is left out; empty if it does not.
    std::string sentence_of(const TraceAsked& asked, const std::string& format) const
    {
        try {
            read_trace(asked, format);
        } catch (const BadInput& error) {
            std::string sentence = error.what();
            for (size_t at = 0; (at = sentence.find(path_ + "/")) != std::string::npos;)
                sentence.erase(at, path_.size() + 1);
            return sentence;
        }
        return "";
    }

private:
    std::string path_;
};

/// Asks for a trace and nothing else.
inline TraceAsked trace_asked(const std::string& file)
{
    TraceAsked asked;
    asked.file = file;
    return asked;
}

/// What a rank computes on one stream.
inline Time computed_on(const Program& program, uint32_t rank, uint8_t stream)
{
    Time sum;
    const TaskGraph& graph = program.graph(rank);
    for (uint32_t i = 0; i < graph.size(); ++i)
        if (graph.task(i).kind == Task::Kind::compute && graph.task(i).stream == stream)
            sum += graph.task(i).time;
    return sum;
}

/// Counts a rank's collectives of one kind in one family, and adds up what they move.
struct CollectiveSum {
    uint32_t count = 0;
    Bytes bytes = 0;
};
inline CollectiveSum collectives_of(const Program& program, uint32_t rank, CollectiveKind kind,
                                    const std::string& family)
{
    CollectiveSum sum;
    const TaskGraph& graph = program.graph(rank);
    for (uint32_t i = 0; i < graph.size(); ++i) {
        const Task& task = graph.task(i);
        if (task.kind != Task::Kind::collective || task.collective != kind) continue;
        if (program.groups.family(task.family).name != family) continue;
        ++sum.count;
        sum.bytes += task.bytes;
    }
    return sum;
}

/// Returns the first task of this label; the graph's size if there is none.
inline uint32_t task_named(const TaskGraph& graph, const std::string& label)
{
    uint32_t i = 0;
    while (i < graph.size() && graph.labels()[graph.task(i).label] != label) ++i;
    return i;
}

/// True if `task` waits for the end of `first`.
inline bool waits_for(const TaskGraph& graph, uint32_t task, uint32_t first)
{
    for (const uint32_t next : graph.on_end(first))
        if (next == task) return true;
    return false;
}

}  // namespace hpnsim
