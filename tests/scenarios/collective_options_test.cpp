// SPDX-License-Identifier: GPL-2.0-only
// Tests the command line of `collective`: its letters, its sweeps, and the sentences about bad ones.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/collective_table.hpp"
#include "hpnsim/scenario.hpp"
#include "option_text.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace hpnsim
{
namespace
{

using test::option_text;

Options parse(const std::string& line)
{
    std::istringstream in("collective " + line);
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    std::vector<const char*> argv;
    for (const std::string& word : words) argv.push_back(word.c_str());
    std::ostringstream out;
    return parse_command_line("collective", static_cast<int>(argv.size()), argv.data(), out).value();
}

std::string sentence_of(const std::string& line)
{
    try {
        parse(line);
    } catch (const BadInput& error) {
        return error.what();
    }
    return "accepted";
}

TEST(CollectiveOptions, LettersAreThoseOfNcclTests)
{
    for (const char* line : {"-b 8 -e 1G -f 4 -n 3", "-b8 -e1G -f4 -n3", "-b=8 -e=1G -f=4 -n=3",
                             "--min-bytes 8 --max-bytes=1G --step-factor 4 --iterations 3"}) {
        const Options options = parse(line);
        EXPECT_EQ(option_text(options, "min-bytes"), "8") << line;
        EXPECT_EQ(option_text(options, "max-bytes"), "1G") << line;
        EXPECT_EQ(option_text(options, "step-factor"), "4") << line;
        EXPECT_EQ(option_text(options, "iterations"), "3") << line;
    }
    EXPECT_EQ(option_text(parse("-b 1M -e 4M -i 512K"), "step-bytes"), "512K");
    EXPECT_EQ(parse("-b 8").command, "collective -b 8");
    EXPECT_NE(help_text("collective").find("  -b, --min-bytes SIZE "), std::string::npos);
    EXPECT_EQ(help_text("allreduce").find("-b, "), std::string::npos);
}

TEST(CollectiveOptions, DefaultsAreAllReduceByItsFirst)
{
    const Options options = parse("");
    EXPECT_EQ(option_text(options, "op"), "all_reduce");
    EXPECT_EQ(option_text(options, "algorithm"), collectives_of(kAllReduce).front()->info.name);
    EXPECT_EQ(option_text(parse("--op all_to_all"), "algorithm"),
              collectives_of(kAllToAll).front()->info.name);
    EXPECT_EQ(hosts_needed(parse("--ranks 24")), 24U);
    EXPECT_EQ(hosts_needed(parse("--members 0-3,17-40/8")), 34U);
}

TEST(CollectiveOptions, HelpListsEveryOperationWithItsCollectives)
{
    std::string help;  // on one line
    std::istringstream in(help_text("collective"));
    for (std::string word; in >> word;) help += word + " ";
    for (const CollectiveOps* ops : all_collectives()) {
        const Operation& operation = *ops->info.operation;
        EXPECT_NE(help.find(std::string(operation.name) + " " + ops->info.name), std::string::npos)
            << operation.name << " " << ops->info.name;
        EXPECT_NE(help.find(std::string("(busbw = algbw x ") + operation.factor + ")"), std::string::npos);
        EXPECT_NE(help.find(operation.counted + std::string(" (") + operation.name + ")"), std::string::npos);
    }
}

TEST(CollectiveOptions, RefusesInOneSentence)
{
    const std::pair<const char*, const char*> table[] = {
        {"--algorithm rang", "--algorithm: all_reduce: no 'rang'; the nearest is 'ring'; there are ring, "},
        {"--op all_to_all --algorithm ring", "--algorithm: all_to_all: no 'ring'; the nearest is '"},
        {"--members 0-7 --ranks 8", "--members: the list says how many ranks there are; leave out --ranks"},
        {"--members 0-7/x", "--members: 'x' is not a whole number"},
        {"--members 0,,1", "--members: '' is neither a GPU nor a range of them, such as 0-7 or 0-63/8"},
        {"--members 3/2", "--members: '3/2' is neither a GPU nor a range of them, such as 0-7 or 0-63/8"},
        {"--members 7-3", "--members: 7-3 ends before it begins"},
        {"-b 8 --size 4",
         "--size: the sizes of a sweep are those of --min-bytes and --max-bytes; leave out one or "
         "the other"},
        {"-e 8", "--max-bytes: a sweep over sizes needs its first one too: --min-bytes SIZE"},
        {"-f 2", "--step-factor: a sweep over sizes needs its first one too: --min-bytes SIZE"},
        {"-i 2", "--step-bytes: a sweep over sizes needs its first one too: --min-bytes SIZE"},
        {"-b 16 -e 8", "--max-bytes: 8 is less than --min-bytes 16"},
        {"-b 1 -e 3", "--max-bytes: up to 3 no size has an element of 4 bytes"},
        {"--op all_to_all -b 8", "--max-bytes: up to 8 no size has 16 bytes for each of 64 ranks"},
        {"-b 1K -e 1G -i 1",
         "--step-bytes: there are more than 1,000 sizes from 1K to 1G; take a larger step"},
        {"-b 8 -f 2 -i 8", "--step-bytes: sizes grow by --step-factor or by --step-bytes, not by both"},
        {"-b 8 -f 1", "--step-factor: 1 is out of range, 2 to 1048576"},
        {"-b", "--min-bytes needs a value: --min-bytes SIZE"},
        {"-b 8 --min-bytes 9", "--min-bytes is given twice"},
        {"--out -b", "--out needs a value: --out DIR"},
        {"-x 3", "'-x' is not expected here; options are written --name value"},
        {"--minbytes 8", "no option '--minbytes'; the nearest is '--min-bytes'"},
        {"--op all_to_all --verify --inject reduce-twice",
         "--inject: reduce-twice is for operations that add up, and all_to_all adds nothing up"},
    };
    for (const auto& [line, sentence] : table)
        EXPECT_EQ(sentence_of(line).substr(0, std::string(sentence).size()), sentence) << line;
    EXPECT_EQ(sentence_of("-b 1 -e 8589934591G -f 2"), "accepted") << "the end of what numbers hold";
}

}  // namespace
}  // namespace hpnsim
