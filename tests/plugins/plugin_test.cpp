// SPDX-License-Identifier: GPL-2.0-only
// Tests plug-ins that work: what they bring, where they are found, and what is known of them.
#include "hpnsim/plugin_files.hpp"
#include "plugins/sha256.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

using namespace hpnsim;

namespace
{

const std::string kSamples = HPNSIM_SAMPLES;

std::string sentence_of(const std::function<void()>& action)
{
    try {
        action();
    } catch (const BadInput& error) {
        return error.what();
    }
    return "accepted";
}

}  // namespace

TEST(Plugin, BringsAlgorithmsForEverySlot)
{
    const PluginFile& file = load_plugin("--plugin", kSamples + "/libsample.so");
    EXPECT_EQ(file.algorithms.size(), 3U);
    const Chosen<CcOps> cc = choose_cc("sample:cut=0.25");
    EXPECT_EQ(plugin_of(cc.ops->slot), &file);
    EXPECT_EQ(choose_path("sample-path").ops->sprays, true);
    EXPECT_EQ(choose_receiver("sample-receiver").ops->scope, Scope::qp);
    EXPECT_EQ(sentence_of([] { choose_cc("sample:cut=2"); }),
              "cc: cut of 'sample': 2 is out of range, 0 to 1");
}

TEST(Plugin, RunsInTheHost)
{
    load_plugin("--plugin", kSamples + "/libsample.so");
    const Chosen<CcOps> cc = choose_cc("sample:cut=0.25");
    const std::shared_ptr<void> state(::operator new(cc.ops->slot.state_size),
                                      [](void* p) { ::operator delete(p); });
    cc.ops->slot.make_state(state.get());
    Flow flow;
    flow.bdp = 100'000;
    flow.mtu = 1000;
    cc.ops->start(state.get(), flow, cc.params.get());
    Ack ack;
    ack.ecn = true;
    cc.ops->on_ack(state.get(), flow, cc.params.get(), ack);
    EXPECT_EQ(flow.window, 25'000);
    EXPECT_EQ(cc.ops->on_timer, nullptr);
}

TEST(Plugin, LoadedTwiceIsLoadedOnce)
{
    const PluginFile& file = load_plugin("--plugin", kSamples + "/libsample.so");
    const size_t known = all_cc().size();
    EXPECT_EQ(&load_plugin("--plugin", kSamples + "/../samples/libsample.so"), &file);
    EXPECT_EQ(all_cc().size(), known);
}

TEST(Plugin, TablesStaySorted)
{
    load_plugin("--plugin", kSamples + "/libsample.so");
    for (size_t i = 1; i < all_cc().size(); ++i)
        EXPECT_LT(std::string(all_cc()[i - 1]->slot.info->name), all_cc()[i]->slot.info->name);
}

TEST(Plugin, BuiltInAlgorithmsComeFromNoFile)
{
    EXPECT_EQ(plugin_of(choose_cc("dcqcn").ops->slot), nullptr);
}

TEST(Plugin, NameTakenByAnotherPlugin)
{
    load_plugin("--plugin", kSamples + "/libsample.so");
    const std::string twin = kSamples + "/libsample_twin.so";
    EXPECT_EQ(sentence_of([&] { load_plugin("--plugin", twin); }),
              "--plugin: '" + twin + "' holds 'sample', a name that '" + kSamples +
                  "/libsample.so' has taken: give it another");
}

TEST(PluginPath, FindsWhatIsCalledLikeTheName)
{
    EXPECT_NE(sentence_of([] { choose_cc("sample_found"); }), "accepted");
    add_plugin_folder("--plugin-path", kSamples);
    const Chosen<CcOps> cc = choose_cc("sample_found");
    ASSERT_NE(plugin_of(cc.ops->slot), nullptr);
    EXPECT_EQ(plugin_of(cc.ops->slot)->path, kSamples + "/libsample_found.so");
    EXPECT_EQ(sentence_of([] { choose_path("sample_found"); }),
              "path: '" + kSamples +
                  "/libsample_found.so' holds no path policy 'sample_found' but the congestion control "
                  "'sample_found'");
    EXPECT_EQ(sentence_of([] { choose_cc("../samples/sample"); }).substr(0, 30),
              "cc: there is no congestion con");
}

TEST(PluginPath, SaysWhereItLookedInVain)
{
    add_plugin_folder("--plugin-path", kSamples);
    EXPECT_EQ(sentence_of([] { choose_cc("dcqcm"); }), "cc: there is no congestion control 'dcqcm'; the "
                                                       "nearest is 'dcqcn' (and the plug-in path has none: " +
                                                           kSamples + ")");
}

/// A folder of plug-ins that work, crash, are stale or have the same name: `cc --list` has a line for each.
TEST(PluginPath, IsListed)
{
    const std::string command = HPNSIM_CC_TOOL " --plugin-path " + kSamples + " --list 2>&1";
    FILE* pipe = popen(command.c_str(), "r");
    std::string text;
    char block[4096];
    while (const size_t n = fread(block, 1, sizeof(block), pipe)) text.append(block, n);
    EXPECT_EQ(pclose(pipe), 0);
    const size_t rest = text.find("\nnot loaded\n");
    ASSERT_NE(rest, std::string::npos) << text;
    for (const char* good :
         {"  sample      Marks halve", "  sample_found  Marks halve", "  sample-path ", "  sample-receiver "})
        EXPECT_LT(text.find(good), rest) << good;
    for (const char* bad :
         {"/ABORTS.so' is broken", "/OTHER_ABI.so' was built", "/libsample_twin.so' holds 'sample'"})
        EXPECT_LT(rest, text.find(bad)) << bad;
    EXPECT_NE(text.find("/ABORTS.so"), std::string::npos);
}

TEST(PluginPath, TakesFoldersOnly)
{
    const std::string file = kSamples + "/libsample.so";
    EXPECT_EQ(sentence_of([] { add_plugin_folder("--plugin-path", "/nowhere"); }),
              "--plugin-path: there is no folder '/nowhere'");
    EXPECT_EQ(sentence_of([&] { add_plugin_folder("--plugin-path", file); }),
              "--plugin-path: '" + file + "' is a file; name a folder, or load the file as a plug-in");
}

TEST(PluginPath, OfTheEnvironment)  // folders that do not exist are passed over
{
    setenv("HPNSIM_PLUGIN_PATH", ("/nowhere::" + kSamples + "/..").c_str(), 1);
    add_plugin_folders_of_environment();
    unsetenv("HPNSIM_PLUGIN_PATH");
    EXPECT_NE(plugin_path_text().find(kSamples + "/.."), std::string::npos);
    EXPECT_EQ(plugin_path_text().find("/nowhere"), std::string::npos);
}

// FIPS 180-4's examples (csrc.nist.gov, SHA256.pdf), the empty message, and the lengths around a block.
TEST(Sha256, Examples)
{
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
