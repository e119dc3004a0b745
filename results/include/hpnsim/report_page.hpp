// SPDX-License-Identifier: GPL-2.0-only
// A page for people: what happened, in a sentence, and below it warnings, tables, figures, the fabric,
// commands and settings. It is one file that needs no other and no network. What stands on it is told here;
// how it looks and what one can do with it is in results/page, which is compiled in.
#pragma once

#include "hpnsim/graph.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace hpnsim
{

struct TableColumn {
    std::string head;                ///< short, with the unit
    std::string explain;             ///< for a tooltip
    std::vector<std::string> cells;  ///< one per row; "-" for none
    bool left = false;               ///< text, not numbers
};

struct PageTable {
    std::string title, note;
    std::vector<TableColumn> columns;  ///< the first names the rows
    std::vector<std::string> links;    ///< of the rows, relative to the page; empty: none
};

struct PageFigure {
    std::string title;
    Graph graph;
};

struct PageSetting {
    std::string key, value;
    std::string origin;  ///< who has set it; empty: it is the default
};

/// The settings of one run, or of all.
struct PageSettings {
    std::string label;
    std::vector<PageSetting> settings;
};

struct ReportPage {
    std::string title;
    std::string verdict;             ///< what happened, or what won and by how much
    std::vector<std::string> facts;  ///< further sentences
    std::vector<std::string> warnings;
    std::vector<std::string> refused;  ///< what was asked for and not run, with the reason
    std::string origin;                ///< seeds, versions
    std::vector<std::string> commands;
    std::vector<std::string> runs;  ///< labels; the place of each is its colour in every figure
    std::vector<PageTable> tables;
    std::vector<PageFigure> figures;                                  ///< empty ones are left out
    nlohmann::ordered_json fabric = nlohmann::ordered_json::array();  ///< of each run: fabric_view.hpp
    std::vector<PageSettings> settings;

    /// Adds a figure under a title; `name` is that of its element and of its files.
    void add(const std::string& title, const std::string& name, Graph graph);
};

std::string page_text(const ReportPage& page);

/// Writes dir/report.html. Throws BadInput.
void write_page(const ReportPage& page, const std::filesystem::path& dir);

/// Text safe inside an HTML element or a quoted attribute.
std::string html_escape(const std::string& text);

}  // namespace hpnsim
