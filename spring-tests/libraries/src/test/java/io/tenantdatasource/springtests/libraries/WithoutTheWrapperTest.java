package io.tenantdatasource.springtests.libraries;

import static io.tenantdatasource.springtests.libraries.BooksSchema.ANVILS;
import static io.tenantdatasource.test.Tenants.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TestDatabase;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.test.context.TestPropertySource;

/** Taken out of the chain, none of the libraries works: what the other tests see is the wrapper's doing. */
@BooksTest
@TestPropertySource(properties = "tenant-datasource.enabled=false")
@AsTenant("acme")
class WithoutTheWrapperTest {

    @EachLibrary
    void readsNothingAndWritesNothing(Class<? extends Library> type, @Autowired ApplicationContext application) {
        Library library = application.getBean(type);

        assertThat(library.titles()).isEmpty();
        assertThat(library.title(ANVILS)).isEmpty();
        assertThat(library.rename(ANVILS, "hammers")).isZero();
        assertThat(library.delete(ANVILS)).isZero();
        assertThatThrownBy(() -> library.add("tunnels")).hasStackTraceContaining("row-level security policy");
    }

    @Test
    void aBatchJobFindsNothingToDo(@Autowired ChapterJob job, TestDatabase database) throws Exception {
        assertThat(job.run(ACME)).isEqualTo("COMPLETED");

        assertThat(new JdbcTemplate(database.administrator())
                        .queryForList("select title from chapters order by id", String.class))
                .containsExactly("forging", "dropping");
    }

    @Test
    void springSessionKeepsNoSession(@Autowired JdbcIndexedSessionRepository sessions) {
        assertThatThrownBy(() -> Sessions.of(sessions).create("anna"))
                .hasStackTraceContaining("row-level security policy");
    }
}
