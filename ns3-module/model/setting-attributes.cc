// SPDX-License-Identifier: GPL-2.0-only
// Implements the value, the checker and the accessor that ns-3 asks for of an attribute. The value
// is text, which is valid if the declared list reads it.
#include "setting-attributes.h"

#include "hpnsim/bad_input.hpp"

#include "ns3/string.h"

#include <cctype>
#include <iostream>
#include <sstream>

namespace hpnsim
{

namespace
{

/// ns-3 makes it of a StringValue, by the checker, so that a bad text is read and refused once.
class SettingValue : public ns3::AttributeValue
{
  public:
    explicit SettingValue(std::string text = "")
        : m_text(std::move(text))
    {
    }

    const std::string&
    Text() const
    {
        return m_text;
    }

    void
    Set(const std::string& text)
    {
        m_text = text;
    }

    ns3::Ptr<ns3::AttributeValue>
    Copy() const override
    {
        return ns3::Create<SettingValue>(m_text);
    }

    std::string
    SerializeToString(ns3::Ptr<const ns3::AttributeChecker>) const override
    {
        return m_text;
    }

    bool DeserializeFromString(std::string text,
                               ns3::Ptr<const ns3::AttributeChecker> checker) override;

  private:
    std::string m_text;
};

/// ns-3 asks for yes or no, and ends the program with a sentence of its own that names the
/// attribute. Why it was no is said here.
template <class Ask>
bool
Told(Ask ask)
{
    try
    {
        return ask();
    }
    catch (const BadInput& error)
    {
        std::cerr << error.what() << "\n";
        return false;
    }
}

class SettingChecker : public ns3::AttributeChecker
{
  public:
    explicit SettingChecker(SettingHooks hooks)
        : m_hooks(std::move(hooks))
    {
    }

    bool
    Reads(const std::string& text) const
    {
        return Told([&] {
            m_hooks.check(text);
            return true;
        });
    }

    bool
    Check(const ns3::AttributeValue& value) const override
    {
        return dynamic_cast<const SettingValue*>(&value) != nullptr;
    }

    std::string
    GetValueTypeName() const override
    {
        return "ns3::StringValue";
    }

    bool
    HasUnderlyingTypeInformation() const override
    {
        return true;
    }

    std::string
    GetUnderlyingTypeInformation() const override
    {
        return "std::string";
    }

    ns3::Ptr<ns3::AttributeValue>
    Create() const override
    {
        return ns3::Create<SettingValue>();
    }

    bool
    Copy(const ns3::AttributeValue& source, ns3::AttributeValue& destination) const override
    {
        const auto* from = dynamic_cast<const SettingValue*>(&source);
        auto* to = dynamic_cast<SettingValue*>(&destination);
        if (from != nullptr && to != nullptr)
        {
            *to = *from;
        }
        return from != nullptr && to != nullptr;
    }

  private:
    SettingHooks m_hooks;
};

bool
SettingValue::DeserializeFromString(std::string text, ns3::Ptr<const ns3::AttributeChecker> checker)
{
    const auto* reads = dynamic_cast<const SettingChecker*>(ns3::PeekPointer(checker));
    if (reads == nullptr || !reads->Reads(text))
    {
        return false;
    }
    m_text = std::move(text);
    return true;
}

class SettingAccessor : public ns3::AttributeAccessor
{
  public:
    explicit SettingAccessor(SettingHooks hooks)
        : m_hooks(std::move(hooks))
    {
    }

    bool
    Set(ns3::ObjectBase* object, const ns3::AttributeValue& value) const override
    {
        const auto* text = dynamic_cast<const SettingValue*>(&value);
        return text != nullptr && Told([&] { return m_hooks.write(object, text->Text()); });
    }

    bool
    Get(const ns3::ObjectBase* object, ns3::AttributeValue& value) const override
    {
        std::string text;
        auto* setting = dynamic_cast<SettingValue*>(&value);
        if (setting == nullptr || !m_hooks.read(object, text))
        {
            return false;
        }
        setting->Set(text);
        return true;
    }

    bool
    HasGetter() const override
    {
        return true;
    }

    bool
    HasSetter() const override
    {
        return true;
    }

  private:
    SettingHooks m_hooks;
};

} // namespace

std::string
AttributeName(const std::string& key)
{
    std::string name;
    bool first = true;
    for (const char c : key)
    {
        if (c != '-')
        {
            name += first ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        }
        first = c == '-';
    }
    return name;
}

SettingAttribute::SettingAttribute(const std::string& prefix, const Keys::Entry& key)
    : m_name(prefix + AttributeName(key.setting->name))
    , m_key(key)
{
}

const std::string&
SettingAttribute::Name() const
{
    return m_name;
}

const std::string&
SettingAttribute::Key() const
{
    return m_key.setting->name;
}

bool
SettingAttribute::IsFamily() const
{
    return !m_key.setting->prefix.empty();
}

std::string
SettingAttribute::Help() const
{
    const Setting& s = *m_key.setting;
    const bool named = s.unit.empty() || s.values.find(s.unit) != std::string::npos;
    std::string text = s.doc + " [" + (IsFamily() ? "as in 200=X+400=Y; each " : "") + s.values +
                       (named ? "" : ", in " + s.unit) + "]";
    if (!s.automatic.empty())
    {
        text += "; auto = " + s.automatic;
    }
    return s.source.empty() ? text : text + ". Source: " + s.source;
}

std::string
SettingAttribute::Text() const
{
    std::string text;
    for (const auto& [key, value] : m_key.setting->write(m_key.part))
    {
        text += text.empty() ? "" : "+";
        text += IsFamily() ? key.substr(m_key.setting->prefix.size()) + "=" + value : value;
    }
    return IsFamily() && text.empty() ? kAuto : text;
}

void
SettingAttribute::Read(const std::string& type, const std::string& text) const
{
    const std::string place = type + "::" + m_name;
    if (IsFamily())
    {
        ReadFamily(place, text);
    }
    else
    {
        m_key.setting->read(m_key.part, place, m_key.setting->name, text);
    }
}

/// Sets the keys that `text` names; all others of the family are automatic again.
void
SettingAttribute::ReadFamily(const std::string& place, const std::string& text) const
{
    const Setting& s = *m_key.setting;
    for (const auto& [key, value] : s.write(m_key.part))
    {
        s.read(m_key.part, place, key, kAuto);
    }
    std::istringstream pairs(text == kAuto ? "" : text);
    for (std::string pair; std::getline(pairs, pair, '+');)
    {
        const size_t equals = pair.find('=');
        if (equals == std::string::npos)
        {
            throw BadInput(place + ": '" + pair +
                           "' is not a pair; write 200=X+400=Y, or auto for none");
        }
        s.read(m_key.part, place, s.prefix + pair.substr(0, equals), pair.substr(equals + 1));
    }
}

SettingAttributes&
SettingAttributes::Add(const Keys& keys, const std::string& prefix)
{
    for (const Keys::Entry& entry : keys.entries())
    {
        emplace_back(prefix, entry);
    }
    return *this;
}

void
RefuseChange(const std::string& type, const SettingAttribute& setting)
{
    throw BadInput(type + "::" + setting.Name() +
                   " is fixed once the network is built; set it before, by Config::SetDefault or "
                   "in NetworkConfig");
}

void
AddSetting(ns3::TypeId tid, const SettingAttribute& setting, const SettingHooks& hooks)
{
    tid.AddAttribute(setting.Name(),
                     setting.Help(),
                     SettingValue(setting.Text()),
                     ns3::Create<SettingAccessor>(hooks),
                     ns3::Create<SettingChecker>(hooks));
}

} // namespace hpnsim
