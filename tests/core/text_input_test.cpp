// SPDX-License-Identifier: GPL-2.0-only
// Tests how texts that users name are read: what is refused, and that nothing is waited for without end.
#include "hpnsim/bad_input.hpp"
#include "hpnsim/text_input.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace hpnsim;

namespace
{

class TextInputTest : public testing::Test
{
protected:
    TextInputTest()
    {
        std::string name = testing::TempDir() + "text_input_XXXXXX";
        folder_ = mkdtemp(name.data());
    }
    ~TextInputTest() override { std::filesystem::remove_all(folder_); }

    std::string file(const std::string& text)
    {
        std::ofstream(folder_ + "/t.txt", std::ios::binary) << text;
        return folder_ + "/t.txt";
    }
    std::string fifo()
    {
        mkfifo((folder_ + "/fifo").c_str(), 0600);
        return folder_ + "/fifo";
    }
    /// Returns the sentence about `path`, with F for its name.
    static std::string error_of(const std::string& path, const TextLimits& limits = quick())
    {
        try {
            read_text("--x", path, limits);
        } catch (const BadInput& error) {
            std::string sentence = error.what();
            const size_t at = sentence.find(path);
            return at == std::string::npos ? sentence : sentence.replace(at, path.size(), "F");
        }
        return "";
    }
    static TextLimits quick()
    {
        TextLimits limits;
        limits.writer = std::chrono::milliseconds(100);
        limits.silence = std::chrono::milliseconds(300);
        return limits;
    }

    std::string folder_;
};

TEST_F(TextInputTest, EndsOfLinesAndMarks)
{
    EXPECT_EQ(read_text("--x", file("a b\r\nc\r\n")), "a b\nc\n");
    EXPECT_EQ(read_text("--x", file("a\rb\r")), "a\nb\n");
    EXPECT_EQ(read_text("--x", file("\xef\xbb\xbf"
                                    "2\n")),
              "2\n");
    EXPECT_EQ(read_text("--x", file("")), "");
    std::string large;
    for (int i = 0; i < 40'000; ++i) large += "\r\n" + std::to_string(i);  // pairs across blocks
    std::string plain = large;
    plain.erase(std::remove(plain.begin(), plain.end(), '\r'), plain.end());
    EXPECT_EQ(read_text("--x", file(large)), plain);
}

TEST_F(TextInputTest, WhatIsNoTextIsRefused)
{
    EXPECT_EQ(error_of(file(std::string("ab\n\0c", 5))), "F:2: a NUL byte: this is no text");
    EXPECT_EQ(error_of(file("\xff\xfe"
                            "a")),
              "--x: 'F' is UTF-16; save it as UTF-8, or plain ASCII");
    EXPECT_EQ(error_of(folder_), "--x: 'F' is a folder, and a file is needed");
    EXPECT_EQ(error_of("/dev/zero"), "--x: 'F' is a device; only files and pipes can be read");
    EXPECT_EQ(error_of("/dev/urandom"), "--x: 'F' is a device; only files and pipes can be read");
    EXPECT_EQ(error_of("/nowhere/x"), "--x: there is no file 'F'");
    EXPECT_EQ(error_of("/proc/self/mem"), "--x: 'F' cannot be read (Input/output error)");
    EXPECT_EQ(read_text("--x", "/dev/null"), "");
}

TEST_F(TextInputTest, AMissingFileHasANearestOne)
{
    const std::string there = file("");
    EXPECT_EQ(error_of(folder_ + "/tt.txt"), "--x: there is no file 'F'; the nearest is '" + there + "'");
}

TEST_F(TextInputTest, SizesAreBounded)
{
    TextLimits limits = quick();
    limits.bytes = 1000;
    limits.line_bytes = 100;
    EXPECT_EQ(error_of(file(std::string(1001, '\n')), limits),
              "--x: 'F' is larger than 1000 bytes, the most that is read");
    EXPECT_EQ(error_of(file("1\n" + std::string(101, 'a')), limits),
              "F:2: the line is longer than 100 bytes: this is no text");
    EXPECT_EQ(error_of(file(std::string(1000, '\n')), limits), "");
    const std::string sparse = file("");
    std::filesystem::resize_file(sparse, 500'000'000);
    EXPECT_EQ(error_of(sparse), "--x: 'F' is larger than 256 MiB, the most that is read");
    std::filesystem::resize_file(sparse, 200'000'000);
    EXPECT_EQ(error_of(sparse), "F:1: a NUL byte: this is no text");
}

TEST_F(TextInputTest, APipeIsReadToItsEnd)
{
    const std::string path = fifo();
    std::string text;
    for (int i = 0; i < 50'000; ++i) text += std::to_string(i) + "\n";  // more than a pipe holds
    std::thread writer([&] { std::ofstream(path) << text; });
    EXPECT_EQ(read_text("--x", path), text);
    writer.join();
}

TEST_F(TextInputTest, APipeWithoutAWriterIsGivenUp)
{
    EXPECT_EQ(error_of(fifo()), "--x: 'F' is a pipe that nobody writes to: no writer came within 0.1 s");
    const int silent = open(fifo().c_str(), O_RDWR);
    EXPECT_EQ(error_of(fifo()), "--x: 'F' is a pipe whose writer has written nothing for 0.3 s");
    close(silent);
}

/// A shell's <(...) gives such pipes: the writer may have gone before the name is opened.
TEST_F(TextInputTest, InheritedPipesAreReadWhereTheyStand)
{
    for (const std::string text : {"1\n2\n", ""}) {
        int ends[2];
        ASSERT_EQ(pipe(ends), 0);
        ASSERT_EQ(write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
        close(ends[1]);
        EXPECT_EQ(read_text("--x", "/dev/fd/" + std::to_string(ends[0]), quick()), text);
        close(ends[0]);
    }
}

TEST_F(TextInputTest, APipeWithoutEndIsGivenUp)
{
    const std::string path = fifo();
    TextLimits limits = quick();
    limits.bytes = 1 << 20;
    std::thread writer([&] {
        signal(SIGPIPE, SIG_IGN);
        std::ofstream out(path);
        while (out << "1 2 3\n") continue;
    });
    EXPECT_EQ(error_of(path, limits), "--x: 'F' is larger than 1 MiB, the most that is read");
    writer.join();
}

TEST(TextLines, SkipsCommentsAndBlanks)
{
    std::istringstream in("# head\n\n  // more\na b # tail\nc//d\n");
    TextLines lines(in, "t");
    std::vector<std::string> words;
    ASSERT_TRUE(lines.next(words));
    EXPECT_EQ(words, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(lines.place(), "t:4");
    ASSERT_TRUE(lines.next(words));
    EXPECT_EQ(words, std::vector<std::string>{"c"});
    EXPECT_FALSE(lines.next(words));
}

TEST(TextLines, SaysWhatIsLeftOut)
{
    const auto left = [](const std::string& text) {
        std::istringstream in(text);
        return TextLines(in, "t").leave_out_rest("flow 2");
    };
    EXPECT_EQ(left("\n\n# x\n"), "");
    EXPECT_EQ(left("\nFirst line: flow #\n"),
              "t:2: a line is left out that follows flow 2: 'First line: flow #'");
    EXPECT_EQ(left("a  b\n\nc\nd\n"), "t:1: 3 lines are left out that follow flow 2: 'a  b' and so on");
    EXPECT_LT(left(std::string(200, 'x')).size(), 150U);
    EXPECT_THROW(left(std::string(300, 'x')), BadInput);
}

}  // namespace
