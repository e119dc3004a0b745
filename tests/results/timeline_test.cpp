// SPDX-License-Identifier: GPL-2.0-only
// Tests what timelines hold, that their slices nest, and that they are whole JSON whatever happens.
#include "hpnsim/timeline.hpp"

#include "hpnsim/bad_input.hpp"
#include "samples.hpp"
#include "timeline_rules.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <random>
#include <sys/resource.h>

namespace hpnsim
{
namespace
{

using test::ShownTimeline;
using test::TempFolder;
using test::text_of;

const TimelineTrack kSends{1, "sends"}, kComputes{0, "compute"};

TimelineSlice slice(const std::string& name, Time start, Time end)
{
    return {name, "test", start, end, {}};
}

TEST(Timeline, IsWrittenAsChromeHasIt)
{
    const TempFolder folder;
    {
        TimelineFile file(folder / "a/t.json", {{"command", "incast"}});
        Timeline timeline(file);
        timeline.add_process(3, "rank 3");
        TimelineSlice sent = slice("send to 5", nanoseconds(1500), picoseconds(2'000'600));
        sent.args.add("bytes", 4096).add("why", std::string("a \"b\""));
        const auto row = timeline.draw(3, kSends, sent);
        ASSERT_TRUE(row);
        timeline.arrow(*row, sent, *row, sent);
        file.finish();
    }
    EXPECT_EQ(text_of(folder / "a/t.json"),
              R"({"displayTimeUnit":"ns","otherData":{"command":"incast"},"traceEvents":[
{"ph":"M","name":"process_name","pid":3,"args":{"name":"rank 3"}},
{"ph":"M","name":"process_sort_index","pid":3,"args":{"sort_index":3}},
{"ph":"M","name":"thread_name","pid":3,"tid":4,"args":{"name":"sends"}},
{"ph":"M","name":"thread_sort_index","pid":3,"tid":4,"args":{"sort_index":1048576}},
{"ph":"X","name":"send to 5","cat":"test","ts":1.500,"dur":0.500,"pid":3,"tid":4,"args":{"bytes":4096,"why":"a \"b\""}},
{"ph":"s","name":"message","cat":"test","id":1,"ts":1.500,"pid":3,"tid":4},
{"ph":"f","bp":"e","name":"message","cat":"test","id":1,"ts":1.999,"pid":3,"tid":4}
]}
)");
}

/// Many slices at random, in the order of their ends: no row holds two that overlap, and there are as many
/// rows as slices at once.
TEST(Timeline, OverlappingSlicesStandInRowsOfTheirOwn)
{
    const TempFolder folder;
    TimelineFile file(folder / "t.json", {});
    Timeline timeline(file);
    timeline.add_process(0, "rank 0");
    std::mt19937 random(7);
    std::vector<std::pair<int64_t, int64_t>> all;  // end, start
    for (int i = 0; i < 2000; ++i) {
        const auto start = static_cast<int64_t>(random() % 1'000'000);
        all.emplace_back(start + static_cast<int64_t>(random() % 5000), start);
    }
    std::sort(all.begin(), all.end());
    for (const auto& [end, start] : all) timeline.draw(0, kSends, slice("x", Time{start}, Time{end}));
    file.finish();
    const ShownTimeline shown = test::shown(text_of(folder / "t.json"));
    EXPECT_EQ(shown.faults, std::vector<std::string>());
    EXPECT_EQ(shown.slices.size(), all.size());
    std::map<std::string, int> rows;
    for (const auto& each : shown.slices) ++rows[each.row];
    size_t most = 0;
    for (const auto& [end, start] : all)
        most = std::max(
            most, static_cast<size_t>(std::count_if(all.begin(), all.end(), [at = start](const auto& other) {
                return other.second <= at && at < other.first;
            })));
    EXPECT_EQ(rows.size(), most);
}

/// Slices that touch within a nanosecond share a row, and still touch as viewers round them.
TEST(Timeline, PicosecondsDoNotOverlap)
{
    const TempFolder folder;
    TimelineFile file(folder / "t.json", {});
    Timeline timeline(file);
    timeline.add_process(0, "rank 0");
    for (int64_t i = 0; i < 50; ++i)
        timeline.draw(0, kSends, slice("x", Time{10'600 + i * 5'600}, Time{10'600 + (i + 1) * 5'600}));
    file.finish();
    const ShownTimeline shown = test::shown(text_of(folder / "t.json"));
    EXPECT_EQ(shown.faults, std::vector<std::string>());
    EXPECT_EQ(shown.count("sends"), 50U);
    for (size_t i = 1; i < shown.slices.size(); ++i)
        EXPECT_EQ(shown.slices[i].start, shown.slices[i - 1].end);
}

TEST(Timeline, ShowsOnlyProcessesThatWereAdded)
{
    const TempFolder folder;
    TimelineFile file(folder / "t.json", {});
    Timeline timeline(file);
    timeline.add_process(1, "rank 1");
    timeline.add_process(2, "rank 2");
    EXPECT_FALSE(timeline.draw(0, kSends, slice("x", {}, nanoseconds(5))));
    EXPECT_TRUE(timeline.draw(1, kSends, slice("x", {}, nanoseconds(5))));
    EXPECT_TRUE(timeline.draw(1, kComputes, slice("x", {}, nanoseconds(5))));
    file.finish();
    const std::string text = text_of(folder / "t.json");
    EXPECT_EQ(test::shown(text).slices.size(), 2U);
    EXPECT_EQ(text.find("rank 2"), std::string::npos);  // it did nothing
}

TEST(Timeline, StaysJsonWithAnyName)
{
    const TempFolder folder;
    const std::string name = "\"quoted\" \\ \n\t\x01 \xff\xfe \xe2\x86\x92";
    TimelineFile file(folder / "t.json", {{"command", name}});
    Timeline timeline(file);
    timeline.add_process(0, name);
    timeline.draw(0, {0, name}, slice(name, {}, nanoseconds(5)));
    file.finish();
    const ShownTimeline shown = test::shown(text_of(folder / "t.json"));
    ASSERT_EQ(shown.slices.size(), 1U);
    EXPECT_EQ(shown.slices[0].name, "\"quoted\" \\ \n\t\x01 \xef\xbf\xbd\xef\xbf\xbd \xe2\x86\x92");
    EXPECT_EQ(shown.slices[0].process, shown.slices[0].name);
}

TEST(Timeline, IsWholeAfterEveryWrite)
{
    const TempFolder folder;
    TimelineFile::Limits limits;
    limits.waiting = 0;
    TimelineFile file(folder / "t.json", {}, limits);
    EXPECT_EQ(test::shown(text_of(folder / "t.json")).slices.size(), 0U);
    Timeline timeline(file);
    timeline.add_process(0, "rank 0");
    for (size_t i = 1; i < 5; ++i) {
        timeline.draw(0, kSends, slice("x", {}, nanoseconds(5)));
        EXPECT_EQ(test::shown(text_of(folder / "t.json")).slices.size(), i);
    }
}

TEST(Timeline, WhatWaitsIsWrittenWhenNobodyFinishes)
{
    const TempFolder folder;
    {
        TimelineFile file(folder / "t.json", {});
        Timeline timeline(file);
        timeline.add_process(0, "rank 0");
        timeline.draw(0, kSends, slice("x", {}, nanoseconds(5)));
    }
    EXPECT_EQ(test::shown(text_of(folder / "t.json")).slices.size(), 1U);
}

TEST(Timeline, EndsForGoodWhenThereIsNoRoom)
{
    const TempFolder folder;
    TimelineFile::Limits limits;
    limits.events = 10;
    TimelineFile file(folder / "t.json", {}, limits);
    Timeline timeline(file);
    timeline.add_process(0, "rank 0");
    for (int i = 0; i < 8; ++i) timeline.draw(0, kSends, slice("x", {}, nanoseconds(5)));
    EXPECT_EQ(file.events(), 8U);
    EXPECT_TRUE(timeline.room(2, nanoseconds(3)));
    EXPECT_FALSE(file.full_at());
    EXPECT_FALSE(timeline.room(4, nanoseconds(4)));
    EXPECT_FALSE(timeline.room(1, nanoseconds(5)));
    EXPECT_EQ(file.full_at().value().ps, nanoseconds(4).ps);
}

TEST(Timeline, SaysWhenItCannotBeWritten)
{
    try {
        TimelineFile file("/dev/full", {});
        FAIL();
    } catch (const BadInput& error) {
        EXPECT_STREQ(error.what(), "cannot write the timeline /dev/full (No space left on device)");
    }
}

/// Lets no file grow beyond so many bytes, as a full disk does.
class SmallDisk
{
public:
    explicit SmallDisk(rlim_t bytes) : before_(std::signal(SIGXFSZ, SIG_IGN))
    {
        getrlimit(RLIMIT_FSIZE, &limit_);
        rlimit small = limit_;
        small.rlim_cur = bytes;
        setrlimit(RLIMIT_FSIZE, &small);
    }
    ~SmallDisk()
    {
        setrlimit(RLIMIT_FSIZE, &limit_);
        std::signal(SIGXFSZ, before_);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

private:
    rlimit limit_{};
    void (*before_)(int);
};

TEST(Timeline, KeepsWhatADiskCouldTake)
{
    const TempFolder folder;
    TimelineFile::Limits limits;
    limits.waiting = 1000;
    const std::string path = folder / "t.json";
    int thrown = 0, drawn = 0;
    {
        const SmallDisk disk(8192);
        TimelineFile file(path, {}, limits);
        Timeline timeline(file);
        timeline.add_process(0, "rank 0");
        for (; drawn < 1000 && thrown == 0; ++drawn) try {
                timeline.draw(0, kSends, slice("x", nanoseconds(drawn), nanoseconds(drawn + 1)));
            } catch (const BadInput&) {
                ++thrown;
            }
        timeline.draw(0, kSends, slice("x", {}, nanoseconds(5)));  // it complains once
    }
    EXPECT_EQ(thrown, 1);
    const ShownTimeline shown = test::shown(text_of(path));
    EXPECT_EQ(shown.faults, std::vector<std::string>());
    EXPECT_GT(shown.slices.size(), 30U);
    EXPECT_LT(shown.slices.size(), static_cast<size_t>(drawn));
}

}  // namespace
}  // namespace hpnsim
