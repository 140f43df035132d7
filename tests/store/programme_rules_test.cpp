// Programmes: what PostgreSQL refuses of plain SQL (PKT-1 to PKT-7), whoever has the application's password.
#include <gtest/gtest.h>

#include "controller/store/programmes.hpp"
#include "controller/store/status_audits.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

const policy::ProgrammeId kProgramme = policy::ProgrammeId::Trusted("parcels");

policy::PacketNumber Number(const char* text) {
    return policy::PacketNumber::Trusted(text);
}

/// A programme of two packets, each with one box, one test (box 2) and nothing else, and a definition of done.
class ProgrammeWorld : public World {
public:
    ProgrammeWorld() {
        wire::CreateProgramme programme;
        programme.id = kProgramme;
        programme.title = "Parcels";
        programme.capability = "parcels are followed";
        for (const char* number : {"00", "01"}) {
            wire::NewPacket packet;
            packet.number = Number(number);
            packet.title = "Packet";
            packet.items = {{1, policy::PacketSection::kWork, "", "the work", {}, {}, false},
                            {2, policy::PacketSection::kTests, "", "make test", {}, {}, false}};
            programme.packets.push_back(packet);
        }
        programme.milestones = {{"M1", {"00", "01"}, false}};
        programme.definition_of_done = {"a parcel is found"};
        Db().Write([&](store::Tx& tx) { store::InsertProgramme(tx, programme, Person("ana")); });
    }

    void Start(const char* number) {
        Db().Write([&](store::Tx& tx) {
            store::StartPacket(tx, kProgramme, Number(number), Person("dora"), Person("quinn"));
        });
    }
    void Tick(const char* number) {
        Db().Write([&](store::Tx& tx) { store::TickBox(tx, kProgramme, Number(number), 1, Person("dora")); });
    }
    bool Run(const char* number, std::optional<std::int64_t> exit_code = 0, std::int64_t bytes = 1,
             bool timed_out = false, bool truncated = false) {
        wire::RecordRun run;
        run.item = 2;
        run.argv = {"make", "a \"quoted\"\nword"};
        run.exit_code = exit_code;
        run.started_at = Now();
        run.timed_out = timed_out;
        run.truncated = truncated;
        run.output_bytes = bytes;
        run.output_sha256 = std::string(64, 'a');
        return Db().Write([&](store::Tx& tx) {
            return store::InsertPacketRun(tx, NewId("run"), kProgramme, Number(number), run, Person("ci")).passed;
        });
    }
    void Review(const char* number, policy::PacketVerdict verdict = policy::PacketVerdict::kApproved,
                std::string_view by = "quinn", policy::GateMark p0 = policy::GateMark::kPass) {
        wire::ReviewPacket review;
        review.gates[0] = p0;
        review.verdict = verdict;
        review.findings = verdict == policy::PacketVerdict::kApproved ? "" : "the night is too short";
        review.residual_risk = "none";
        review.rollback = "revert";
        Db().Write([&](store::Tx& tx) {
            store::InsertPacketReview(tx, NewId("rvw"), kProgramme, Number(number), review, Person(by));
        });
    }
    void Checkpoint(const char* number) {
        Db().Write(
            [&](store::Tx& tx) { store::SetCheckpoint(tx, kProgramme, Number(number), "0badcafe12", Person("dora")); });
    }
    void Finish(const char* number) {
        Start(number);
        Tick(number);
        Run(number);
        Review(number);
        Checkpoint(number);
    }
    void Meet() {
        Db().Write([&](store::Tx& tx) { store::MeetDefinition(tx, kProgramme, 1, "run 118", Person("quinn")); });
    }
    void Certify(std::string_view by = "sam") {
        Db().Write([&](store::Tx& tx) { store::CertifyProgramme(tx, kProgramme, Person(by)); });
    }
    wire::Packet Show(const char* number) {
        return *Db().Read([&](store::Tx& tx) { return store::LoadPacket(tx, kProgramme, Number(number)); });
    }
};

const std::string kDone = "UPDATE portcullis.programme_packets SET status = 'DONE' WHERE number = '00'";

TEST(ProgrammeRules, APacketGoesItsWayAndTheProgrammeIsCertified) {
    ProgrammeWorld world;
    world.Finish("00");
    world.Finish("01");
    world.Meet();
    world.Certify();
    const wire::Packet packet = world.Show("01");
    EXPECT_EQ(packet.status, policy::PacketStatus::kDone);
    EXPECT_EQ(packet.checkpoint, "0badcafe12");
    ASSERT_EQ(packet.runs.size(), 1U);
    EXPECT_EQ(packet.runs[0].argv, R"(["make","a \"quoted\"\nword"])");
    EXPECT_TRUE(packet.items[0].ticked && packet.items[1].ticked);
    ASSERT_EQ(packet.reviews.size(), 1U);
    const auto programme = world.Db().Read([](store::Tx& tx) { return store::LoadProgramme(tx, kProgramme); });
    EXPECT_EQ(programme->certified_by, "sam");
    EXPECT_TRUE(programme->milestones.at(0).reached);
    // What was certified stays.
    ExpectRefused(world, "PKT-7", "UPDATE portcullis.programmes SET certified_by = 'sue'");
    ExpectRefused(world, "PKT-7",
                  "INSERT INTO portcullis.programme_packets (programme_id, number, position, title) "
                  "VALUES ('parcels', '02', 3, 'more')");
}

TEST(ProgrammeRules, AReleaseThatNeedsTheProgrammeWaitsForItsCertificate) {
    ProgrammeWorld world;
    policy::Manifest manifest = support::GoodManifest();
    manifest.id = "rel-needs";
    policy::Requirement needed;
    needed.programme = kProgramme;
    manifest.requirements = {needed};
    const ReleaseId release = world.Submit(manifest);
    world.MakeReadyFor(release, Channel::kExperimental);
    ExpectRefused(world, "CHX-9", world.PromotionSql(release, Channel::kExperimental));
    world.Finish("00");
    world.Finish("01");
    world.Meet();
    ExpectRefused(world, "CHX-9", world.PromotionSql(release, Channel::kExperimental));
    world.Certify();
    world.Promote(release, Channel::kExperimental);
}

TEST(ProgrammeRules, AnOpenBoxKeepsAPacketFromBeingDone) {
    ProgrammeWorld world;
    world.Start("00");
    world.Run("00");
    EXPECT_EQ(RuleRefusing([&] { world.Review("00"); }), "PKT-1");
    ExpectRefused(world, "PKT-1", kDone);
    world.Tick("00");
    world.Review("00");
    ExpectRefused(world, "PKT-1", "UPDATE portcullis.packet_items SET ticked_by = NULL WHERE packet = '00' AND n = 1");
    ExpectRefused(world, "PKT-1", "UPDATE portcullis.programme_packets SET status = 'BLOCKED' WHERE number = '00'");
    ExpectRefused(world, "PKT-1",
                  "INSERT INTO portcullis.packet_items (programme_id, packet, n, section, text) "
                  "VALUES ('parcels', '00', 9, 'work', 'afterwards')");
}

TEST(ProgrammeRules, OnlyTheNamedReviewerApproves) {
    ProgrammeWorld world;
    EXPECT_EQ(RuleRefusing([&] {
                  world.Db().Write([&](store::Tx& tx) {
                      store::StartPacket(tx, kProgramme, Number("00"), Person("dora"), Person("ci"));
                  });
              }),
              "PKT-2");
    EXPECT_ANY_THROW(
        world.Sql("UPDATE portcullis.programme_packets SET status = 'IN_PROGRESS', implementer = 'dora', "
                  "reviewer = 'dora' WHERE number = '00'"));
    world.Start("00");
    world.Tick("00");
    world.Run("00");
    EXPECT_EQ(RuleRefusing([&] { world.Review("00", policy::PacketVerdict::kApproved, "quill"); }), "PKT-2");
    EXPECT_EQ(RuleRefusing([&] { world.Review("00", policy::PacketVerdict::kApproved, "dora"); }), "PKT-2");
    ExpectRefused(world, "PKT-2", kDone);
    ExpectRefused(world, "PKT-2", "UPDATE portcullis.programme_packets SET reviewer = 'quill' WHERE number = '00'");
}

TEST(ProgrammeRules, ARunThatShowsNothingDoesNotCount) {
    ProgrammeWorld world;
    world.Start("00");
    world.Tick("00");
    EXPECT_EQ(RuleRefusing([&] { world.Review("00"); }), "PKT-3") << "it was never run";
    EXPECT_FALSE(world.Run("00", 1));
    EXPECT_FALSE(world.Run("00", std::nullopt));
    EXPECT_FALSE(world.Run("00", 0, 0));
    EXPECT_FALSE(world.Run("00", 0, 1, true));
    EXPECT_FALSE(world.Run("00", 0, 1, false, true));
    EXPECT_EQ(RuleRefusing([&] { world.Review("00"); }), "PKT-3");
    EXPECT_TRUE(world.Run("00"));
    EXPECT_FALSE(world.Run("00", 2)) << "the last run is what counts";
    EXPECT_EQ(RuleRefusing([&] { world.Review("00"); }), "PKT-3");
    ExpectRefused(world, "PKT-3",
                  "UPDATE portcullis.packet_items SET ticked_by = 'dora' WHERE packet = '00' AND n = 2");
    EXPECT_EQ(RuleRefusing([&] { world.Run("01"); }), "PKT-3") << "nobody works on it yet";
    ExpectNoRight(world, "UPDATE portcullis.packet_runs SET exit_code = 0");
    ExpectNoRight(world, "DELETE FROM portcullis.packet_runs");
}

TEST(ProgrammeRules, AFailedReviewAsksForChanges) {
    ProgrammeWorld world;
    world.Start("00");
    world.Tick("00");
    world.Run("00");
    EXPECT_EQ(
        RuleRefusing([&] { world.Review("00", policy::PacketVerdict::kApproved, "quinn", policy::GateMark::kFail); }),
        "PKT-4");
    ExpectRefused(world, "PKT-4",
                  "INSERT INTO portcullis.packet_reviews (id, programme_id, packet, reviewer, p0, p1, p2, verdict, "
                  "residual_risk, rollback) VALUES ('rvw_9', 'parcels', '00', 'quinn', 'FAIL', 'PASS', 'PASS', "
                  "'CHANGES_REQUESTED', 'none', 'revert')");
    ExpectRefused(world, "PKT-4", "UPDATE portcullis.programme_packets SET status = 'BLOCKED' WHERE number = '00'");
    world.Review("00", policy::PacketVerdict::kChangesRequested);
    EXPECT_EQ(world.Show("00").status, policy::PacketStatus::kChangesRequested);
    world.Db().Write([&](store::Tx& tx) { store::TickBox(tx, kProgramme, Number("00"), 1, std::nullopt); });
    EXPECT_FALSE(world.Show("00").items[0].ticked) << "the checklist is open";
    world.Tick("00");
    world.Review("00");
    EXPECT_EQ(world.Show("00").status, policy::PacketStatus::kDone);
    EXPECT_EQ(RuleRefusing([&] { world.Review("00"); }), "PKT-4") << "there is nothing left to review";
    ExpectNoRight(world, "DELETE FROM portcullis.packet_reviews");
}

TEST(ProgrammeRules, TheProgrammeSaysWhenItWasChanged) {
    ProgrammeWorld world;
    const auto updated = [&] { return world.Cell("SELECT updated_at FROM portcullis.programmes"); };
    const std::string first = updated();
    world.Advance(std::chrono::hours(1));
    world.Start("00");
    const std::string started = updated();
    EXPECT_NE(started, first);
    world.Advance(std::chrono::hours(1));
    world.Tick("00");
    EXPECT_NE(updated(), started);
    ExpectNoRight(world, "UPDATE portcullis.programmes SET updated_at = '2020-01-01'");
}

TEST(ProgrammeRules, TheNextPacketWaitsForTheCheckpoint) {
    ProgrammeWorld world;
    world.Start("00");
    ExpectRefused(world, "PKT-6",
                  "UPDATE portcullis.programme_packets SET checkpoint = '0badcafe12', checkpoint_by = 'dora' "
                  "WHERE number = '00'");
    world.Tick("00");
    world.Run("00");
    world.Review("00");
    EXPECT_EQ(RuleRefusing([&] { world.Start("01"); }), "PKT-6");
    EXPECT_ANY_THROW(
        world.Sql("UPDATE portcullis.programme_packets SET checkpoint = 'soon', checkpoint_by = 'dora' "
                  "WHERE number = '00'"));
    world.Checkpoint("00");
    ExpectRefused(world, "PKT-6",
                  "UPDATE portcullis.programme_packets SET checkpoint = '1badcafe12' WHERE number = '00'");
    world.Start("01");
    EXPECT_EQ(world.Show("01").status, policy::PacketStatus::kInProgress);
}

TEST(ProgrammeRules, CertifiedOnlyWhenTheDefinitionOfDoneHolds) {
    ProgrammeWorld world;
    world.Finish("00");
    world.Meet();
    EXPECT_EQ(RuleRefusing([&] { world.Certify(); }), "PKT-7") << "packet 01 is open";
    world.Finish("01");
    EXPECT_EQ(RuleRefusing([&] { world.Certify("dora"); }), "SOD-4");
    EXPECT_EQ(RuleRefusing([&] { world.Certify("ci"); }), "SOD-1");
    ExpectRefused(world, "PKT-7", "UPDATE portcullis.programme_done_items SET met_by = NULL");
    world.Certify();

    ProgrammeWorld other;
    other.Finish("00");
    other.Finish("01");
    EXPECT_EQ(RuleRefusing([&] { other.Certify(); }), "PKT-7") << "nobody has shown that it holds";
    EXPECT_ANY_THROW(other.Sql("UPDATE portcullis.programme_done_items SET met_by = 'quinn', evidence = ' '"));
    ExpectRefused(other, "PKT-7",
                  "INSERT INTO portcullis.programme_milestones (programme_id, key, packets) "
                  "VALUES ('parcels', 'M2', '{77}')");
}

TEST(ProgrammeRules, NobodyCertifiesOverAnAuditThatIsNotGreen) {
    ProgrammeWorld world;
    world.Finish("00");
    world.Finish("01");
    world.Meet();
    const auto import = [&](const char* id, const char* failing) {
        world.Sql(std::string("INSERT INTO portcullis.status_audits (id, programme_id, commit, document_sha256, "
                              "repo_ready, rc_ready, release_ready, errors, gates, blockers, failing_gates, "
                              "recorded_by) VALUES ('") +
                  id + "', 'parcels', '0badcafe12', '" + std::string(64, 'a') +
                  "', true, true, true, 0, '[{}]', '{}', '" + failing + "', 'ci')");
    };
    import("sta_2", "{}");
    import("sta_1", "{a-gate}");
    EXPECT_EQ(RuleRefusing([&] { world.Certify(); }), "EVD-3");
    ExpectNoRight(world, "UPDATE portcullis.status_audits SET failing_gates = '{}'");
    ExpectNoRight(world, "DELETE FROM portcullis.status_audits");
    const auto last = world.Db().Read([](store::Tx& tx) { return store::LastStatusAudit(tx, kProgramme); });
    ASSERT_TRUE(last.has_value());
    EXPECT_EQ(last->failing_gates, std::vector<std::string>{"a-gate"});
    EXPECT_FALSE(last->green);
    import("sta_0", "{}");
    world.Certify();
    EXPECT_ANY_THROW(import("sta_3", "{}")) << "what was certified stays";
}

TEST(ProgrammeRules, NothingIsTakenAway) {
    ProgrammeWorld world;
    for (const char* table : {"programmes", "programme_packets", "packet_items", "programme_milestones",
                              "programme_done_items", "packet_runs", "packet_reviews"}) {
        EXPECT_ANY_THROW(world.Sql("DELETE FROM portcullis." + std::string(table))) << table;
        EXPECT_ANY_THROW(world.Sql("TRUNCATE portcullis." + std::string(table) + " CASCADE")) << table;
    }
    ExpectNoRight(world, "UPDATE portcullis.programme_packets SET title = 'another'");
    ExpectNoRight(world, "UPDATE portcullis.packet_items SET text = 'another'");
    ExpectNoRight(world,
                  "INSERT INTO portcullis.programme_packets (programme_id, number, position, title, status) "
                  "VALUES ('parcels', '02', 3, 'more', 'DONE')");
}

}  // namespace
}  // namespace store_test
