package io.tenantdatasource.datasources;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** One dependency and a {@code spring.datasource.url}. */
@TenantDatabase(scripts = "/notes.sql")
class BareApplicationTest {

    @Test
    void worksForTheCurrentTenantOnly(TestDatabase database) {
        new Applications(database).runner().run(context -> {
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            TenantContext.run(ACME, () -> jdbc.update("insert into notes (title) values ('acme''s')"));

            assertThat(TenantContext.call(ACME, () -> titles(jdbc))).containsExactly("acme's");
            assertThat(TenantContext.call(GLOBEX, () -> titles(jdbc))).isEmpty();
            assertThat(titles(jdbc)).isEmpty();
        });
    }

    @Test
    void showsNothingToAnybodyOnceTheWrapperIsTakenAway(TestDatabase database) {
        new Applications(database)
                .runner()
                .withPropertyValues("tenant-datasource.enabled=false")
                .run(context -> {
                    assertThat(context.getBean(DataSource.class)).isNotInstanceOf(TenantDataSource.class);
                    assertThat(TenantContext.call(ACME, () -> titles(context.getBean(JdbcTemplate.class))))
                            .isEmpty();
                });
    }

    private static List<String> titles(JdbcTemplate jdbc) {
        return jdbc.queryForList("select title from notes", String.class);
    }
}
