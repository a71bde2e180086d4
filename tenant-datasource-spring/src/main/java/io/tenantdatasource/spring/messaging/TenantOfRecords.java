package io.tenantdatasource.spring.messaging;

import io.tenantdatasource.Tenant;
import java.util.Optional;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.springframework.kafka.core.KafkaOperations;

/**
 * Around each call of a listener, and so on the thread and for the time of that call alone: neither the error handler nor the
 * next record runs in the scope. Each attempt reads the record anew.
 */
final class TenantOfRecords implements MethodInterceptor {

    private final RecordTenants records;

    TenantOfRecords(RecordTenants records) {
        this.records = records;
    }

    @Override
    public Object invoke(MethodInvocation invocation) throws Throwable {
        if (!invocation.getMethod().getName().equals("onMessage") || isATemplate(invocation.getThis())) {
            return invocation.proceed();
        }
        try (var scope = records.tenants().open(tenant(invocation.getArguments()[0]))) {
            return invocation.proceed();
        }
    }

    /** One that takes replies hands each to who waits for it, and does nothing for a tenant itself. */
    private static boolean isATemplate(Object listener) {
        return listener instanceof KafkaOperations<?, ?>;
    }

    /** What listeners of records and of batches take. */
    private Optional<Tenant> tenant(Object listened) {
        if (listened instanceof ConsumerRecord<?, ?> one) {
            return records.of(one);
        }
        if (listened instanceof ConsumerRecords<?, ?> batch) {
            return records.ofAll(batch);
        }
        return records.ofAll((Iterable<?>) listened);
    }
}
