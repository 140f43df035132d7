// Keys that sign orders, credentials of instances and their successors, and what instances turned away: what PostgreSQL
// refuses of plain SQL, whoever has the application's password.
#include <gtest/gtest.h>

#include <pqxx/pqxx>

#include "controller/store/installation.hpp"
#include "controller/store/instances.hpp"
#include "controller/store/keys.hpp"
#include "controller/store/rejections.hpp"
#include "platform/crypto/crypto.hpp"
#include "tests/store/world.hpp"

namespace store_test {
namespace {

const std::string kA(16, 'a');
const std::string kB(16, 'b');
const std::string kC(16, 'c');

std::string HandoverSql(const std::string& id, const std::string& from, const std::string& to,
                        const std::string& reason = "yearly") {
    return "INSERT INTO portcullis.key_handovers (id, from_key, to_key, statement, signature, reason, created_by) "
           "VALUES ('" +
           id + "', '" + from + "', '" + to + "', 's', 'x', '" + reason + "', 'ada')";
}

/// As of a credential of this name.
std::string HashOf(const std::string& secret) {
    return platform::Sha256Hex(secret);
}

class KeyRules : public ::testing::Test {
protected:
    /// The rule that refuses it, of these; "" when none does.
    std::string Refused(const std::string& sql) const {
        try {
            world_.Sql(sql);
        } catch (const pqxx::sql_error& error) {
            const std::string text = error.what();
            for (const char* rule : {"ATT-2", "AUD-3"}) {
                if (error.sqlstate() == "PC001" && text.find(std::string(rule) + ": ") != std::string::npos) {
                    return rule;
                }
            }
            return text;
        }
        return "";
    }
    /// By a rule, a right or a constraint, whichever it is; not for being no SQL.
    bool Fails(const std::string& sql) const {
        try {
            world_.Sql(sql);
        } catch (const pqxx::syntax_error& error) {
            ADD_FAILURE() << error.what();
        } catch (const pqxx::sql_error&) {
            return true;
        }
        return false;
    }
    void Know(const std::string& key) {
        world_.Db().Write([&](store::Tx& tx) {
            store::SetInstallationValue(tx, "signing_key/" + key, "-----BEGIN PUBLIC KEY-----");
        });
    }
    /// Credential crd_<name>, hash of <name>.
    policy::RecordId LetIn(const std::string& name) {
        const policy::RecordId credential = NewId("crd");
        world_.Db().Write([&](store::Tx& tx) {
            store::InsertEnrolment(tx, {NewId("enr"), policy::InstanceId::Trusted(name), platform::Sha256("t-" + name),
                                        Person("ana"), std::chrono::hours(1)});
        });
        world_.Db().Write([&](store::Tx& tx) {
            const auto enrolment = store::LockEnrolmentByHash(tx, platform::Sha256("t-" + name));
            store::ExchangeEnrolment(tx, *enrolment, credential, HashOf(name));
        });
        return credential;
    }
    static std::string PinSql(const std::string& instance, const std::string& key) {
        return "INSERT INTO portcullis.instance_keys (instance_id, key_id) VALUES ('" + instance + "', '" + key +
               "') ON CONFLICT (instance_id) DO UPDATE SET key_id = EXCLUDED.key_id";
    }
    std::string SuccessorSql(const std::string& id, const std::string& instance, const std::string& predecessor) const {
        return "INSERT INTO portcullis.instance_credentials (id, instance_id, hash, predecessor_id) VALUES ('" + id +
               "', '" + instance + "', decode('" + HashOf(id) + "', 'hex'), '" + predecessor + "')";
    }

    World world_;
};

TEST_F(KeyRules, AHandoverNeedsAReasonAndComesFromTheKeyInUse) {
    EXPECT_EQ(Refused(HandoverSql("kho_1", kA, kB, "  ")), "ATT-2");
    EXPECT_TRUE(Fails(HandoverSql("kho_1", kA, kA))) << "to itself";
    EXPECT_TRUE(Fails(HandoverSql("kho_1", "no key", kB)));
    world_.Sql(HandoverSql("kho_1", kA, kB));
    EXPECT_TRUE(Fails(HandoverSql("kho_2", kB, kC))) << "one at a time";
    world_.Sql("UPDATE portcullis.key_handovers SET completed_by = 'c1' WHERE id = 'kho_1'");
    EXPECT_EQ(Refused(HandoverSql("kho_2", kA, kC)), "ATT-2") << "it has handed over";
    EXPECT_EQ(Refused(HandoverSql("kho_2", kC, std::string(16, 'd'))), "ATT-2") << "it is not in use";
    EXPECT_EQ(Refused(HandoverSql("kho_2", kB, kA)), "ATT-2") << "no key comes back";
    world_.Sql(HandoverSql("kho_2", kB, kC));
}

TEST_F(KeyRules, AHandoverIsCompletedOnceWhenNobodyIsBehind) {
    Know(kA);
    Know(kB);
    LetIn("eu-1");
    LetIn("eu-2");
    world_.Sql(HandoverSql("kho_1", kA, kB));
    const std::string complete = "UPDATE portcullis.key_handovers SET completed_by = 'c1' WHERE id = 'kho_1'";
    EXPECT_EQ(Refused(complete), "ATT-2");
    world_.Sql(PinSql("eu-1", kB));
    world_.Sql(PinSql("eu-2", kA));
    EXPECT_EQ(Refused(complete), "ATT-2") << "eu-2 has the old one";
    world_.Sql(PinSql("eu-2", kB));
    world_.Sql(complete);
    EXPECT_EQ(Refused(complete), "ATT-2") << "once";
}

TEST_F(KeyRules, WhoIsRevokedIsNotWaitedFor) {
    Know(kB);
    const auto credential = LetIn("eu-1");
    world_.Sql(HandoverSql("kho_1", kA, kB));
    const std::string complete = "UPDATE portcullis.key_handovers SET completed_by = 'c1' WHERE id = 'kho_1'";
    EXPECT_EQ(Refused(complete), "ATT-2");
    world_.Sql("UPDATE portcullis.instance_credentials SET revoked_by = 'ana' WHERE id = '" + credential.Text() + "'");
    world_.Sql(complete);
}

TEST_F(KeyRules, NothingElseOfAHandoverChangesAndItStays) {
    world_.Sql(HandoverSql("kho_1", kA, kB));
    for (const char* change :
         {"to_key = 'cccccccccccccccc'", "from_key = 'cccccccccccccccc'", "statement = 'other'", "signature = 'other'",
          "reason = 'other'", "created_by = 'alan'", "completed_at = portcullis.now()"}) {
        EXPECT_TRUE(Fails(std::string("UPDATE portcullis.key_handovers SET ") + change)) << change;
    }
    EXPECT_TRUE(Fails("UPDATE portcullis.key_handovers SET completed_by = NULL"));
    EXPECT_TRUE(Fails("DELETE FROM portcullis.key_handovers"));
    EXPECT_TRUE(Fails("TRUNCATE portcullis.key_handovers"));
    EXPECT_TRUE(
        Fails("INSERT INTO portcullis.key_handovers (id, from_key, to_key, statement, signature, reason, "
              "created_by, completed_at) VALUES ('kho_2', '" +
              kB + "', '" + kC + "', 's', 'x', 'r', 'ada', portcullis.now())"))
        << "nor is one made that is completed";
}

TEST_F(KeyRules, AnInstanceHasPinnedAKeyOfThisInstallation) {
    Know(kA);
    LetIn("eu-1");
    LetIn("eu-2");
    EXPECT_EQ(Refused(PinSql("eu-1", kB)), "ATT-2");
    world_.Sql(PinSql("eu-1", kA));
    EXPECT_EQ(Refused(PinSql("eu-1", kB)), "ATT-2") << "nor does it change to one";
    EXPECT_TRUE(Fails("UPDATE portcullis.instance_keys SET instance_id = 'eu-2'"));
    EXPECT_TRUE(Fails("DELETE FROM portcullis.instance_keys"));
    EXPECT_TRUE(Fails("TRUNCATE portcullis.instance_keys"));
    EXPECT_TRUE(Fails("UPDATE portcullis.instance_keys SET since = portcullis.now() - interval '1 day'"));
}

TEST_F(KeyRules, ASuccessorFollowsAGoodCredentialOfTheSameInstance) {
    const auto first = LetIn("eu-1");
    LetIn("eu-2");
    EXPECT_EQ(Refused(SuccessorSql("crd_x", "eu-2", first.Text())), "ATT-2") << "of another instance";
    EXPECT_EQ(Refused(SuccessorSql("crd_x", "eu-1", "crd_none")), "ATT-2");
    EXPECT_TRUE(
        Fails("INSERT INTO portcullis.instance_credentials (id, instance_id, hash) VALUES ('crd_x', 'eu-1', "
              "decode('" +
              HashOf("x") + "', 'hex'))"))
        << "from nowhere";
    world_.Sql(SuccessorSql("crd_next", "eu-1", first.Text()));
    EXPECT_TRUE(Fails(SuccessorSql("crd_more", "eu-1", first.Text()))) << "one at a time";
    EXPECT_EQ(Refused(SuccessorSql("crd_more", "eu-1", "crd_next")), "ATT-2") << "of one that was never used";
    EXPECT_EQ(world_.Cell("SELECT used_at IS NULL FROM portcullis.instance_credentials WHERE id = 'crd_next'"), "t");
    world_.Sql("UPDATE portcullis.instance_credentials SET revoked_by = 'ana' WHERE id = '" + first.Text() + "'");
    EXPECT_TRUE(Fails(SuccessorSql("crd_more", "eu-1", first.Text()))) << "of one that was revoked";
}

TEST_F(KeyRules, ACredentialIsUsedFirstOnceAndRevokedOnce) {
    const auto first = LetIn("eu-1");
    const std::string one = " WHERE id = '" + first.Text() + "'";
    const std::string table = "UPDATE portcullis.instance_credentials SET ";
    EXPECT_EQ(Refused(table + "used_by = 'c1'" + one), "ATT-2") << "it was used when it was exchanged";
    world_.Sql(SuccessorSql("crd_next", "eu-1", first.Text()));
    EXPECT_TRUE(Fails(table + "used_by = 'c1' WHERE id = 'crd_next'")) << "while the old one is good";
    world_.Sql(table + "revoked_by = 'successor crd_next'" + one);
    world_.Sql(table + "used_by = 'c1' WHERE id = 'crd_next'");
    EXPECT_EQ(Refused(table + "used_by = 'c2' WHERE id = 'crd_next'"), "ATT-2");
    EXPECT_EQ(Refused(table + "revoked_by = 'bob'" + one), "ATT-2");
    EXPECT_EQ(Refused(table + "revoked_by = NULL" + one), "ATT-2") << "nor does it become good again";
    for (const char* change : {"hash = decode(repeat('ab', 32), 'hex')", "instance_id = 'eu-2'",
                               "predecessor_id = NULL", "used_at = NULL", "revoked_at = NULL"}) {
        EXPECT_TRUE(Fails(table + change + " WHERE id = 'crd_next'")) << change;
    }
}

TEST_F(KeyRules, ARequestForAnotherCredentialIsMadeOnceAndStays) {
    const auto first = LetIn("eu-1");
    const auto request = [&](const std::string& id, const std::string& reason) {
        return "INSERT INTO portcullis.credential_rotations (id, credential_id, reason, requested_by) VALUES ('" + id +
               "', '" + first.Text() + "', '" + reason + "', 'ana')";
    };
    EXPECT_TRUE(Fails(request("rot_1", " ")));
    world_.Sql(request("rot_1", "a laptop was lost"));
    EXPECT_TRUE(Fails(request("rot_2", "again")));
    EXPECT_TRUE(Fails("UPDATE portcullis.credential_rotations SET reason = 'other'"));
    EXPECT_TRUE(Fails("DELETE FROM portcullis.credential_rotations"));
}

TEST_F(KeyRules, TheKeyInAnEnrolmentStays) {
    world_.Db().Write([&](store::Tx& tx) {
        store::InsertEnrolment(tx, {NewId("enr"), policy::InstanceId::Trusted("eu-1"), platform::Sha256("t"),
                                    Person("ana"), std::chrono::hours(1)});
    });
    EXPECT_TRUE(Fails("UPDATE portcullis.enrolments SET key_id = '" + kA + "'"));
    EXPECT_TRUE(
        Fails("INSERT INTO portcullis.enrolments (id, instance_id, hash, created_by, expires_at, key_id) VALUES "
              "('enr_x', 'eu-1', decode(repeat('ab', 32), 'hex'), 'ana', portcullis.now() + interval '1 hour', "
              "'no key')"));
}

TEST_F(KeyRules, WhatWasTurnedAwayIsNotedOnce) {
    LetIn("eu-1");
    LetIn("eu-2");
    const auto note = [&](const std::string& instance, const std::string& boot, std::int64_t rejected) {
        std::int64_t more = 0;
        world_.Db().Write([&](store::Tx& tx) {
            more = 0;
            for (const auto& one :
                 store::NoteRejections(tx, {{policy::InstanceId::Trusted(instance), boot, rejected}})) {
                EXPECT_EQ(one.instance.Text(), instance);
                more += one.more;
            }
        });
        return more;
    };
    EXPECT_EQ(note("eu-1", "boot_1", 3), 3);
    EXPECT_EQ(note("eu-1", "boot_1", 3), 0) << "another controller hears of it, too";
    EXPECT_EQ(note("eu-1", "boot_1", 5), 2);
    EXPECT_EQ(note("eu-1", "boot_1", 4), 0) << "a report that comes late";
    EXPECT_EQ(note("eu-2", "boot_9", 1), 1);
    EXPECT_EQ(note("eu-1", "boot_2", 2), 2) << "another process counts from its start";
    EXPECT_EQ(Refused("UPDATE portcullis.instance_rejections SET rejected = 1 WHERE instance_id = 'eu-1'"), "AUD-3");
    EXPECT_TRUE(Fails("UPDATE portcullis.instance_rejections SET instance_id = 'eu-3' WHERE instance_id = 'eu-1'"));
    EXPECT_TRUE(Fails("DELETE FROM portcullis.instance_rejections"));
    EXPECT_TRUE(
        Fails("INSERT INTO portcullis.instance_rejections (instance_id, boot_id, rejected) VALUES "
              "('nobody', 'b', 1)"));
}

}  // namespace
}  // namespace store_test
