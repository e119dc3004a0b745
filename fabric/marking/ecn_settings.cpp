// SPDX-License-Identifier: GPL-2.0-only
// Declares the keys of ECN marking, the list of EcnSettings, and makes the curve that follows from them.
#include "marking/ecn_settings.hpp"

#include "hpnsim/bad_input.hpp"
#include "hpnsim/settings.hpp"

namespace hpnsim
{

namespace
{

constexpr double kKilobyte = 1000;
constexpr int64_t kMostGbps = 100'000;

Bytes InBytes(double kilobytes)
{
    return static_cast<Bytes>(kilobytes * kKilobyte);
}

std::string InKilobytes(Bytes bytes)
{
    return format_number(static_cast<double>(bytes) / kKilobyte);
}

/// What is set of `over` replaces the same of `curve`.
void Overlay(RedCurve& curve, const EcnThresholds& over)
{
    curve.kmin = over.kmin.value_or(curve.kmin);
    curve.kmax = over.kmax.value_or(curve.kmax);
    curve.pmax = over.pmax.value_or(curve.pmax);
}

/// From the declaration of a threshold to that of its family: `kmin-kb-400` is kmin of links of 400 Gb/s.
Setting OfOneRate(const Setting& one)
{
    Setting family{
        one.name + "-R", one.unit, one.name + " for links of R Gb/s alone, as in " + one.name + "-400",
        one.values,      {},       {},
        one.name + "-"};
    family.read = [one, prefix = family.prefix](void* part, const std::string& place, const std::string& key,
                                                const std::string& text) {
        auto& byRate = static_cast<EcnSettings*>(part)->byRate;
        const int64_t rate =
            parse_count(place + " (a rate in Gb/s ends the key)", key.substr(prefix.size()), 1, kMostGbps);
        EcnThresholds set = byRate.count(rate) != 0 ? byRate.at(rate) : EcnThresholds{};
        one.read(&set, place, key, text);
        byRate[rate] = set;
        if (!set.kmin && !set.kmax && !set.pmax) {
            byRate.erase(rate);
        }
    };
    family.write = [one, prefix = family.prefix](const void* part) {
        KeyTexts all;
        for (const auto& [rate, set] : static_cast<const EcnSettings*>(part)->byRate) {
            for (const auto& [name, text] : one.write(&set)) {
                if (text != kAuto) {
                    all.emplace_back(prefix + std::to_string(rate), text);
                }
            }
        }
        return all;
    };
    return family;
}

}  // namespace

RedCurve DefaultRed(Rate rate)
{
    const double g = rate.gbps();
    if (rate == gbps(200)) {
        return {300'000, 1'200'000, 0.8};
    }
    return rate <= gbps(100) ? RedCurve{InBytes(4 * g), InBytes(16 * g), 0.2}
                             : RedCurve{InBytes(2 * g), InBytes(8 * g), 0.2};
}

RedCurve EcnSettings::At(Rate rate) const
{
    RedCurve curve = DefaultRed(rate);
    if (const Bytes step = InBytes(stepKb * rate.gbps() / 10); step > 0) {
        curve = {step, step, 1};
    }
    Overlay(curve, {kmin, kmax, pmax});
    for (const auto& [gigabits, own] : byRate) {
        if (gbps(gigabits) == rate) {
            Overlay(curve, own);
        }
    }
    if (curve.kmin > curve.kmax) {
        throw BadInput("fabric: kmin-kb " + InKilobytes(curve.kmin) + " exceeds kmax-kb " +
                       InKilobytes(curve.kmax) + " at " + format_number(rate.gbps()) + " Gb/s");
    }
    return curve;
}

bool EcnSettings::Fixed() const
{
    return kmin || kmax || !byRate.empty();
}

bool EcnSettings::OwnThresholds() const
{
    return Fixed() || stepKb > 0;
}

bool EcnSettings::IsThreshold(const std::string& key)
{
    for (const std::string name : {"kmin-kb", "kmax-kb", "pmax"}) {
        if (key == name || key.compare(0, name.size() + 1, name + "-") == 0) {
            return true;
        }
    }
    return key == "ecn-step-kb";
}

void EcnSettings::ForgetThresholds()
{
    const EcnSettings usual;
    kmin = usual.kmin;
    kmax = usual.kmax;
    pmax = usual.pmax;
    byRate = usual.byRate;
    stepKb = usual.stepKb;
}

const std::vector<Setting>& EcnSettings::settings()
{
    using S = EcnSettings;
    using R = EcnThresholds;
    static const std::vector<Setting> list = {
        number<&S::kmin>("kmin-kb", "KB",
                         "queue at which ECN marking begins; auto = by rate (SimAI: 200G 300, 400G 800), "
                         "less where PFC would come first",
                         0, 1e6),
        number<&S::kmax>("kmax-kb", "KB",
                         "queue above which every packet is marked; auto = by rate (SimAI: 200G 1200, 400G "
                         "3200), less where PFC would come first",
                         0, 1e6),
        number<&S::pmax>(
            "pmax", "",
            "marking probability at kmax; 0 = nothing is marked; auto = by rate (SimAI: 200G 0.8, 400G 0.2)",
            0, 1),
        OfOneRate(number<&R::kmin>("kmin-kb", "KB", "", 0, 1e6)),
        OfOneRate(number<&R::kmax>("kmax-kb", "KB", "", 0, 1e6)),
        OfOneRate(number<&R::pmax>("pmax", "", "", 0, 1)),
        number<&S::stepKb>("ecn-step-kb", "KB per 10G",
                           "one ECN threshold in proportion to the port's rate, instead of a curve; 0 = the "
                           "curve (HPCC-sim's DCTCP: 30)",
                           0, 1e6),
        number<&S::phantom>("phantom", "",
                            "mark by a phantom queue, which drains at this share of the port's rate (HULL, "
                            "NSDI'12: 0.95); 0 = by the real queue",
                            0, 1),
        choice<&S::at>(
            "ecn-at",
            "when ECN marks a packet: by the queue that a packet leaves behind, or the one that it finds "
            "(assumption; RED, 1993, and DCTCP mark at enqueue)",
            {{"dequeue", MarkAt::DEQUEUE}, {"enqueue", MarkAt::ENQUEUE}}),
        priorities<&S::marked>("ecn-priorities", "priorities where ECN applies (assumption: all)")};
    return list;
}

}  // namespace hpnsim
