#include "controller/web/acts.hpp"

#include "controller/app/refusals.hpp"
#include "controller/web/console.hpp"
#include "controller/web/parts.hpp"
#include "controller/wire/headers_json.hpp"
#include "platform/crypto/crypto.hpp"

namespace web {
namespace {

constexpr std::size_t kKeyBytes = 15;
constexpr std::size_t kLongestKey = 40;
constexpr std::size_t kHashDigits = 32;
constexpr int kSeeOther = 303;
constexpr std::size_t kLargestForm = 1024 * 1024;

void PutField(Slots part, const ActField& field, const FormState& form, bool typed) {
    const std::string text = typed ? form.Text(field.name, field.value) : field.value;
    Slots slot = part.Add("FIELD");
    static constexpr std::string_view kSections[] = {"LINE", "AREA", "CHOICE", "HIDDEN"};
    Slots kind = slot.Add(kSections[static_cast<std::size_t>(field.kind)]);
    kind.Set("NAME", field.name);
    kind.Set("LABEL", field.label);
    kind.Set("VALUE", text);
    kind.ShowIf(field.required, "REQUIRED");
    kind.AddText("WITH_HINT", "HINT", field.hint);
    for (const auto& [value, label] : field.choices) {
        Slots option = kind.Add("OPTION");
        option.Set("OPTION_VALUE", value);
        option.Set("OPTION_LABEL", label);
        option.ShowIf(value == text, "CHOSEN");
    }
}

}  // namespace

std::string NewFormKey() {
    return platform::Base64UrlEncode(platform::RandomBytes(kKeyBytes));
}

std::string FormHash(const Visit& visit) {
    platform::Sha256Stream digest;
    digest.Update(visit.Request().path);
    for (const auto& [name, value] : visit.Typed().All()) {
        if (name != "csrf" && name != "key") {
            digest.Update("\n" + std::to_string(name.size()) + ":" + name + "=" + std::to_string(value.size()) + ":");
            digest.Update(value);
        }
    }
    return digest.FinishHex();
}

std::string FormKey(const Visit& visit) {
    const std::string_view key = visit.Typed().Text("key");
    if (key.empty() || key.size() > kLongestKey) {
        return {};
    }
    // Another form of the same page, or the same one filled in otherwise, is another thing to do.
    return "console-" + std::string(key) + "-" + FormHash(visit).substr(0, kHashDigits);
}

app::StorableAnswer Storable(const ActDone& done) {
    return {kSeeOther, wire::EncodeHeaders({}), done.path + "\n" + done.said};
}

Reply ActOnce(Visit& visit, const std::function<app::Outcome<ActDone>(store::Tx&)>& script) {
    ActDone done;
    std::optional<app::Refusal> refusal;
    const auto once = app::RunOnce(
        visit.Services().database, visit.Caller().actor.id, FormKey(visit), FormHash(visit), [&](store::Tx& tx) {
            refusal.reset();
            auto outcome = script(tx);
            if (!outcome) {
                refusal = std::move(outcome.error());
                return app::StorableAnswer{StatusOf(refusal->kind), wire::EncodeHeaders({}), refusal->detail};
            }
            done = std::move(*outcome);
            return Storable(done);
        });
    if (once.replay) {
        const std::string& body = once.replay->body;
        const auto split = body.find('\n');
        if (once.replay->status != kSeeOther || split == body.npos) {
            Visit::Refuse(app::Conflict("This form was sent before, and was refused then: " + body));
        }
        done = {body.substr(0, split), body.substr(split + 1)};
    }
    if (refusal) {
        Visit::Refuse(std::move(*refusal));
    }
    return visit.GoTo(done.path, done.said);
}

std::int64_t VersionOfAct(const Visit& visit) {
    return visit.Typed().Number("version").value_or(0);
}

wire::Document TypedDocument(const std::string& json) {
    auto document = wire::Document::Parse(json, wire::BodyFormat::kJson, kLargestForm);
    if (!document) {
        Visit::Refuse({app::RefusalKind::kInvalid,
                       "input.invalid",
                       "What was typed cannot be read.",
                       {},
                       std::move(document.error())});
    }
    return std::move(*document);
}

void PutAct(Visit& visit, Slots slots, std::string_view name, const Act& act) {
    Slots part = slots.Part(name, "part_act");
    const FormState form = visit.FormOf(act.form);
    const bool typed = form.Typed() && (act.about.empty() || form.Text(act.about) == act.about_value);
    if (act.folded) {
        part.Add("FOLD").ShowIf(typed, "OPEN");
        part.Show("FOLDED_END");
    } else {
        part.Show("PLAIN");
    }
    part.Set("LEGEND", act.legend);
    part.AddText("WITH_WHAT", "WHAT", act.what);
    if (!visit.May(act.permission)) {
        part.Add("NOT_ALLOWED").Set("WHO", visit.WhoMay(act.permission));
        return;
    }
    if (typed) {
        form.PutRefusal(part, "REFUSAL");
    }
    Slots shown = part.Add("ALLOWED");
    shown.Set("ACTION", std::string(kHome).append(act.action));
    shown.Set("FORM", act.form);
    shown.Set("KEY", NewFormKey());
    shown.Set("BUTTON", act.button);
    shown.ShowIf(act.dangerous, "DANGER");
    shown.ShowIf(act.dangerous, "DANGEROUS");
    shown.ShowIf(act.primary && !act.dangerous, "PRIMARY");
    if (act.version > 0) {
        shown.Add("WITH_VERSION").Set("VERSION", act.version);
    }
    if (!act.about.empty()) {
        PutField(shown, {.name = act.about, .kind = FieldKind::kHidden, .value = act.about_value}, form, false);
    }
    for (const ActField& field : act.fields) {
        PutField(shown, field, form, typed && field.kind != FieldKind::kHidden);
    }
}

}  // namespace web
