// SPDX-License-Identifier: GPL-2.0-only
// Loads files that are no plug-ins, and plug-ins that are damaged: each is one sentence, and none takes the
// host along. The files are loaded in this very process.
#include "hpnsim/plugin_files.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace hpnsim;
namespace fs = std::filesystem;

namespace
{

const fs::path kSamples = HPNSIM_SAMPLES;

std::string read(const fs::path& file)
{
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

/// Makes a file of this test case's own.
class Scratch
{
public:
    Scratch() : path_(fs::path(testing::TempDir()) / ("plugin-" + std::to_string(getpid()) + ".so")) {}
    ~Scratch() { fs::remove(path_); }
    const std::string& write(const std::string& bytes)
    {
        std::ofstream(path_, std::ios::binary) << bytes;
        return path_;
    }

private:
    std::string path_;
};

/// Returns what is said of the file after its name.
std::string complaint(const std::string& file)
{
    try {
        load_plugin("--plugin", file);
    } catch (const BadInput& error) {
        std::string text = error.what();
        const std::string head = "--plugin: '" + file + "'";
        EXPECT_EQ(text.find('\n'), std::string::npos) << text;
        if (text.compare(0, head.size(), head) != 0) return text;
        return text.substr(text.find_first_not_of(": ", head.size()));
    }
    return "accepted";
}

void expect_complaint(const std::string& name, const std::string& begins)
{
    EXPECT_EQ(complaint(kSamples / (name + ".so")).substr(0, begins.size()), begins) << name;
}

/// Copies the sample with one number of its ELF header changed.
std::string patched(size_t offset, uint16_t value)
{
    std::string bytes = read(kSamples / "libsample.so");
    bytes[offset] = static_cast<char>(value & 255);
    bytes[offset + 1] = static_cast<char>(value >> 8);
    return bytes;
}

/// Loads the file in a process of its own, and returns how that ends: 0 loaded, 2 refused, else crashed.
int loaded_apart(const std::string& file)
{
    const pid_t child = fork();
    if (child == 0) {
        try {
            load_plugin("--plugin", file);
        } catch (const BadInput&) {
            _exit(2);
        }
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

TEST(BadPlugin, WrongInsideIsOneSentence)
{
    const std::string gaps = "is broken: its table of functions has gaps";
    const std::string measure = "asks for a state or parameters of a size or alignment beyond all measure";
    for (const auto& [name, sentence] : std::vector<std::pair<std::string, std::string>>{
             {"NAME_WITH_COMMA", "calls its algorithm 'a,b': a name has letters, digits, '.', '-' and '_'"},
             {"NAME_OF_BUILT_IN", "holds 'fixed', a name that is built in: give it another"},
             {"NO_DOC", "is broken: it declares a text or function that is missing"},
             {"DEFAULT_OUT_OF_RANGE", "declares the parameter 'gain' with a default outside its own range"},
             {"PRESET_OF_NO_KEY", "preset 'old': 'broken' has no key 'gian'; the nearest is 'gain'"},
             {"NO_START", gaps},
             {"NO_INFO", gaps},
             {"HUGE_STATE", measure},
             {"ODD_ALIGNMENT", measure},
             {"WILD_POINTER", "is broken: "},
             {"OTHER_ABI", "was built for ABI 2 of hpnsim, this one has 1: see docs/add-a-cc.md"},
             {"OTHER_MAGIC", "has a symbol of hpnsim's plug-ins that HPNSIM_CC, HPNSIM_PATH or"},
             {"OTHER_TABLE", "was built against other headers of hpnsim (interface "},
             {"NO_TABLE", "is broken: it has no table of functions"},
             {"NO_SYMBOL", "is no plug-in: its source has no line HPNSIM_CC(...)"},
             {"ABORTS", "is broken: loading it crashes (Aborted)"},
             {"STATE_ABORTS", "is broken: loading it crashes (Aborted)"},
             {"EXITS", "is broken: loading it ends the program"},
             {"UNDEFINED", "needs 'elsewhere::missing(int)', which nothing defines: link what has it"},
             {"needs_gone", "needs the library libgone.so, which is not found"}})
        expect_complaint(name, sentence);
}

TEST(BadPlugin, OneThatThrowsWhileItLoads)
{
    EXPECT_NE(complaint(kSamples / "THROWS.so"), "accepted");
}

/// A field in the padding or in another place leaves every size as it was, and is noticed; a comment changes
/// nothing.
TEST(BadPlugin, BuiltAgainstOtherHeaders)
{
    expect_complaint("stale_padding", "was built against other headers of hpnsim (interface ");
    expect_complaint("stale_order", "was built against other headers of hpnsim (interface ");
    EXPECT_EQ(loaded_apart(kSamples / "stale_comment.so"), 0);
}

TEST(BadPlugin, NotAFileThatCanBeLoaded)
{
    Scratch scratch;
    EXPECT_EQ(complaint(kSamples), "is a folder; name a file, or put the folder into the plug-in path");
    EXPECT_EQ(complaint("/dev/zero"), "is not a file that can be loaded");
    EXPECT_EQ(complaint(kSamples / "libsampel.so"),
              "--plugin: there is no file '" + (kSamples / "libsampel.so").string() + "'; the nearest is '" +
                  (kSamples / "libsample.so").string() + "'");
    EXPECT_EQ(complaint("/nowhere/at/all.so"), "--plugin: there is no file '/nowhere/at/all.so'");
    EXPECT_EQ(complaint(scratch.write("")), "is empty");
    EXPECT_EQ(complaint(scratch.write("#include \"hpnsim/cc.hpp\"\n")),
              "is not a shared library: it is no ELF file");
    EXPECT_EQ(complaint("/proc/self/exe"), complaint("/proc/self/exe"));
    EXPECT_NE(complaint("/proc/self/exe"), "accepted");
}

TEST(BadPlugin, AFifoIsNotWaitedFor)
{
    const std::string fifo = testing::TempDir() + "/plugin-fifo-" + std::to_string(getpid());
    ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
    EXPECT_EQ(complaint(fifo), "is not a file that can be loaded");
    fs::remove(fifo);
}

TEST(BadPlugin, Unreadable)  // root reads everything, so nobody tries
{
    Scratch scratch;
    const std::string& file = scratch.write(read(kSamples / "libsample.so"));
    fs::permissions(file, fs::perms::none);
    const pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && setuid(65534) != 0) _exit(3);
        _exit(complaint(file) == "cannot be read" ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
}

TEST(BadPlugin, OfAnotherMachineOrKind)  // ELF: class at 4, byte order at 5, type at 16, machine at 18
{
    Scratch scratch;
    EXPECT_EQ(complaint(scratch.write(patched(18, 243))).substr(0, 23), "is built for RISC-V: bu");
    EXPECT_EQ(complaint(scratch.write(patched(4, 0x0101))).substr(0, 40),
              "is built for a machine of another word s");
    EXPECT_EQ(complaint(scratch.write(patched(4, 0x0202))).substr(0, 40),
              "is built for a machine of another byte o");
    EXPECT_EQ(complaint(scratch.write(patched(16, 1))),
              "is an object file: link it into a shared library (-shared)");
    EXPECT_EQ(complaint(scratch.write(patched(16, 2))), "is not a shared library: link it with -shared");
}

TEST(BadPlugin, TruncatedAnywhere)
{
    Scratch scratch;
    const std::string whole = read(kSamples / "libsample.so");
    for (size_t size = 4; size < whole.size(); size += size < 512 ? 1 : whole.size() / 300 + 1)
        ASSERT_EQ(complaint(scratch.write(whole.substr(0, size))).substr(0, 16), "is truncated: it") << size;
    ASSERT_EQ(complaint(scratch.write(whole.substr(0, whole.size() - 1))).substr(0, 16), "is truncated: it");
}

/// Bytes are changed or blanked at random: the file is refused or loaded, and never crashes the host.
TEST(BadPlugin, DamagedAnywhere)
{
    Scratch scratch;
    const std::string whole = read(kSamples / "libsample.so");
    std::mt19937 random(1);
    int refused = 0;
    for (int i = 0; i < 200; ++i) {
        std::string bytes = whole;
        const size_t at = random() % bytes.size(), length = i % 2 == 0 ? 1 : 64 << i % 7;
        for (size_t k = at; k < std::min(at + length, bytes.size()); ++k)
            bytes[k] = static_cast<char>(i % 4 < 2 ? random() : 0);
        const int status = loaded_apart(scratch.write(bytes));
        ASSERT_TRUE(status == 0 || status == 2) << i << ": " << status;
        refused += status == 2 ? 1 : 0;
    }
    EXPECT_GT(refused, 20);
}
