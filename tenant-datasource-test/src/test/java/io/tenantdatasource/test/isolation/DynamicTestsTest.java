package io.tenantdatasource.test.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.tenantdatasource.test.TestDatabase;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** A test for each cell, and red is what got through. */
class DynamicTestsTest {

    @Test
    void eachCellThatSomethingWasGrantedForIsATest() {
        Events tests = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(OneTableIsOpen.class))
                .execute()
                .testEvents();

        assertThat(tests.succeeded().list())
                .extracting(event -> event.getTestDescriptor().getDisplayName())
                .contains(
                        "protected: SELECT of globex's rows by acme as authenticated",
                        "protected: SELECT of its own rows by acme as authenticated")
                .noneMatch(name -> name.contains("INSERT"));
        assertThat(tests.failed().list())
                .extracting(event -> event.getTestDescriptor().getDisplayName())
                .containsExactlyInAnyOrder(
                        "open: SELECT of globex's rows by acme as authenticated",
                        "open: SELECT of acme's rows by globex as authenticated",
                        "open: SELECT of acme's rows by nobody as authenticated",
                        "open: SELECT of globex's rows by nobody as authenticated");
    }

    static class OneTableIsOpen {

        @TestFactory
        Stream<DynamicNode> isolates() {
            try (TestDatabase database = TestDatabase.create()) {
                database.application(); // a member of authenticated, which is there from then on
                database.execute("""
                        create table open (organization_id uuid not null);
                        create table protected (organization_id uuid not null);
                        alter table protected enable row level security;
                        create policy mine on protected to authenticated
                          using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
                        grant select on open, protected to authenticated""");
                return IsolationMatrix.of(database).tests();
            }
        }
    }
}
