// STG-1 to STG-6, and CHN-5 and KSW-8 for rollouts: what a stage is not entered for.

#include "controller/policy/catalogue.hpp"
#include "controller/policy/rollouts.hpp"
#include "tests/unit/policy/good_acts.hpp"

namespace policy_test {
namespace {

using namespace policy;  // NOLINT(google-build-using-namespace): the vocabulary of the rules
using std::chrono::hours;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Time kNow = *platform::ParseTime("2025-02-10T09:00:00Z");

StageMetricFacts MetMetric(std::int64_t stage) {
    StageMetricFacts metric;
    metric.stage = stage;
    metric.key = "errors";
    metric.limit = {"errors", Comparison::kLess, 1, "%"};
    metric.state = MeasurementState::kMet;
    metric.value = 0.5;
    metric.at = kNow - hours{1};
    return metric;
}

CheckpointFacts CompletedCheckpoint() {
    return {1, "Product review", support::Person("quinn"), kNow - hours{48}, kNow - hours{24}, kNow - hours{25}};
}

/// From stage 1, whose soak is over, to stage 2.
StageAdvanceFacts GoodAdvance() {
    StageAdvanceFacts facts;
    facts.now = kNow;
    facts.rollout = RolloutId::Trusted("tenants");
    facts.to = 2;
    facts.state = RolloutState::kActive;
    facts.stage = 1;
    facts.soak_ends_at = kNow;
    facts.cap = 5;
    facts.planned = 5;
    facts.metrics = {MetMetric(0), MetMetric(1)};
    facts.metrics[0].at = kNow - hours{500};  // of a stage that was left
    facts.checkpoints = {CompletedCheckpoint()};
    StageRequirementFacts release;
    release.stage = 2;
    release.release = ReleaseId::Trusted("rel-1");
    release.needed = Channel::kCandidate;
    release.channel = Channel::kStable;
    StageRequirementFacts programme;
    programme.stage = 1;
    programme.programme = ProgrammeId::Trusted("parcels");
    programme.certified = true;
    facts.requirements = {release, programme};
    facts.flag = "PULSE_MULTI_TENANT_ENABLED";
    return facts;
}

/// What blocks the good advance after this change, and that nothing else does.
struct SpoiledAdvance {
    const char* rule;
    const char* what;
    void (*spoil)(StageAdvanceFacts&);
    VerdictState state;
};

const SpoiledAdvance kSpoiled[] = {
    {"STG-1", "nobody", [](auto& facts) { facts.planned = 0; }, VerdictState::kDeny},
    {"STG-1", "one too many", [](auto& facts) { facts.planned = 6; }, VerdictState::kDeny},
    {"STG-1", "somebody who is gone", [](auto& facts) { facts.unfit = {"tenant-1"}; }, VerdictState::kDeny},
    {"STG-2", "no metric", [](auto& facts) { facts.without_metrics = {2}; }, VerdictState::kDeny},
    {"STG-2", "not measured", [](auto& facts) { facts.metrics[1].state.reset(); }, VerdictState::kIndeterminate},
    {"STG-2", "inconclusive", [](auto& facts) { facts.metrics[1].state = MeasurementState::kInconclusive; },
     VerdictState::kIndeterminate},
    {"STG-2", "unmet", [](auto& facts) { facts.metrics[1].state = MeasurementState::kUnmet; }, VerdictState::kDeny},
    {"STG-2", "unmet of an earlier stage", [](auto& facts) { facts.metrics[0].state = MeasurementState::kUnmet; },
     VerdictState::kDeny},
    {"STG-2", "too old", [](auto& facts) { facts.metrics[1].at = kNow - hours{24} - seconds{1}; },
     VerdictState::kPending},
    {"STG-2", "a high risk",
     [](auto& facts) {
         facts.high_risks = {{RecordId::Trusted("rrk_1"), "leaks"}};
     },
     VerdictState::kDeny},
    {"STG-3", "missed", [](auto& facts) { facts.checkpoints[0].completed_at.reset(); }, VerdictState::kDeny},
    {"STG-3", "due",
     [](auto& facts) {
         facts.checkpoints[0].completed_at.reset();
         facts.checkpoints[0].due_at = kNow;
     },
     VerdictState::kPending},
    {"STG-3", "without a time",
     [](auto& facts) {
         facts.checkpoints[0].completed_at.reset();
         facts.checkpoints[0].due_at.reset();
     },
     VerdictState::kPending},
    {"STG-4", "not decided",
     [](auto& facts) {
         facts.evaluations = {{RecordId::Trusted("rev_1"), "5xx", std::nullopt}};
     },
     VerdictState::kDeny},
    {"STG-4", "on hold",
     [](auto& facts) {
         facts.evaluations = {{RecordId::Trusted("rev_1"), "5xx", StageDecision::kHold}};
     },
     VerdictState::kDeny},
    {"STG-5", "soaking", [](auto& facts) { facts.soak_ends_at = kNow + seconds{1}; }, VerdictState::kPending},
    {"STG-6", "an earlier channel", [](auto& facts) { facts.requirements[0].channel = Channel::kExperimental; },
     VerdictState::kPending},
    {"STG-6", "rolled back", [](auto& facts) { facts.requirements[0].status = ReleaseStatus::kRolledBack; },
     VerdictState::kDeny},
    {"STG-6", "a hard stop", [](auto& facts) { facts.requirements[0].hard_stop = "HST-4: raised by dora"; },
     VerdictState::kDeny},
    {"STG-6", "not certified", [](auto& facts) { facts.requirements[1].certified = false; }, VerdictState::kPending},
    {"STG-7", "an instance that shows it to others",
     [](auto& facts) {
         facts.drifts = {{InstanceId::Trusted("eu-1"), ExposureDrift::kExposed, {"tenant-9"}}};
     },
     VerdictState::kDeny},
    {"STG-7", "an instance that never said",
     [](auto& facts) {
         facts.drifts = {{InstanceId::Trusted("eu-1"), ExposureDrift::kSilent, {}}};
     },
     VerdictState::kIndeterminate},
    {"CHN-5", "a SEV-1", [](auto& facts) { facts.sev1.resize(1); }, VerdictState::kDeny},
    {"KSW-8", "killed", [](auto& facts) { facts.flag_killed_by = RecordId::Trusted("op_1"); }, VerdictState::kDeny},
};

Rules BlocksAdvanceAfter(void (*spoil)(StageAdvanceFacts&)) {
    StageAdvanceFacts facts = GoodAdvance();
    spoil(facts);
    return Blocking(EvaluateAdvance(facts).findings);
}

TEST(StageRules, FindExactlyTheOneThingThatIsWrong) {
    for (const SpoiledAdvance& spoiled : kSpoiled) {
        SCOPED_TRACE(std::string(spoiled.rule) + ", " + spoiled.what);
        StageAdvanceFacts facts = GoodAdvance();
        spoiled.spoil(facts);
        const Verdict verdict = EvaluateAdvance(facts);
        EXPECT_THAT(Blocking(verdict.findings), ElementsAre(spoiled.rule));
        EXPECT_EQ(verdict.state, spoiled.state);
        for (const Finding& finding : verdict.findings) {
            EXPECT_FALSE(finding.message.empty());
            EXPECT_FALSE(finding.remedy.empty());
        }
    }
}

TEST(StageRules, HaveASpoiledFactForEveryRuleOfTheTableThatJudgesAStage) {
    for (const Rule& rule : Catalogue()) {
        const bool judges = std::any_of(rule.checks.begin(), rule.checks.end(), [](const CheckFunction& check) {
            return std::holds_alternative<Check<StageAdvanceFacts>>(check);
        });
        const bool spoiled = std::any_of(std::begin(kSpoiled), std::end(kSpoiled),
                                         [&](const SpoiledAdvance& row) { return rule.id == row.rule; });
        EXPECT_EQ(judges, spoiled) << rule.id;
    }
}

TEST(StageRules, SayEverythingAtOnceAndTheEarliestTime) {
    StageAdvanceFacts facts = GoodAdvance();
    facts.soak_ends_at = kNow + hours{5};
    facts.planned = 0;
    facts.evaluations = {{RecordId::Trusted("rev_1"), "5xx", std::nullopt}};
    const Verdict verdict = EvaluateAdvance(facts);
    EXPECT_THAT(Blocking(verdict.findings), ElementsAre("STG-1", "STG-4", "STG-5"));
    EXPECT_EQ(verdict.state, VerdictState::kDeny);
    EXPECT_EQ(verdict.earliest, kNow + hours{5});
}

TEST(Rule_STG_1, refused_to_nobody_and_to_one_too_many) {
    EXPECT_THAT(BlocksAdvanceAfter([](auto& facts) { facts.planned = 0; }), ElementsAre("STG-1"));
    EXPECT_THAT(BlocksAdvanceAfter([](auto& facts) { facts.planned = 6; }), ElementsAre("STG-1"));
}

TEST(Rule_STG_1, allowed_to_as_many_as_the_cap_and_without_one) {
    EXPECT_THAT(EvaluateAdvance(GoodAdvance()).findings, IsEmpty());
    StageAdvanceFacts facts = GoodAdvance();
    facts.cap.reset();
    facts.planned = 10'000;
    EXPECT_EQ(EvaluateAdvance(facts).state, VerdictState::kAllow);
}

TEST(Rule_STG_2, refused_for_a_metric_that_is_not_met_and_for_a_high_risk) {
    StageAdvanceFacts facts = GoodAdvance();
    facts.metrics[1].state = MeasurementState::kUnmet;
    facts.high_risks = {{RecordId::Trusted("rrk_1"), "leaks"}};
    EXPECT_THAT(Blocking(EvaluateAdvance(facts).findings), ElementsAre("STG-2", "STG-2"));
}

TEST(Rule_STG_2, allowed_with_an_old_measurement_of_a_stage_that_was_left) {
    StageAdvanceFacts facts = GoodAdvance();
    facts.metrics[0].at = kNow - hours{10'000};
    facts.metrics[1].at = kNow - hours{24};
    EXPECT_EQ(EvaluateAdvance(facts).state, VerdictState::kAllow);
}

TEST(Rule_STG_3, refused_while_a_checkpoint_is_open_and_to_others_than_its_owner) {
    EXPECT_THAT(BlocksAdvanceAfter([](auto& facts) { facts.checkpoints[0].completed_at.reset(); }),
                ElementsAre("STG-3"));
    CheckpointAct act{User("dora", {Role::kDevLead}), kNow, CompletedCheckpoint(), "fine"};
    act.checkpoint.completed_at.reset();
    EXPECT_THAT(Blocking(JudgeAct(act)), ElementsAre("STG-3"));
    act.actor = Component("quinn", {Role::kSystemOwner});
    EXPECT_THAT(Blocking(JudgeAct(act)), ElementsAre("STG-3"));
    act.actor = User("quinn");
    act.note = " ";
    EXPECT_THAT(Blocking(JudgeAct(act)), ElementsAre("STG-3"));
    act.note = "fine";
    act.checkpoint.opens_at = kNow + seconds{1};
    const Findings early = JudgeAct(act);
    ASSERT_EQ(early.size(), 1U);
    EXPECT_EQ(early[0].kind, FindingKind::kPending);
}

TEST(Rule_STG_3, allowed_to_its_owner_and_to_a_system_owner_and_late) {
    CheckpointAct act{User("quinn"), kNow, CompletedCheckpoint(), "fine"};
    act.checkpoint.completed_at.reset();
    EXPECT_THAT(JudgeAct(act), IsEmpty());
    act.actor = User("sam", {Role::kSystemOwner});
    EXPECT_THAT(JudgeAct(act), IsEmpty());
    StageAdvanceFacts facts = GoodAdvance();
    facts.checkpoints[0].completed_at = kNow;
    EXPECT_EQ(DecideCheckpoint(facts.checkpoints[0], kNow), CheckpointState::kLate);
    EXPECT_EQ(EvaluateAdvance(facts).state, VerdictState::kAllow);
}

TEST(Rule_STG_3, tells_when_a_checkpoint_is_due_and_missed) {
    CheckpointFacts checkpoint = CompletedCheckpoint();
    EXPECT_EQ(DecideCheckpoint(checkpoint, kNow), CheckpointState::kCompleted);
    checkpoint.completed_at.reset();
    EXPECT_EQ(DecideCheckpoint(checkpoint, checkpoint.opens_at - seconds{1}), CheckpointState::kUpcoming);
    EXPECT_EQ(DecideCheckpoint(checkpoint, checkpoint.opens_at), CheckpointState::kDue);
    EXPECT_EQ(DecideCheckpoint(checkpoint, *checkpoint.due_at), CheckpointState::kDue);
    EXPECT_EQ(DecideCheckpoint(checkpoint, *checkpoint.due_at + seconds{1}), CheckpointState::kMissed);
    checkpoint.due_at.reset();
    EXPECT_EQ(DecideCheckpoint(checkpoint, kNow), CheckpointState::kDue);
}

TEST(Rule_STG_4, refused_while_an_evaluation_is_not_decided) {
    EXPECT_THAT(BlocksAdvanceAfter([](auto& facts) {
                    facts.evaluations = {{RecordId::Trusted("rev_1"), "5xx", std::nullopt}};
                }),
                ElementsAre("STG-4"));
}

TEST(Rule_STG_4, allowed_without_one) {
    EXPECT_EQ(EvaluateAdvance(GoodAdvance()).state, VerdictState::kAllow);
}

TEST(Rule_STG_5, refused_out_of_order_over_or_before_the_soak_ends) {
    for (const std::int64_t to : {-1, 0, 1, 3, 4}) {
        StageAdvanceFacts facts = GoodAdvance();
        facts.to = to;
        EXPECT_THAT(Blocking(EvaluateAdvance(facts).findings), ElementsAre("STG-5")) << to;
    }
    for (const RolloutState state : {RolloutState::kReversed, RolloutState::kEnded}) {
        StageAdvanceFacts facts = GoodAdvance();
        facts.state = state;
        facts.planned = 0;
        EXPECT_THAT(Blocking(EvaluateAdvance(facts).findings), ElementsAre("STG-5")) << "and nothing else is asked";
    }
    StageAdvanceFacts last = GoodAdvance();
    last.stage = 3;
    last.to = 4;
    EXPECT_THAT(Blocking(EvaluateAdvance(last).findings), ElementsAre("STG-5"));
}

TEST(Rule_STG_5, allowed_into_the_first_stage_and_at_the_end_of_the_soak) {
    StageAdvanceFacts facts = GoodAdvance();
    facts.state = RolloutState::kPlanned;
    facts.stage.reset();
    facts.soak_ends_at.reset();
    facts.to = 0;
    facts.checkpoints.clear();
    facts.metrics.clear();
    EXPECT_EQ(EvaluateAdvance(facts).state, VerdictState::kAllow);
}

TEST(Rule_STG_6, refused_without_the_release_or_the_programme) {
    EXPECT_THAT(BlocksAdvanceAfter([](auto& facts) {
                    facts.requirements[0].channel = Channel::kExperimental;
                    facts.requirements[1].certified = false;
                }),
                ElementsAre("STG-6", "STG-6"));
}

TEST(Rule_STG_6, allowed_in_the_channel_itself) {
    StageAdvanceFacts facts = GoodAdvance();
    facts.requirements[0].channel = Channel::kCandidate;
    EXPECT_EQ(EvaluateAdvance(facts).state, VerdictState::kAllow);
}

StageAdvanceFacts WithDrift(ExposureDrift kind) {
    StageAdvanceFacts facts = GoodAdvance();
    facts.drifts = {{InstanceId::Trusted("eu-1"), kind, {"tenant-9"}}};
    return facts;
}

TEST(Rule_STG_7, refused_while_an_instance_reports_another_than_the_stage) {
    const std::vector<std::pair<ExposureDrift, VerdictState>> kinds = {
        {ExposureDrift::kExposed, VerdictState::kDeny},         {ExposureDrift::kMissing, VerdictState::kDeny},
        {ExposureDrift::kContradicted, VerdictState::kDeny},    {ExposureDrift::kGone, VerdictState::kDeny},
        {ExposureDrift::kUnrestricted, VerdictState::kDeny},    {ExposureDrift::kNotOrdered, VerdictState::kPending},
        {ExposureDrift::kUnseen, VerdictState::kIndeterminate}, {ExposureDrift::kSilent, VerdictState::kIndeterminate}};
    for (const auto& [kind, state] : kinds) {
        SCOPED_TRACE(std::string(platform::EnumText(kind)));
        const Verdict verdict = EvaluateAdvance(WithDrift(kind));
        EXPECT_EQ(verdict.state, state);
        EXPECT_THAT(Blocking(verdict.findings), ElementsAre("STG-7"));
    }
}

TEST(Rule_STG_7, allowed_with_strangers_until_the_last_stage_which_is_for_all) {
    EXPECT_THAT(Blocking(EvaluateAdvance(WithDrift(ExposureDrift::kUnknown)).findings), IsEmpty());
    StageAdvanceFacts last = WithDrift(ExposureDrift::kUnknown);
    last.to = kLastStage;
    last.stage = 2;
    EXPECT_THAT(Blocking(EvaluateAdvance(last).findings), testing::Contains("STG-7"));
}

}  // namespace
}  // namespace policy_test
