package io.tenantdatasource.internal.schema;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What has to be answered before a table can be protected, in words. */
final class Questions {

    private static final int MOST_NAMED = 3;

    private final Catalogue catalogue;
    private final Declaration declaration;
    private final ForeignKeys foreignKeys;

    Questions(Catalogue catalogue, Declaration declaration, ForeignKeys foreignKeys) {
        this.catalogue = catalogue;
        this.declaration = declaration;
        this.foreignKeys = foreignKeys;
    }

    static String sharedWithoutColumn(Table table) {
        return "it is declared shared(\"" + table.name()
                + "\"), but has no column for the organization that could be empty: give it one, or declare it something else";
    }

    static String keyOfTenants() {
        return "its primary key is not of one column, which is what the setting holds: give it one that is";
    }

    static String severalOrganizations(Table table, List<String> columns) {
        return "its columns " + String.join(", ", columns)
                + " name organizations: which of them says whose a row is? through(\"" + table.name() + "\", \""
                + columns.get(0) + "\"), for one";
    }

    static String becomingEverybodys(ForeignKey key, String column) {
        return "its foreign key " + key.described() + " may set " + column
                + " to null, which would make a tenant's row everybody's: can it do something else?";
    }

    static String generatedColumn(ForeignKey key) {
        return "its foreign key " + key.described()
                + " is by a generated column, which cannot be looked up before the row is there: can it be an ordinary one?";
    }

    static String everybodysFurtherAway(Way way) {
        return "its rows are those of "
                + way.parents().stream()
                        .map(parent -> parent.key().parentName())
                        .collect(Collectors.joining(", "))
                + ", some of which are everybody's by a table further away. Give it a column for the organization, or declare it"
                + " global(\"" + way.table() + "\")";
    }

    static String foreignTable(Table table) {
        return "it is a foreign table, for which there is no row security: does its own server protect it? Then declare it"
                + " global(\"" + table.name() + "\")";
    }

    static String name(List<String> placeholders) {
        return "a name in it has one of " + placeholders + ", which the policies are written with: give it another one";
    }

    static String ownColumnOfParts(String table) {
        return "it is partitioned, or has to do with inheritance, so that a column could not be kept right: leave it out of"
                + " ownColumn(\"" + table + "\")";
    }

    static String ownColumnOfNone(String table) {
        return "it gets no policies: leave it out of ownColumn(\"" + table + "\")";
    }

    static String ownColumnOfMembers(String table) {
        return "it says who belongs to which organizations, which a column has to say that you fill: leave it out of ownColumn(\""
                + table + "\")";
    }

    static String ownColumnOfParent(String table, ForeignKey key) {
        return "its rows are those of " + key.parentName()
                + ", which has no column for the organization: say ownColumn(\"" + key.parentName() + "\", \"" + table
                + "\")";
    }

    static String ownColumn(Way way) {
        String leaveOut = ": leave it out of ownColumn(\"" + way.table() + "\")";
        if (way.kind() == Way.Kind.TENANTS || way.kind() == Way.Kind.COLUMN) {
            return "it has a column for the organization already, "
                    + way.column().orElseThrow() + leaveOut;
        }
        if (way.kind() == Way.Kind.MEMBERS || way.reach() != Way.Reach.ONE) {
            return "a row of it may be that of several organizations, or everybody's, which one column cannot say"
                    + leaveOut;
        }
        if (way.showing().size() > 1) {
            ForeignKey first = way.showing().get(0).key();
            return "its rows name several: from which is its column to be filled? through(\"" + way.table() + "\", \""
                    + first.columns().get(0) + "\"), for one";
        }
        return "its foreign key " + way.showing().get(0).key().described()
                + " is of several columns, or leads to a part of a table" + leaveOut;
    }

    static String view(Table view) {
        return view.kind() == Table.Kind.VIEW
                ? "it reads with the rights of its owner: alter view " + quoted(view.name())
                        + " set (security_invoker = true), or declare it global(\"" + view.name()
                        + "\") if what it shows is everybody's"
                : "it is a copy of rows, for which there is no row security: who may read it? Revoke that, and declare it global(\""
                        + view.name() + "\")";
    }

    String whoseRows(Table table, Stream<String> columnsOfOthers) {
        Optional<String> ambiguous = declaration.members().stream()
                .sorted()
                .filter(members -> foreignKeys.candidatesForUserOf(members).size() > 1)
                .filter(members -> foreignKeys.candidatesForUserOf(members).stream()
                        .anyMatch(key -> foreignKeys.parentRoot(key).equals(table.name())))
                .findFirst();
        if (ambiguous.isPresent()) {
            return "which foreign key of " + ambiguous.get() + " names the member: "
                    + foreignKeys.candidatesForUserOf(ambiguous.get()).stream()
                            .map(ForeignKey::described)
                            .collect(Collectors.joining(", or "))
                    + "? Say so with through(\"" + ambiguous.get() + "\", …)";
        }
        List<String> answer = declaration.answerFor(table.name());
        if (!answer.isEmpty()) {
            return "through(\"" + table.name() + "\", " + String.join(", ", answer)
                    + ") names no foreign key that leads to an organization, and no column of it. Its foreign keys are: "
                    + catalogue.foreignKeysOf(table.name()).stream()
                            .map(ForeignKey::described)
                            .toList();
        }
        List<String> unknown = catalogue.foreignKeysOf(table.name()).stream()
                .filter(key -> !key.isOfItself())
                .filter(key -> key.parent().flatMap(catalogue::table).isEmpty()
                        || !declaration.global().contains(foreignKeys.parentRoot(key)))
                .map(ForeignKey::parentName)
                .distinct()
                .toList();
        return "whose are its rows? "
                + (unknown.isEmpty()
                        ? "No foreign key of it leads to an organization."
                        : "It names rows of " + String.join(", ", unknown)
                                + " alone, and whose those are is open, too.")
                + like(table, columnsOfOthers)
                        .map(column -> " Its column " + column
                                + " is called like those that name organizations: if it does, say through(\""
                                + table.name()
                                + "\", \"" + column + "\").")
                        .orElse("")
                + perhapsMembers(table)
                + " Give it a column or a foreign key that does, or declare it global(\"" + table.name()
                + "\") if they are everybody's";
    }

    /** Tables that name its rows together with an organization. */
    private String perhapsMembers(Table table) {
        List<String> naming = catalogue
                .foreignKeysTo(table.name())
                .map(key -> catalogue.existing(catalogue.rootOf(key.table())))
                .filter(child -> foreignKeys.ownColumns(child).size() == 1)
                .map(Table::name)
                .distinct()
                .limit(MOST_NAMED)
                .toList();
        return naming.isEmpty()
                ? ""
                : " Rows of " + String.join(", ", naming)
                        + " name it together with an organization: if one of these says who"
                        + " belongs to which organizations, say members(\"" + naming.get(0) + "\"), for one.";
    }

    private static Optional<String> like(Table table, Stream<String> columnsOfOthers) {
        return columnsOfOthers.filter(table.columns()::contains).findFirst();
    }

    private static String quoted(String name) {
        return name.matches("[a-z_][a-z0-9_]*") ? name : '"' + name.replace("\"", "\"\"") + '"';
    }
}
