// SPDX-License-Identifier: GPL-2.0-only
// Decodes the messages of a Chakra trace: Node, with its attributes, and GlobalMetadata.
#include "traces/chakra_node.hpp"

#include <limits>

namespace hpnsim
{

namespace
{

/// Field numbers of AttributeProto. The value is one of them; lists have numbers between and are not needed.
enum AttributeField : uint64_t {
    kName = 1,
    kInt32 = 7,
    kInt64 = 9,
    kUint32 = 11,
    kUint64 = 13,
    kSint32 = 15,
    kSint64 = 17,
    kFixed32 = 19,
    kFixed64 = 21,
    kSfixed32 = 23,
    kSfixed64 = 25,
    kBool = 27,
    kString = 29,
};

/// An attribute's name and value. Without a value, a number is 0 and a text empty, as protocol buffers have
/// it.
struct Attribute {
    std::string_view name, text;
    int64_t number = 0;
    bool is_number = true, is_text = true;
};

int64_t limited(uint64_t value)
{
    const auto most = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
    return static_cast<int64_t>(value < most ? value : most);
}

int64_t unzigzag(uint64_t value)
{
    return static_cast<int64_t>(value >> 1U) ^ -static_cast<int64_t>(value & 1U);
}

/// Returns a field's value as a whole number, if that is what the field holds.
std::optional<int64_t> whole_number(const WireField& field)
{
    const bool varint = field.type == WireField::varint;
    const bool four = field.type == WireField::four_bytes, eight = field.type == WireField::eight_bytes;
    switch (field.number) {
    case kInt32:
    case kInt64:
        if (varint) return static_cast<int64_t>(field.value);
        break;
    case kUint32:
    case kUint64:
    case kBool:
        if (varint) return limited(field.value);
        break;
    case kSint32:
    case kSint64:
        if (varint) return unzigzag(field.value);
        break;
    case kFixed32:
        if (four) return static_cast<int64_t>(field.value);
        break;
    case kFixed64:
        if (eight) return limited(field.value);
        break;
    case kSfixed32:
        if (four) return static_cast<int32_t>(static_cast<uint32_t>(field.value));
        break;
    case kSfixed64:
        if (eight) return static_cast<int64_t>(field.value);
        break;
    default:
        break;
    }
    return std::nullopt;
}

Attribute read_attribute(const WireFile& file, std::string_view message)
{
    Attribute attribute;
    WireReader reader(file, message);
    for (WireField field; reader.next(field);) {
        if (field.number == kName && field.type == WireField::length) {
            attribute.name = field.bytes;
        } else if (const auto number = whole_number(field)) {
            attribute.number = *number;
            attribute.is_text = false;
            attribute.is_number = true;
        } else if (field.number > 2) {  // 2 is a remark
            attribute.is_number = false;
            attribute.is_text = field.number == kString && field.type == WireField::length;
            attribute.text = field.bytes;
        }
    }
    return attribute;
}

void set_attribute(const WireFile& file, const WireField& field, ChakraNode& node)
{
    const Attribute attribute = read_attribute(file, field.bytes);
    const auto number = [&]() -> int64_t {
        if (!attribute.is_number)
            file.fail(field.at, "the attribute " + std::string(attribute.name) + " must be a whole number");
        return attribute.number;
    };
    if (attribute.name == "is_cpu_op")
        node.on_cpu = number() != 0;
    else if (attribute.name == "comm_type")
        node.comm_type = number();
    else if (attribute.name == "comm_size")
        node.comm_size = number();
    else if (attribute.name == "comm_src")
        node.comm_src = number();
    else if (attribute.name == "comm_dst")
        node.comm_dst = number();
    else if (attribute.name == "comm_tag")
        node.comm_tag = number();
    else if (attribute.name == "pg_name") {
        if (!attribute.is_text) file.fail(field.at, "the attribute pg_name must be a text");
        node.group = attribute.text;
    }
}

/// Adds ids, which stand in one packed field or in a field each.
void add_ids(const WireFile& file, const WireField& field, std::vector<uint64_t>& ids)
{
    if (field.type == WireField::varint) {
        ids.push_back(field.value);
        return;
    }
    WireReader packed(file, field.bytes);
    while (!packed.done()) ids.push_back(packed.varint());
}

/// Returns the values of an IOInfo message.
std::string_view values_of(const WireFile& file, std::string_view message)
{
    std::string_view values;
    WireReader reader(file, message);
    for (WireField field; reader.next(field);)
        if (field.number == 1) values = field.bytes;
    return values;
}

void expect(const WireFile& file, const WireField& field, bool right)
{
    if (!right)
        file.fail(field.at, "the field " + std::to_string(field.number) + " of a node has the wire type " +
                                std::to_string(field.type) + ", which is not that of a Chakra trace");
}

/// Takes a field over. The sizes of its parts are known to be right; what it is called is Chakra's.
void set_field(const WireFile& file, const WireField& field, ChakraNode& node)
{
    const bool number = field.type == WireField::varint, text = field.type == WireField::length;
    switch (field.number) {
    case 1:
        expect(file, field, number);
        node.id = field.value;
        break;
    case 2:
        expect(file, field, text);
        node.name = field.bytes;
        break;
    case 3:
        expect(file, field, number);
        if (field.value > static_cast<uint64_t>(ChakraType::coll))
            file.fail(field.at, "a node has the type " + std::to_string(field.value) +
                                    "; Chakra's types are 0 (INVALID) to 7 (COMM_COLL)");
        node.type = static_cast<ChakraType>(field.value);
        break;
    case 4:
    case 5:
        expect(file, field, number || text);
        add_ids(file, field, node.waits_for);
        break;
    case 7:
        expect(file, field, number);
        node.micros = field.value;
        break;
    case 8:
        expect(file, field, text);
        node.inputs = values_of(file, field.bytes);
        break;
    case 10:
        expect(file, field, text);
        set_attribute(file, field, node);
        break;
    default:
        break;
    }
}

}  // namespace

std::string ChakraNode::title() const
{
    return "node " + std::to_string(id) + (name.empty() ? "" : " '" + std::string(name) + "'");
}

void read_chakra_node(const WireFile& file, std::string_view message, ChakraNode& node)
{
    std::vector<uint64_t> kept = std::move(node.waits_for);
    kept.clear();
    node = ChakraNode();
    node.waits_for = std::move(kept);
    node.at = message.data();
    WireReader reader(file, message);
    for (WireField field; reader.next(field);) set_field(file, field, node);
}

void check_chakra_header(const WireFile& file, std::string_view message)
{
    WireReader reader(file, message);
    for (WireField field; reader.next(field);)
        if (field.number <= 2 && field.type != WireField::length)
            file.fail(field.at, "a Chakra trace begins with its GlobalMetadata, a version and attributes; "
                                "this is something else");
}

}  // namespace hpnsim
