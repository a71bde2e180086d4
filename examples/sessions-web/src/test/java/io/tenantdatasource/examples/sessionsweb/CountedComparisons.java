package io.tenantdatasource.examples.sessionsweb;

import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.security.crypto.password.PasswordEncoder;

/** Counts how often a password was compared with a hash, which is what takes time in a log-in. */
final class CountedComparisons implements BeanPostProcessor {

    private final AtomicInteger count = new AtomicInteger();

    int count() {
        return count.get();
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof PasswordEncoder passwords ? counted(passwords) : bean;
    }

    private PasswordEncoder counted(PasswordEncoder passwords) {
        return new PasswordEncoder() {
            @Override
            public String encode(CharSequence password) {
                return passwords.encode(password);
            }

            @Override
            public boolean matches(CharSequence password, String hash) {
                count.incrementAndGet();
                return passwords.matches(password, hash);
            }
        };
    }
}
