// SPDX-License-Identifier: GPL-2.0-only
// Opens plug-in files with Boost.DLL, and puts the dynamic linker's words into sentences.
#include "plugins/contents.hpp"

#include <boost/core/demangle.hpp>

namespace hpnsim
{

namespace
{

/// Returns what stands between two marks of a text; empty if the first is missing.
std::string between(const std::string& text, const std::string& first, const std::string& last)
{
    const size_t at = text.find(first);
    if (at == std::string::npos) return "";
    const size_t begin = at + first.size();
    return text.substr(begin, text.find(last, begin) - begin);
}

/// Finds the dynamic linker's own words within Boost's.
std::string linker_words(const std::string& text)
{
    const std::string mark = "dlerror system message: ";
    const size_t at = text.find(mark);
    if (at == std::string::npos) return text;
    const size_t end = text.rfind("):");
    return text.substr(at + mark.size(), end == std::string::npos ? end : end - at - mark.size());
}

/// Turns "FILE: cannot ..." into "cannot ...".
std::string without_file(const std::string& words, const std::string& file)
{
    return words.compare(0, file.size() + 2, file + ": ") == 0 ? words.substr(file.size() + 2) : words;
}

std::string explained(const std::string& words, const std::string& file)
{
    const std::string symbol = between(words, "undefined symbol: ", ",");
    if (!symbol.empty())
        return "needs '" + boost::core::demangle(symbol.c_str()) +
               "', which nothing defines: link what has it into the plug-in (-Wl,-z,defs tells at its build)";
    if (words.find("cannot open shared object file") != std::string::npos)
        return "needs the library " + words.substr(0, words.find(':')) + ", which is not found";
    const std::string version = between(words, "version `", "'");
    if (!version.empty()) return "needs " + version + ", which is newer than this system: build it here";
    if (words.find("position-independent executable") != std::string::npos)
        return "is a program, not a shared library: link it with -shared";
    return "cannot be loaded: " + without_file(words, file);
}

}  // namespace

boost::dll::shared_library open_library(const std::string& subject, const std::string& file)
{
    try {
        return boost::dll::shared_library(file, boost::dll::load_mode::rtld_now |
                                                    boost::dll::load_mode::rtld_local);
    } catch (const std::exception& error) {
        throw BadInput(subject + " " + explained(linker_words(error.what()), file));
    }
}

}  // namespace hpnsim
