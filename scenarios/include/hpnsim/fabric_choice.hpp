// SPDX-License-Identifier: GPL-2.0-only
// Reads and checks `--fabric NAME[:key=value,...]`. One declaration of each key serves parsing, `--help` and
// the header of every result.
#pragma once

#include "hpnsim/plugin.hpp"
#include "hpnsim/units.hpp"
#include "marking/default_marking.hpp"

#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace hpnsim
{

/// Maps a DSCP to the priority DSCP / 8: the class selectors of RFC 2474.
std::array<uint8_t, 64> default_dscp_map();

/// The switches. Sources: HPCC-sim (shared buffer, PFC, ECN), uet-htsim and UEC (trimming).
struct FabricOptions {
    std::string name = "lossless";  ///< `lossless` (PFC), `lossy`, `trimming`
    double buffer_mb = 0;           ///< per switch, 1 MB = 1048576 bytes; 0: the topology's own
    double alpha = 0.125;           ///< dynamic threshold: share of the free buffer a queue may take
    double reserve_kb = 4.096;      ///< per port and priority, always available
    double headroom_kb = -1;        ///< per port and priority beyond XOFF; -1: from cable, rate and frames
    double kmin_kb = -1, kmax_kb = -1;  ///< ECN; -1: by rate
    double pmax = -1;                   ///< ECN; 0: nothing is marked; -1: by rate
    double ecn_step_kb = 0;             ///< ECN: one threshold, per 10 Gb/s of the port; 0: none
    std::string mark_at = "dequeue";  ///< what marks: the queue left behind, or with `enqueue` the one found
    double phantom = 0;          ///< ECN by a phantom queue that drains at this share of the rate; 0: none
    double ecn_min_bdp = 0.2;    ///< trimming: ECN begins, in plane BDPs
    double ecn_max_bdp = 0.8;    ///< trimming: every packet is marked
    double trim_bdp = 1.0;       ///< trimming: queue limit inside the fabric
    double trim_last_bdp = 1.5;  ///< trimming: queue limit of the last hop
    double digest_base = 1.05;   ///< digests: ratio of neighbouring codes (digest.hpp)
    double notice_frames = 1;    ///< notices: full packets waiting from which senders are told
    std::string int_records = "full";   ///< INT records: `full` precision or `hpcc-sim`'s 64 bits
    std::string ack_class = "control";  ///< priority of ACKs: `control` or `data`

    // Priorities (0-7) are bit sets; those that are not strict have DWRR weights. A DSCP chooses one of them.
    uint8_t lossless = 1 << 3;
    uint8_t strict = 1 << 6;
    uint8_t marked = 0xff;  ///< where ECN applies
    std::array<uint8_t, 8> weights{1, 1, 1, 4, 1, 1, 1, 1};
    std::array<uint8_t, 64> dscp_map = default_dscp_map();
    int dscp = 26;          ///< of data (NVIDIA's and SONiC's usual RoCE value)
    int control_dscp = 48;  ///< of ACK, NAK, CNP

    // PFC
    int pfc_quanta = 65535;
    double pfc_refresh = 0.5;
    Time pfc_reaction;
    double watchdog_ms = -1;  ///< -1: SONiC's 200, or more where buffers are deep
    double restore_ms = 200;
    std::string watchdog_action = "drop";
    double deadlock_ms = 1;

    std::set<std::string> given;  ///< the keys that the user wrote; a profile leaves those alone

    /// Keys of one rate (`kmin-kb-400=800`): Gb/s and what it sets; below 0 inside: not set.
    std::vector<std::pair<int64_t, EcnThresholds>> by_rate;

    static Span<Param> list();
    /// Returns what marks at a port of `rate`: the rate's own keys, then the common ones, then default_ecn.
    /// Throws BadInput if kmin exceeds kmax.
    EcnThresholds ecn_at(Rate rate) const;
    /// True if somebody chose where marking begins or ends: the user, or a CC's own threshold.
    bool own_thresholds() const;
};

/// Reads NAME[:key=value,...] over what is in force already (`under`), whose values hold where `text` does
/// not give the key: ECN thresholds all together, all others each by itself. `given` becomes the keys of
/// `text`. Throws BadInput; `what` begins the sentence.
FabricOptions parse_fabric(const std::string& what, const std::string& text, const FabricOptions& under = {});

/// Returns one sentence about a key for a rate that none of `rates` is; empty if there is none.
std::string check_rates(const FabricOptions& fabric, const std::set<int64_t>& rates_bps,
                        const std::string& topology);

/// Lists "key=value unit" in declared order, for result headers.
std::vector<std::pair<std::string, std::string>> describe(const FabricOptions& options);

}  // namespace hpnsim
