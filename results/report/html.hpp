// SPDX-License-Identifier: GPL-2.0-only
// Makes the pieces of an HTML page. Internal to the report.
#pragma once

#include <string>

namespace hpnsim
{

/// The style sheet of the report.
extern const char* const kReportCss;

/// An SVG file as an element of a page: without its XML header, as wide as its place, every id prefixed so
/// that several may share the page.
std::string inline_svg(const std::string& svg, const std::string& prefix);

}  // namespace hpnsim
