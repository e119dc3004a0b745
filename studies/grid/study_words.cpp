// SPDX-License-Identifier: GPL-2.0-only
// Reads a study from the words of a command line.
#include "grid/axes.hpp"

#include "hpnsim/bad_input.hpp"

namespace hpnsim
{

namespace
{

/// Takes one option, and its value from the next word unless it stands in this one. Returns how many words it
/// took.
size_t take_option(AxisBuilder& axes, const std::vector<std::string>& words, size_t at)
{
    std::string word = words[at];
    if (word.size() > 1 && word[0] == '-' && word[1] != '-') {
        const std::string name = axes.name_of_letter(word[1]);
        if (!name.empty())
            word = "--" + name + (word.size() > 2 ? "=" + word.substr(word[2] == '=' ? 3 : 2) : "");
    }
    if (word.compare(0, 1, "-") != 0 && !axes.bare().empty()) {
        axes.add(word, axes.bare(), word);
        return 1;
    }
    if (word.compare(0, 2, "--") != 0 || word.size() == 2)
        throw BadInput("'" + words[at] + "' is not expected here; options are written --name value");
    const size_t equals = word.find('=');
    const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    if (equals != std::string::npos) {
        axes.add("--" + name, name, word.substr(equals + 1));
        return 1;
    }
    if (axes.stands_alone(name) || !axes.known(name)) {
        axes.add("--" + name, name, "true");
        return 1;
    }
    if (at + 1 == words.size() || words[at + 1].compare(0, 2, "--") == 0)
        throw BadInput("--" + name + " needs a value, or several");
    axes.add("--" + name, name, words[at + 1]);
    return 2;
}

}  // namespace

Study study_of_words(const std::vector<std::string>& words)
{
    if (words.empty()) throw BadInput("name a scenario and its options, or a file of them");
    check_scenario("", words[0]);
    AxisBuilder axes(words[0]);
    for (size_t at = 1; at < words.size();) at += take_option(axes, words, at);
    return {words[0], {{"", axes.finish()}}};
}

}  // namespace hpnsim
