package io.tenantdatasource.spring.messaging;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes the tenant into each record that is sent. Kafka's own interceptors would not do: what they throw is logged, and the record
 * sent. A proxy, as each version of Kafka has methods of its own.
 */
final class TellingProducer implements InvocationHandler {

    private final Producer<?, ?> producer;
    private final RecordTenants records;

    private TellingProducer(Producer<?, ?> producer, RecordTenants records) {
        this.producer = producer;
        this.records = records;
    }

    @SuppressWarnings("unchecked")
    static <K, V> Producer<K, V> of(Producer<K, V> producer, RecordTenants records) {
        return (Producer<K, V>) Proxy.newProxyInstance(
                TellingProducer.class.getClassLoader(),
                new Class<?>[] {Producer.class},
                new TellingProducer(producer, records));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (arguments != null && arguments.length > 0 && arguments[0] instanceof ProducerRecord<?, ?> sent) {
            records.tell(sent.headers());
        }
        try {
            return method.invoke(producer, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
