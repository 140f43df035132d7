// Forged, replayed, older, foreign and broken orders and hand-overs of keys, on the real channel, fed to a real pulsed
// and to a real pulse-agent by somebody in between: each is refused, reported to the controller, and seen by the
// operator; none switches anything on.
#include <filesystem>
#include <functional>

#include "platform/base/clock.hpp"
#include "platform/crypto/crypto.hpp"
#include "tenancy/wire/control_document.hpp"
#include "tests/agent/agent_world.hpp"
#include "tests/fleet/fleet_world.hpp"
#include "tests/fleet/key_world.hpp"
#include "tests/fleet/meddler.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

namespace wire = tenancy::wire;
using api_test::Eventually;
using platform::SigningKey;

constexpr std::int64_t kFarAhead = 1'000'000;  // above any generation there is

/// What is under attack, named eu-1.
class Victim {
public:
    virtual ~Victim() = default;
    /// Of a route of tenants: 200 on, 501 off.
    virtual int Tenants() = 0;
    virtual void Restart() = 0;
    virtual std::string ControlFolder() const = 0;
    virtual std::string Log() const = 0;
    /// It decides by itself; an agent hands on what it accepts, and takes the same again for news of nothing.
    virtual bool AnswersTheSameAgain() const = 0;
};

class RealPulsed : public Victim {
public:
    explicit RealPulsed(const std::string& url, const std::string& token_file) {
        pulse_test::PulsedOptions options;
        options.people = "few_people.json";
        options.arguments = {"--instance=eu-1", "--controller-url=" + url, "--enrolment-token-file=" + token_file};
        pulsed_ = std::make_unique<pulse_test::OwnPulsed>(std::move(options));
    }
    int Tenants() override {
        return TenantsAnswer(*pulsed_);
    }
    void Restart() override {
        EXPECT_EQ(pulsed_->Stop(), 0) << pulsed_->Log();
        pulsed_->Start();
    }
    std::string ControlFolder() const override {
        return pulsed_->DataDir() + "/control";
    }
    std::string Log() const override {
        return pulsed_->Log();
    }
    bool AnswersTheSameAgain() const override {
        return true;
    }

private:
    std::unique_ptr<pulse_test::OwnPulsed> pulsed_;
};

class RealAgent : public Victim {
public:
    RealAgent(std::string url, std::string token_file) : url_(std::move(url)), token_file_(std::move(token_file)) {
        support::WriteFile(folder_ / "pulse.env", "PULSE_MULTI_TENANT_ENABLED=true\n");
        standin_ =
            std::make_unique<agent_test::Standin>(std::vector<std::string>{"files", (folder_ / "pulse.env").string()});
        EXPECT_TRUE(standin_->Answers(200));
        Start();
    }
    int Tenants() override {
        return standin_->TenantsAnswer();
    }
    void Restart() override {
        agent_->Signal(SIGTERM);
        EXPECT_EQ(agent_->Wait(), 0) << agent_->Error();
        Start();
    }
    std::string ControlFolder() const override {
        return (folder_ / "state" / "control").string();
    }
    std::string Log() const override {
        return agent_->Error();
    }
    bool AnswersTheSameAgain() const override {
        return false;
    }

private:
    void Start() {
        std::vector<std::string> command{support::BuiltProgram("pulse-agent"),
                                         "--data-dir=" + (folder_ / "state").string(),
                                         "--instance=eu-1",
                                         "--controller-url=" + url_,
                                         "--enrolment-token-file=" + token_file_,
                                         "--place=file",
                                         "--env-file=" + (folder_ / "pulse.env").string()};
        for (const std::string& argument : standin_->AgentArguments()) {
            command.push_back(argument);
        }
        agent_ = std::make_unique<support::Process>(command);
    }

    support::TempDir folder_{"attacked"};
    const std::string url_;
    const std::string token_file_;
    std::unique_ptr<agent_test::Standin> standin_;
    std::unique_ptr<support::Process> agent_;
};

enum class Kind { kPulsed, kAgent };

class Forgery : public ::testing::TestWithParam<Kind> {
protected:
    void SetUp() override {
        const std::string token = controller_.EnrolInto((tokens_ / "token").string(), "eu-1");
        if (GetParam() == Kind::kPulsed) {
            victim_ = std::make_unique<RealPulsed>(meddler_.Url(), token);
        } else {
            victim_ = std::make_unique<RealAgent>(meddler_.Url(), token);
        }
        ASSERT_TRUE(Eventually([&] { return controller_.IsConnected("eu-1"); }));
    }

    bool Becomes(int status) {
        return Eventually([&] { return victim_->Tenants() == status; });
    }
    /// Off, on, off, each in force: the order to switch on is genuine, and older than what is in force.
    void SwitchOffAfterOn() {
        controller_.KillAll();
        ASSERT_TRUE(Becomes(501)) << victim_->Log();
        controller_.SwitchOnAll();
        ASSERT_TRUE(Becomes(200)) << victim_->Log();
        const std::string last = controller_.KillAll();
        ASSERT_TRUE(Becomes(501)) << victim_->Log();
        ASSERT_TRUE(Eventually([&] { return OutcomeOf(controller_.Await(last), "eu-1") == "applied"; }));
    }
    /// The newest genuine order of that kind, as it went over the wire.
    wire::Order Genuine(bool enabled) const {
        for (const auto orders = meddler_.Orders();
             const wire::Order& order : std::vector(orders.rbegin(), orders.rend())) {
            const auto document = wire::DecodeControlDocument(order.document);
            if (document && document->enabled == enabled) {
                return order;
            }
        }
        ADD_FAILURE() << "no such order was sent";
        return {};
    }
    /// The key that the controller signs with, which nobody else has.
    SigningKey ControllersKey() {
        return SigningKey::FromPem(support::ReadFile(controller_.Server().DataDir() + "/signing.key")).value();
    }
    static std::string Document(const std::string& instance, std::int64_t generation) {
        wire::ControlDocument document;
        document.instance = instance;
        document.generation = generation;
        document.issued_at = platform::SystemNow();
        document.enabled = true;
        document.reason = "not of the controller";
        document.operation = "op_forged";
        return wire::EncodeControlDocument(document);
    }
    static wire::Order Signed(const std::string& document, const SigningKey& by) {
        return {kFarAhead, document, by.Sign(document)};
    }
    std::int64_t TurnedAway() const {
        return controller_.Instance("eu-1")["state"].value("rejected", std::int64_t{-1});
    }

    /// Sends it, and expects one more on record, and nothing else to be different.
    void ExpectTurnedAway(const std::string& what, const std::string& message) {
        SCOPED_TRACE(what);
        const std::int64_t before = TurnedAway();
        const Json state = controller_.Instance("eu-1")["state"];
        meddler_.Inject(message);
        EXPECT_TRUE(Eventually([&] { return TurnedAway() == before + 1; })) << TurnedAway() << " after " << before;
        EXPECT_EQ(victim_->Tenants(), 501);
        const Json after = controller_.Instance("eu-1")["state"];
        EXPECT_FALSE(after.value("enabled", true));
        EXPECT_EQ(after["generation"], state["generation"]);
        EXPECT_EQ(after["boot_id"], state["boot_id"]) << "nor was anything started again";
    }
    void ExpectOrderTurnedAway(const std::string& what, const wire::Order& order, const std::string& outcome) {
        const int before = meddler_.AnsweredWith(outcome);
        ExpectTurnedAway(what, wire::EncodeOrder(order));
        EXPECT_EQ(meddler_.AnsweredWith(outcome), before + 1) << what;
    }
    /// In the audit log: by whom, and why.
    bool IsInAudit(const std::string& action, const std::string& text) const {
        for (const Json& entry : controller_.Audit(action)) {
            if (entry["details"].dump().find(text) != std::string::npos) {
                return entry.value("actor", "") == "portcullisd";
            }
        }
        return false;
    }

    Controller controller_;
    Meddler meddler_{controller_.FleetUrl()};
    const support::TempDir tokens_{"forgery"};
    std::unique_ptr<Victim> victim_;
};

TEST_P(Forgery, OfOrdersIsRefusedReportedAndSwitchesNothingOn) {
    ASSERT_NO_FATAL_FAILURE(SwitchOffAfterOn());
    const SigningKey stranger = SigningKey::Generate();
    const wire::Order on = Genuine(true);
    const wire::Order off = Genuine(false);
    ASSERT_EQ(TurnedAway(), 0);

    ExpectOrderTurnedAway("signed by somebody else", Signed(Document("eu-1", kFarAhead), stranger), "forged");
    EXPECT_TRUE(Eventually([&] { return IsInAudit("instance.turned_away", "eu-1: 1, the last: forged: "); }))
        << "once, with the reason, as soon as it is heard of";
    wire::Order altered = off;
    altered.document.replace(altered.document.find(R"("enabled":false)"), 15, R"("enabled":true)");
    ExpectOrderTurnedAway("altered on its way", altered, "forged");
    wire::Order unsigned_one = on;
    unsigned_one.signature.clear();
    ExpectOrderTurnedAway("without a signature", unsigned_one, "forged");
    wire::Order borrowed = off;
    borrowed.document = on.document;
    ExpectOrderTurnedAway("with the signature of another order", borrowed, "forged");
    ExpectOrderTurnedAway("older than the one in force", on, "stale");
    wire::Order renamed = on;
    renamed.generation = kFarAhead;  // beside the document, where no signature covers it
    ExpectOrderTurnedAway("older, and named as newer", renamed, "stale");
    if (victim_->AnswersTheSameAgain()) {
        ExpectOrderTurnedAway("replayed", off, "stale");
    }
    ExpectOrderTurnedAway("for another instance", Signed(Document("eu-2", kFarAhead), ControllersKey()), "misdirected");
    wire::Order cut = on;
    cut.document.resize(cut.document.size() / 2);
    ExpectOrderTurnedAway("cut short", cut, "forged");
    ExpectOrderTurnedAway("signed, and no order", Signed(cut.document, ControllersKey()), "malformed");
    const std::string message = wire::EncodeOrder(on);
    ExpectTurnedAway("a message that is cut short", message.substr(0, message.size() / 2));
    ExpectTurnedAway("a key that nobody asked for", wire::EncodeWelcome({stranger.PublicPem()}));

    // What the operator sees of it.
    const std::int64_t count = TurnedAway();
    support::ProcessOptions options;
    options.environment = {{"PORTCULLIS_URL", controller_.Server().Url()},
                           {"PORTCULLIS_TOKEN", controller_.Server().Token("otto.operator")}};
    options.unset = {"PORTCULLIS_TOKEN_FILE", "PORTCULLIS_PROFILE", "PORTCULLIS_CONFIG"};
    const support::Finished shown =
        support::RunToEnd({support::BuiltProgram("portcullis"), "-o", "json", "fleet", "show", "eu-1"}, options);
    EXPECT_NE(shown.output.find("\"rejected\": " + std::to_string(count)), std::string::npos) << shown.output;
    EXPECT_NE(controller_.Server().Log().find("fleet.order_refused"), std::string::npos);

    // It all holds across restarts of either side, and the true controller is obeyed as before.
    victim_->Restart();
    ASSERT_TRUE(Eventually([&] { return TurnedAway() == 0; })) << "counted since its start";
    EXPECT_TRUE(Becomes(501));
    ExpectOrderTurnedAway("older, after a start of the instance", on, "stale");
    controller_.Restart();
    ASSERT_TRUE(Eventually([&] { return controller_.IsConnected("eu-1"); }));
    EXPECT_EQ(victim_->Tenants(), 501);
    ExpectOrderTurnedAway("older, after a start of the controller", on, "stale");
    controller_.SwitchOnAll();
    EXPECT_TRUE(Becomes(200));
}

TEST_P(Forgery, OfAHandoverIsRefusedReportedAndPinsNothing) {
    // Two hand-overs that are genuine, so that one of them is over.
    MakeNextKey(controller_);
    RotateKey(controller_);
    ASSERT_TRUE(Eventually([&] { return IsRotated(controller_); })) << Keys(controller_).dump();
    controller_.Restart();
    ASSERT_TRUE(Eventually([&] { return controller_.IsConnected("eu-1"); }));
    const std::string third = MakeNextKey(controller_);
    RotateKey(controller_);
    ASSERT_TRUE(Eventually([&] { return Keys(controller_)["handovers"].size() == 2 && IsRotated(controller_); }));
    controller_.Restart();
    ASSERT_TRUE(Eventually([&] { return controller_.IsConnected("eu-1"); }));
    ASSERT_NO_FATAL_FAILURE(SwitchOffAfterOn());
    const std::string pinned = support::ReadFile(victim_->ControlFolder() + "/controller-key.pem");
    const SigningKey own = ControllersKey();
    ASSERT_EQ(own.KeyId(), third);
    ASSERT_EQ(own.PublicPem(), pinned);
    const auto handovers = meddler_.Handovers();
    ASSERT_GE(handovers.size(), 2U);
    const SigningKey stranger = SigningKey::Generate();
    const auto statement = [&](const std::string& from) {
        return wire::EncodeKeyHandover({from, stranger.PublicPem(), platform::SystemNow()});
    };
    const auto refused = [&](const std::string& what, const std::string& text, const std::string& signature,
                             const std::string& outcome) {
        const std::size_t answers = meddler_.KeyAnswers().size();
        const std::size_t entries = controller_.Audit("key.handover_refused").size();
        ExpectTurnedAway(what, wire::EncodeNextKey({text, signature}));
        ASSERT_EQ(meddler_.KeyAnswers().size(), answers + 1) << what;
        EXPECT_EQ(platform::EnumText(meddler_.KeyAnswers().back().outcome), outcome) << what;
        EXPECT_EQ(meddler_.KeyAnswers().back().pinned, third) << what;
        EXPECT_TRUE(Eventually([&] { return controller_.Audit("key.handover_refused").size() == entries + 1; }))
            << what;
        EXPECT_EQ(support::ReadFile(victim_->ControlFolder() + "/controller-key.pem"), pinned) << what;
    };
    std::string text = statement(third);
    refused("signed by a key that is not pinned", text, stranger.Sign(text), "forged");
    EXPECT_TRUE(IsInAudit("key.handover_refused", R"("outcome":"forged")"));
    refused("with the signature of a genuine one", text, handovers.back().signature, "forged");
    refused("replayed after the next one was used", handovers.front().statement, handovers.front().signature, "forged");
    text = statement(stranger.KeyId());
    refused("of another installation", text, stranger.Sign(text), "forged");
    refused("signed by the pinned key, of another", text, own.Sign(text), "malformed");
    text = statement(third).substr(0, 40);
    refused("cut short", handovers.back().statement.substr(0, 40), handovers.back().signature, "forged");
    refused("signed, and no hand-over", text, own.Sign(text), "malformed");
    const std::string message = wire::EncodeNextKey({statement(third), own.Sign(statement(third))});
    ExpectTurnedAway("a message that is cut short", message.substr(0, message.size() / 2));

    // The one that is in force may come again: there is nothing in it to do.
    const std::int64_t before = TurnedAway();
    const std::size_t answers = meddler_.KeyAnswers().size();
    meddler_.Inject(wire::EncodeNextKey(handovers.back()));
    ASSERT_TRUE(Eventually([&] { return meddler_.KeyAnswers().size() == answers + 1; }));
    EXPECT_EQ(meddler_.KeyAnswers().back().outcome, wire::KeyOutcome::kPinned);
    EXPECT_EQ(support::ReadFile(victim_->ControlFolder() + "/controller-key.pem"), pinned);
    EXPECT_EQ(TurnedAway(), before);

    EXPECT_TRUE(IsInAudit("key.handover_refused", R"("outcome":"malformed")"));
    ExpectOrderTurnedAway("an order by the stranger's key", Signed(Document("eu-1", kFarAhead), stranger), "forged");
    controller_.SwitchOnAll();
    EXPECT_TRUE(Becomes(200)) << "the key that is pinned is the controller's";
}

INSTANTIATE_TEST_SUITE_P(Of, Forgery, ::testing::Values(Kind::kPulsed, Kind::kAgent),
                         [](const ::testing::TestParamInfo<Kind>& given) {
                             return given.param == Kind::kPulsed ? "Pulsed" : "PulseAgent";
                         });

}  // namespace
}  // namespace fleet_test
