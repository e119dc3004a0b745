// SPDX-License-Identifier: GPL-2.0-only
// Runs a target where there is no libFuzzer: TARGET [-runs=N] FILE|FOLDER... It takes every file, then N
// inputs made of them by seeded random changes, so that every run is the same. The input that ends it is left
// as fuzz-failure. Status 2 means that a word names no input.
#include "fuzz.hpp"

#include "hpnsim/random_streams.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace
{

using Input = std::vector<uint8_t>;
namespace fs = std::filesystem;

constexpr size_t kLongest = 4096;
// A signal handler can reach the input only through a global.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
const Input* current = nullptr;

extern "C" void leave_input(int)
{
    std::ofstream file("fuzz-failure", std::ios::binary);
    file.write(reinterpret_cast<const char*>(current->data()), static_cast<std::streamsize>(current->size()));
}

void run(const Input& input)
{
    current = &input;
    LLVMFuzzerTestOneInput(input.data(), input.size());
}

Input read(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Returns the files at a path; none if it is neither a file nor a folder that holds one.
std::vector<fs::path> files_of(const fs::path& path)
{
    if (fs::is_regular_file(path)) return {path};
    if (!fs::is_directory(path)) return {};
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(path)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

/// Makes one change: a byte, a bit, or a piece that is taken out, doubled, or taken over from another input.
void change(Input& input, const Input& other, uint64_t& chance)
{
    const size_t at = input.empty() ? 0 : hpnsim::next_below(chance, input.size());
    const size_t count = std::min<size_t>(1 + hpnsim::next_below(chance, 16), input.size() - at);
    const auto here = input.begin() + static_cast<std::ptrdiff_t>(at);
    switch (input.empty() ? 4 : hpnsim::next_below(chance, 5)) {
    case 0:
        input[at] = static_cast<uint8_t>(hpnsim::next_below(chance, 256));
        break;
    case 1:
        input[at] ^= static_cast<uint8_t>(1U << hpnsim::next_below(chance, 8));
        break;
    case 2:
        input.erase(here, here + static_cast<std::ptrdiff_t>(count));
        break;
    case 3: {
        const Input piece(here, here + static_cast<std::ptrdiff_t>(count));
        input.insert(here, piece.begin(), piece.end());
        break;
    }
    default: {
        const size_t from = other.empty() ? 0 : hpnsim::next_below(chance, other.size());
        input.resize(at);
        input.insert(input.end(), other.begin() + static_cast<std::ptrdiff_t>(from), other.end());
    }
    }
    if (input.size() > kLongest) input.resize(kLongest);
}

void mutate(const std::vector<Input>& corpus, size_t runs)
{
    uint64_t chance = hpnsim::stream_of(1, hpnsim::StreamKind{1}, 1);
    for (size_t i = 0; i < runs; ++i) {
        Input input = corpus[hpnsim::next_below(chance, corpus.size())];
        for (uint64_t changes = 1 + hpnsim::next_below(chance, 8); changes > 0; --changes)
            change(input, corpus[hpnsim::next_below(chance, corpus.size())], chance);
        run(input);
    }
}

}  // namespace

int main(int argc, char** argv)
{
    std::vector<Input> corpus;
    size_t runs = 0;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word.compare(0, 6, "-runs=") == 0) {
            runs = std::stoul(word.substr(6));
            continue;
        }
        const std::vector<fs::path> files = files_of(word);
        if (files.empty()) {
            std::cerr << "fuzz: there is no input at " << word << '\n';
            return 2;
        }
        for (const fs::path& path : files) corpus.push_back(read(path));
    }
    if (corpus.empty()) corpus.emplace_back();
    std::signal(SIGABRT, leave_input);
    for (const Input& input : corpus) run(input);
    mutate(corpus, runs);
    std::cout << corpus.size() << " files and " << runs << " changed ones\n";
    return 0;
}
