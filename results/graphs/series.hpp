// SPDX-License-Identifier: GPL-2.0-only
// The panels of a graph as commands of gnuplot: data blocks, and what follows "plot".
#pragma once

#include "graphs/axes.hpp"

#include <map>
#include <string>

namespace hpnsim
{

/// How each label looks: its place in the order, its colour and what stands for it.
class Looks
{
public:
    Looks(const Graph& graph, const GraphLook& look);
    /// In the order of the legend.
    const std::vector<std::string>& labels() const { return labels_; }
    std::string shown(const std::string& label) const;
    std::string line(const std::string& label) const;
    std::string aside(const std::string& label) const;  ///< grey, and told apart by dashes
    std::string dots(const std::string& label) const;
    std::string marks(const std::string& label) const;  ///< and intervals, whose lines have no dashes
    std::string span(const std::string& label) const;
    std::string fill(const std::string& label) const;
    std::string band(const std::string& label) const;
    /// Its place among all labels.
    size_t place(const std::string& label) const;

private:
    std::string colour_of(const std::string& label) const;
    std::vector<std::string> labels_, asides_;
    std::map<std::string, std::string> names_, colours_;
};

/// What a panel needs to be drawn.
struct PanelScript {
    std::string data;   ///< named blocks
    std::string plots;  ///< after "plot": empty if nothing is to be drawn
};

/// `number` makes the names of the blocks unique. Titles are left to legend_entries().
PanelScript panel_script(const GraphPanel& panel, size_t number, const Looks& looks, bool with_zero);

/// Entries of the legend, for labels and for what stands aside: ", keyentry ...".
std::string legend_entries(const std::vector<const GraphPanel*>& panels, const Looks& looks);
/// The texts of these entries.
std::vector<std::string> legend_texts(const std::vector<const GraphPanel*>& panels, const Looks& looks);

}  // namespace hpnsim
