package io.tenantdatasource.spring.messaging;

import io.tenantdatasource.spring.internal.MisconfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.aopalliance.aop.Advice;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.kafka.config.AbstractKafkaListenerContainerFactory;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.core.ProducerPostProcessor;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;

/** Sets up what sends and what listens, as soon as it is made, on top of what the application has set. */
final class KafkaTenantBeanPostProcessor implements BeanPostProcessor {

    private final Supplier<RecordTenants> records;

    KafkaTenantBeanPostProcessor(Supplier<RecordTenants> records) {
        this.records = records;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof ProducerFactory<?, ?> producers) {
            tell(producers, beanName);
        } else if (bean instanceof AbstractKafkaListenerContainerFactory<?, ?, ?> factory) {
            advise(factory.getContainerProperties());
        } else if (bean instanceof AbstractMessageListenerContainer<?, ?> container) {
            advise(container.getContainerProperties());
        }
        return bean;
    }

    /** A factory that knows no post-processors does nothing, and says nothing. */
    private <K, V> void tell(ProducerFactory<K, V> producers, String beanName) {
        ProducerPostProcessor<K, V> telling = producer -> TellingProducer.of(producer, records.get());
        producers.addPostProcessor(telling);
        if (!producers.getPostProcessors().contains(telling)) {
            throw new MisconfigurationException(
                    "The ProducerFactory '" + beanName
                            + "' takes no post-processor of its producers, so what they send could"
                            + " not be told the tenant.",
                    "Take a DefaultKafkaProducerFactory, or set " + KafkaTenantProperties.PREFIX
                            + ".enabled to false.");
        }
    }

    /** Around all other advice. */
    private void advise(ContainerProperties container) {
        List<Advice> advice = new ArrayList<>();
        advice.add(new TenantOfRecords(records.get()));
        advice.addAll(List.of(container.getAdviceChain()));
        container.setAdviceChain(advice.toArray(Advice[]::new));
    }
}
