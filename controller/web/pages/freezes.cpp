// Freeze windows: which are on, which come, beginning one and ending one.
#include "controller/app/incidents.hpp"
#include "controller/web/command.hpp"
#include "controller/web/pages.hpp"
#include "controller/web/parts.hpp"
#include "controller/web/visit.hpp"
#include "controller/wire/release_json.hpp"
#include "platform/base/text.hpp"

namespace web {
namespace {

using policy::Permission;

constexpr int kFreezesListed = 50;
constexpr std::string_view kEndForm = "end";

template <typename E>
void PutFreezeChoices(Slots page, std::string_view section, std::string_view chosen) {
    for (const auto& name : platform::EnumNames<E>::kNames) {
        Slots slot = page.Add(section);
        slot.Set("VALUE", name.text);
        slot.ShowIf(chosen == name.text, "CHOSEN");
    }
}

std::string WhomItFreezes(const wire::Freeze& freeze) {
    if (freeze.channel) {
        return "promotions to " + std::string(platform::EnumText(*freeze.channel));
    }
    if (freeze.tenant) {
        return "releases that tenant " + *freeze.tenant + " receives";
    }
    return "every promotion";
}

/// "2025-12-20T18:00:00" as people write it, to the minute.
std::string LocalMinutes(const std::string& local) {
    constexpr std::size_t kDateLength = 10;
    constexpr std::size_t kTimeLength = 5;
    return local.size() > kDateLength + kTimeLength
               ? local.substr(0, kDateLength) + " " + local.substr(kDateLength + 1, kTimeLength)
               : local;
}

void PutFreeze(Visit& visit, Slots row, const wire::Freeze& freeze) {
    row.Set("ID", freeze.id);
    row.Set("WHOM", WhomItFreezes(freeze));
    row.Set("STARTS", LocalMinutes(freeze.starts));
    row.Set("ENDS", LocalMinutes(freeze.ends));
    row.Set("ZONE", freeze.zone);
    row.AddText("RECURS", "RECURRENCE", freeze.recurrence == "none" ? std::string() : freeze.recurrence);
    row.Set("REASON_TEXT", freeze.reason);
    row.Set("BY", freeze.created_by);
    if (freeze.cancelled_at) {
        PutBadge(row, "STATE", "ended early", Tone::kPlain);
        Slots slot = row.Add("CANCELLED");
        PutTime(slot, "CANCELLED_AT", *freeze.cancelled_at);
        slot.Set("CANCELLED_BY", freeze.cancelled_by.value_or(""));
        return;
    }
    const bool over = !freeze.next_end;
    PutBadge(row, "STATE",
             freeze.active ? "on now"
             : over        ? "over"
                           : "ahead",
             freeze.active ? Tone::kBad
             : over        ? Tone::kPlain
                           : Tone::kInfo);
    if (freeze.next_start && freeze.next_end) {
        Slots slot = row.Add("NEXT");
        PutTime(slot, "NEXT_START", *freeze.next_start);
        PutTime(slot, "NEXT_END", *freeze.next_end);
    }
    if (over || !visit.May(Permission::kManageFreezes)) {
        return;
    }
    const FormState form = visit.FormOf(kEndForm);
    const bool typed = form.Typed() && form.Text("freeze") == freeze.id;
    Slots slot = row.Add("END");
    slot.ShowIf(typed, "OPEN");
    if (typed) {
        form.PutRefusal(slot, "REFUSAL");
    }
    Confirmation confirmation;
    confirmation.form = kEndForm;
    confirmation.action = "/freezes/end";
    confirmation.legend = "End this freeze";
    confirmation.what =
        "From now on it stops nothing any more, also not when it would come again: " + WhomItFreezes(freeze) +
        " may go on where nothing else stands against it. It is final.";
    confirmation.button = "End it";
    confirmation.reason = typed ? form.Text("reason") : std::string();
    confirmation.version = std::to_string(freeze.version);
    Slots field = PutConfirmation(slot, "CONFIRM", confirmation).Add("FIELD");
    field.Set("NAME", "freeze");
    field.Set("VALUE", freeze.id);
}

void PutFreezeForm(Visit& visit, Slots page) {
    const FormState form = visit.FormOf("add");
    form.PutRefusal(page, "ADD_REFUSAL");
    PutFreezeChoices<policy::FreezeScope>(page, "SCOPE", form.Text("scope", "global"));
    PutFreezeChoices<policy::Channel>(page, "CHANNEL", form.Text("channel"));
    form.Fill(page, "TENANT", "tenant");
    form.Fill(page, "NEW_ZONE", "zone", "UTC");
    form.Fill(page, "NEW_STARTS", "starts");
    form.Fill(page, "NEW_ENDS", "ends");
    form.Fill(page, "NEW_REASON", "reason");
    for (const std::string_view every : {"none", "weekly", "yearly"}) {
        Slots slot = page.Add("EVERY");
        slot.Set("VALUE", every);
        slot.ShowIf(form.Text("recurrence", "none") == every, "CHOSEN");
    }
    visit.Offer(page, "ADD", Permission::kManageFreezes);
}

Reply ShowFreezes(Visit& visit) {
    const bool all = visit.Query("all") == "true";
    const app::PageQuery query = visit.PageOf(kFreezesListed);
    const auto freezes = visit.Read([&](store::Tx& tx) { return app::ListFreezes(tx, !all, query); });
    Slots page = visit.Page("freezes", {.title = "Freezes", .place = "freezes"});
    page.ShowIf(all, "ALL");
    page.ShowIf(!all, "AHEAD");
    page.ShowIf(freezes.rows.empty(), "NONE");
    page.ShowIf(!freezes.rows.empty(), "FREEZES");
    for (const wire::Freeze& freeze : freezes.rows) {
        PutFreeze(visit, page.Add("FREEZE"), freeze);
    }
    PutPaging(page, "PAGING", freezes.next ? std::optional(visit.HereWith("after", *freezes.next)) : std::nullopt,
              query.after.empty() ? std::nullopt : std::optional(visit.HereWith("after", "")));
    PutFreezeForm(visit, page);
    return visit.Show();
}

Reply AddFreezeHere(Visit& visit) {
    const Form& typed = visit.Typed();
    const std::string_view scope = typed.Text("scope");
    const auto command =
        Command()
            .Text("scope", scope)
            .Text("channel", scope == "channel" ? typed.Text("channel") : std::string_view())
            .Text("tenant", scope == "tenant" ? platform::Trim(typed.Text("tenant")) : std::string_view())
            .Text("zone", platform::Trim(typed.Text("zone")))
            .Text("starts", typed.Text("starts"))
            .Text("ends", typed.Text("ends"))
            .Text("recurrence", typed.Text("recurrence"))
            .Text("reason", platform::Trim(typed.Text("reason")))
            .Read(wire::DecodeAddFreeze);
    visit.Write([&](store::Tx& tx) { return app::AddFreeze(tx, visit.Caller(), command); });
    return visit.GoTo("/freezes", "The freeze is set.");
}

Reply EndFreezeHere(Visit& visit) {
    const std::string text(visit.Typed().Text("freeze"));
    const auto id = policy::RecordId::Parse(text);
    if (!id) {
        Visit::RefuseUnknown("freeze", text);
    }
    const auto command =
        Command().Text("reason", platform::Trim(visit.Typed().Text("reason"))).Read(wire::DecodeReason);
    const std::int64_t version = visit.Typed().Number("version").value_or(0);
    visit.Write([&](store::Tx& tx) { return app::CancelFreeze(tx, visit.Caller(), *id, version, command.reason); });
    return visit.GoTo("/freezes", "The freeze is over.");
}

constexpr Route kFreezeRoutes[] = {{.verb = Verb::kGet, .pattern = "/freezes", .handler = ShowFreezes},
                                   {.verb = Verb::kPost,
                                    .pattern = "/freezes",
                                    .permission = Permission::kManageFreezes,
                                    .handler = AddFreezeHere,
                                    .page = ShowFreezes,
                                    .form = "add"},
                                   {.verb = Verb::kPost,
                                    .pattern = "/freezes/end",
                                    .permission = Permission::kManageFreezes,
                                    .handler = EndFreezeHere,
                                    .page = ShowFreezes,
                                    .form = kEndForm}};

}  // namespace

std::span<const Route> FreezeRoutes() {
    return kFreezeRoutes;
}

}  // namespace web
