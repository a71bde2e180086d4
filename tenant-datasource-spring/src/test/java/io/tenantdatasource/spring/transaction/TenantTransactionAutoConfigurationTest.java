package io.tenantdatasource.spring.transaction;

import static io.tenantdatasource.test.Tenants.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.MissingTenantException;
import io.tenantdatasource.TenantSwitchException;
import io.tenantdatasource.spring.TenantDataSourceCustomizer;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.jdbc.support.SQLStateSQLExceptionTranslator;

/** Which exceptions the application gets, and when we have no say in that. */
class TenantTransactionAutoConfigurationTest {

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(TenantTransactionAutoConfiguration.class));

    static Stream<SQLException> refusals() {
        return Stream.of(new TenantSwitchException(Optional.empty(), ACME), new MissingTenantException());
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aRefusalIsNoMistakeInTheSql(SQLException refusal) {
        application.run(context -> assertThat(context.getBean(SQLExceptionTranslator.class)
                        .translate("StatementCallback", "select 1", refusal))
                .isInstanceOf(PermissionDeniedDataAccessException.class)
                .hasMessageContaining(refusal.getMessage())
                .hasCause(refusal));
    }

    @Test
    void allElseIsTranslatedAsByJdbcTemplateItself() {
        application.run(context -> {
            SQLExceptionTranslator translator = context.getBean(SQLExceptionTranslator.class);

            assertThat(translator.translate("task", "insert", new SQLException("twice", "23505")))
                    .isInstanceOf(DuplicateKeyException.class);
            assertThat(translator.translate("task", "insert", new SQLException("permission denied", "42501")))
                    .isInstanceOf(BadSqlGrammarException.class);
        });
    }

    @Test
    void theApplicationsTranslatorWins() {
        application
                .withBean("own", SQLExceptionTranslator.class, SQLStateSQLExceptionTranslator::new)
                .run(context -> assertThat(context)
                        .getBeanNames(SQLExceptionTranslator.class)
                        .containsExactly("own"));
    }

    @Test
    void theApplicationsErrorCodesWin(@TempDir Path classPath) throws IOException {
        Files.writeString(classPath.resolve("sql-error-codes.xml"), "<beans/>");
        URL[] first = {classPath.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(first, getClass().getClassLoader())) {
            application
                    .withClassLoader(loader)
                    .run(context -> assertThat(context).doesNotHaveBean(SQLExceptionTranslator.class));
        }
    }

    @Test
    void canBeSwitchedOff() {
        application
                .withPropertyValues("tenant-datasource.enabled=false")
                .run(context -> assertThat(context)
                        .doesNotHaveBean(SQLExceptionTranslator.class)
                        .doesNotHaveBean(TenantDataSourceCustomizer.class));
    }
}
