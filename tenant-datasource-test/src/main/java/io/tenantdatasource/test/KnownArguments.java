package io.tenantdatasource.test;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterInfo;
import org.junit.jupiter.params.converter.ConvertWith;
import org.junit.jupiter.params.support.ParameterDeclaration;
import org.junit.platform.commons.support.AnnotationSupport;

/** The arguments that tell a tenant and that JUnit tells before it runs anything: from 5.14 on, with junit-jupiter-params. */
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
            return List.of();
        }
    }

    /** Loaded only to be asked, as the classes that it names may be missing. */
    private static final class Told {

        static List<Argument> of(ExtensionContext context) {
            return Optional.ofNullable(ParameterInfo.get(context))
                    .filter(info -> isOf(context, info.getDeclarations().getSourceElement()))
                    .map(Told::arguments)
                    .orElse(List.of());
        }

        /** A class is told its arguments by its constructor. */
        private static boolean isOf(ExtensionContext context, AnnotatedElement source) {
            AnnotatedElement owner =
                    source instanceof Constructor<?> constructor ? constructor.getDeclaringClass() : source;
            return context.getElement().equals(Optional.of(owner));
        }

        private static List<Argument> arguments(ParameterInfo info) {
            return info.getDeclarations().getAll().stream()
                    .filter(parameter -> parameter.getAnnotatedElement().isAnnotationPresent(AsTenant.class))
                    .filter(parameter -> !isConverted(parameter))
                    .map(parameter -> new Argument(
                            parameter.getAnnotatedElement().getAnnotation(AsTenant.class),
                            info.getArguments().get(parameter.getParameterIndex(), parameter.getParameterType())))
                    .toList();
        }

        /** Only JUnit itself can do that, and does it later. */
        private static boolean isConverted(ParameterDeclaration parameter) {
            return AnnotationSupport.isAnnotated(parameter.getAnnotatedElement(), ConvertWith.class);
        }
    }
}
