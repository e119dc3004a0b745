// SPDX-License-Identifier: GPL-2.0-only
// Makes ns-3 Attributes of declared settings (hpnsim/settings.hpp): name, help, default, what is
// taken and what is refused come from the lists, so that a key that joins a list is an attribute
// too.
//
// A class with such attributes says what holds its settings, and which of them are attributes:
//
//     using Held = FabricSettings;
//     static SettingAttributes AttributesOf(Held& held);
//     const Held& Settings() const;                     // in force
//     void SetSetting(size_t number, const std::string& text);  // may throw BadInput
//
// and its GetTypeId passes its TypeId through WithSettings.
#pragma once

#include "hpnsim/settings.hpp"

#include "ns3/attribute.h"
#include "ns3/object-base.h"
#include "ns3/type-id.h"

#include <functional>
#include <string>
#include <vector>

namespace hpnsim
{

/// Returns ns-3's way to write a key: KminKb for kmin-kb.
std::string AttributeName(const std::string& key);

/// One setting of one object, as an attribute has it.
class SettingAttribute
{
  public:
    SettingAttribute(const std::string& prefix, const Keys::Entry& key);

    const std::string& Name() const;
    /// Returns the key as the list has it.
    const std::string& Key() const;
    /// Returns meaning, range, unit and source.
    std::string Help() const;
    /// Returns what is in force. A family of keys is one attribute: `200=300+400=800`, or `auto`
    /// if none is set.
    std::string Text() const;
    /// Throws BadInput, whose sentence begins with `type` and the attribute's name.
    void Read(const std::string& type, const std::string& text) const;

  private:
    bool IsFamily() const;
    void ReadFamily(const std::string& place, const std::string& text) const;

    std::string m_name;
    Keys::Entry m_key;
};

/// The settings of one object that are attributes, in the order of their lists.
class SettingAttributes : public std::vector<SettingAttribute>
{
  public:
    /// `prefix` stands before the names of keys that mean little without it.
    SettingAttributes& Add(const Keys& keys, const std::string& prefix = "");
};

/// How the attribute of one setting reaches it in any object of a class.
struct SettingHooks
{
    std::function<void(const std::string& text)> check; ///< throws BadInput
    /// False: the object is of another class.
    std::function<bool(const ns3::ObjectBase* object, std::string& text)> read;
    std::function<bool(ns3::ObjectBase* object, const std::string& text)> write;
};

void AddSetting(ns3::TypeId tid, const SettingAttribute& setting, const SettingHooks& hooks);

/// Throws BadInput: the object is in use, and has taken up this setting for good.
[[noreturn]] void RefuseChange(const std::string& type, const SettingAttribute& setting);

/// Adds the attributes of `Owner` to its TypeId.
template <class Owner>
ns3::TypeId
WithSettings(const ns3::TypeId& tid)
{
    using Held = typename Owner::Held;
    Held standard;
    const SettingAttributes all = Owner::AttributesOf(standard);
    for (size_t i = 0; i < all.size(); ++i)
    {
        SettingHooks hooks;
        hooks.check = [i, type = tid.GetName()](const std::string& text) {
            Held scratch;
            Owner::AttributesOf(scratch)[i].Read(type, text);
        };
        hooks.read = [i](const ns3::ObjectBase* object, std::string& text) {
            const auto* owner = dynamic_cast<const Owner*>(object);
            if (owner != nullptr)
            {
                // The list is for writing too, and is only read here.
                text = Owner::AttributesOf(const_cast<Held&>(owner->Settings()))[i].Text();
            }
            return owner != nullptr;
        };
        hooks.write = [i](ns3::ObjectBase* object, const std::string& text) {
            auto* owner = dynamic_cast<Owner*>(object);
            if (owner != nullptr)
            {
                owner->SetSetting(i, text);
            }
            return owner != nullptr;
        };
        AddSetting(tid, all[i], hooks);
    }
    return tid;
}

} // namespace hpnsim
