// SPDX-License-Identifier: GPL-2.0-only
// Runs gnuplot, and says in a sentence what went wrong when it fails.
#include "plots/gnuplot.hpp"

#include "files/file_text.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/format.hpp"
#include "plots/style.hpp"

#include <gnuplot-iostream.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <unistd.h>

namespace fs = std::filesystem;

namespace hpnsim
{

namespace
{

constexpr const char* kErrors = "gnuplot-errors.txt";  // what gnuplot has to say; removed when it is empty

// Ignores SIGPIPE, because a gnuplot that dies early must not take the simulator with it.
class IgnoreBrokenPipe
{
public:
    IgnoreBrokenPipe() : before_(std::signal(SIGPIPE, SIG_IGN)) {}
    ~IgnoreBrokenPipe() { std::signal(SIGPIPE, before_ == SIG_ERR ? SIG_DFL : before_); }
    IgnoreBrokenPipe(const IgnoreBrokenPipe&) = delete;
    IgnoreBrokenPipe& operator=(const IgnoreBrokenPipe&) = delete;

private:
    void (*before_)(int);
};

std::string svg_terminal(const Figure& figure)
{
    return "set terminal svg size " + std::to_string(figure.width) + "," + std::to_string(figure.height) +
           " noenhanced font 'DejaVu Sans,10' background 'white' name " + plot_text(figure.plot.name) + "\n";
}

std::string png_terminal(const Figure& figure)
{
    return "set terminal pngcairo size " + std::to_string(2 * figure.width) + "," +
           std::to_string(2 * figure.height) +
           " noenhanced font 'DejaVu Sans,10' fontscale 1.5 linewidth 2 pointscale 2 background 'white'\n";
}

std::string commands(const Figure& figure, const std::string& footer)
{
    const std::string common =
        prelude() + set_footer(footer, figure.width, figure.height) + figure.script + "unset output\n";
    const std::string& name = figure.plot.name;
    return figure.data + svg_terminal(figure) + "set output " + plot_text(name + ".svg") + "\n" + common +
           png_terminal(figure) + "set output " + plot_text(name + ".png") + "\n" + common;
}

/// Quotes a word for the shell, whatever it holds.
std::string quoted(const std::string& word)
{
    std::string out = "'";
    for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

/// Starts gnuplot in the folder, so that it never has to be told the folder's name. It runs without the
/// user's own settings, and in a locale that has the degree sign, which it looks for whether or not it is
/// asked to draw one. If it has no file to draw into, it draws to nowhere instead of our standard output. Its
/// files show whether it has drawn, so its status does not matter.
std::string command(const fs::path& program, const fs::path& dir, const std::string& errors)
{
    return "cd " + quoted(fs::absolute(dir).string()) + " && LC_ALL=C.UTF-8 " + quoted(program.string()) +
           " -d >/dev/null 2>" + quoted(errors) + " || :";
}

bool drawn(const fs::path& file)
{
    std::error_code error;
    const auto size = fs::file_size(file, error);
    return !error && size > 0;
}

/// Returns where PATH has gnuplot; empty: nowhere.
fs::path find_gnuplot()
{
    const char* path = std::getenv("PATH");
    std::istringstream folders(path != nullptr ? path : "");
    for (std::string folder; std::getline(folders, folder, ':');) {
        fs::path program = fs::absolute(fs::path(folder) / "gnuplot");
        if (::access(program.c_str(), X_OK) == 0 && fs::is_regular_file(program)) return program;
    }
    return {};
}

/// Returns the first line of what gnuplot said that holds more than its prompt or a mark below it; empty:
/// there is none.
std::string complaint(const fs::path& file)
{
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);)
        if (line.find_first_not_of(" ^\t") != std::string::npos && line.rfind("gnuplot>", 0) != 0)
            return one_line(line.substr(line.find_first_not_of(" \t"), 200));
    return "";
}

/// Runs gnuplot on these texts. Returns why it could not be run; empty: it has run.
std::string run(const std::vector<std::string>& scripts, const fs::path& dir, const std::string& errors)
{
    try {
        IgnoreBrokenPipe guard;
        gnuplotio::Gnuplot gnuplot(command(find_gnuplot(), dir, errors));
        for (const std::string& script : scripts) gnuplot << script;
        gnuplot.flush();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "";
}

}  // namespace

void DataBlock::row(const std::vector<double>& values)
{
    for (size_t i = 0; i < values.size(); ++i) text_ += (i > 0 ? " " : "") + num(values[i]);
    text_ += '\n';
}

bool gnuplot_found()
{
    return !find_gnuplot().empty();
}

std::vector<Plot> draw(const std::vector<Figure>& figures, const fs::path& dir, const std::string& footer)
{
    std::vector<std::string> scripts;
    for (const Figure& figure : figures) scripts.push_back(commands(figure, footer));
    std::string why = run(scripts, dir, kErrors);
    std::vector<Plot> out;
    for (const Figure& figure : figures) {
        const std::string stem = (dir / figure.plot.name).string();
        if (drawn(stem + ".svg") && drawn(stem + ".png")) out.push_back(figure.plot);
    }
    const fs::path errors = dir / kErrors;
    if (why.empty()) why = complaint(errors);
    std::error_code ignored;
    if (!drawn(errors)) fs::remove(errors, ignored);
    if (out.size() < figures.size())
        std::cerr << "hpnsim: warning: gnuplot drew " << out.size() << " of " << figures.size()
                  << " figures, and the report goes without the others" << (why.empty() ? "" : ": " + why)
                  << "\n";
    return out;
}

void draw_script(const std::string& script, const fs::path& file)
{
    // It draws in a folder of its own, so that an earlier picture stays until there is a new one.
    // Its name is this process's own, because shares of one sweep may draw the same figure.
    const fs::path dir = file.string() + "." + std::to_string(::getpid()) + ".drawing";
    make_folder(dir);
    std::string why = run({script}, dir, kErrors);
    if (why.empty()) why = complaint(dir / kErrors);
    std::error_code error, ignored;
    const bool there = drawn(dir / file.filename());
    if (there) fs::rename(dir / file.filename(), file, error);
    fs::remove_all(dir, ignored);
    if (error) throw BadInput(file.string() + ": " + error.message());
    if (there) return;
    throw PlainFailure("gnuplot did not draw " + file.string() + (why.empty() ? "" : ": " + why));
}

}  // namespace hpnsim
