// SPDX-License-Identifier: GPL-2.0-only
// One gnuplot process draws all figures, each from one script into an SVG and a PNG.
#pragma once

#include "hpnsim/plots.hpp"

namespace hpnsim
{

struct Figure {
    Plot plot;
    int width = 640, height = 400;  ///< SVG pixels; the PNG has twice as many
    std::string data;               ///< named blocks: "$name << EOD"
    std::string script;             ///< run once per terminal
    bool empty() const { return script.empty(); }
};

/// Rows of numbers as a named block of gnuplot.
class DataBlock
{
public:
    explicit DataBlock(const std::string& name) : text_("$" + name + " << EOD\n") {}
    void row(const std::vector<double>& values);
    std::string text() const { return text_ + "EOD\n"; }

private:
    std::string text_;
};

/// Returns the figures whose files are there afterwards; says on stderr which are not.
std::vector<Plot> draw(const std::vector<Figure>& figures, const std::filesystem::path& dir,
                       const std::string& footer);

/// Has gnuplot draw `file` from a script that names it as the output, in the file's folder. Throws
/// PlainFailure with what gnuplot says.
void draw_script(const std::string& script, const std::filesystem::path& file);

}  // namespace hpnsim
