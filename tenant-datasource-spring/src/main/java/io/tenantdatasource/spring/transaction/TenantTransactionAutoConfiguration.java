package io.tenantdatasource.spring.transaction;

import io.tenantdatasource.TenantSwitchException;
import io.tenantdatasource.spring.TenantDataSourceCustomizer;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.jdbc.support.SQLErrorCodesFactory;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;
import org.springframework.jdbc.support.SQLExceptionTranslator;

/**
 * Tells what happened if a statement is refused because it runs for another tenant than its transaction: the message of
 * {@link TenantSwitchException} names the transaction, and {@code JdbcTemplate} throws {@link
 * PermissionDeniedDataAccessException} with it as the cause, instead of {@code BadSqlGrammarException}.
 *
 * <p>Exceptions are translated as before if the application has a {@link SQLExceptionTranslator} of its own, or a file {@code
 * sql-error-codes.xml}.
 */
@AutoConfiguration
@ConditionalOnProperty(name = "tenant-datasource.enabled", matchIfMissing = true)
public final class TenantTransactionAutoConfiguration {

    TenantTransactionAutoConfiguration() {}

    /** First, so that an application's own customizers have the last word. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    static TenantDataSourceCustomizer transactionsAreThePlacesOfCheckouts() {
        return (beanName, builder) -> builder.checkoutPlace(CurrentTransaction::place);
    }

    /** What {@code JdbcTemplate} uses by itself, but for what it knows nothing of. */
    @Bean
    @ConditionalOnMissingBean(SQLExceptionTranslator.class)
    @Conditional(StandardErrorCodes.class)
    static SQLExceptionSubclassTranslator tenantExceptionTranslator() {
        SQLExceptionSubclassTranslator translator = new SQLExceptionSubclassTranslator();
        translator.setCustomTranslator(new TenantExceptionTranslator());
        return translator;
    }

    /** With a file of its own error codes, an application expects another translator, one for each database. */
    static final class StandardErrorCodes implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return !context.getResourceLoader()
                    .getResource("classpath:" + SQLErrorCodesFactory.SQL_ERROR_CODE_OVERRIDE_PATH)
                    .exists();
        }
    }
}
