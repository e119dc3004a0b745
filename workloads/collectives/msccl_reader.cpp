// SPDX-License-Identifier: GPL-2.0-only
// Reads MSCCL XML: <algo> holds a <gpu> for each rank, which holds its thread blocks <tb>, which hold their
// steps <step>. Expat takes the XML apart and knows the line of each element.
#include "collectives/msccl_program.hpp"
#include "hpnsim/bad_input.hpp"
#include "hpnsim/names.hpp"
#include "hpnsim/quantity.hpp"
#include "hpnsim/text.hpp"
#include "hpnsim/text_input.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>

#include <expat.h>

namespace hpnsim::msccl
{

const Kind kSend{"s", false, true, true, false}, kReceive{"r", true, false, false, true},
    kReceiveReduceCopy{"rrc", true, false, true, true}, kReceiveReduceSend{"rrs", true, true, true, false},
    kReceiveCopySend{"rcs", true, true, false, true}, kReceiveReduceCopySend{"rrcs", true, true, true, true},
    kCopy{"cpy", false, false, true, true}, kReduce{"re", false, false, true, true},
    kNothing{"nop", false, false, false, false};

uint32_t Program::size_of(Buffer buffer, uint32_t gpu) const
{
    if (buffer == Buffer::scratch) return scratch[gpu];
    const bool part = buffer == Buffer::input ? collective == "allgather" : collective == "reducescatter";
    return part ? chunks / gpus : chunks;
}

Bytes Program::on_wire(Bytes data) const
{
    if (protocol == "LL") return data + (data + 7) / 8 * 8;
    if (protocol == "LL128") return data + (data + 119) / 120 * 8;
    return data;
}

namespace
{

constexpr int64_t kMost = 1'000'000;  // chunks, scratch, channels: more than any file has
constexpr const char* kLevels[] = {"algo", "gpu", "tb", "step"};

std::string at_line(const std::string& file, uint32_t line)
{
    return file + ":" + std::to_string(line);
}

/// The attributes of one element.
class Element
{
public:
    Element(std::string place, const char* name, const char** attributes)
        : place_(std::move(place)), name_(name), attributes_(attributes)
    {
    }

    [[noreturn]] void refuse(const std::string& why) const { throw BadLine(shortened(place_ + ": " + why)); }

    std::string text(const char* key) const
    {
        for (const char** each = attributes_; *each != nullptr; each += 2)
            if (std::strcmp(*each, key) == 0) return each[1];
        refuse("<" + name_ + "> has no " + key);
    }
    bool has(const char* key) const
    {
        for (const char** each = attributes_; *each != nullptr; each += 2)
            if (std::strcmp(*each, key) == 0) return true;
        return false;
    }
    int64_t count(const char* key, int64_t lo, int64_t hi) const
    {
        const std::string value = text(key);
        try {
            return parse_count(place_ + ": " + key, value, lo, hi);
        } catch (const BadInput& error) {
            throw BadLine(error.what());
        }
    }
    /// Reads a number, or -1 for none.
    int64_t optional_count(const char* key, int64_t hi) const
    {
        return text(key) == "-1" ? -1 : count(key, 0, hi);
    }
    /// Returns which of some words the value is.
    size_t choice(const char* key, const std::vector<std::string>& words) const
    {
        const std::string value = text(key);
        const auto found = std::find(words.begin(), words.end(), value);
        if (found == words.end())
            refuse("no " + std::string(key) + " '" + value + "'; the nearest is '" + nearest(value, words) +
                   "'; there are " + joined_texts(words));
        return static_cast<size_t>(found - words.begin());
    }

private:
    std::string place_, name_;
    const char** attributes_;
};

class Reader
{
public:
    explicit Reader(const std::string& path) : parser_(XML_ParserCreate(nullptr), &XML_ParserFree)
    {
        program_.file = path;
    }

    Program read()
    {
        const std::string text = read_text("algorithm", program_.file);
        XML_SetUserData(parser_.get(), this);
        XML_SetElementHandler(parser_.get(), &Reader::on_start, &Reader::on_end);
        const auto status = XML_Parse(parser_.get(), text.data(), static_cast<int>(text.size()), XML_TRUE);
        if (error_) std::rethrow_exception(error_);
        if (status != XML_STATUS_OK)
            throw BadLine(here() + ": not XML: " + XML_ErrorString(XML_GetErrorCode(parser_.get())));
        if (gpus_seen_ < program_.gpus)
            throw BadLine(here() + ": there are " + std::to_string(gpus_seen_) +
                          " <gpu> for ngpus=" + std::to_string(program_.gpus));
        link(program_);
        return std::move(program_);
    }

private:
    /// Exceptions must not pass through Expat, which is C.
    static void XMLCALL on_start(void* self, const char* name, const char** attributes)
    {
        Reader& reader = *static_cast<Reader*>(self);
        try {
            if (!reader.error_) reader.start(name, attributes);
        } catch (...) {
            reader.error_ = std::current_exception();
            XML_StopParser(reader.parser_.get(), XML_FALSE);
        }
    }
    static void XMLCALL on_end(void* self, const char*) { --static_cast<Reader*>(self)->depth_; }

    uint32_t line() const { return static_cast<uint32_t>(XML_GetCurrentLineNumber(parser_.get())); }
    std::string here() const { return at_line(program_.file, line()); }

    void start(const char* name, const char** attributes)
    {
        const size_t depth = depth_++;
        if (depth >= std::size(kLevels) || std::strcmp(name, kLevels[depth]) != 0)
            throw BadLine(
                shortened(here() + ": <" + name + "> where " +
                          (depth < std::size(kLevels) ? "<" + std::string(kLevels[depth]) + "> belongs"
                                                      : "nothing belongs")));
        const Element element(here(), name, attributes);
        if (depth == 0) read_algo(element);
        if (depth == 1) read_gpu(element);
        if (depth == 2) read_block(element);
        if (depth == 3) read_step(element);
    }

    void read_algo(const Element& e)
    {
        static const std::vector<std::string> collectives{"allreduce", "allgather", "reducescatter",
                                                          "alltoall"},
            protocols{"Simple", "LL", "LL128"};
        program_.line = line();
        program_.collective = collectives[e.choice("coll", collectives)];
        program_.protocol = protocols[e.choice("proto", protocols)];
        program_.gpus = static_cast<uint32_t>(e.count("ngpus", 2, kMost));
        program_.chunks = static_cast<uint32_t>(e.count("nchunksperloop", 1, kMost));
        program_.in_place = e.count("inplace", 0, 1) == 1;
        if (program_.collective != "allreduce" && program_.chunks % program_.gpus != 0)
            e.refuse("nchunksperloop=" + std::to_string(program_.chunks) + " of " + program_.collective +
                     " is not a multiple of ngpus=" + std::to_string(program_.gpus));
    }

    void read_gpu(const Element& e)
    {
        gpu_ = static_cast<uint32_t>(e.count("id", 0, program_.gpus - 1));
        if (program_.scratch.empty()) {
            program_.scratch.assign(program_.gpus, 0);
            seen_.assign(program_.gpus, false);
        }
        if (seen_[gpu_]) e.refuse("gpu " + std::to_string(gpu_) + " is there twice");
        seen_[gpu_] = true;
        ++gpus_seen_;
        e.count("i_chunks", 0, program_.chunks);
        e.count("o_chunks", 0, program_.chunks);
        program_.scratch[gpu_] = static_cast<uint32_t>(e.count("s_chunks", 0, kMost));
    }

    void read_block(const Element& e)
    {
        Block block;
        block.gpu = gpu_;
        block.id = e.count("id", 0, kMost);
        block.send = e.optional_count("send", program_.gpus - 1);
        block.receive = e.optional_count("recv", program_.gpus - 1);
        block.channel = e.optional_count("chan", kMost);
        if (block.send == gpu_ || block.receive == gpu_)
            e.refuse("gpu " + std::to_string(gpu_) + " and itself");
        block.first = static_cast<uint32_t>(program_.steps.size());
        block.line = line();
        program_.blocks.push_back(block);
    }

    void read_step(const Element& e)
    {
        static const Kind* const kinds[] = {&kSend,
                                            &kReceive,
                                            &kReceiveReduceCopy,
                                            &kReceiveReduceSend,
                                            &kReceiveCopySend,
                                            &kReceiveReduceCopySend,
                                            &kCopy,
                                            &kReduce,
                                            &kNothing};
        static const std::vector<std::string> names{"s",    "r",   "rrc", "rrs", "rcs",
                                                    "rrcs", "cpy", "re",  "nop"};
        Block& block = program_.blocks.back();
        Step step;
        step.kind = kinds[e.choice("type", names)];
        step.gpu = gpu_;
        step.block = static_cast<uint32_t>(program_.blocks.size() - 1);
        step.number = block.steps++;
        step.line = line();
        if (e.count("s", 0, kMost) != step.number)
            e.refuse("step " + e.text("s") + " where step " + std::to_string(step.number) + " belongs");
        step.count = static_cast<uint32_t>(e.count("cnt", step.kind == &kNothing ? 0 : 1, kMost));
        if (step.kind->source) step.source = place(e, "srcbuf", "srcoff", step.count);
        if (step.kind->destination) step.destination = place(e, "dstbuf", "dstoff", step.count);
        if (step.kind->sends && block.send < 0) e.refuse("a step that sends in a <tb> with send=-1");
        if (step.kind->receives && block.receive < 0) e.refuse("a step that receives in a <tb> with recv=-1");
        if (e.has("depid")) step.after_block = e.optional_count("depid", kMost);
        if (step.after_block >= 0) step.after_step = e.count("deps", 0, kMost);
        program_.steps.push_back(step);
    }

    Place place(const Element& e, const char* buffer, const char* offset, uint32_t count) const
    {
        static const std::vector<std::string> names{"i", "o", "s"};
        Place place;
        place.buffer = static_cast<Buffer>(e.choice(buffer, names));
        const uint32_t chunks = program_.size_of(place.buffer, gpu_);
        place.first = static_cast<uint32_t>(e.count(offset, 0, kMost));
        if (place.first + count > chunks)
            e.refuse(std::string(offset) + "=" + std::to_string(place.first) +
                     " and cnt=" + std::to_string(count) + " pass the " + std::to_string(chunks) +
                     " chunks of buffer " + e.text(buffer));
        return place;
    }

    Program program_;
    std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser_;
    std::exception_ptr error_;
    size_t depth_ = 0;
    uint32_t gpu_ = 0, gpus_seen_ = 0;
    std::vector<bool> seen_;
};

}  // namespace

Program read(const std::string& path)
{
    return Reader(path).read();
}

}  // namespace hpnsim::msccl
