// SPDX-License-Identifier: GPL-2.0-only
// Makes and removes folders, and writes scripts.
#include "scratch.hpp"

#include <atomic>
#include <fstream>
#include <unistd.h>

namespace hpnsim::test
{

namespace fs = std::filesystem;

namespace
{

constexpr const char* kHead = R"(#!/bin/bash
while [ $# -gt 0 ]; do
    case $1 in
    --out) OUT=$2 ;;
    --senders) SENDERS=$2 ;;
    --seed) SEED=$2 ;;
    esac
    shift
done
found() { mkdir -p "$OUT/runs/cc"; echo "{$1}" >"$OUT/runs/cc/summary.json"; }
)";

}  // namespace

Scratch::Scratch()
{
    static std::atomic<int> count{0};
    path_ = fs::temp_directory_path() /
            ("hpnsim-studies-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    fs::create_directories(bin());
}

Scratch::~Scratch()
{
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

void Scratch::write(const std::string& name, const std::string& text) const
{
    std::ofstream(path_ / name) << text;
}

void Scratch::program(const std::string& name, const std::string& script) const
{
    std::ofstream(bin() / name) << kHead << script << "\n";
    fs::permissions(bin() / name, fs::perms::owner_all);
}

}  // namespace hpnsim::test
