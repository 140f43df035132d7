// PKT-1 to PKT-7: what a review, a start and a certification are refused for.

#include "controller/policy/catalogue.hpp"
#include "controller/policy/programmes.hpp"
#include "tests/unit/policy/good_acts.hpp"

namespace policy_test {
namespace {

using namespace policy;  // NOLINT(google-build-using-namespace): the vocabulary of the rules
using ::testing::ElementsAre;
using ::testing::IsEmpty;

PacketReviewAct GoodPacketReview() {
    PacketReviewAct act;
    act.actor = User("quinn", {Role::kQa});
    act.packet = "03";
    act.implementer = support::Person("dora");
    act.reviewer = support::Person("quinn");
    act.tests = {{"make a", true, 0, false, false, 10}, {"make b", true, 0, false, false, 1}};
    return act;
}

PacketStartAct GoodPacketStart() {
    PacketStartAct act;
    act.actor = User("dora", {Role::kDevLead});
    act.packet = "03";
    act.implementer = support::Person("dora");
    act.reviewer = support::Person("quinn");
    act.reviewer_is_active_user = true;
    return act;
}

CertificationAct GoodCertification() {
    CertificationAct act;
    act.actor = User("sam", {Role::kSystemOwner});
    act.packets = 2;
    act.definition_items = 1;
    return act;
}

TEST(Rule_PKT_1, refused_with_each_open_box) {
    PacketReviewAct act = GoodPacketReview();
    act.open_boxes = {"one", "another"};
    EXPECT_THAT(Blocking(JudgeAct(act)), ElementsAre("PKT-1", "PKT-1"));
}

TEST(Rule_PKT_1, allowed_when_all_are_ticked_or_changes_are_asked_for) {
    EXPECT_THAT(JudgeAct(GoodPacketReview()), IsEmpty());
    PacketReviewAct act = GoodPacketReview();
    act.open_boxes = {"one"};
    act.verdict = PacketVerdict::kChangesRequested;
    act.findings = "one is open";
    EXPECT_THAT(JudgeAct(act), IsEmpty());
}

TEST(Rule_PKT_2, refused_to_anybody_but_the_reviewer) {
    for (const char* name : {"dora", "quill"}) {
        PacketReviewAct act = GoodPacketReview();
        act.actor = User(name, {Role::kQa});
        EXPECT_THAT(Blocking(JudgeAct(act)), ElementsAre("PKT-2")) << name;
    }
    PacketReviewAct own = GoodPacketReview();
    own.implementer = own.reviewer;
    EXPECT_THAT(Blocking(JudgeAct(own)), ElementsAre("PKT-2"));
    PacketReviewAct component = GoodPacketReview();
    component.actor = Component("quinn", {Role::kPipeline});
    EXPECT_THAT(Blocking(JudgeAct(component)), ElementsAre("PKT-2"));
}

TEST(Rule_PKT_2, refused_without_gates_or_commands) {
    PacketReviewAct act = GoodPacketReview();
    act.gates = {GateMark::kNotApplicable, GateMark::kNotApplicable, GateMark::kNotApplicable};
    EXPECT_THAT(Blocking(JudgeAct(act)), ElementsAre("PKT-2", "PKT-2", "PKT-2"));
    act = GoodPacketReview();
    act.tests.clear();
    EXPECT_THAT(Blocking(JudgeAct(act)), ElementsAre("PKT-2"));
}

TEST(Rule_PKT_2, refused_when_the_implementer_is_to_review) {
    PacketStartAct act = GoodPacketStart();
    act.reviewer = act.implementer;
    EXPECT_THAT(Blocking(JudgeAct(act)), ElementsAre("PKT-2"));
    act = GoodPacketStart();
    act.reviewer_is_active_user = false;
    EXPECT_THAT(Blocking(JudgeAct(act)), ElementsAre("PKT-2"));
}

TEST(Rule_PKT_2, allowed_with_p1_that_does_not_apply_and_says_why) {
    PacketReviewAct act = GoodPacketReview();
    act.gates[1] = GateMark::kNotApplicable;
    act.gate_reasons[1] = "nothing is exposed";
    EXPECT_THAT(JudgeAct(act), IsEmpty());
    EXPECT_THAT(JudgeAct(GoodPacketStart()), IsEmpty());
}

TEST(Rule_PKT_3, refused_for_each_run_that_shows_nothing) {
    const TestFacts runs[] = {{"c", false, std::nullopt, false, false, 0},
                              {"c", true, std::nullopt, false, false, 1},
                              {"c", true, 1, false, false, 1},
                              {"c", true, 0, true, false, 1},
                              {"c", true, 0, false, true, 1},
                              {"c", true, 0, false, false, 0}};
    for (const TestFacts& run : runs) {
        PacketReviewAct act = GoodPacketReview();
        act.tests[1] = run;
        EXPECT_THAT(Blocking(JudgeAct(act)), ElementsAre("PKT-3")) << RunProblem(run);
    }
}

TEST(Rule_PKT_3, allowed_with_one_byte_and_exit_code_zero) {
    EXPECT_EQ(RunProblem({"c", true, 0, false, false, 1}), "");
    EXPECT_THAT(JudgeAct(GoodPacketReview()), IsEmpty());
}

TEST(Rule_PKT_4, refused_over_a_gate_that_failed_and_without_findings) {
    for (std::size_t gate = 0; gate < 3; ++gate) {
        PacketReviewAct act = GoodPacketReview();
        act.gates[gate] = GateMark::kFail;
        EXPECT_THAT(Blocking(JudgeAct(act)), ElementsAre("PKT-4"));
    }
    for (const PacketVerdict verdict : {PacketVerdict::kChangesRequested, PacketVerdict::kBlocked}) {
        PacketReviewAct act = GoodPacketReview();
        act.verdict = verdict;
        act.findings = " \n";
        EXPECT_THAT(Blocking(JudgeAct(act)), ElementsAre("PKT-4"));
    }
}

TEST(Rule_PKT_4, allowed_to_ask_for_changes_with_findings) {
    PacketReviewAct act = GoodPacketReview();
    act.gates[0] = GateMark::kFail;
    act.verdict = PacketVerdict::kChangesRequested;
    act.findings = "the output was cut";
    EXPECT_THAT(JudgeAct(act), IsEmpty());
}

TEST(Rule_PKT_6, refused_before_the_checkpoint_of_another_packet) {
    PacketStartAct act = GoodPacketStart();
    act.without_checkpoint = {"01", "02"};
    EXPECT_THAT(Blocking(JudgeAct(act)), ElementsAre("PKT-6"));
    CertificationAct certification = GoodCertification();
    certification.without_checkpoint = {"02"};
    EXPECT_THAT(Blocking(JudgeAct(certification)), ElementsAre("PKT-6"));
}

TEST(Rule_PKT_6, allowed_when_every_approval_has_one) {
    EXPECT_THAT(JudgeAct(GoodPacketStart()), IsEmpty());
}

TEST(Rule_PKT_7, refused_while_anything_is_open) {
    CertificationAct act = GoodCertification();
    act.open_packets = {"01"};
    act.open_milestones = {"M1"};
    act.unmet = {"the switch is rehearsed"};
    EXPECT_THAT(Blocking(JudgeAct(act)), ElementsAre("PKT-7", "PKT-7", "PKT-7"));
    EXPECT_EQ(Conclude(JudgeAct(act)), VerdictState::kPending);
    act = GoodCertification();
    act.packets = 0;
    EXPECT_THAT(Blocking(JudgeAct(act)), ElementsAre("PKT-7"));
    act = GoodCertification();
    act.definition_items = 0;
    EXPECT_THAT(Blocking(JudgeAct(act)), ElementsAre("PKT-7"));
}

TEST(Rule_EVD_3, refused_to_certify_over_an_audit_that_is_not_green) {
    CertificationAct act = GoodCertification();
    act.audit_problem = "commit 0badcafe12";
    EXPECT_THAT(Blocking(JudgeAct(act)), ElementsAre("EVD-3"));
}

TEST(Rule_PKT_7, allowed_when_everything_holds) {
    EXPECT_THAT(JudgeAct(GoodCertification()), IsEmpty());
}

}  // namespace
}  // namespace policy_test
