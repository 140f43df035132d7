#include "controller/web/visit.hpp"

#include <algorithm>
#include <charconv>

#include "controller/app/refusals.hpp"
#include "controller/http/gatekeeper.hpp"
#include "controller/web/assets.hpp"
#include "controller/web/navigation.hpp"
#include "controller/web/once.hpp"
#include "controller/web/parts.hpp"
#include "platform/base/invariant.hpp"
#include "platform/base/text.hpp"

namespace web {
namespace {

constexpr std::size_t kLongestQuery = 400;
constexpr std::size_t kLongestSaid = 500;

std::string AddressOf(std::string_view path) {
    return std::string(kHome).append(path);
}

void PutCrumbs(Slots layout, const Frame& frame) {
    for (const Crumb& crumb : frame.crumbs) {
        Slots slot = layout.Add("CRUMB");
        slot.Set("LABEL", crumb.label);
        slot.Set("PATH", AddressOf(crumb.path));
    }
    layout.ShowIf(!frame.crumbs.empty(), "CRUMBS");
}

}  // namespace

std::string FormState::Text(std::string_view field, std::string_view otherwise) const {
    return std::string(typed_ != nullptr && typed_->Has(field) ? typed_->Text(field) : otherwise);
}

bool FormState::Ticked(std::string_view field, std::string_view value) const {
    return typed_ != nullptr && std::ranges::any_of(typed_->All(), [&](const auto& pair) {
               return pair.first == field && pair.second == value;
           });
}

void FormState::PutRefusal(Slots slots, std::string_view name) const {
    if (refusal_ != nullptr) {
        web::PutRefusal(slots, name, *refusal_, visit_->Request().path);
        visit_->refusal_placed_ = true;
    }
}

Visit::Visit(VisitFacts facts) : facts_(std::move(facts)) {}
Visit::~Visit() = default;

bool Visit::May(policy::Permission permission) const {
    return policy::MayUse(permission, facts_.call.actor.kind, facts_.call.actor.roles);
}

bool Visit::Holds(policy::Role role) const {
    return std::ranges::find(facts_.call.actor.roles, role) != facts_.call.actor.roles.end();
}

std::string Visit::WhoMay(policy::Permission permission) const {
    return "To " + std::string(policy::DescribePermission(permission).name) + " " + http::NeededRoles(permission) + ".";
}

void Visit::Offer(Slots slots, std::string_view section, policy::Permission permission) const {
    if (May(permission)) {
        slots.Show(section);
    } else {
        slots.Add(std::string(section) + "_NOT").Set(std::string(section) + "_WHO", WhoMay(permission));
    }
}

std::string_view Visit::Parameter(std::string_view name) const {
    for (const auto& [key, value] : facts_.parameters) {
        if (key == name) {
            return value;
        }
    }
    PORTCULLIS_INVARIANT(false, "a handler asks for the parameters of its own route");
    return {};
}

std::int64_t Visit::Number(std::string_view parameter, std::string_view what) const {
    const std::string_view text = Parameter(parameter);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 1) {
        RefuseUnknown(what, text);
    }
    return number;
}

std::string Visit::Query(std::string_view name) const {
    const auto text = facts_.request->Query(name);
    return text ? std::string(platform::TruncateUtf8(platform::Trim(*text), kLongestQuery)) : std::string();
}

app::PageQuery Visit::PageOf(std::int64_t limit) const {
    app::PageQuery query;
    query.limit = static_cast<decltype(query.limit)>(limit);
    query.after = Query("after");
    return query;
}

std::string Visit::HereWith(std::string_view name, std::string_view value) const {
    std::string query;
    const auto add = [&](std::string_view key, std::string_view text) {
        query.append(query.empty() ? "?" : "&").append(PercentEncode(key)).append("=").append(PercentEncode(text));
    };
    for (const auto& [key, text] : facts_.request->query) {
        if (key != name && !text.empty()) {
            add(key, text);
        }
    }
    if (!value.empty()) {
        add(name, value);
    }
    return facts_.page_path + query;
}

FormState Visit::FormOf(std::string_view form) {
    FormState state;
    state.visit_ = this;
    if (shown_ && form_ == form) {
        state.typed_ = &*shown_;
        state.refusal_ = refusal_;
    }
    return state;
}

wire::Document Visit::DocumentOf(const Fields& fields) {
    constexpr std::size_t kLargest = 1024 * 1024;
    auto document = wire::Document::Parse(fields.Encode(), wire::BodyFormat::kJson, kLargest);
    if (!document) {
        RefuseInvalid(std::move(document.error()));
    }
    return std::move(*document);
}

void Visit::RefuseInvalid(platform::FieldErrors errors) {
    Refuse({app::RefusalKind::kInvalid,
            "input.invalid",
            "What was typed does not hold: see each of the errors.",
            {},
            std::move(errors)});
}

void Visit::RefuseUnknown(std::string_view what, std::string_view id) {
    Refuse(app::NotFound(what, id));
}

void Visit::ShowTyped(std::string_view form, Form typed, const app::Refusal* refusal) {
    form_ = form;
    shown_ = std::move(typed);
    refusal_ = refusal;
    resumed_ = refusal == nullptr;
}

Slots Visit::Page(std::string_view file, const Frame& frame) {
    PORTCULLIS_INVARIANT(document_ == nullptr, "a visit has one page");
    document_ = std::make_unique<Document>("layout");
    Slots layout = document_->Root();
    layout.SetGlobal("CSRF", facts_.csrf);
    layout.SetGlobal("FORM_KEY", NewFormKey());
    layout.SetGlobal("HERE", HereWith({}, {}));
    layout.AddText("ELSEWHERE", "PATH",
                   facts_.page_path == facts_.request->path ? std::string_view() : facts_.page_path);
    layout.SetGlobal("ASSETS", AssetsPath());
    layout.Set("TITLE", frame.title);
    layout.Set("CALLER", facts_.call.display_name.empty() ? facts_.call.actor.id.Text() : facts_.call.display_name);
    layout.Set("CALLER_ID", facts_.call.actor.id.Text());
    layout.AddText("PAGE_SCRIPT", "FILE", frame.script);
    layout.AddText("PAGE_STYLE", "FILE", frame.style);
    PutNavigation(layout, *this, frame.place);
    PutCrumbs(layout, frame);
    layout.AddText("FLASH", "SAID", facts_.flash);
    layout.ShowIf(resumed_, "RESUMED");
    layout.ShowIf(facts_.services->simulated_clock, "SIMULATED");
    return layout.Part("PAGE", file);
}

Reply Visit::Show() {
    PORTCULLIS_INVARIANT(document_ != nullptr, "what is shown has been begun");
    if (refusal_ != nullptr && !refusal_placed_) {
        PutRefusal(document_->Root(), "PAGE_REFUSAL", *refusal_, Request().path);
    }
    Reply reply;
    reply.status = status_;
    reply.body = document_->Render();
    return reply;
}

Reply Visit::GoTo(std::string_view path, std::string_view said) const {
    Reply reply;
    reply.status = 303;
    reply.headers.emplace_back("Location", AddressOf(path));
    reply.headers.emplace_back(kFlashHeader, platform::TruncateUtf8(said, kLongestSaid));
    return reply;
}

Reply Visit::Download(std::string body, std::string_view media_type, std::string_view file_name) {
    Reply reply;
    reply.body = std::move(body);
    reply.media_type = media_type;
    reply.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + std::string(file_name) + "\"");
    return reply;
}

}  // namespace web
