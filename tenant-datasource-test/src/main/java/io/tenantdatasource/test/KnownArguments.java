package io.tenantdatasource.test;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterInfo;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.converter.ConvertWith;
import org.junit.jupiter.params.support.ParameterDeclaration;
import org.junit.jupiter.params.support.ParameterDeclarations;
import org.junit.platform.commons.support.AnnotationSupport;

/** The arguments that tell a tenant and that JUnit tells before it runs anything: from 5.13 on, with junit-jupiter-params. */
final class KnownArguments {

    /**
     * One of them.
     *
     * @param annotation of its parameter
     * @param value as the parameter will get it
     */
    record Argument(AsTenant annotation, Object value) {}

    private KnownArguments() {}

    /** Those of the context's own method or class, not of what is around it; none if JUnit tells none. */
    static List<Argument> of(ExtensionContext context) {
        try {
            return Told.of(context);
        } catch (NoClassDefFoundError e) {
            return ofOlder(context);
        }
    }

    private static List<Argument> ofOlder(ExtensionContext context) {
        try {
            return ToldBefore61.of(context);
        } catch (NoClassDefFoundError e) {
            return List.of();
        }
    }

    /** Loaded only to be asked, like the next one: the classes that they name may be missing. */
    private static final class Told {

        static List<Argument> of(ExtensionContext context) {
            return Optional.ofNullable(ParameterInfo.get(context))
                    .map(info -> Indexed.arguments(context, info.getDeclarations(), info.getArguments()))
                    .orElse(List.of());
        }
    }

    /** JUnit 6.1 moved the interface. */
    private static final class ToldBefore61 {

        @SuppressWarnings("removal")
        static List<Argument> of(ExtensionContext context) {
            return Optional.ofNullable(org.junit.jupiter.params.support.ParameterInfo.get(context))
                    .map(info -> Indexed.arguments(context, info.getDeclarations(), info.getArguments()))
                    .orElse(List.of());
        }
    }

    private static final class Indexed {

        static List<Argument> arguments(
                ExtensionContext context, ParameterDeclarations declarations, ArgumentsAccessor values) {
            if (!context.getElement().equals(Optional.of(owner(declarations.getSourceElement())))) {
                return List.of();
            }
            return declarations.getAll().stream()
                    .filter(parameter -> parameter.getAnnotatedElement().isAnnotationPresent(AsTenant.class))
                    .filter(parameter -> !isConverted(parameter))
                    .map(parameter -> new Argument(
                            parameter.getAnnotatedElement().getAnnotation(AsTenant.class),
                            values.get(parameter.getParameterIndex(), parameter.getParameterType())))
                    .toList();
        }

        /** A class is told its arguments by its constructor. */
        private static AnnotatedElement owner(AnnotatedElement source) {
            return source instanceof Constructor<?> constructor ? constructor.getDeclaringClass() : source;
        }

        /** Only JUnit itself can do that, and does it later. */
        private static boolean isConverted(ParameterDeclaration parameter) {
            return AnnotationSupport.isAnnotated(parameter.getAnnotatedElement(), ConvertWith.class);
        }
    }
}
