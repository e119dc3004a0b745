// SPDX-License-Identifier: GPL-2.0-only
// Starts a binary by the shell, and collects its output and exit status.
#include "command.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>

namespace hpnsim::test
{

namespace fs = std::filesystem;

namespace
{

void replace_all(std::string& text, const std::string& from, const std::string& to)
{
    for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
}

}  // namespace

Ran run(const std::string& line)
{
    return shell("@BIN/" + line);
}

Ran shell(const std::string& script)
{
    std::string command = script;
    replace_all(command, "@DATA", HPNSIM_TEST_DATA);
    replace_all(command, "@BIN", HPNSIM_BIN);
    const Folder folder;
    const std::string out = folder.path() / "out", err = folder.path() / "err";
    command = "{ " + command + "; } >" + out + " 2>" + err + " </dev/null";
    const int raw = std::system(command.c_str());
    return {WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw), read(out), read(err)};
}

std::string read(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + file.string());
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

nlohmann::json summary(const fs::path& out, const std::string& label)
{
    return nlohmann::json::parse(read(out / "runs" / label / "summary.json"));
}

std::vector<std::string> rows(const fs::path& file)
{
    std::istringstream in(read(file));
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);)
        if (line.empty() || line[0] != '#') all.push_back(line);
    return all;
}

Folder::Folder()
{
    std::string name = fs::temp_directory_path() / "hpnsim-test-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    path_ = name;
}

Folder::~Folder()
{
    fs::remove_all(path_);
}

}  // namespace hpnsim::test
