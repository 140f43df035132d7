// One visit to the console, as a page's or an action's handler sees it: who, what was asked and typed, and how to
// answer.
//
//     Reply ShowThing(Visit& visit) {                                  // GET  /things/{thing}
//         const auto id = visit.Id<policy::RecordId>("thing", "thing");
//         const auto thing = visit.Read([&](store::Tx& tx) { return app::ShowThing(tx, id); });
//         Slots page = visit.Page("thing", {.title = thing.name, .place = "things"});
//         page.Set("NAME", thing.name);
//         const FormState form = visit.FormOf("rename");
//         form.Fill(page, "NEW_NAME", "name", thing.name);             // what was typed, else the name
//         form.PutRefusal(page, "REFUSAL");                            // {{>REFUSAL}} beside it
//         return visit.Show();
//     }
//     Reply RenameThing(Visit& visit) {                                // POST /things/{thing}/rename
//         const auto id = visit.Id<policy::RecordId>("thing", "thing");
//         Fields fields;
//         fields.Text("name", visit.Typed().Text("name"));
//         const auto command = Visit::Decode(wire::DecodeRename, fields);
//         visit.Write([&](store::Tx& tx) { return app::RenameThing(tx, visit.Caller(), id, command); });
//         return visit.GoTo("/things/" + id.Text(), "Renamed.");
//     }
//
// Read and Write give the operation's value; a refusal leaves the handler as an exception, and the console shows the
// form's page with the refusal and everything that was typed, or for a page that says what is the matter. Never catch
// it. Scripts run inside one transaction and may run again. One thread.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "controller/app/call.hpp"
#include "controller/app/page.hpp"
#include "controller/app/services.hpp"
#include "controller/policy/permissions.hpp"
#include "controller/web/form.hpp"
#include "controller/web/reply.hpp"
#include "controller/web/slots.hpp"
#include "controller/web/waiting.hpp"
#include "controller/wire/audit_entry.hpp"
#include "controller/wire/document.hpp"
#include "platform/base/enum_text.hpp"
#include "platform/base/time.hpp"

namespace web {

/// The fields of a command, as JSON names them: Fields().Text("name", typed).Number("n", 3).
using Fields = wire::AuditDetails;

inline constexpr std::string_view kHome = "/console";

/// Carries an operation's refusal out of a handler.
class RefusedVisit : public std::exception {
public:
    explicit RefusedVisit(app::Refusal refusal) : refusal_(std::move(refusal)) {}
    const char* what() const noexcept override {
        return refusal_.detail.c_str();
    }
    const app::Refusal& Why() const {
        return refusal_;
    }

private:
    app::Refusal refusal_;
};

struct Crumb {
    std::string label;
    std::string path;  // below /console; empty for the board
};

/// What the layout shows around a page.
struct Frame {
    std::string title;
    std::string_view place = {};     // key of the entry of the navigation it belongs to (navigation.cpp)
    std::vector<Crumb> crumbs = {};  // from the board to the page above this one
    std::string_view script = {};    // a module of files/ for this page alone: "chart.js"
    std::string_view style = {};     // a style sheet of files/ for this page alone: "uplot.css"
};

class Visit;

/// A form of the page that is being shown: empty, or as it was typed before.
class FormState {
public:
    /// It was sent, or typed before the session was over; what Text gives is the person's.
    bool Typed() const {
        return typed_ != nullptr;
    }
    /// As typed; `otherwise` when it was not.
    std::string Text(std::string_view field, std::string_view otherwise = {}) const;
    bool Ticked(std::string_view field, std::string_view value) const;
    /// Sets `slot` to Text(field, otherwise).
    void Fill(Slots slots, std::string_view slot, std::string_view field, std::string_view otherwise = {}) const {
        slots.Set(slot, Text(field, otherwise));
    }
    /// Why it was refused, findings and all, as the part `name`: put it beside the form. Without it the layout shows it
    /// above the page.
    void PutRefusal(Slots slots, std::string_view name) const;
    const app::Refusal* Refusal() const {
        return refusal_;
    }

private:
    friend class Visit;
    const Form* typed_ = nullptr;
    const app::Refusal* refusal_ = nullptr;
    Visit* visit_ = nullptr;
};

/// Everything the console knows of a request before a handler sees it.
struct VisitFacts {
    const platform::HttpRequest* request = nullptr;
    app::Services* services = nullptr;
    /// Of the page that is shown: the request's own path, or of the page that has the form which was sent.
    std::string page_path;
    std::vector<std::pair<std::string_view, std::string>> parameters;  // of the path
    app::Call call;
    std::string session;  // its id
    std::string csrf;     // what every form carries
    std::string request_id;
    Form typed;         // of a POST
    std::string flash;  // what the last action said
    std::function<Waiting(const app::Call&)> count_waiting;
};

class Visit {
public:
    explicit Visit(VisitFacts facts);
    ~Visit();
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

    // --- who ---------------------------------------------------------------------------------------------------

    const app::Call& Caller() const {
        return facts_.call;
    }
    app::Services& Services() const {
        return *facts_.services;
    }
    /// Whether the caller's roles allow it: what they do not, is not offered.
    bool May(policy::Permission permission) const;
    bool Holds(policy::Role role) const;
    /// "This needs a user with one of the roles: ..." for where something is not offered.
    std::string WhoMay(policy::Permission permission) const;
    /// Shows {{#section}} when the caller may, else sets `section`_WHO in {{#section_NOT}}.
    void Offer(Slots slots, std::string_view section, policy::Permission permission) const;

    // --- what was asked ----------------------------------------------------------------------------------------

    const platform::HttpRequest& Request() const {
        return *facts_.request;
    }
    std::string_view Parameter(std::string_view name) const;
    /// Text that is no id names nothing: a page says that there is no such `what`.
    template <typename IdType>
    IdType Id(std::string_view parameter, std::string_view what) const {
        auto id = IdType::Parse(Parameter(parameter));
        if (!id) {
            RefuseUnknown(what, Parameter(parameter));
        }
        return std::move(*id);
    }
    std::int64_t Number(std::string_view parameter, std::string_view what) const;
    /// Trimmed; empty when it was not sent.
    std::string Query(std::string_view name) const;
    /// None for anything that is none of the choices: a page that was linked to wrongly shows everything.
    template <typename E>
    std::optional<E> QueryChoice(std::string_view name) const {
        return platform::ParseEnum<E>(Query(name));
    }
    /// From `after`, at most `limit`.
    app::PageQuery PageOf(std::int64_t limit) const;
    /// The address of this page with one parameter of its query changed; an empty value takes it out.
    std::string HereWith(std::string_view name, std::string_view value) const;
    /// What the form that is being handled holds.
    const Form& Typed() const {
        return facts_.typed;
    }
    FormState FormOf(std::string_view form);

    /// A command as the API would take it: `fields` through its decoder, so that what is typed here is held to the same
    /// limits; what does not hold is refused with all errors.
    template <typename T>
    static T Decode(wire::Decoded<T> (*decoder)(const wire::Document&), const Fields& fields) {
        auto decoded = decoder(DocumentOf(fields));
        if (!decoded) {
            RefuseInvalid(std::move(decoded.error()));
        }
        return std::move(*decoded);
    }

    // --- operations --------------------------------------------------------------------------------------------

    /// `script(tx)` gives app::Outcome<V>, or any value.
    template <typename Script>
    auto Read(Script&& script) {
        return ValueOf(Services().database.Read(script));
    }
    /// Of a form that was sent before, the first `Write` leaves the handler by itself, as a refusal does: it was done.
    template <typename Script>
    auto Write(Script&& script) {
        std::optional<std::invoke_result_t<Script&, store::Tx&>> answer;
        WriteOnce([&](store::Tx& tx) {
            answer.emplace(script(tx));
            return Succeeded(*answer);
        });
        return ValueOf(std::move(*answer));
    }
    [[noreturn]] static void RefuseUnknown(std::string_view what, std::string_view id);
    [[noreturn]] static void Refuse(app::Refusal refusal) {
        throw RefusedVisit(std::move(refusal));
    }
    /// The value; a refusal is thrown.
    template <typename T>
    static T ValueOf(app::Outcome<T> outcome) {
        if (!outcome) {
            throw RefusedVisit(std::move(outcome.error()));
        }
        return std::move(*outcome);
    }
    template <typename T>
    static T ValueOf(T value) {
        return value;
    }

    // --- answers -----------------------------------------------------------------------------------------------

    /// Begins the page templates/console/`file`.html.tpl within the layout. Once.
    Slots Page(std::string_view file, const Frame& frame);
    Reply Show();
    /// After an action: the page below /console, which then shows `said`.
    Reply GoTo(std::string_view path, std::string_view said) const;
    /// Bytes to save.
    static Reply Download(std::string body, std::string_view media_type, std::string_view file_name);

    // --- for the console itself --------------------------------------------------------------------------------

    const VisitFacts& Facts() const {
        return facts_;
    }
    /// From now on `form` counts as typed; `refusal` none: the session was over when it was sent.
    void ShowTyped(std::string_view form, Form typed, const app::Refusal* refusal);
    void SetStatus(int status) {
        status_ = status;
    }
    /// Of the form that was handled; empty before something was written (once.hpp).
    const std::string& WrittenKey() const {
        return written_key_;
    }

private:
    friend class FormState;

    template <typename T>
    static bool Succeeded(const app::Outcome<T>& outcome) {
        return outcome.has_value();
    }
    template <typename T>
    static bool Succeeded(const T&) {
        return true;
    }
    void WriteOnce(const std::function<bool(store::Tx&)>& script);
    static wire::Document DocumentOf(const Fields& fields);
    [[noreturn]] static void RefuseInvalid(platform::FieldErrors errors);

    VisitFacts facts_;
    std::string form_;
    std::string written_key_;
    std::optional<Form> shown_;
    const app::Refusal* refusal_ = nullptr;
    bool resumed_ = false;
    bool refusal_placed_ = false;
    int status_ = 200;
    std::unique_ptr<Document> document_;
};

}  // namespace web
