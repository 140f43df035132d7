// Forms that do something, the same way on every page that has many of them: what will happen and to whom, the fields,
// one button; done once however often it is sent; what does not decode is told field by field.
//
//     PutAct(visit, page, "RENAME", {.form = "rename", .action = "/things/x/rename", .legend = "Rename it",
//                                    .button = "Rename", .fields = {{.name = "name", .label = "New name"}}});
//     ...
//     const auto command = DecodeTyped(wire::DecodeRename, Json{{"name", visit.Typed().Text("name")}}.dump());
//     return ActOnce(visit, [&](store::Tx& tx) -> app::Outcome<ActDone> { ... });
//
// One thread, as the visit. Errors: refusals, as Visit throws them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "controller/app/call.hpp"
#include "controller/web/visit.hpp"
#include "controller/wire/document.hpp"

namespace web {

enum class FieldKind { kLine, kText, kChoice, kHidden };

struct ActField {
    std::string_view name;
    std::string_view label = {};
    FieldKind kind = FieldKind::kLine;
    std::string value = {};  // until something was typed
    std::string hint = {};
    bool required = true;
    std::vector<std::pair<std::string, std::string>> choices = {};  // value and label
};

struct Act {
    std::string_view form;  // as in the route's row
    std::string action;     // path below /console
    std::string legend;
    std::string what = {};  // what exactly will happen, to whom
    std::string button;
    std::int64_t version = 0;  // of what is changed; 0: none
    /// When a page has the same form several times: the hidden field that tells them apart, and this one's value.
    std::string_view about = {};
    std::string about_value = {};
    std::vector<ActField> fields = {};
    bool dangerous = false;
    bool primary = false;
    bool folded = false;  // behind its legend, until it is opened or was refused
    policy::Permission permission = policy::Permission::kRead;
};

/// The part `name`: the form; for whom the roles do not allow it, who may.
void PutAct(Visit& visit, Slots slots, std::string_view name, const Act& act);

struct ActDone {
    std::string path;  // below /console
    std::string said;
};

/// Runs the script in a transaction and shows what it gives; a form that is sent again gets the first answer.
Reply ActOnce(Visit& visit, const std::function<app::Outcome<ActDone>(store::Tx&)>& script);

/// What the form must name as the version it was made from; a form without one is refused as stale.
std::int64_t VersionOfAct(const Visit& visit);

wire::Document TypedDocument(const std::string& json);
/// The same decoder, and the same complaints, as of the API.
template <typename T>
T DecodeTyped(wire::Decoded<T> (*decoder)(const wire::Document&), const wire::Document& document) {
    auto decoded = decoder(document);
    if (!decoded) {
        Visit::Refuse({app::RefusalKind::kInvalid,
                       "input.invalid",
                       "Some of what was typed cannot be right.",
                       {},
                       std::move(decoded.error())});
    }
    return std::move(*decoded);
}
template <typename T>
T DecodeTyped(wire::Decoded<T> (*decoder)(const wire::Document&), const std::string& json) {
    return DecodeTyped(decoder, TypedDocument(json));
}

}  // namespace web
