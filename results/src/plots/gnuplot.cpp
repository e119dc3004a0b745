// SPDX-License-Identifier: GPL-2.0-only
#include "plots/gnuplot.hpp"

#include "hpnsim/format.hpp"
#include "plots/style.hpp"

#include <gnuplot-iostream.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <unistd.h>

namespace fs = std::filesystem;

namespace hpnsim
{

namespace
{

// A gnuplot that dies early must not take the simulator with it.
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

std::string commands(const Figure& figure, const fs::path& dir, const std::string& footer)
{
    const std::string common =
        prelude() + set_footer(footer, figure.width, figure.height) + figure.script + "unset output\n";
    const std::string stem = (dir / figure.plot.name).string();
    return figure.data + svg_terminal(figure) + "set output " + plot_text(stem + ".svg") + "\n" + common +
           png_terminal(figure) + "set output " + plot_text(stem + ".png") + "\n" + common;
}

bool drawn(const fs::path& file)
{
    std::error_code error;
    const auto size = fs::file_size(file, error);
    return !error && size > 0;
}

}  // namespace

void DataBlock::row(const std::vector<double>& values)
{
    for (size_t i = 0; i < values.size(); ++i) text_ += (i > 0 ? " " : "") + num(values[i]);
    text_ += '\n';
}

bool gnuplot_found()
{
    const char* path = std::getenv("PATH");
    std::istringstream folders(path != nullptr ? path : "");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (::access((fs::path(folder) / "gnuplot").c_str(), X_OK) == 0) return true;
    return false;
}

std::vector<Plot> draw(const std::vector<Figure>& figures, const fs::path& dir, const std::string& footer)
{
    {
        IgnoreBrokenPipe guard;
        gnuplotio::Gnuplot gnuplot("gnuplot");
        for (const Figure& figure : figures) gnuplot << commands(figure, dir, footer);
        gnuplot.flush();
    }
    std::vector<Plot> out;
    for (const Figure& figure : figures) {
        const std::string stem = (dir / figure.plot.name).string();
        if (drawn(stem + ".svg") && drawn(stem + ".png"))
            out.push_back(figure.plot);
        else
            std::cerr << "hpnsim: warning: gnuplot did not draw " << stem << ".svg and .png\n";
    }
    return out;
}

}  // namespace hpnsim
