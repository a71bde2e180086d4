package io.tenantdatasource.test.isolation;

import io.tenantdatasource.Tenant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Whose a row is: the organization that its own column names, or the one of the row that it refers to. What a column of another
 * table names as its organization is the organizations' table, and its key their id.
 */
final class Ownership {

    private final Map<Long, Way> ways;

    private Ownership(Map<Long, Way> ways) {
        this.ways = ways;
    }

    /** How a row tells its organization: by a column, or by a reference to a relation that does. */
    private sealed interface Way {}

    private record OwnColumn(String column) implements Way {}

    /** A user belongs to the organizations that have them as a member. */
    private record OfMembers(ForeignKey reference, Relation members) implements Way {}

    private record Through(ForeignKey reference, Relation parent) implements Way {}

    static Ownership of(Catalogue catalogue, MatrixSettings settings) {
        String organizationColumn = settings.organizationColumn();
        List<Relation> tables =
                catalogue.tables().stream().filter(t -> !settings.isGlobal(t)).toList();
        Map<Long, Way> ways = new HashMap<>();
        for (Relation table : tables) {
            table.column(organizationColumn).ifPresent(c -> ways.put(table.oid(), new OwnColumn(c.name())));
        }
        for (Relation table : tables) {
            organizationsKey(tables, table, organizationColumn)
                    .ifPresent(key -> ways.putIfAbsent(table.oid(), new OwnColumn(key)));
        }
        for (Relation members : tables) {
            if (settings.isOfMembers(members)) {
                addUsers(catalogue, members, ways);
            }
        }
        while (addOneStepFurther(catalogue, tables, ways)) {
            // until nothing refers to what was found last
        }
        return new Ownership(ways);
    }

    private static Optional<String> organizationsKey(
            List<Relation> tables, Relation organizations, String organizationColumn) {
        return tables.stream()
                .flatMap(t -> t.foreignKeys().stream())
                .filter(key ->
                        key.referenced() == organizations.oid() && key.columns().contains(organizationColumn))
                .map(key -> key.referencedColumns().get(key.columns().indexOf(organizationColumn)))
                .findFirst();
    }

    private static void addUsers(Catalogue catalogue, Relation members, Map<Long, Way> ways) {
        members.foreignKeys().stream()
                .filter(key -> !ways.containsKey(key.referenced()) && key.referenced() != members.oid())
                .filter(key -> catalogue.relation(key.referenced()).isPresent())
                .min(Comparator.comparing(key -> !isRequired(members, key)))
                .ifPresent(key -> ways.put(key.referenced(), new OfMembers(key, members)));
    }

    private static boolean addOneStepFurther(Catalogue catalogue, List<Relation> tables, Map<Long, Way> ways) {
        Map<Long, Way> found = new HashMap<>();
        for (Relation table : tables) {
            if (!ways.containsKey(table.oid())) {
                table.foreignKeys().stream()
                        .filter(key -> ways.containsKey(key.referenced()))
                        .min(Comparator.comparing(key -> !isRequired(table, key)))
                        .flatMap(key -> catalogue.relation(key.referenced()).map(parent -> new Through(key, parent)))
                        .ifPresent(way -> found.put(table.oid(), way));
            }
        }
        ways.putAll(found);
        return !found.isEmpty();
    }

    private static boolean isRequired(Relation table, ForeignKey key) {
        return key.columns().stream()
                .allMatch(name -> table.column(name).orElseThrow().required());
    }

    boolean isKnown(Relation table) {
        return ways.containsKey(table.oid());
    }

    boolean isKnown(long relation) {
        return ways.containsKey(relation);
    }

    /** Whether rows of another table tell whose the rows of a table are. */
    boolean restsOn(Relation table, Relation other) {
        return ways.get(table.oid()) instanceof Through through
                && (through.parent().equals(other) || restsOn(through.parent(), other));
    }

    /** Whether it is users who may belong to several organizations. */
    boolean isOfMembers(Relation table) {
        return ways.get(table.oid()) instanceof OfMembers;
    }

    /** The column that names the organization, if the table has one of its own. */
    Optional<String> column(Relation table) {
        return ways.get(table.oid()) instanceof OwnColumn own ? Optional.of(own.column()) : Optional.empty();
    }

    /** The columns that tell the organization: that one, or those of the reference to who does. */
    List<String> columns(Relation table) {
        return ways.get(table.oid()) instanceof Through through
                ? through.reference().columns()
                : column(table).stream().toList();
    }

    /** SQL that is true for a tenant's rows, read as {@code alias}. */
    String predicate(Relation table, String alias, Tenant tenant) {
        Way way = ways.get(table.oid());
        if (way instanceof OwnColumn own) {
            return alias + "." + Sql.identifier(own.column()) + "::text = " + Sql.literal(tenant.organizationId());
        }
        if (way instanceof Through through) {
            String parent = alias + "p";
            return "exists (select from " + through.parent().sql() + " as " + parent + " where "
                    + joined(through.reference(), alias, parent) + " and "
                    + predicate(through.parent(), parent, tenant) + ")";
        }
        if (way instanceof OfMembers users) {
            String member = alias + "m";
            return "exists (select from " + users.members().sql() + " as " + member + " where "
                    + joined(users.reference(), member, alias) + " and "
                    + predicate(users.members(), member, tenant) + ")";
        }
        throw new IllegalArgumentException("Whose the rows of " + table.label() + " are is not known");
    }

    private static String joined(ForeignKey key, String child, String parent) {
        return IntStream.range(0, key.columns().size())
                .mapToObj(i -> child + "." + Sql.identifier(key.columns().get(i)) + " = " + parent + "."
                        + Sql.identifier(key.referencedColumns().get(i)))
                .collect(Collectors.joining(" and "));
    }
}
