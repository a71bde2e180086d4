package io.tenantdatasource.test;

import java.lang.reflect.Parameter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Test classes that Spring runs. Their database is that of their application context, which classes that ask for the same one
 * share. Knows Spring by name alone, as it need not be there.
 */
final class SpringTests {

    private static final String SPRING_EXTENSION = "org.springframework.test.context.junit.jupiter.SpringExtension";

    private static final String SPRING_BEANS = "org.springframework.beans.factory.annotation.";

    private SpringTests() {}

    static boolean isOne(Class<?> testClass) {
        return isExtended(testClass)
                || Optional.ofNullable(testClass.getEnclosingClass())
                        .filter(SpringTests::isOne)
                        .isPresent();
    }

    private static boolean isExtended(Class<?> testClass) {
        return AnnotationSupport.findRepeatableAnnotations(testClass, ExtendWith.class).stream()
                .flatMap(extensions -> List.of(extensions.value()).stream())
                .anyMatch(extension -> extension.getName().equals(SPRING_EXTENSION));
    }

    /** Spring resolves what is annotated for it, and JUnit refuses a parameter that two would resolve. */
    static boolean isInjectedBySpring(Parameter parameter) {
        return Stream.of(parameter.getAnnotations())
                .anyMatch(annotation -> annotation.annotationType().getName().startsWith(SPRING_BEANS));
    }

    /** What a class asks for, or the one around it, or empty if they ask for none. */
    static Optional<DatabaseRequest> request(Class<?> testClass) {
        return AnnotationSupport.findAnnotation(testClass, TenantDatabase.class)
                .map(annotation -> DatabaseRequest.of(annotation, testClass))
                .or(() -> Optional.ofNullable(testClass.getEnclosingClass()).flatMap(SpringTests::request));
    }
}
