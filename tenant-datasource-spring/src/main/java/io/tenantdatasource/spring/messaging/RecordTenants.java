package io.tenantdatasource.spring.messaging;

import io.tenantdatasource.Tenant;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** The tenants of Kafka's records. */
record RecordTenants(MessageTenants tenants) {

    void tell(Headers headers) {
        tenants.tell(new OfRecord(headers));
    }

    Optional<Tenant> of(ConsumerRecord<?, ?> listened) {
        return tenants.read(new OfRecord(listened.headers()));
    }

    /** One scope is one tenant's, so records of several cannot be listened to at once. */
    Optional<Tenant> ofAll(Iterable<?> batch) {
        Set<Optional<Tenant>> all = new LinkedHashSet<>();
        batch.forEach(listened -> all.add(of((ConsumerRecord<?, ?>) listened)));
        if (all.size() > 1) {
            throw new TenantHeaderException("A batch of records is of " + all.size()
                    + " tenants, no tenant being one of them, and a listener works for one; listen to one record at a time, or to"
                    + " a topic of one tenant");
        }
        return all.isEmpty() ? Optional.empty() : all.iterator().next();
    }

    /** A value is bytes there, and a name may come again. */
    private record OfRecord(Headers headers) implements MessageTenants.Headers {

        @Override
        public String get(String name) {
            Iterator<Header> values = headers.headers(name).iterator();
            if (!values.hasNext()) {
                return null;
            }
            byte[] value = values.next().value();
            if (values.hasNext() || value == null) {
                throw new TenantHeaderException("A record has the header " + name + " twice, or without a value");
            }
            return text(name, value);
        }

        private static String text(String name, byte[] value) {
            String text = new String(value, StandardCharsets.UTF_8);
            if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), value)) {
                throw new TenantHeaderException("The header " + name + " of a record is not UTF-8");
            }
            return text;
        }

        @Override
        public void add(String name, String value) {
            headers.add(name, value.getBytes(StandardCharsets.UTF_8));
        }
    }
}
