package io.tenantdatasource;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.check.DatabaseCheck;
import io.tenantdatasource.policy.SessionPolicies;
import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The public API is what {@code public-api.txt} says. A change shows up there, and in its review; run the build with
 * {@code -Dpublic-api.update} to write the file anew.
 */
class PublicApiTest {

    private static final Path APPROVED = Path.of("src/test/resources/public-api.txt");

    @Test
    void isWhatWasApproved() throws Exception {
        List<String> actual = new ArrayList<>();
        for (Class<?> exported : List.of(TenantDataSource.class, SessionPolicies.class, DatabaseCheck.class)) {
            for (Class<?> type : publicTypesBeside(exported)) {
                describe(type, actual);
            }
        }
        if (System.getProperty("public-api.update") != null) {
            Files.write(APPROVED, actual, StandardCharsets.UTF_8);
        }
        assertThat(actual)
                .as("public API; if the change is meant, run with -Dpublic-api.update and review the difference")
                .containsExactlyElementsOf(Files.readAllLines(APPROVED, StandardCharsets.UTF_8));
    }

    private static List<Class<?>> publicTypesBeside(Class<?> exported)
            throws IOException, URISyntaxException, ClassNotFoundException {
        Path folder = Path.of(exported.getResource(exported.getSimpleName() + ".class")
                        .toURI())
                .getParent();
        List<Class<?>> types = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
                String simpleName = file.getFileName().toString().replace(".class", "");
                Class<?> type = Class.forName(exported.getPackageName() + "." + simpleName);
                if (isVisible(type) && !type.getName().endsWith("Test")) {
                    types.add(type);
                }
            }
        }
        return types;
    }

    private static boolean isVisible(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && (type.getEnclosingClass() == null || isVisible(type.getEnclosingClass()));
    }

    private static void describe(Class<?> type, List<String> lines) {
        String extended = type.getSuperclass() == null || type.getSuperclass() == Object.class
                ? ""
                : " extends " + type.getSuperclass().getName();
        String implemented =
                type.getInterfaces().length == 0 ? "" : " implements " + String.join(", ", names(type.getInterfaces()));
        lines.add(modifiers(type.getModifiers()) + type.getName() + extended + implemented);
        Stream<Member> members = Stream.of(
                        type.getDeclaredFields(), type.getDeclaredConstructors(), type.getDeclaredMethods())
                .flatMap(Arrays::stream);
        members.filter(member -> Modifier.isPublic(member.getModifiers()) && !member.isSynthetic())
                .map(PublicApiTest::describe)
                .sorted()
                .forEach(lines::add);
    }

    private static String describe(Member member) {
        String modifiers = "  " + modifiers(member.getModifiers());
        if (member instanceof Field field) {
            return modifiers + field.getGenericType().getTypeName() + " " + field.getName();
        }
        Executable executable = (Executable) member;
        String result = executable instanceof Method method
                ? method.getGenericReturnType().getTypeName() + " " + method.getName()
                : "new";
        String parameters = String.join(
                ", ",
                Arrays.stream(executable.getGenericParameterTypes())
                        .map(java.lang.reflect.Type::getTypeName)
                        .toList());
        String thrown = executable.getExceptionTypes().length == 0
                ? ""
                : " throws " + String.join(", ", names(executable.getExceptionTypes()));
        return modifiers + result + "(" + parameters + ")" + thrown;
    }

    private static List<String> names(Class<?>[] types) {
        return Arrays.stream(types).map(Class::getName).toList();
    }

    private static String modifiers(int modifiers) {
        return Modifier.toString(modifiers & ~Modifier.TRANSIENT & ~Modifier.VOLATILE) + " ";
    }
}
