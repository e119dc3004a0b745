// SPDX-License-Identifier: GPL-2.0-only
// Tests that what a stranger asks of a trace that has no answer to it gets a sentence, not silence.
#include "trace_rig.hpp"

#include <sys/stat.h>

namespace hpnsim
{
namespace
{

constexpr const char* kGoal = "num_ranks 2\nrank 0 {\nsend 8b to 1\n}\nrank 1 {\nrecv 8b from 0\n}\n";

/// The sentence about a question, in which the file is F; "" if there is none.
template <class Ask> std::string sentence_of(const std::string& bytes, Ask ask)
{
    const TraceFile file(bytes);
    TraceAsked asked;
    asked.file = file.path();
    ask(asked);
    try {
        read_trace(asked, "");
    } catch (const BadInput& error) {
        const std::string sentence = error.what();
        const size_t at = sentence.find(file.path());
        return at == std::string::npos ? sentence
                                       : std::string(sentence).replace(at, file.path().size(), "F");
    }
    return "";
}

TEST(TraceQuestions, GoalHasNoGroupsAndOnePass)
{
    const char* const groups =
        "'F': a GOAL trace has no groups; neither sizes of tensor, pipeline and expert "
        "groups nor a file of groups are for it";
    EXPECT_EQ(sentence_of(kGoal, [](TraceAsked&) {}), "");
    EXPECT_EQ(sentence_of(kGoal, [](TraceAsked& a) { a.ranks = 2; }), "");
    EXPECT_EQ(sentence_of(kGoal, [](TraceAsked& a) { a.tensor = 2; }), groups);
    EXPECT_EQ(sentence_of(kGoal, [](TraceAsked& a) { a.groups = "g"; }), groups);
    EXPECT_EQ(sentence_of(kGoal, [](TraceAsked& a) { a.passes = 3; }),
              "'F': a GOAL trace is run once, not in 3 passes");
    EXPECT_EQ(sentence_of(kGoal, [](TraceAsked& a) { a.ranks = 3; }),
              "'F' has 2 ranks, and 3 ranks are asked for");
}

TEST(TraceQuestions, ChakraWithoutTheFileOfARankNamesIt)
{
    const std::string samples = std::string(HPNSIM_TEST_DATA) + "/workloads/chakra/all_reduce_8/";
    const std::filesystem::path folder = ::testing::TempDir() + "questions_" + std::to_string(getpid());
    std::filesystem::create_directory(folder);
    for (const int rank : {0, 1, 2, 5, 7})
        std::filesystem::copy_file(samples + "all_reduce." + std::to_string(rank) + ".et",
                                   folder / ("t." + std::to_string(rank) + ".et"));
    try {
        program_at(folder / "t");
        ADD_FAILURE();
    } catch (const BadInput& error) {
        EXPECT_EQ(error.what(), "there is no '" + (folder / "t.3.et").string() + "', though there is '" +
                                    (folder / "t.5.et").string() +
                                    "': a Chakra trace has a file of every rank, from 0 on");
    }
    std::filesystem::remove_all(folder);
}

TEST(TraceQuestions, APipeIsRefused)
{
    const std::string path = ::testing::TempDir() + "pipe_" + std::to_string(getpid());
    ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
    try {
        program_at(path);
        ADD_FAILURE();
    } catch (const BadInput& error) {
        EXPECT_NE(std::string(error.what()).find("' is a pipe or a device"), std::string::npos)
            << error.what();
    }
    std::filesystem::remove(path);
}

}  // namespace
}  // namespace hpnsim
