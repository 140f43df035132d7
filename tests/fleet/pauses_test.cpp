// How an instance comes back: pauses that grow until a connection has proved itself. Nothing here waits for a time: the
// pauses that are drawn are looked at, not waited for.
#include "tenancy/link/pauses.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "platform/base/clock.hpp"
#include "tenancy/link/channel.hpp"
#include "tests/fleet/played_controller.hpp"
#include "tests/support/temp_dir.hpp"

namespace fleet_test {
namespace {

namespace wire = tenancy::wire;
using std::chrono::milliseconds;
using tenancy::link::Pauses;

constexpr milliseconds kFirst{500};
constexpr milliseconds kLongest{30'000};

milliseconds Whole(milliseconds bound) {
    return bound;
}

std::vector<std::int64_t> NextOf(Pauses& pauses, int count) {
    std::vector<std::int64_t> next;
    for (int n = 0; n < count; ++n) {
        next.push_back(pauses.Next().count());
    }
    return next;
}

TEST(PausesOfALink, DoubleUpToTheLongestAndBeginAnewWhenAConnectionProvedItself) {
    Pauses pauses(kFirst, kLongest, 1, Whole);
    EXPECT_EQ(NextOf(pauses, 8), (std::vector<std::int64_t>{500, 1000, 2000, 4000, 8000, 16000, 30000, 30000}));
    pauses.Proved();
    EXPECT_EQ(NextOf(pauses, 2), (std::vector<std::int64_t>{500, 1000}));
}

TEST(PausesOfALink, AskEveryControllerBeforeTheyGrow) {
    Pauses pauses(kFirst, kLongest, 3, Whole);
    EXPECT_EQ(NextOf(pauses, 7), (std::vector<std::int64_t>{500, 500, 500, 1000, 1000, 1000, 2000}));
}

TEST(PausesOfALink, NeverOverflow) {
    Pauses pauses(kFirst, kLongest, 1, Whole);
    const auto many = NextOf(pauses, 100'000);
    EXPECT_TRUE(std::all_of(many.begin() + 6, many.end(), [](std::int64_t next) { return next == 30'000; }));
}

TEST(PausesOfALink, AreDrawnFromAllOfTheTimeThereIs) {
    constexpr milliseconds kBound{9};
    std::vector<int> seen(10);
    for (int n = 0; n < 5'000; ++n) {
        const auto pause = tenancy::link::DrawEvenly(kBound).count();
        ASSERT_GE(pause, 0);
        ASSERT_LE(pause, kBound.count());
        ++seen[static_cast<std::size_t>(pause)];
    }
    // Of 5,000 draws each of ten times comes 500 times, give or take 21; a tenth of that never happens by chance.
    EXPECT_GT(*std::min_element(seen.begin(), seen.end()), 50);
    EXPECT_EQ(tenancy::link::DrawEvenly(milliseconds(0)).count(), 0);
}

/// A link that notes how long it might have waited, and does not wait.
class Reconnecting : public ::testing::Test {
protected:
    void Open(milliseconds proved_after) {
        support::WriteFile(folder_ / "token", controller_.Token() + "\n");
        tenancy::link::ChannelOptions options;
        options.controller_url = controller_.Url();
        options.folder = folder_.Path().string();
        options.enrolment_token_file = (folder_ / "token").string();
        options.describe = [](wire::Report& report) {
            report.boot_id = "boot_1";
            report.program = "played";
        };
        options.first_pause = kFirst;
        options.longest_pause = kLongest;
        options.proved_after = proved_after;
        options.draw_pause = [this](milliseconds bound) {
            const std::lock_guard lock(mutex_);
            bounds_.push_back(bound.count());
            changed_.notify_all();
            return milliseconds(1);
        };
        options.on_event = [](tenancy::link::ChannelEvent, std::string_view) {};
        options.on_error = [](std::string_view text) { ADD_FAILURE() << text; };
        channel_ = std::make_unique<tenancy::link::ControlChannel>(std::move(options), link_, switch_);
    }
    /// The bounds of the first so many pauses.
    std::vector<std::int64_t> Bounds(std::size_t count) {
        std::unique_lock lock(mutex_);
        EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(60), [&] { return bounds_.size() >= count; }));
        return {bounds_.begin(), bounds_.begin() + static_cast<std::ptrdiff_t>(std::min(count, bounds_.size()))};
    }
    std::size_t Pauses() {
        const std::lock_guard lock(mutex_);
        return bounds_.size();
    }
    void Order(std::int64_t generation) {
        wire::ControlDocument document;
        document.instance = "eu-1";
        document.generation = generation;
        document.reason = "a test";
        document.operation = "op_1";
        controller_.Order(wire::EncodeControlDocument(document), controller_.key, generation);
    }

    support::TempDir folder_{"reconnecting"};
    PlayedController controller_;
    tenancy::TenantSwitch switch_;
    tenancy::link::ControlLink link_{{folder_.Path().string(), "eu-1", true}, switch_};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::int64_t> bounds_;
    std::unique_ptr<tenancy::link::ControlChannel> channel_;
};

TEST_F(Reconnecting, WhoIsTurnedAwayRightAfterConnectingWaitsLongerEachTime) {
    controller_.CutEverybody(true);
    Open(std::chrono::hours(1));
    EXPECT_EQ(Bounds(8), (std::vector<std::int64_t>{500, 1000, 2000, 4000, 8000, 16000, 30000, 30000}));
    EXPECT_GE(controller_.Handshakes(), 8) << "it was let in each time";
}

TEST_F(Reconnecting, AnOrderThatIsTakenProvesTheConnection) {
    controller_.CutEverybody(true);
    Open(std::chrono::hours(1));
    EXPECT_EQ(Bounds(3), (std::vector<std::int64_t>{500, 1000, 2000}));
    controller_.CutEverybody(false);
    // Whatever was under way: once an answer to an order has come, the connection is proved.
    std::optional<wire::Report> answer;
    for (std::int64_t generation = 1; !answer; ++generation) {
        Order(generation);
        answer = controller_.Report(true);
    }
    ASSERT_EQ(answer->answer->outcome, "applied");
    const std::size_t before = Pauses();
    controller_.Cut();
    EXPECT_EQ(Bounds(before + 1).back(), 500);
}

TEST_F(Reconnecting, AnOrderThatIsRefusedProvesNothing) {
    Open(std::chrono::hours(1));
    ASSERT_TRUE(controller_.Report(false));
    for (std::int64_t cut = 0; cut < 3; ++cut) {
        const std::string document = "{}";
        controller_.Order(document, controller_.key, 1);
        ASSERT_EQ(controller_.Report(true)->answer->outcome, "malformed");
        controller_.Cut();
        ASSERT_EQ(Bounds(static_cast<std::size_t>(cut) + 1).back(), 500 << cut);
    }
}

TEST_F(Reconnecting, ALifeThatIsLongEnoughProvesTheConnection) {
    controller_.CutEverybody(true);
    Open(milliseconds(0));  // every connection has lived that long
    EXPECT_EQ(Bounds(5), (std::vector<std::int64_t>(5, 500)));
}

}  // namespace
}  // namespace fleet_test
