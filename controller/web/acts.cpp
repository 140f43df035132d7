#include "controller/web/acts.hpp"

#include "controller/web/parts.hpp"

namespace web {
namespace {

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

Reply ActOnce(Visit& visit, const std::function<app::Outcome<ActDone>(store::Tx&)>& script) {
    const ActDone done = visit.Write(script);
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
