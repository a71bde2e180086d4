package io.tenantdatasource.test.isolation;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a matrix was told by name has to be there: a list of exceptions that names nothing any more hides what comes later. */
final class NamedObjects {

    private NamedObjects() {}

    static void requireAll(MatrixSettings settings, Catalogue catalogue) {
        Set<String> relations =
                catalogue.relations().stream().map(Relation::label).collect(Collectors.toSet());
        require("global(…)", settings.globalTables(), relations);
        require("members(…)", settings.members(), relations);
        require(
                "trusting(…)",
                settings.trusted(),
                Stream.concat(relations.stream(), catalogue.functions().stream().map(DefinerFunction::label))
                        .collect(Collectors.toSet()));
        require(
                "trustingRoles(…)",
                settings.trustedRoles(),
                catalogue.roles().stream().map(Role::name).collect(Collectors.toSet()));
        require(
                "value(…)",
                settings.values().keySet(),
                catalogue.relations().stream()
                        .flatMap(r -> r.columns().stream().map(c -> r.label() + "." + c.name()))
                        .collect(Collectors.toSet()));
    }

    private static void require(String where, Set<String> named, Set<String> there) {
        Set<String> missing = new TreeSet<>(named);
        missing.removeAll(there);
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(
                    where + " names what the matrix does not find: " + missing + "; it finds " + new TreeSet<>(there));
        }
    }
}
