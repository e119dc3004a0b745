// SPDX-License-Identifier: GPL-2.0-only
// Turns argv and INI files into Options. Boost.Program_options cuts the words; names, values and sentences
// are judged here, so that the same words are refused the same way wherever they stand.
#include "hpnsim/options.hpp"

#include "faults/schedule.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/option_table.hpp"
#include "hpnsim/scenario.hpp"
#include "hpnsim/text_input.hpp"
#include "hpnsim/version.hpp"

#include <boost/program_options.hpp>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <set>
#include <sstream>

namespace hpnsim
{

namespace po = boost::program_options;

namespace
{

using Table = std::vector<OptionDecl>;

std::string bare_name(const std::string& word)
{
    const size_t start = word.find_first_not_of('-');
    return start == std::string::npos ? word : word.substr(start, word.find('=') - start);
}

[[noreturn]] void unknown_option(const std::string& place, const std::string& name, const Table& table)
{
    if (name == "help" || name == "version")
        throw BadInput(place + "'" + name + "' asks for a page and ends the run; write --" + name +
                       " on the command line");
    const std::string near = nearest(bare_name(name), option_names(table));
    const std::string dashes = place.empty() ? "--" : "";
    throw BadInput(place + "no option '" + name +
                   (near.empty() ? "'; --help lists all" : "'; the nearest is '" + dashes + near + "'"));
}

[[noreturn]] void missing_value(const OptionDecl& option)
{
    throw BadInput("--" + option.name + " needs a value: --" + option.name + " " + option.value);
}

/// Applies options from one place; an option that is not repeatable may come once.
class Setter
{
public:
    Setter(Options& options, const Table& table) : options_(options), table_(table) {}

    /// `place` is empty for the command line, else "FILE:LINE: ".
    void set(const std::string& place, const std::string& name, const std::string& text)
    {
        const OptionDecl* option = find_option(table_, name);
        if (option == nullptr) unknown_option(place, name, table_);
        const std::string what = place + (place.empty() ? "--" : "") + name;
        if (!option->repeatable && !seen_.insert(name).second) throw BadInput(what + " is given twice");
        seen_.insert(name);
        if (text.empty()) throw BadInput(what + ": the value is empty");
        option->set(options_, what, text);
        options_.origins.note(name, Origin::given);
    }
    const std::set<std::string>& seen() const { return seen_; }

private:
    Options& options_;
    const Table& table_;
    std::set<std::string> seen_;
};

po::options_description describe(const Table& table)
{
    po::options_description description;
    for (const OptionDecl& option : table) {
        if (option.value.empty())
            description.add_options()(option.name.c_str(), "");
        else
            description.add_options()(option.name.c_str(), po::value<std::vector<std::string>>()->composing(),
                                      "");
    }
    description.add_options()("help", "")("version", "");
    return description;
}

/// Turns Boost's exceptions into sentences of ours.
[[noreturn]] void explain(const po::error& error, const Table& table)
{
    const auto* named = dynamic_cast<const po::error_with_option_name*>(&error);
    const std::string name = named == nullptr ? "" : bare_name(named->get_option_name());
    const OptionDecl* option = find_option(table, name);
    if (option == nullptr) throw BadInput("the command line cannot be read: " + std::string(error.what()));
    if (option->value.empty()) throw BadInput("--" + name + " takes no value");
    missing_value(*option);
}

/// Writes -b SIZE, -bSIZE and -b=SIZE as --min-bytes SIZE, for letters that the scenario has.
std::string spelled_out(const std::string& word, const std::map<char, std::string>& letters)
{
    const auto letter = word.size() < 2 || word[0] != '-' ? letters.end() : letters.find(word[1]);
    if (letter == letters.end()) return word;
    std::string name = "--" + letter->second;
    const std::string value = word.substr(2);
    if (value.empty()) return name;
    return name + (value[0] == '=' ? "" : "=") + value;
}

po::parsed_options cut(const Table& table, const std::map<char, std::string>& letters, int argc,
                       const char* const* argv)
{
    namespace style = po::command_line_style;
    const po::options_description description = describe(table);
    std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    for (std::string& word : words) word = spelled_out(word, letters);
    if (std::find(words.begin(), words.end(), "--") != words.end())
        throw BadInput("'--' is not expected here; options are written --name value");
    try {
        return po::command_line_parser(words)
            .options(description)
            .style(style::allow_long | style::long_allow_adjacent | style::long_allow_next)
            .allow_unregistered()
            .run();
    } catch (const po::error& error) {
        explain(error, table);
    }
}

/// Takes one word group of the command line. Returns "help" or "version" if it asks for one.
std::string take(Setter& setter, const Table& table, const std::string& bare, const po::option& word)
{
    const std::string first = word.original_tokens.empty() ? "" : word.original_tokens[0];
    if (word.string_key.empty() && !bare.empty()) {
        setter.set("", bare, first);
        return "";
    }
    if (word.string_key.empty())
        throw BadInput("'" + first + "' is not expected here; options are written --name value");
    if (word.unregistered) unknown_option("", first.substr(0, first.find('=')), table);
    if (word.string_key == "help" || word.string_key == "version") return word.string_key;
    const OptionDecl& option = *find_option(table, word.string_key);
    const std::string value = option.value.empty() ? "true" : word.value.empty() ? "" : word.value[0];
    if (value.compare(0, 2, "--") == 0) missing_value(option);
    setter.set("", option.name, value);
    return "";
}

std::string trim(const std::string& text)
{
    const char* blank = " \t\r";
    const size_t first = text.find_first_not_of(blank);
    if (first == std::string::npos) return "";
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// Returns the line without its comment: a line that begins with # or ; or //, or what follows a blank and a
/// #.
std::string uncommented(const std::string& line)
{
    const std::string text = trim(line);
    if (text.empty() || text[0] == '#' || text[0] == ';' || text.compare(0, 2, "//") == 0) return "";
    return text.substr(0, std::min(text.find(" #"), text.find("\t#")));
}

ConfigLine line_of(const std::string& place, const std::string& text)
{
    const size_t equals = text.find('=');
    if (equals == std::string::npos) throw BadInput(place + "'" + text + "' is not name = value");
    return {place, trim(text.substr(0, equals)), trim(text.substr(equals + 1))};
}

/// Reads "[NAME]".
ConfigSection section_of(const std::string& place, const std::string& text)
{
    const std::string name = text.size() > 2 ? trim(text.substr(1, text.size() - 2)) : "";
    if (text.back() != ']' || name.empty())
        throw BadInput(place + "'" + text + "' is not [NAME], which begins a section");
    return {place, name, {}};
}

/// Cuts the text into lines of options, which `take` gets, and sections. Without `sections` there may be
/// none.
void read_lines(std::istream& in, const std::string& path, const std::function<void(const ConfigLine&)>& take,
                std::vector<ConfigSection>* sections)
{
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        const std::string place = path + ":" + std::to_string(number) + ": ";
        const std::string text = trim(uncommented(line));
        if (text.empty()) continue;
        if (text[0] == '[' && sections == nullptr)
            throw BadInput(place + "sections are not supported; write only lines of name = value");
        if (text[0] == '[')
            sections->push_back(section_of(place, text));
        else if (sections != nullptr && !sections->empty())
            sections->back().lines.push_back(line_of(place, text));
        else
            take(line_of(place, text));
    }
}

/// Sets the keys of the file that others left open, whose names are `taken`, and adds them to these.
void read_config(Options& options, const Table& table, std::istream& file, const std::string& path,
                 std::set<std::string>& taken, std::vector<ConfigSection>* sections)
{
    Options ignored = options;
    Setter setter(options, table), idle(ignored, table);
    const auto take = [&](const ConfigLine& line) {
        if (line.name == "config") throw BadInput(line.place + "a config file cannot name another");
        const bool open = taken.count(line.name) == 0;
        (open ? setter : idle).set(line.place, line.name, line.value);
        if (open) options.places[line.name] = line.place;
    };
    read_lines(file, path, take, sections);
    taken.insert(setter.seen().begin(), setter.seen().end());
}

/// Reads --config, and the scenario's own file: what is nearer to the command line wins. Sections of both
/// are the scenario's, if it takes any.
void read_files(Options& options, const Table& table, const ScenarioInfo& info, std::set<std::string> taken)
{
    std::vector<ConfigSection> sections, nearer;
    if (const std::string path = options.common.config; !path.empty()) {
        TextInput file("--config", path);
        read_config(options, table, file, path, taken, info.sections ? &sections : nullptr);
    }
    if (const std::optional<NamedText> own = info.file ? info.file(options) : std::nullopt) {
        taken.insert(info.bare);
        std::istringstream text(own->text);
        read_config(options, table, text, own->name, taken, &nearer);
    }
    std::move(nearer.begin(), nearer.end(), std::back_inserter(sections));
    if (info.sections) info.sections(options, std::move(sections));
}

/// Lists who adds anything up, for the sentence about --inject reduce-twice.
std::string reducing_scenarios()
{
    std::string names;
    for (const ScenarioInfo* each : all_scenarios())
        if (each->adds_up) names += (names.empty() ? "" : ", ") + std::string(each->name);
    return names;
}

/// Sets what a profile brings that the user has not given: its peer's framing, and htsim's only kind of
/// transport.
void complete_by_profile(CommonOptions& common, Origins& origins)
{
    const auto open = [&origins](const char* name) {
        if (origins.given(name)) return false;
        origins.note(name, Origin::profile);
        return true;
    };
    if (!common.profile.empty() && open("wire")) common.wire = common.profile;
    if (common.profile == "hpcc-sim" && open("mtu")) common.mtu = 1000;
    if (common.profile == "htsim" && open("cc")) common.cc = {"nscc:preset=htsim"};
}

void complete(Options& options)
{
    CommonOptions& common = options.common;
    const ScenarioInfo& scenario = scenario_named(options.scenario);
    complete_by_profile(common, options.origins);
    if (common.cc.empty()) common.cc = {"dcqcn"};
    common.out = out_folder(options);
    if (!common.faults.empty()) common.faults_text = read_fault_text("--faults", common.faults);
    if (!common.inject.empty() && !common.verify)
        throw BadInput("--inject needs --verify; without it nothing would notice the fault");
    if (common.inject == "reduce-twice" && !scenario.adds_up)
        throw BadInput("--inject: reduce-twice is for " + reducing_scenarios() + "; " + options.scenario +
                       " adds nothing up");
    if (scenario.complete) scenario.complete(options);
    if (common.fast_forward_check && !common.fast_forward)
        throw BadInput("--fast-forward-check: nothing is skipped without --fast-forward");
    if (!common.series_only.empty() && !common.series_us)
        throw BadInput("--series-only: nothing is sampled without --series-us T");
    if (!common.timeline_ranks.empty() && common.timeline.empty())
        throw BadInput("--timeline-ranks: there is no timeline without --timeline F.json");
}

}  // namespace

std::optional<Options> parse_command_line(const std::string& scenario, int argc, const char* const* argv,
                                          std::ostream& out)
{
    const Table table = option_table(scenario);
    Options options;
    options.scenario = scenario;
    const ScenarioInfo& info = scenario_named(scenario);
    options.own = info.options;
    options.command = quote_command(argc, argv);
    Setter setter(options, table);
    for (const po::option& word : cut(table, info.letters, argc, argv).options) {
        const std::string asked = take(setter, table, info.bare, word);
        if (asked.empty()) continue;
        out << (asked == "help" ? help_text(scenario) : scenario + " (hpnsim) " + version() + "\n");
        return std::nullopt;
    }
    read_files(options, table, info, setter.seen());
    complete(options);
    return options;
}

std::optional<Options> parse_command_line(const std::string& scenario, int argc, const char* const* argv)
{
    return parse_command_line(scenario, argc, argv, std::cout);
}

std::string out_folder(const Options& options)
{
    return options.common.out.empty() ? "out/" + options.scenario : options.common.out;
}

/// "NAME: --cc: ..." of a part of the run: `places` has "NAME: --cc", or "NAME:" for all else.
static std::string with_place_of_part(const Options& options, const std::string& sentence)
{
    const size_t colon = sentence.find(": ");
    if (colon == std::string::npos) return sentence;
    const std::string name = sentence.substr(0, colon + 1), rest = sentence.substr(colon + 2);
    const size_t dashes = rest.compare(0, 2, "--") == 0 ? 2 : 0;
    const std::string option = rest.substr(dashes, rest.find_first_of(": ") - dashes);
    if (const auto place = options.places.find(name + " --" + option); place != options.places.end())
        return place->second + rest.substr(dashes);
    const auto place = options.places.find(name);
    return place == options.places.end() ? sentence : place->second + rest.substr(dashes);
}

std::string with_place(const Options& options, const std::string& sentence)
{
    if (sentence.compare(0, 2, "--") != 0) return with_place_of_part(options, sentence);
    const auto place = options.places.find(sentence.substr(2, sentence.find_first_of(": ") - 2));
    return place == options.places.end() ? sentence : place->second + sentence.substr(2);
}

std::string quote_command(int argc, const char* const* argv)
{
    const std::string plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=:,./+@%";
    std::string command;
    for (int i = 0; i < argc; ++i) {
        const std::string word = argv[i];
        if (i > 0) command += ' ';
        if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) {
            command += word;
            continue;
        }
        command += '\'';
        for (const char c : word) command += c == '\'' ? std::string("'\\''") : std::string(1, c);
        command += '\'';
    }
    return command;
}

}  // namespace hpnsim
