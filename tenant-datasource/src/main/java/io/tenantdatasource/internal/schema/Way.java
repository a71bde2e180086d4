package io.tenantdatasource.internal.schema;

import java.util.List;
import java.util.Optional;

/**
 * How the rows of a table reach their organization.
 *
 * @param table the table
 * @param kind by what
 * @param reach whose the rows are
 * @param column the table's own column for the organization, if it has one
 * @param organization the table and the column that tell of which type an organization is
 * @param parents the rows that a row names
 * @param filled how that column comes to be, if the table is to be given it
 * @param kept whether no tenant may delete a row, for that would end or change rows of others
 * @param user the foreign key that names the one user whose own a row is, where rows belong to users alone
 * @param members the tables whose rows say to which organizations a row belongs
 */
public record Way(
        String table,
        Kind kind,
        Reach reach,
        Optional<String> column,
        OrganizationColumn organization,
        List<Parent> parents,
        List<Parent> members,
        Optional<ForeignKey> user,
        Optional<OwnColumn> filled,
        boolean kept) {

    /** By what rows reach their organization. */
    public enum Kind {
        /** It is the table of the organizations. */
        TENANTS,
        /** By a column of its own. */
        COLUMN,
        /** By the rows that it names. */
        PARENTS,
        /** By the rows that name it, of a table of members. */
        MEMBERS
    }

    /** Whose the rows are. */
    public enum Reach {
        /** Each is one organization's. */
        ONE,
        /** Each is that of any number of organizations. */
        SEVERAL,
        /** Some are everybody's. */
        EVERYBODYS
    }

    /** How what a row names is looked up when that is written. */
    public enum Check {
        /** Where that does not come back to the table, for PostgreSQL would go round in circles. */
        BY_POLICY,
        /** So rows of one statement may name each other. */
        BY_TRIGGER_AFTER,
        /** So nobody is shown just because they are made a member. */
        BY_TRIGGER_BEFORE
    }

    /**
     * A column that holds organizations.
     *
     * @param table its table
     * @param column its name
     */
    public record OrganizationColumn(String table, String column) {}

    /**
     * A row that another one names.
     *
     * @param key the foreign key
     * @param column the parent's own column for the organization, if it has one
     * @param reach whose the parent's rows are
     * @param optional whether a row may name none
     * @param shows whether it tells whose the row is
     * @param check how it is looked up when the row is written
     */
    public record Parent(
            ForeignKey key, Optional<String> column, Reach reach, boolean optional, boolean shows, Check check) {}

    /**
     * The parents that tell whose a row is.
     *
     * @return those
     */
    public List<Parent> showing() {
        return parents.stream().filter(Parent::shows).toList();
    }
}
