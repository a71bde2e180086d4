package io.tenantdatasource.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SessionTokenHashTest {

    @Test
    void everyVariableOfTheScriptsIsFilledIn() {
        SessionTokenHash hashes = SessionTokenHash.of(SessionPolicies.throughUsers());
        assertThat(hashes.sql()).doesNotContainPattern(":[\"']\\w+[\"']");
        assertThat(hashes.undoSql()).doesNotContainPattern(":[\"']\\w+[\"']");
    }

    @Test
    void namesReachTheScripts() {
        SessionTokenHash hashes = SessionTokenHash.of(
                SessionPolicies.ownColumn().sessionTokenColumn("My 'token'").sessionTokenHashColumn("My 'hash'"));
        for (String script : new String[] {hashes.sql(), hashes.undoSql()}) {
            assertThat(script).contains("'My ''token'''").contains("'My ''hash'''");
        }
    }
}
