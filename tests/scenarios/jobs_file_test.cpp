// SPDX-License-Identifier: GPL-2.0-only
// Tests how files of jobs are read: what a section sets, what it leaves to the run, and the sentences about
// bad ones.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/scenario.hpp"
#include "kit/jobs_options.hpp"
#include "option_text.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace hpnsim
{
namespace
{

class JobsFile
{
public:
    explicit JobsFile(const std::string& text)
        : path_(std::filesystem::temp_directory_path() / ("hpnsim-jobs-" + std::to_string(getpid()) + ".ini"))
    {
        std::ofstream(path_) << text;
    }
    ~JobsFile() { std::filesystem::remove(path_); }
    std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

Options parse(std::vector<std::string> words)
{
    words.insert(words.begin(), "jobs");
    std::vector<const char*> argv;
    for (const std::string& word : words) argv.push_back(word.c_str());
    return parse_command_line("jobs", static_cast<int>(argv.size()), argv.data()).value();
}

/// What is wrong with the file, without its name.
std::string sentence_of(const std::string& text)
{
    const JobsFile file(text);
    try {
        parse({file.path()});
    } catch (const BadInput& error) {
        const std::string sentence = error.what();
        return sentence.rfind(file.path(), 0) == 0 ? sentence.substr(file.path().size()) : sentence;
    }
    return "accepted";
}

TEST(JobsFile, OptionsOfTheRunStandFirst)
{
    const JobsFile file(
        "topology = star:hosts=8  # all of it\nseed = 5\n\n[a]\nscenario = incast\nsenders = 3\n");
    const Options options = parse({file.path(), "--seed", "9", "--cc", "nscc"});
    EXPECT_EQ(options.common.topology, "star:hosts=8");
    EXPECT_EQ(options.common.seed, 9U);
    EXPECT_EQ(options.common.cc, (std::vector<std::string>{"nscc"}));
    EXPECT_EQ(options.common.out, "out/jobs");
    EXPECT_EQ(hosts_needed(options), 4U);
    EXPECT_EQ(hosts_needed(parse({"--file", file.path()})), 4U);
}

/// What a run says of itself names the file, and its options win over those of the file.
TEST(JobsFile, AConfigFileNamesIt)
{
    const JobsFile file("seed = 5\n[a]\nscenario = incast\n");
    const std::filesystem::path config = file.path() + ".config";
    std::ofstream(config) << "seed = 6\nfile = " << file.path() << "\n";
    EXPECT_EQ(parse({"--config", config.string()}).common.seed, 6U);
    std::filesystem::remove(config);
}

TEST(JobsFile, RanksCountUpForAStar)
{
    const JobsFile file("topology = star\n[a]\nscenario = allreduce\nranks = 8\n[b]\nscenario = incast\n"
                        "ranks = 0-3,20\n");
    EXPECT_EQ(hosts_needed(parse({file.path()})), 29U);
}

TEST(JobsFile, BuiltInExamplesParse)
{
    EXPECT_EQ(job_examples().size(), 6U);
    for (const NamedText& each : job_examples()) EXPECT_GT(hosts_needed(parse({each.name})), 0U) << each.name;
}

TEST(JobsFile, SaysWhatIsWrong)
{
    const struct {
        std::string text, sentence;
    } table[] = {
        {"", ": there is no job in it; a line [NAME] begins one (`jobs --help`)"},
        {"scenario = incast\n", ":1: no option 'scenario'; --help lists all"},
        {"[a]\nsize = 1M\n", ":1: the job a has no line scenario = NAME"},
        {"[a]\nscenario = incas\n", ":2: scenario: "},
        {"[a]\nscenario = jobs\n", ":2: scenario: "},
        {"[a]\nscenario = failover\n", ":2: scenario: failover runs alone"},
        {"[a]\nscenario = incast\nsendrs = 3\n",
         ":3: neither incast nor a job has an option 'sendrs'; the nearest is 'senders'"},
        {"[a]\nscenario = incast\nstart = 3\n",
         ":3: neither incast nor a job has an option 'start'; the nearest is 'start-us'"},
        {"[a]\nscenario = incast\ntopology = star\n",
         ":3: topology is of the whole run; write it before the first [NAME]"},
        {"[a]\nscenario = incast\nsenders = many\n", ":3: senders: 'many' is not a whole number"},
        {"[a]\nscenario = incast\nsenders = 3\nsenders = 4\n", ":4: senders is given twice"},
        {"[a]\nscenario = incast\nsenders =\n", ":3: senders: the value is empty"},
        {"[a]\nscenario = incast\nsenders\n", ":3: 'senders' is not name = value"},
        {"[a]\nscenario = incast\n[a]\nscenario = incast\n", ":3: there are two jobs 'a'"},
        {"[a b]\nscenario = incast\n", ":1: the name 'a b' of a job may have letters, digits, - and _ only"},
        {"[a\nscenario = incast\n", ":1: '[a' is not [NAME], which begins a section"},
        {"[]\nscenario = incast\n", ":1: '[]' is not [NAME], which begins a section"},
        {"[a]\nscenario = incast\nrepeat = ever\n",
         ":3: repeat: 'ever' is neither a number from 1 to 1000000000 nor 'forever'"},
        {"[a]\nscenario = incast\nrepeat = forever\n", ": every job repeats forever"},
        {"[a]\nscenario = incast\nstart-us = 5\nstop-us = 5\n",
         ":4: stop-us: 5 is not after start-us 5, so the job would send nothing"},
        {"[a]\nscenario = incast\ngap-us = 5\n", ":3: gap-us: the job runs once, and has no gap"},
        {"[a]\nscenario = incast\nranks = 1,2,1\n", ":3: ranks: '1,2,1' names an endpoint twice"},
        {"[a]\nscenario = incast\nrepeat = 1000\ngap-us = 1e11\n",
         ":4: gap-us: 100000000000 us after each of 1000 repetitions are more than 53 days"},
        {"[a]\nscenario = incast\nranks = -3\n",
         ":3: ranks: '-3' is neither a GPU nor a range of them, such as 0-7 or 0-63/8"},
        {"[a]\nscenario = incast\nranks = 0,3-\n", ":3: ranks: '3-' is neither a GPU nor a range"},
        {"[a]\nscenario = incast\nranks = 7-3\n", ":3: ranks: 7-3 ends before it begins"},
        {"[a]\nscenario = incast\nranks = 1\n", ":3: ranks: "},
        {"[a]\nscenario = flows\n", ":1: [a] flow-file FILE or --cdf NAME is needed"},
        {"config = other.ini\n[a]\nscenario = incast\n", ":1: a config file cannot name another"},
    };
    for (const auto& each : table)
        EXPECT_EQ(sentence_of(each.text).substr(0, each.sentence.size()), each.sentence)
            << each.text << sentence_of(each.text);
}

TEST(JobsFile, WhatIsMissingHasAName)
{
    const auto sentence = [](const std::vector<std::string>& words) {
        try {
            parse(words);
        } catch (const BadInput& error) {
            return std::string(error.what());
        }
        return std::string("accepted");
    };
    EXPECT_EQ(sentence({}), "a file of jobs is needed, as in `jobs FILE`; `jobs --help` shows a whole one");
    EXPECT_EQ(sentence({"victm"}).substr(0, 84),
              "--file: there is no file victm, nor an example of that name; the nearest is 'victim'");
    EXPECT_EQ(sentence({"victim", "four-allreduces"}), "--file is given twice");
}

TEST(JobsFile, AConfigFileMayHoldJobsToo)
{
    const JobsFile file("seed = 5\n[a]\nscenario = incast\n[b]\nscenario = incast\n");
    const Options alone = parse({"--config", file.path()});
    EXPECT_EQ(alone.common.seed, 5U);
    EXPECT_EQ(alone.own.as<JobsOptions>().jobs.size(), 2U);
    const Options both = parse({"victim", "--config", file.path()});
    std::vector<std::string> names;
    for (const JobSpec& job : both.own.as<JobsOptions>().jobs) names.push_back(job.name);
    EXPECT_EQ(names, (std::vector<std::string>{"a", "b", "incast", "victim"}));
    std::ofstream(file.path()) << "seed = 5\n";
    try {
        parse({"--config", file.path()});
        ADD_FAILURE() << "accepted";
    } catch (const BadInput& error) {
        EXPECT_EQ(error.what(),
                  file.path() + ": there is no job in it; a line [NAME] begins one (`jobs --help`)");
    }
}

TEST(JobsFile, TheHelpShowsAWholeFile)
{
    const std::string text = help_text("jobs");
    for (const char* part : {"[victim]\nscenario = incast\n", "  ranks = LIST or N\n", "four-allreduces"})
        EXPECT_NE(text.find(part), std::string::npos) << part;
}

}  // namespace
}  // namespace hpnsim
