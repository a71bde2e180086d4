package io.tenantdatasource.internal.checkout;

import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.Optional;

/** Where in the application something runs. Walks the stack, so it is for messages about what went wrong. */
final class ApplicationPlace {

    private static final String CORE = "io.tenantdatasource";

    /** The JDK, and what stands between an application and JDBC. */
    private static final List<String> LIBRARIES = List.of(
            "java.",
            "javax.",
            "jdk.",
            "sun.",
            "com.sun.",
            "jakarta.",
            "kotlin.",
            "org.springframework.",
            "org.hibernate.",
            "org.eclipse.persistence.",
            "org.jooq.",
            "org.jdbi.",
            "org.apache.ibatis.",
            "org.mybatis.",
            "com.querydsl.",
            "io.micrometer.",
            "net.ttddyy.",
            "com.p6spy.");

    private ApplicationPlace() {}

    /** The innermost frame that is of no library, as a stack trace shows it; empty if there is none. */
    static Optional<String> ofRunningCode() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(ApplicationPlace::isOfTheApplication)
                        .findFirst()
                        .map(frame -> frame.toStackTraceElement().toString()));
    }

    private static boolean isOfTheApplication(StackFrame frame) {
        String type = frame.getClassName();
        return !isOfTheCore(type) && !isGenerated(type) && LIBRARIES.stream().noneMatch(type::startsWith);
    }

    /** By package, as other modules have packages below. */
    private static boolean isOfTheCore(String type) {
        String itsPackage = type.substring(0, Math.max(0, type.lastIndexOf('.')));
        return itsPackage.equals(CORE) || itsPackage.startsWith(CORE + ".internal");
    }

    /** Proxies are in the package of what they stand for. */
    private static boolean isGenerated(String type) {
        return type.contains("$$") || type.contains("$Proxy");
    }
}
