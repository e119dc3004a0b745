// SPDX-License-Identifier: GPL-2.0-only
// Writes down the cases of `bench`. Commands are texts, so that a reader can run any of them by itself.
// "@DATA" stands for the folder of the fat tree's files.
#include "bench/cases.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/registry.hpp"

#include <boost/algorithm/string.hpp>

#include <algorithm>

namespace hpnsim
{

const std::vector<std::string> kBenchSizes = {"small", "medium", "large"};

namespace
{

Case with(Case each, const std::string& options)
{
    for (std::string& command : each.commands) command += " " + options;
    return each;
}

Case incast(const std::string& name, const std::string& options)
{
    return with({name,
                 "an incast on one rail of a segment: 8, 32, 256 senders",
                 {"incast --topology hpn:segments=1,hosts=40 --senders 8 --size 1M --rounds 2",
                  "incast --topology hpn:segments=1,hosts=40 --senders 32 --size 1M --rounds 20",
                  "incast --topology hpn:segments=1,hosts=264 --senders 256 --size 1M --rounds 10"}},
                options);
}

Case cross(const std::string& name, const std::string& options)
{
    return with({name,
                 "an incast across segments: 8, 32, 256 senders",
                 {"incast --placement cross-segment --topology hpn:segments=4,hosts=16 --senders 8 --size 1M "
                  "--rounds 2",
                  "incast --placement cross-segment --topology hpn:segments=4,hosts=16 --senders 32 --size "
                  "1M --rounds 20",
                  "incast --placement cross-segment --topology hpn:segments=4,hosts=128 --senders 256 "
                  "--size 1M --rounds 5"}},
                options);
}

Case reduce(const std::string& name, const std::string& algorithm, const std::string& options)
{
    return with({name,
                 "an AllReduce (" + algorithm + ") of 64 MB: 64, 256, 1,024 GPUs, the last for 200 us",
                 {"allreduce --topology hpn:segments=2,hosts=16 --ranks 64 --size 64M",
                  "allreduce --topology hpn:segments=2,hosts=16 --ranks 256 --size 64M",
                  "allreduce --topology hpn:segments=2,hosts=64 --ranks 1024 --size 64M --stop-us 200"}},
                "--algorithm " + algorithm + " " + options);
}

Case websearch(const std::string& name, const std::string& options)
{
    const std::string file = "flows --topology file:path=@DATA/hpcc/fat-tree-320.topology.txt --flow-file "
                             "@DATA/hpcc/fat-tree-320.websearch-30.flow.txt --mtu 1000";
    return with({name,
                 "WebSearch at 30 %: a fat tree of 320 for 150 us and whole, one of 1,024 with random flows",
                 {file + " --stop-us 150", file,
                  "flows --topology fat-tree:k=16 --cdf WebSearch --load 0.3 --duration-us 500 --stop-us "
                  "1000 --mtu 1000"}},
                options);
}

Case permutation(const std::string& name, const std::string& path)
{
    return with({name,
                 "a permutation with htsim's fabric and NSCC: 128, 1,024, 8,192 hosts",
                 {"permutation --ranks 128 --topology fat-tree:k=8 --size 2M",
                  "permutation --ranks 1024 --topology fat-tree:k=16 --size 2M",
                  "permutation --ranks 8192 --topology fat-tree:k=32 --size 1M"}},
                "--profile htsim --cc nscc --path " + path);
}

/// The collectives from 64 GPUs to a full pod, which has 15 segments.
std::vector<Case> scaled_collectives()
{
    const std::string small = "--topology hpn:segments=1,hosts=8 --ranks 64";
    const std::string medium = "--topology hpn:segments=1 --ranks 1024";
    const std::string large = "--topology hpn:segments=15 --ranks 15360";
    const auto reduce_of = [&](const std::string& name, const std::string& algorithm, const char* bytes[3],
                               const std::string& more) {
        const std::string end = " --cc hpcc --algorithm " + algorithm;
        return Case{
            "allreduce-" + name,
            "an AllReduce (" + algorithm + "), HPCC: 64, 1,024, 15,360 GPUs" +
                (more.empty() ? "" : "; but for 64, its beginning"),
            {"allreduce " + small + " --size " + bytes[0] + end,
             "allreduce " + medium + " --size " + bytes[1] + end + (more.empty() ? "" : " --stop-us 100"),
             "allreduce " + large + " --size " + bytes[2] + end + more}};
    };
    const char* ring[] = {"16M", "64M", "1G"};
    const char* hierarchical[] = {"16M", "16M", "256M"};
    const char* multi_ring[] = {"4M", "2M", "32M"};
    return {reduce_of("ring", "ring", ring, " --stop-us 50"),
            reduce_of("hierarchical", "hierarchical", hierarchical, ""),
            reduce_of("multi-ring", "multi-ring", multi_ring, " --stop-us 50"),
            {"alltoall",
             "an AllToAll, HPCC: 64, 256, 1,024 GPUs; the last for 20 us",
             {"alltoall --topology hpn:segments=1,hosts=8 --ranks 64 --size 4M --cc hpcc",
              "alltoall --topology hpn:segments=1,hosts=32 --ranks 256 --size 4M --cc hpcc",
              "alltoall --topology hpn:segments=1 --ranks 1024 --size 16M --cc hpcc --stop-us 20"}},
            {"pod-permutation",
             "a permutation under NSCC: 1, 4, 15 segments of 1,024 GPUs (a full pod)",
             {"permutation --topology hpn:segments=1 --ranks 1024 --size 1M --cc nscc",
              "permutation --topology hpn:segments=4 --ranks 4096 --size 1M --cc nscc",
              "permutation --topology hpn:segments=15 --ranks 15360 --size 1M --cc nscc"}}};
}

/// Each law and each transport in the same leaf-spine, so that their own costs can be compared.
Case permuted(const std::string& name, const std::string& purpose, const std::string& options)
{
    return with({name,
                 purpose + " in a permutation: 32, 128, 512 hosts",
                 {"permutation --topology leaf-spine:leaves=4,hosts=8,spines=4 --ranks 32 --size 1M",
                  "permutation --topology leaf-spine:leaves=8,hosts=16,spines=8 --ranks 128 --size 1M",
                  "permutation --topology leaf-spine:leaves=16,hosts=32,spines=16 --ranks 512 --size 1M"}},
                options);
}

std::vector<Case> laws_and_transports()
{
    std::vector<Case> cases;
    for (const CcOps* law : all_cc()) {
        const std::string name = law->slot.info->name;
        cases.push_back(permuted("law-" + name, "the law " + name, "--cc " + name));
    }
    for (const char* transport : {"gbn", "irn", "rud"})
        cases.push_back(permuted(std::string("transport-") + transport,
                                 std::string("the transport ") + transport,
                                 std::string("--cc dctcp --transport ") + transport));
    return cases;
}

/// The value of the first of `names` among the words that is there; null: none is.
std::string* value_of(std::vector<std::string>& words, std::initializer_list<const char*> names)
{
    for (const char* name : names) {
        const auto found = std::find(words.begin(), words.end(), name);
        if (found != words.end()) return &*std::next(found);
    }
    return nullptr;
}

void lengthen(std::vector<std::string>& words, const std::string& name, uint32_t length)
{
    std::string* size = value_of(words, {"--size"});
    std::string* duration = value_of(words, {"--duration-us", "--stop-us"});
    if (size == nullptr && duration == nullptr)
        throw BadInput("--length: case '" + name + "' simulates a file of flows, which has one length");
    if (size != nullptr) *size = std::to_string(parse_size("--size", *size) * length);
    for (const char* time : {"--duration-us", "--stop-us"})
        if (std::string* value = value_of(words, {time}))
            *value = format_number(parse_number(time, *value) * length);
}

}  // namespace

std::vector<Case> bench_cases()
{
    std::vector<Case> cases = {incast("incast-dcqcn", "--cc dcqcn"),
                               incast("incast-hpcc", "--cc hpcc"),
                               incast("incast-nscc", "--cc nscc"),
                               cross("cross-segment-hpcc", "--cc hpcc"),
                               cross("cross-segment-nscc", "--cc nscc"),
                               reduce("hierarchical-dcqcn", "hierarchical", "--cc dcqcn"),
                               reduce("ring-hpcc", "ring", "--cc hpcc"),
                               reduce("ring-nscc", "ring", "--cc nscc"),
                               websearch("websearch-hpcc", "--cc hpcc"),
                               websearch("websearch-dcqcn", "--cc dcqcn"),
                               websearch("fat-tree-websearch", "--cc hpcc --profile hpcc-sim"),
                               permutation("permutation-reps", "reps"),
                               permutation("permutation-spray", "spray")};
    for (auto* more : {&scaled_collectives, &laws_and_transports})
        for (Case& each : more()) cases.push_back(std::move(each));
    return cases;
}

std::vector<std::string> bench_words(const Case& each, size_t size, uint32_t length, const std::string& data)
{
    std::vector<std::string> words;
    boost::split(words, each.commands.at(size), boost::is_any_of(" "), boost::token_compress_on);
    for (std::string& word : words) boost::replace_all(word, "@DATA", data);
    if (length > 1) lengthen(words, each.name, length);
    return words;
}

}  // namespace hpnsim
