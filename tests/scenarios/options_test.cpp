// SPDX-License-Identifier: GPL-2.0-only
// Tests the command line and `--config` files: what they set, and the sentences about bad ones.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/collective_table.hpp"
#include "hpnsim/options.hpp"
#include "hpnsim/scenario.hpp"
#include "option_text.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace hpnsim
{
namespace
{

using test::option_text;
using Words = std::vector<const char*>;

std::optional<Options> parse(const std::string& scenario, Words words, std::ostream& out)
{
    words.insert(words.begin(), scenario.c_str());
    return parse_command_line(scenario, static_cast<int>(words.size()), words.data(), out);
}

Options parse(const std::string& scenario, const Words& words)
{
    std::ostringstream out;
    return parse(scenario, words, out).value();
}

std::string sentence_of(const std::string& scenario, const Words& words)
{
    try {
        parse(scenario, words);
    } catch (const BadInput& error) {
        return error.what();
    }
    return "accepted";
}

class ConfigFile
{
public:
    explicit ConfigFile(const std::string& text)
        : path_(::testing::TempDir() + "config_" +
                ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".ini")
    {
        std::ofstream(path_) << text;
    }
    ~ConfigFile() { std::filesystem::remove(path_); }
    const char* path() const { return path_.c_str(); }

private:
    std::string path_;
};

TEST(Options, DefaultsAreThoseOfTheHelp)
{
    const Options options = parse("incast", {});
    EXPECT_EQ(options.common.topology, "hpn");
    EXPECT_EQ(options.common.cc, (std::vector<std::string>{"dcqcn"}));
    EXPECT_EQ(options.common.out, "out/incast");
    EXPECT_EQ(options.common.mtu, 4096);
    EXPECT_EQ(options.common.seed, 1U);
    EXPECT_EQ(option_text(options, "senders"), "16");
    EXPECT_EQ(option_text(options, "size"), "1M");
    EXPECT_EQ(hosts_needed(options), 17U);
}

TEST(Options, ReadsEveryKind)
{
    const Options options =
        parse("incast", {"--senders",     "8",      "--size=64K", "--cc",       "dcqcn:preset=paper",
                         "--cc=hpcc",     "--path", "ecmp",       "--path",     "spray",
                         "--jitter-ns",   "2.5",    "--quiet",    "--no-plots", "--placement",
                         "cross-segment", "--qps",  "4",          "--fabric",   "lossless:alpha=0.5",
                         "--stop-us=1e3", "--out",  "a b"});
    EXPECT_EQ(option_text(options, "senders"), "8");
    EXPECT_EQ(option_text(options, "size"), "64K");
    EXPECT_EQ(options.common.cc, (std::vector<std::string>{"dcqcn:preset=paper", "hpcc"}));
    EXPECT_EQ(options.common.path.size(), 2U);
    EXPECT_EQ(options.common.jitter_ns, 2.5);
    EXPECT_EQ(options.common.stop_us, 1000);
    EXPECT_TRUE(options.common.quiet && options.common.no_plots);
    EXPECT_EQ(options.common.qps, 4U);
    EXPECT_EQ(options.common.fabric, "lossless:alpha=0.5");
    EXPECT_EQ(options.common.out, "a b");
}

TEST(Options, ReadsTheOtherScenarios)
{
    const Options allreduce =
        parse("allreduce", {"--ranks", "448", "--size", "1G", "--algorithm", "hierarchical", "--channels",
                            "4", "--chunk", "512K", "--iterations", "3"});
    EXPECT_EQ(option_text(allreduce, "size"), "1G");
    EXPECT_EQ(option_text(allreduce, "chunk"), "512K");
    EXPECT_EQ(hosts_needed(allreduce), 448U);
    EXPECT_EQ(option_text(parse("flows", {"--flow-file", "f.txt", "--format", "hpcc"}), "format"), "hpcc");
}

TEST(Options, RefusesInOneSentence)
{
    const struct {
        Words words;
        std::string sentence;
    } table[] = {
        {{"--sender", "8"}, "no option '--sender'; the nearest is '--senders'"},
        {{"--senderz=8"}, "no option '--senderz'; the nearest is '--senders'"},
        {{"--send", "8"}, "no option '--send'; the nearest is '--seed'"},
        {{"--ranks", "8"}, "no option '--ranks'; the nearest is '--rounds'"},
        {{"---size", "1"}, "no option '---size'; the nearest is '--size'"},
        {{"--SENDERZ=8"}, "no option '--SENDERZ'; the nearest is '--senders'"},
        {{"--"}, "'--' is not expected here; options are written --name value"},
        {{"--senders", "4", "--", "--size"}, "'--' is not expected here; options are written --name value"},
        {{"--senders"}, "--senders needs a value: --senders N"},
        {{"--senders="}, "--senders needs a value: --senders N"},
        {{"--senders", "--quiet"}, "--senders needs a value: --senders N"},
        {{"--out", "--quiet"}, "--out needs a value: --out DIR"},
        {{"--senders", "0"}, "--senders: 0 is out of range, 1 to 1048576"},
        {{"--senders", "-5"}, "--senders: -5 is out of range, 1 to 1048576"},
        {{"--senders", "8x"}, "--senders: '8x' is not a whole number"},
        {{"--senders", "8", "--senders", "9"}, "--senders is given twice"},
        {{"--quiet", "--quiet"}, "--quiet is given twice"},
        {{"--quiet=yes"}, "--quiet takes no value"},
        {{"extra"}, "'extra' is not expected here; options are written --name value"},
        {{"--senders", "8", "9"}, "'9' is not expected here; options are written --name value"},
        {{"-s", "8"}, "'-s' is not expected here; options are written --name value"},
        {{"--size", "1.5M"},
         "--size: '1.5M' is not a size; write whole bytes, or 64K, 1M, 2G (powers of 1024)"},
        {{"--size", "1MB"},
         "--size: '1MB' is not a size; write whole bytes, or 64K, 1M, 2G (powers of 1024)"},
        {{"--size", "0"}, "--size: a size must be at least 1 byte"},
        {{"--size", "99999999999G"}, "--size: 99999999999G is more bytes than 63 bits hold"},
        {{"--placement", "rails"}, "--placement: no 'rails'; the nearest is 'rail'"},
        {{"--mtu", "63"}, "--mtu: 63 is out of range, 64 to 9216"},
        {{"--mtu", "9217"}, "--mtu: 9217 is out of range, 64 to 9216"},
        {{"--jitter-ns", "-1"}, "--jitter-ns: -1 is out of range, 0 to 1000000000000 ns"},
        {{"--jitter-ns", "5us"}, "--jitter-ns: '5us' is not a number"},
        {{"--jitter-ns", "nan"}, "--jitter-ns: 'nan' is not a number"},
        {{"--seed", "-1"}, "--seed: -1 is out of range, 0 to 9223372036854775807"},
        {{"--seeds", "0"}, "--seeds: 0 is out of range, 1 to 10000"},
        {{"--stop-us", "0"}, "--stop-us: 0 is out of range, 0.000001 to 1000000000000 us"},
        {{"--wire", "roc"}, "--wire: no 'roc'; the nearest is 'roce'"},
        {{"--cc", ""}, "--cc: the value is empty"},
        {{"--cc", ":a=1"}, "--cc: the name is missing in ':a=1'"},
        {{"--cc", "dcqcn:g"}, "--cc: 'g' in 'dcqcn' is not key=value"},
        {{"--transport", "tcp"}, "--transport: no 'tcp'; there are 'gbn', 'irn' and 'rud'"},
        {{"--fabric", "lossless:alpha=0"}, "--fabric: alpha: 0 is out of range, 0.000001 to 1024"},
        {{"--config", "/nowhere.ini"}, "--config: there is no file '/nowhere.ini'"},
        {{"--loss", "1.5"}, "--loss: 1.5 is out of range, 0 to 1"},
    };
    for (const auto& row : table) EXPECT_EQ(sentence_of("incast", row.words), row.sentence);
}

TEST(Options, PluginsAreKeptAsWrittenInOrder)
{
    const Options options = parse("incast", {"--plugin", "b.so", "--plugin-path=x", "--plugin", "a.so"});
    EXPECT_EQ(options.common.plugins, (std::vector<std::string>{"b.so", "a.so"}));
    EXPECT_EQ(options.common.plugin_path, std::vector<std::string>{"x"});
}

TEST(Options, RefusesNamesThatAreNone)
{
    const struct {
        Words words;
        std::string sentence;
    } table[] = {
        {{"--switch-lb", "adaptiv"}, "--switch-lb: no 'adaptiv'; the nearest is 'adaptive'"},
        {{"--switch-lb", "ecmp:gap-us=3"}, "--switch-lb: ecmp has no keys, and 'gap-us' is given"},
        {{"--qp-select", "least-wqes"}, "--qp-select: no 'least-wqes'; the nearest is 'least-wqe'"},
        {{"--sport", "disjunct"}, "--sport: no 'disjunct'; the nearest is 'disjoint'"},
        {{"--sport", "port"}, "--sport: no 'port'; the nearest is 'ports'"},
        {{"--transport", "irm"}, "--transport: no 'irm'; the nearest is 'irn'"},
    };
    for (const auto& row : table) EXPECT_EQ(sentence_of("incast", row.words), row.sentence);
}

TEST(Options, AProfileBringsItsFramingUnlessTheUserSays)
{
    const Options plain = parse("incast", {});
    EXPECT_EQ(plain.common.wire, "roce");
    const Options peer = parse("incast", {"--profile", "hpcc-sim"});
    EXPECT_EQ(peer.common.mtu, 1000);
    EXPECT_EQ(peer.common.wire, "hpcc-sim");
    const Options said = parse("incast", {"--profile", "hpcc-sim", "--mtu", "4096", "--wire", "roce"});
    EXPECT_EQ(said.common.mtu, 4096);
    EXPECT_EQ(said.common.wire, "roce");
    EXPECT_EQ(sentence_of("incast", {"--profile", "hpccsim"}),
              "--profile: no 'hpccsim'; the nearest is 'hpcc-sim'");
}

TEST(Options, TheHtsimProfileBringsWhatIsNotGiven)
{
    const CommonOptions brought = parse("flows", {"--flow-file", "f", "--profile", "htsim"}).common;
    EXPECT_EQ(brought.wire, "htsim");
    EXPECT_EQ(brought.cc, std::vector<std::string>{"nscc:preset=htsim"});
    const CommonOptions own =
        parse("flows", {"--flow-file", "f", "--profile", "htsim", "--wire", "roce", "--cc", "fixed"}).common;
    EXPECT_EQ(own.wire, "roce");
    EXPECT_EQ(own.cc, std::vector<std::string>{"fixed"});
    EXPECT_EQ(parse("incast", {}).common.wire, "roce");
}

TEST(Options, SeriesTakeAPeriod)
{
    EXPECT_EQ(sentence_of("incast", {"--series-only", "nic0"}),
              "--series-only: nothing is sampled without --series-us T");
    EXPECT_EQ(sentence_of("incast", {"--series-us", "0"}),
              "--series-us: 0 is out of range, 0.001 to 1000000000 us");
}

TEST(Options, VerifyAndInjectBelongTogether)
{
    EXPECT_TRUE(parse("flows", {"--flow-file", "f", "--verify"}).common.verify);
    EXPECT_EQ(parse("allreduce", {"--verify", "--inject", "reduce-twice"}).common.inject, "reduce-twice");
    EXPECT_EQ(sentence_of("incast", {"--inject", "flip"}),
              "--inject needs --verify; without it nothing would notice the fault");
    EXPECT_EQ(sentence_of("incast", {"--verify", "--inject", "flop"}),
              "--inject: no 'flop'; the nearest is 'flip'");
    EXPECT_EQ(
        sentence_of("alltoall", {"--verify", "--inject", "reduce-twice"}),
        "--inject: reduce-twice is for allreduce, collective, failover, jobs, training, workload; alltoall "
        "adds nothing up");
}

TEST(Options, RefusesWhatOtherScenariosLack)
{
    EXPECT_EQ(sentence_of("incst", {}), "no scenario 'incst'; the nearest is 'incast'");
    EXPECT_EQ(sentence_of("allreduce", {"--ranks", "1"}), "--ranks: 1 is out of range, 2 to 1048576");
    EXPECT_EQ(sentence_of("flows", {}),
              "--flow-file FILE or --cdf NAME is needed: it says who sends what to whom");
    EXPECT_EQ(sentence_of("flows", {"--cdf", "WebSearch", "--flow-file", "x"}),
              "--flow-file cannot go with --cdf; leave one of them out");
    EXPECT_EQ(sentence_of("flows", {"--flow-file", "x", "--load", "0.5"}),
              "--load goes with --cdf, not with --flow-file");
    EXPECT_EQ(sentence_of("flows", {"--cdf", "WebSearch", "--load", "30"}),
              "--load: 30 is out of range, 0.000001 to 1");
}

/// Whatever else the tables come to hold, the sentence begins like this.
TEST(Options, ANameOfNoTableIsToldWhichThereAre)
{
    const auto begins = [](const std::string& sentence, const std::string& expected) {
        EXPECT_EQ(sentence.substr(0, expected.size()), expected);
    };
    begins(sentence_of("allreduce", {"--algorithm", "rang"}),
           "--algorithm: no 'rang'; the nearest is 'ring'; there are ring, hierarchical");
    begins(sentence_of("flows", {"--flow-file", "x", "--format", "htsin"}),
           "--format: no 'htsin'; the nearest is 'htsim'; there are hpcc, htsim");
}

/// A choice of one is none, and what nothing takes is no option.
TEST(Options, OfACollectiveAreWhatTheTableHas)
{
    const auto refuses = [](const char* option, const char* value) {
        return sentence_of("alltoall", {option, value}).find("no option '" + std::string(option) + "'") == 0;
    };
    bool cut = false;
    for (const CollectiveOps* ops : collectives_of(kAllToAll)) cut = cut || *ops->info.chunk != '\0';
    EXPECT_EQ(refuses("--algorithm", "pairwise"), collectives_of(kAllToAll).size() == 1);
    EXPECT_EQ(refuses("--chunk", "4K"), !cut);
    EXPECT_FALSE(refuses("--channels", "4"));
    EXPECT_EQ(option_text(parse("allreduce", {"--algorithm", "hierarchical"}), "algorithm"), "hierarchical");
    EXPECT_EQ(option_text(parse("allreduce", {}), "algorithm"), "ring");
}

TEST(Config, FillsInAndTheCommandLineWins)
{
    const ConfigFile file(
        "# an experiment\n; really\n senders = 4 \nsize=64K\ncc = hpcc\ncc = dcqcn\nquiet = true\n");
    const Options options = parse("incast", {"--senders", "8", "--config", file.path()});
    EXPECT_EQ(option_text(options, "senders"), "8");
    EXPECT_EQ(option_text(options, "size"), "64K");
    EXPECT_EQ(options.common.cc, (std::vector<std::string>{"hpcc", "dcqcn"}));
    EXPECT_TRUE(options.common.quiet);
    EXPECT_EQ(parse("incast", {"--cc", "nscc", "--config", file.path()}).common.cc,
              (std::vector<std::string>{"nscc"}));
}

TEST(Config, RefusesWithPlaceAndReason)
{
    const struct {
        const char* text;
        const char* sentence;
    } table[] = {
        {"sender = 4\n", ":1: no option 'sender'; the nearest is 'senders'"},
        {"help = true\n", ":1: 'help' asks for a page and ends the run; write --help on the command line"},
        {"\nsenders = x\n", ":2: senders: 'x' is not a whole number"},
        {"senders = 4\nsenders = 5\n", ":2: senders is given twice"},
        {"senders\n", ":1: 'senders' is not name = value"},
        {"senders =\n", ":1: senders: the value is empty"},
        {"[incast]\n", ":1: sections are not supported; write only lines of name = value"},
        {"config = x\n", ":1: a config file cannot name another"},
        {"quiet = maybe\n", ":1: quiet: 'maybe' is not true or false"},
        {"fabric = lossless:alhpa=1\n", ":1: fabric: no key 'alhpa'; the nearest is 'alpha'"},
    };
    for (const auto& row : table) {
        const ConfigFile file(row.text);
        EXPECT_EQ(sentence_of("incast", {"--config", file.path()}), file.path() + std::string(row.sentence));
    }
}

// A sentence that comes only when the run is made still names the line of the file.
TEST(Config, LateSentencesNameTheLine)
{
    const ConfigFile file("size = 4096\n\ncc = hpc\n");
    const Options options = parse("incast", {"--topology", "star", "--config", file.path()});
    EXPECT_EQ(with_place(options, "--cc: there is no 'hpc'"),
              file.path() + std::string(":3: cc: there is no 'hpc'"));
    EXPECT_EQ(with_place(options, "--topology: x"), "--topology: x");
    EXPECT_EQ(with_place(options, "cc: x"), "cc: x");
}

// A NUL is no text, and an escape sequence would reach the terminal.
TEST(Config, SentencesShowControlCharacters)
{
    const ConfigFile name(std::string("se\0nders = 4\n", 13));
    EXPECT_EQ(sentence_of("incast", {"--config", name.path()}),
              name.path() + std::string(":1: a NUL byte: this is no text"));
    const ConfigFile value("senders = \x1b[31m\x7f\n");
    EXPECT_EQ(sentence_of("incast", {"--config", value.path()}),
              value.path() + std::string(":1: senders: '\\x1b[31m\\x7f' is not a whole number"));
}

// What the command line overrules must still be readable in the file.
TEST(Config, ReadsStrictlyEvenWhatTheCommandLineOverrules)
{
    const ConfigFile file("senders = x\n");
    EXPECT_NE(sentence_of("incast", {"--senders", "8", "--config", file.path()}), "accepted");
}

TEST(Help, ShowsTheDefaultsThatAreInForce)
{
    const std::string text = help_text("incast");
    for (const char* line :
         {"--senders N             number of senders, which all send at once (default 16)\n",
          "--quiet                 no progress line, no table but that of nccl-tests\n",
          "--qps N                 QPs per peer, 1 to 256 (default: one per NIC port)\n",
          "--seed N                seed of every random stream (default 1)\n"})
        EXPECT_NE(text.find(line), std::string::npos) << line;
}

TEST(Help, TeachesAndStopsThere)
{
    for (const ScenarioInfo* info : all_scenarios()) {
        const std::string scenario = info->name;
        std::ostringstream out;
        EXPECT_FALSE(parse(scenario, {"--help"}, out).has_value());
        const std::string text = out.str();
        for (const char* word : {"Examples:", "--topology", "ack-timeout", "4.096 us x 2^t", "kmin-kb",
                                 "Exit status", "cc --list"})
            EXPECT_NE(text.find(word), std::string::npos) << scenario << " " << word;
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 110U) << line;
    }
}

/// The examples of the help must be command lines that work.
TEST(Help, ItsExamplesParse)
{
    for (const ScenarioInfo* info : all_scenarios()) {
        const std::string scenario = info->name;
        std::istringstream lines(help_text(scenario));
        int examples = 0;
        for (std::string line; std::getline(lines, line);) {
            std::istringstream stream(line);
            std::vector<std::string> words;
            for (std::string word; stream >> word;) words.push_back(word);
            if (words.empty() || line.rfind("  " + scenario + " --", 0) != 0) continue;
            Words pointers;
            for (size_t i = 1; i < words.size(); ++i) pointers.push_back(words[i].c_str());
            EXPECT_EQ(sentence_of(scenario, pointers), "accepted") << line;
            ++examples;
        }
        EXPECT_GE(examples, 2) << scenario;
    }
}

TEST(Version, IsOneLine)
{
    std::ostringstream out;
    EXPECT_FALSE(parse("incast", {"--version"}, out).has_value());
    EXPECT_EQ(out.str().rfind("incast (hpnsim) ", 0), 0U);
    EXPECT_EQ(out.str().back(), '\n');
}

TEST(Command, IsQuotedForAShell)
{
    const Words words = {"incast", "--cc", "dcqcn:g=0.1,f=5", "--out", "a b", "it's", ""};
    EXPECT_EQ(quote_command(static_cast<int>(words.size()), words.data()),
              "incast --cc dcqcn:g=0.1,f=5 --out 'a b' 'it'\\''s' ''");
}

}  // namespace
}  // namespace hpnsim
