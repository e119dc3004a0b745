// SPDX-License-Identifier: GPL-2.0-only
// Figures of ports, from a queues.csv written by hand.
#include "hpnsim/columns.hpp"
#include "scratch.hpp"
#include "store/port_figures.hpp"

#include <gtest/gtest.h>

namespace hpnsim
{
namespace
{

std::string line_of(const PortRow& row)
{
    std::string line;
    for (const auto& column : port_columns()) line += (line.empty() ? "" : ",") + column.get(row);
    return line + "\n";
}

std::string queues_csv()
{
    std::string text;
    for (const auto& column : port_columns()) text += (text.empty() ? "" : ",") + std::string(column.name);
    text += "\n";
    PortRow row;
    row.name = "a";
    row.tier = "tor";
    row.role = "up";
    row.rate = {100'000'000'000};
    row.bytes = 3000;
    row.utilisation = 0.5;
    row.peak_queue = 700;
    row.mean_queue = 20;
    row.drops = 1;
    row.pfc_paused = {2'000'000};
    text += line_of(row);
    row.bytes = 1000;
    row.utilisation = 0.25;
    row.mean_queue = 40;
    row.peak_queue = 500;
    text += line_of(row);
    row.role = "host";
    row.bytes = 9;
    return text + line_of(row);
}

TEST(PortFigures, AreSumsAndExtremesByTierAndRole)
{
    const test::Scratch scratch;
    scratch.write("queues.csv", queues_csv());
    scratch.write("summary.json", "{}");
    std::map<std::string, double> found;
    for (const auto& [name, value] : port_figures(RunFolder(scratch.path())))
        found[name] = std::get<double>(value);
    EXPECT_EQ(found.at("ports_tor_up_count"), 2);
    EXPECT_EQ(found.at("ports_tor_up_bytes"), 4000);
    EXPECT_EQ(found.at("ports_tor_up_bytes_max_over_mean"), 1.5);
    EXPECT_EQ(found.at("ports_tor_up_utilisation_max"), 0.5);
    EXPECT_EQ(found.at("ports_tor_up_utilisation_mean"), 0.375);
    EXPECT_EQ(found.at("ports_tor_up_peak_queue_bytes"), 700);
    EXPECT_EQ(found.at("ports_tor_up_mean_queue_bytes_max"), 40);
    EXPECT_EQ(found.at("ports_tor_up_mean_queue_bytes_mean"), 30);
    EXPECT_EQ(found.at("ports_tor_up_drops"), 2);
    EXPECT_EQ(found.at("ports_tor_up_pfc_paused_us"), 4);
    EXPECT_EQ(found.at("ports_tor_host_bytes"), 9);
    EXPECT_EQ(found.count("ports_tor_up_imbalance"), 0U);  // nobody has counted the idle ports
}

/// 3000 bytes over the mean of 4000 on eight ports, six of which have no row.
TEST(PortFigures, ImbalanceCountsIdlePorts)
{
    const test::Scratch scratch;
    scratch.write("queues.csv", queues_csv());
    scratch.write("summary.json", R"({"ports": {"tor_up": {"all": 40, "used": 2, "beside_used": 8}}})");
    std::map<std::string, double> found;
    for (const auto& [name, value] : port_figures(RunFolder(scratch.path())))
        found[name] = std::get<double>(value);
    EXPECT_EQ(found.at("ports_tor_up_imbalance"), 6);
    EXPECT_EQ(found.at("ports_tor_up_bytes_max_over_mean"), 1.5);
    EXPECT_EQ(found.count("ports_tor_host_imbalance"), 0U);
}

}  // namespace
}  // namespace hpnsim
