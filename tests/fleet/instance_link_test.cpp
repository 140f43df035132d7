// The instance's end of the channel against a controller that is played: what it says, what it takes, what it refuses
// and reports, and how it comes back.
#include "tenancy/link/channel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include "platform/base/clock.hpp"
#include "platform/crypto/crypto.hpp"
#include "tenancy/wire/channel.hpp"
#include "tests/fleet/played_controller.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

namespace wire = tenancy::wire;
using tenancy::link::ChannelEvent;

constexpr std::chrono::seconds kPatience{60};

class InstanceLink : public ::testing::Test {
protected:
    void Start(const PlayedController& controller) {
        support::WriteFile(folder_ / "token", controller.Token() + "\n");
        Open(controller.Url());
    }
    void Open(const std::string& url, tenancy::link::Applying applying = tenancy::link::Applying::kHere) {
        channel_.reset();
        switch_ = std::make_unique<tenancy::TenantSwitch>();
        link_ = std::make_unique<tenancy::link::ControlLink>(
            tenancy::link::LinkOptions{folder_.Path().string(), "eu-1", true, applying}, *switch_);
        tenancy::link::ChannelOptions options;
        options.controller_url = url;
        options.folder = folder_.Path().string();
        options.enrolment_token_file = (folder_ / "token").string();
        options.describe = [](wire::Report& report) {
            report.boot_id = "boot_1";
            report.program = "played";
            report.agent = true;
        };
        options.on_accepted = [this](const tenancy::link::AcceptResult& result) { accepted_ = result.outcome; };
        options.on_verify = [this](const wire::VerifyRequest& request, auto reply) {
            answerer_ = std::thread([reply, name = request.request] {
                reply({.request = name, .sent_at = platform::SystemNow(), .steps = {}, .sample = {}});
            });
        };
        options.heartbeat = std::chrono::milliseconds(200);
        options.first_pause = std::chrono::milliseconds(20);
        options.longest_pause = std::chrono::milliseconds(200);
        options.on_event = [this](ChannelEvent event, std::string_view detail) {
            const std::lock_guard lock(mutex_);
            events_.emplace_back(event, detail);
            changed_.notify_all();
        };
        options.on_error = [](std::string_view text) { ADD_FAILURE() << text; };
        channel_ = std::make_unique<tenancy::link::ControlChannel>(std::move(options), *link_, *switch_);
    }
    /// The detail of the next such event.
    std::optional<std::string> Await(ChannelEvent wanted) {
        std::unique_lock lock(mutex_);
        const platform::Deadline deadline(kPatience);
        for (;;) {
            while (!events_.empty()) {
                const auto [event, detail] = events_.front();
                events_.pop_front();
                if (event == wanted) {
                    return detail;
                }
            }
            if (changed_.wait_until(lock, deadline.End()) == std::cv_status::timeout) {
                return std::nullopt;
            }
        }
    }
    static std::string Document(std::int64_t generation, bool enabled, const std::string& instance = "eu-1") {
        wire::ControlDocument document;
        document.instance = instance;
        document.generation = generation;
        document.enabled = enabled;
        document.reason = "a test";
        document.operation = "op_1";
        return wire::EncodeControlDocument(document);
    }

    support::TempDir folder_{"instance"};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::pair<ChannelEvent, std::string>> events_;
    void TearDown() override {
        channel_.reset();
        if (answerer_.joinable()) {
            answerer_.join();
        }
    }

    std::thread answerer_;
    std::atomic<tenancy::link::AcceptOutcome> accepted_{tenancy::link::AcceptOutcome::kMalformed};
    std::unique_ptr<tenancy::TenantSwitch> switch_;
    std::unique_ptr<tenancy::link::ControlLink> link_;
    std::unique_ptr<tenancy::link::ControlChannel> channel_;
};

TEST_F(InstanceLink, IsLetInPinsTheKeyAndTakesOrders) {
    PlayedController controller;
    Start(controller);
    ASSERT_TRUE(Await(ChannelEvent::kEnrolled));
    EXPECT_EQ(link_->PinnedKeyId(), controller.key.KeyId());
    const auto hello = controller.Report(false);
    ASSERT_TRUE(hello);
    EXPECT_TRUE(hello->enabled);
    EXPECT_EQ(hello->generation, 0);
    controller.Order(Document(1, false), controller.key, 1);
    const auto answer = controller.Report(true);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->answer->outcome, "applied");
    EXPECT_EQ(answer->generation, 1);
    EXPECT_FALSE(answer->enabled);
    EXPECT_FALSE(switch_->Enabled());
}

TEST_F(InstanceLink, RefusesAndReportsWhatIsForgedOlderOrForeign) {
    PlayedController controller;
    Start(controller);
    ASSERT_TRUE(Await(ChannelEvent::kEnrolled));
    controller.Order(Document(5, true), controller.key, 5);
    ASSERT_EQ(controller.Report(true)->answer->outcome, "applied");
    const auto outcome = [&](const std::string& document, const platform::SigningKey& by) {
        controller.Order(document, by, 9);
        const auto report = controller.Report(true);
        EXPECT_TRUE(report->enabled) << "it changes nothing";
        EXPECT_EQ(report->generation, 5);
        EXPECT_EQ(report->answer->generation, 9);
        EXPECT_FALSE(report->answer->reason.empty());
        return report->answer->outcome;
    };
    EXPECT_EQ(outcome(Document(6, false), platform::SigningKey::Generate()), "forged");
    EXPECT_EQ(outcome(Document(5, false), controller.key), "stale");
    EXPECT_EQ(outcome(Document(4, false), controller.key), "stale");
    EXPECT_EQ(outcome(Document(6, false, "eu-2"), controller.key), "misdirected");
    EXPECT_EQ(outcome("{}", controller.key), "malformed");
    EXPECT_EQ(controller.Report(false)->rejected, 5);
}

TEST_F(InstanceLink, CountsAndReportsWhatIsNoMessageAndAKeyThatNobodyAskedFor) {
    PlayedController controller;
    Start(controller);
    ASSERT_TRUE(Await(ChannelEvent::kEnrolled));
    ASSERT_EQ(controller.Report(false)->rejected, 0);
    const auto counted = [&](std::int64_t expected) {
        const platform::Deadline deadline(kPatience);
        for (;;) {
            const auto report = controller.Report(false);
            if (!report || deadline.Passed() || report->rejected >= expected) {
                return report && report->rejected == expected;
            }
        }
    };
    const std::string document = Document(1, false);
    const std::string order = wire::EncodeOrder({1, document, controller.key.Sign(document)});
    controller.Send(order.substr(0, order.size() / 2));
    EXPECT_TRUE(counted(1)) << "an order that was cut short";
    controller.Send(R"({"type":"obey"})");
    EXPECT_TRUE(counted(2));
    controller.Send(wire::EncodeWelcome({platform::SigningKey::Generate().PublicPem()}));
    EXPECT_TRUE(counted(3));
    EXPECT_EQ(link_->PinnedKeyId(), controller.key.KeyId());
    EXPECT_TRUE(switch_->Enabled());
    controller.Order(document, controller.key, 1);
    EXPECT_EQ(controller.Report(true)->answer->outcome, "applied") << "the connection lives on";
}

TEST_F(InstanceLink, DoesNotPinAKeyThatTheTokenDoesNotName) {
    PlayedController controller;
    controller.offered = platform::SigningKey::Generate();
    Start(controller);
    const auto refused = Await(ChannelEvent::kRefused);
    ASSERT_TRUE(refused);
    EXPECT_NE(refused->find("another controller"), std::string::npos);
    EXPECT_TRUE(link_->PinnedKeyId().empty());
    EXPECT_FALSE(std::filesystem::exists(folder_ / "channel-credential"));
}

TEST_F(InstanceLink, ComesBackWithOneMessageAndItsCredential) {
    PlayedController controller;
    Start(controller);
    ASSERT_TRUE(Await(ChannelEvent::kEnrolled));
    controller.Order(Document(1, false), controller.key, 1);
    ASSERT_TRUE(controller.Report(true));
    std::filesystem::remove(folder_ / "token");  // not needed once it is in
    controller.Cut();
    ASSERT_TRUE(Await(ChannelEvent::kConnected));
    EXPECT_EQ(controller.Report(false)->generation, 1);
    EXPECT_FALSE(switch_->Enabled());
    Open(controller.Url());  // another start of the instance
    ASSERT_TRUE(Await(ChannelEvent::kConnected));
    EXPECT_FALSE(switch_->Enabled()) << "the last order holds across restarts";
    const auto mode = std::filesystem::status(folder_ / "channel-credential").permissions();
    EXPECT_EQ(mode & std::filesystem::perms(0077), std::filesystem::perms::none);
}

TEST_F(InstanceLink, StaysAsItIsWithoutItsController) {
    std::optional<PlayedController> controller(std::in_place);
    const std::string url = controller->Url();
    Start(*controller);
    ASSERT_TRUE(Await(ChannelEvent::kEnrolled));
    controller->Order(Document(1, false), controller->key, 1);
    ASSERT_TRUE(controller->Report(true));
    controller.reset();
    ASSERT_TRUE(Await(ChannelEvent::kDisconnected));
    ASSERT_TRUE(Await(ChannelEvent::kDisconnected)) << "it tries again";
    EXPECT_FALSE(channel_->Connected());
    EXPECT_FALSE(switch_->Enabled());
}

TEST_F(InstanceLink, DialsTheNextControllerWhenOneGoes) {
    std::optional<PlayedController> first(std::in_place);
    PlayedController second;
    second.key = first->key;  // they share it, as they share their database
    second.offered = first->key;
    support::WriteFile(folder_ / "token", first->Token() + "\n");
    Open(first->Url() + ", " + second.Url() + "/");
    ASSERT_TRUE(Await(ChannelEvent::kEnrolled));
    first->Order(Document(1, false), first->key, 1);
    ASSERT_TRUE(first->Report(true));
    EXPECT_EQ(second.Handshakes(), 0) << "the first that answers is good enough";
    first.reset();
    const auto said = second.Report(false);
    ASSERT_TRUE(said);
    EXPECT_EQ(said->generation, 1) << "what the first ordered is in force";
    second.Order(Document(2, true), second.key, 2);
    const auto answer = second.Report(true);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->generation, 2);
}

TEST_F(InstanceLink, IsLetInAnewWhenItsCredentialIsGoodNoMore) {
    PlayedController controller;
    Start(controller);
    ASSERT_TRUE(Await(ChannelEvent::kEnrolled));
    ASSERT_TRUE(controller.Report(false));
    const std::string before = support::ReadFile(folder_ / "channel-credential");
    controller.LoseCredentials();
    controller.Cut();
    ASSERT_TRUE(Await(ChannelEvent::kRefused));
    ASSERT_TRUE(Await(ChannelEvent::kEnrolled));
    EXPECT_NE(support::ReadFile(folder_ / "channel-credential"), before) << "a new one, not the old one again";
    EXPECT_TRUE(controller.Report(false));
}

TEST_F(InstanceLink, SaysWhatIsMissing) {
    PlayedController controller;
    Open(controller.Url());
    const auto refused = Await(ChannelEvent::kRefused);
    ASSERT_TRUE(refused);
    EXPECT_NE(refused->find("portcullis fleet enrol"), std::string::npos);
    EXPECT_EQ(controller.Handshakes(), 0);
    channel_.reset();
    events_.clear();  // it may have been refused once more
    support::WriteFile(folder_ / "token", "something else");
    Open(controller.Url());
    const auto unreadable = Await(ChannelEvent::kRefused);
    ASSERT_TRUE(unreadable);
    EXPECT_NE(unreadable->find("holds no enrolment token"), std::string::npos) << *unreadable;
}

TEST_F(InstanceLink, ReportsAtOnceWhenItsSwitchMoves) {
    PlayedController controller;
    Start(controller);
    ASSERT_TRUE(Await(ChannelEvent::kEnrolled));
    ASSERT_TRUE(controller.Report(false)->enabled);
    switch_->Set({.environment = true, .order = std::nullopt, .local_off = true, .state_damaged = false});
    const platform::Deadline deadline(kPatience);
    while (controller.Report(false)->enabled) {
        ASSERT_FALSE(deadline.Passed());
    }
}

TEST_F(InstanceLink, SaysByWhichClockItSpeaksAndForWhom) {
    PlayedController controller;
    const auto before = platform::SystemNow();
    Start(controller);
    const auto hello = controller.Report(false);
    ASSERT_TRUE(hello);
    EXPECT_TRUE(hello->agent);
    EXPECT_GE(hello->sent_at, before);
    EXPECT_LE(hello->sent_at, platform::SystemNow());
}

TEST_F(InstanceLink, AnswersAPendingOrderWhenItKnowsWhatCameOfIt) {
    PlayedController controller;
    support::WriteFile(folder_ / "token", controller.Token() + "\n");
    Open(controller.Url(), tenancy::link::Applying::kElsewhere);
    ASSERT_TRUE(Await(ChannelEvent::kEnrolled));
    controller.Order(Document(1, false), controller.key, 1);
    ASSERT_TRUE(Await(ChannelEvent::kOrderTaken));
    controller.Order(Document(1, false), controller.key, 1);  // sent again meanwhile
    ASSERT_TRUE(Await(ChannelEvent::kOrderTaken));
    EXPECT_EQ(accepted_.load(), tenancy::link::AcceptOutcome::kPending);
    channel_->Answer({1, "failed", "the command ended with 1"});
    const auto answered = controller.Report(true);
    ASSERT_TRUE(answered);
    EXPECT_EQ(answered->answer->outcome, "failed") << "the first answer there was";
    EXPECT_EQ(answered->answer->reason, "the command ended with 1");
    EXPECT_EQ(answered->rejected, 0);
}

TEST_F(InstanceLink, KeepsAnAnswerUntilThereIsSomebodyToHearIt) {
    PlayedController controller;
    Start(controller);
    ASSERT_TRUE(Await(ChannelEvent::kEnrolled));
    controller.Cut();
    ASSERT_TRUE(Await(ChannelEvent::kDisconnected));
    channel_->Answer({7, "failed", "before"});
    channel_->Answer({7, "applied", ""});
    const auto answered = controller.Report(true);
    ASSERT_TRUE(answered);
    EXPECT_EQ(answered->answer->generation, 7);
}

TEST_F(InstanceLink, AnswersAVerificationFromAnyThread) {
    PlayedController controller;
    Start(controller);
    ASSERT_TRUE(Await(ChannelEvent::kEnrolled));
    wire::VerifyRequest request;
    request.request = "vr_1";
    request.operation = "op_1";
    request.generation = 1;
    controller.Send(wire::EncodeVerify(request));
    const auto evidence = wire::DecodeEvidence(controller.Other());
    ASSERT_TRUE(evidence);
    EXPECT_EQ(evidence->request, "vr_1");
}

TEST_F(InstanceLink, SaysWhatItHostsWhenItChangesAndAfterEachConnect) {
    PlayedController controller;
    Start(controller);
    ASSERT_TRUE(Await(ChannelEvent::kEnrolled));
    wire::Inventory inventory;
    inventory.orgs = {"acme", "default"};
    channel_->Publish(inventory);
    const auto first = wire::DecodeInventory(controller.Other());
    ASSERT_TRUE(first);
    EXPECT_EQ(first->orgs, inventory.orgs);
    channel_->Publish(inventory);  // nothing new
    inventory.orgs.push_back("zeta");
    channel_->Publish(inventory);
    EXPECT_EQ(wire::DecodeInventory(controller.Other())->orgs.size(), 3U);
    controller.Cut();
    EXPECT_EQ(wire::DecodeInventory(controller.Other())->orgs.size(), 3U);
}

}  // namespace
}  // namespace fleet_test
