// SPDX-License-Identifier: GPL-2.0-only
// Reads the command line of a tool with Boost.Program_options.
#include "tool/tool_words.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"

#include <boost/program_options.hpp>

namespace po = boost::program_options;

namespace hpnsim
{

namespace
{

constexpr const char* kName = "(name)";  // what is no option has to have a name, too

po::parsed_options parsed(int argc, char** argv, const po::options_description& declared)
{
    po::positional_options_description names;
    names.add(kName, -1);
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    return po::command_line_parser(argc, argv).options(declared).positional(names).style(style).run();
}

}  // namespace

ToolWords::ToolWords(int argc, char** argv, const std::vector<std::string>& with_value,
                     const std::vector<std::string>& alone)
{
    po::options_description declared;
    std::vector<std::string> known = {"help", "version"};
    declared.add_options()("help", "")("version", "");
    for (const std::string& name : alone) declared.add_options()(name.c_str(), "");
    for (const std::string& name : with_value)
        declared.add_options()(name.c_str(), po::value<std::vector<std::string>>(), "");
    known.insert(known.end(), alone.begin(), alone.end());
    known.insert(known.end(), with_value.begin(), with_value.end());
    declared.add_options()(kName, po::value<std::vector<std::string>>(), "");
    try {
        for (const auto& option : parsed(argc, argv, declared).options) {
            auto& to = option.string_key == kName ? names_ : values_[option.string_key];
            to.insert(to.end(), option.value.begin(), option.value.end());
        }
    } catch (const po::unknown_option& error) {
        std::string name = error.get_option_name();
        name.erase(0, name.find_first_not_of('-'));
        const std::string near = nearest(name, known);
        throw BadInput("no option '--" + name + "'" +
                       (near.empty() ? "; --help lists all" : "; the nearest is '--" + near + "'"));
    } catch (const po::invalid_command_line_syntax& error) {
        const std::string name = error.get_option_name();
        const bool extra = error.kind() == po::invalid_command_line_syntax::extra_parameter;
        throw BadInput(name + (extra ? " takes no value" : " needs a value"));
    } catch (const po::error& error) {
        throw BadInput(std::string(error.what()) + "; --help lists all options");
    }
}

std::string ToolWords::value(const std::string& option, const std::string& otherwise) const
{
    const auto found = values_.find(option);
    return found == values_.end() || found->second.empty() ? otherwise : found->second.back();
}

std::vector<std::string> ToolWords::all(const std::string& option) const
{
    const auto found = values_.find(option);
    return found == values_.end() ? std::vector<std::string>() : found->second;
}

std::vector<std::string> cut_at_commas(const std::string& text)
{
    std::vector<std::string> parts(1);
    for (size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\\' && at + 1 < text.size() && text[at + 1] == ',')
            parts.back() += text[++at];
        else if (text[at] == ',')
            parts.emplace_back();
        else
            parts.back() += text[at];
    }
    return parts;
}

std::pair<std::string, std::string> cut_at_equals(const std::string& place, const std::string& text)
{
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        throw BadInput(place + ": '" + text + "' is not of the form NAME=VALUE");
    return {text.substr(0, equals), text.substr(equals + 1)};
}

}  // namespace hpnsim
