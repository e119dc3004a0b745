// SPDX-License-Identifier: GPL-2.0-only
// Escapes text for HTML, holds the style of the page, and prepares SVGs to stand in it.
#include "report/html.hpp"

#include "hpnsim/report.hpp"

namespace hpnsim
{

namespace
{

void replace_all(std::string& text, const std::string& from, const std::string& to)
{
    for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
}

}  // namespace

const char* const kReportCss = R"(
:root { color-scheme: light; }
body { font: 15px/1.45 system-ui, "DejaVu Sans", sans-serif; color: #1a1a1a; background: #fff;
       max-width: 1400px; margin: 2rem auto; padding: 0 1.2rem; }
h1 { font-size: 1.5rem; margin-bottom: .3rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
pre { background: #f5f5f5; padding: .7rem .9rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 13px; }
.meta { color: #555; }
table.runs { margin-bottom: 1.2rem; } table.runs th { min-width: 7em; overflow-wrap: anywhere; }
table.runs th:first-child { border-bottom: 1px solid #ddd; white-space: nowrap; }
table { border-collapse: collapse; font-size: 12.5px; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .42rem; text-align: right; border-bottom: 1px solid #ddd; }
th { border-bottom: 2px solid #888; font-weight: 600; vertical-align: bottom; text-align: right; }
th:first-child, td:first-child, .params td { text-align: left; }
.params td { overflow-wrap: anywhere; } .params td:first-child { min-width: 11em; }
.bad { color: #b00020; font-weight: 600; }
figure { margin: 1.4rem 0 2rem; } figure svg { width: 100%; height: auto; }
figure { max-width: 800px; } figure.broad { max-width: 1120px; }
figcaption { color: #444; font-size: 14px; }
summary { cursor: pointer; padding: .2rem 0; }
@media print { details > * { display: block; } }
)";

std::string html_escape(const std::string& text)
{
    std::string out;
    for (char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

std::string inline_svg(const std::string& svg, const std::string& prefix)
{
    const size_t begin = svg.find("<svg");
    if (begin == std::string::npos) return "";
    std::string out = svg.substr(begin);
    for (const std::string id : {"gpPt", "gpDot", "gnuplot_canvas", "textbox", "greybox"}) {
        for (const std::string quote : {"'", "\""})
            replace_all(out, "id=" + quote + id, "id=" + quote + prefix + "_" + id);
        replace_all(out, "#" + id, "#" + prefix + "_" + id);
    }
    return out;
}

}  // namespace hpnsim
