// SPDX-License-Identifier: GPL-2.0-only
// Declares the settings of a layout, and of its storage.
#include "hpnsim/training.hpp"

namespace hpnsim
{

const std::vector<Setting>& TrainingLayout::settings()
{
    using L = TrainingLayout;
    static const std::vector<Setting> list = {
        count<&L::tensor>("tp", "ranks of a tensor-parallel group", 1, 1 << 20),
        count<&L::pipeline>("pp", "pipeline stages", 1, 10'000),
        count<&L::data>("dp", "data-parallel replicas", 1, 1 << 20),
        count<&L::expert>("ep", "ranks of an expert-parallel group, a part of the dp replicas", 1, 1 << 20),
        count<&L::context>("cp", "ranks that share a sequence (context parallelism)", 1, 1 << 20),
        text<&L::placement>("placement", "dimensions from neighbouring ranks to far ones", "ORDER"),
        count<&L::micro_batch>("micro-batch", "sequences of a micro-batch", 1, 1'000'000),
        count<&L::chunks>("virtual", "chunks of layers that each stage holds: interleaved 1F1B", 1, 10'000),
        count<&L::zero>("zero",
                        "what replicas divide among themselves (ZeRO): 1 the optimizer's state, 2 gradients "
                        "too, 3 parameters too",
                        0, 3),
        count<&L::buckets>("buckets",
                           "into which a stage's gradients are cut, each reduced as soon as its layers have "
                           "them (default: one a layer)",
                           1, 10'000),
        size<&L::bucket_bytes>("bucket-bytes",
                               "the same by size: a bucket is reduced once it has so many bytes (PyTorch's "
                               "DDP: 25M)"),
        choice<&L::ring>("cp-exchange",
                         "how ranks that share a sequence get each other's keys and values: all-gather, "
                         "before they are needed (Llama 3); ring, block by block round the group, while the "
                         "block before is computed with (Liu et al. 2023, Ring Attention)",
                         {{"all-gather", false}, {"ring", true}}),
        flag<&L::sequence_parallel>(
            "sequence-parallel", "tensor-parallel groups divide the sequence outside of their matrices "
                                 "(Korthikanti et al. 2022): all-gather and reduce-scatter, not all-reduce")
            .as("0|1"),
        toggle<&L::recompute>("recompute",
                              "do the forward pass of each layer again before its backward pass"),
        count<&L::element>("element-bytes", "bytes of a parameter or activation", 1, 8),
        count<&L::gradient>("gradient-bytes", "bytes of a gradient on its way (Megatron-LM's default is 4)",
                            1, 8),
        number<&L::tflops>("tflops", "TFLOP/s", "peak rate of a GPU (H100, H800: 989 in BF16)", 1e-3, 1e6)
            .as("R"),
        number<&L::utilisation>(
            "mfu", "", "share of its peak rate (tflops) that a GPU reaches while it computes (assumption)",
            1e-3, 1)
            .as("SHARE"),
        number<&L::memory_tb_per_s>(
            "hbm-tbps", "TB/s",
            "rate of a GPU's memory, which bounds the optimizer's step (H100, H800: 3.35)", 1e-3, 1e6)
            .as("R"),
        count<&L::iterations>("iterations", "iterations, one after the other", 1, 1'000'000).as("K"),
    };
    return list;
}

const std::vector<Setting>& TrainingStorage::settings()
{
    using S = TrainingStorage;
    static const std::vector<Setting> list = {
        count<&S::checkpoint_every>("checkpoint-every",
                                    "write a checkpoint after every N-th iteration; 0: never", 0, 1'000'000),
        size<&S::checkpoint_bytes>(
            "checkpoint-bytes",
            "what a rank writes (default: its part of the parameters and of 12 bytes of optimizer's state "
            "for each, which replicas divide)"),
        toggle<&S::background>("checkpoint-async",
                               "train on while a checkpoint is written; only the next one waits for it"),
        size<&S::data_bytes>("data-bytes",
                             "what a replica's first stage loads for a micro-batch, one micro-batch ahead "
                             "(default: nothing)"),
        choice<&S::shared>("storage",
                           "where storage is: shared, on the last hosts of the same fabric, with all their "
                           "NICs; separate, on links of its own, which are not simulated: ranks divide their "
                           "rate evenly",
                           {{"shared", true}, {"separate", false}}),
        count<&S::hosts>("storage-hosts", "hosts that store", 1, 100'000),
        number<&S::gbps>("storage-gbps", "Gb/s", "of separate storage, the rate of a host", 1e-3, 1e6)
            .as("R"),
    };
    return list;
}

}  // namespace hpnsim
