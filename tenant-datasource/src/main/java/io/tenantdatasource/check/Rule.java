package io.tenantdatasource.check;

import java.util.Arrays;
import java.util.Locale;

/** What is looked for. {@code docs/database-check.md} has the same for people to read. The ids stay. */
public enum Rule {
    /** The application works as a superuser. */
    SUPERUSER(
            Subject.ROLE,
            "PostgreSQL applies no policy to the role that connections work as, a superuser",
            "log in as a role that is neither a superuser nor has BYPASSRLS, or name one in tenant-datasource.assume-role"),
    /** The application works as a role with {@code BYPASSRLS}. */
    BYPASS_RLS(
            Subject.ROLE,
            "PostgreSQL applies no policy to the role that connections work as, which has BYPASSRLS",
            "take it away (ALTER ROLE … NOBYPASSRLS), or log in as a role without it"),
    /** A statement of the application could turn its role into one of the former two. */
    CAN_TURN_INTO_BYPASSING_ROLE(
            Subject.ROLE,
            "SET ROLE or RESET ROLE turns a connection into a role to which PostgreSQL applies no policy",
            "log in as a role that is none of them and a member of none of them; since PostgreSQL 16 a membership WITH SET"
                    + " FALSE is enough"),
    /** The role to assume is not there, or not for the user that the pool logs in as. */
    ROLE_NOT_ASSUMABLE(
            Subject.ROLE,
            "the role to assume with each checkout does not exist, or the log-in user may not assume it, so every checkout"
                    + " fails",
            "create it, and GRANT it to the log-in user"),
    /** A protected table is owned by the application's role, to which its policies do not apply. */
    OWNER_WITHOUT_FORCE(
            Subject.TABLE,
            "the role that connections work as owns the table, and row security is not forced, so no policy applies",
            "ALTER TABLE … FORCE ROW LEVEL SECURITY, and better, let another role own the tables"),
    /** A protected table has no policy that lets the application's role see anything. */
    NO_POLICY(
            Subject.TABLE,
            "row security is enabled, and no permissive policy is for the role that connections work as, so it sees no row",
            "make the role a member of the one that the policies are for, or add policies"),
    /** A table has policies that do nothing. */
    POLICY_WITHOUT_ROW_SECURITY(
            Subject.TABLE,
            "there are policies, and row security is not enabled, so none of them applies",
            "ALTER TABLE … ENABLE ROW LEVEL SECURITY, and FORCE it"),
    /** A table has the column of an organization, and nothing that compares it. */
    ORGANIZATION_COLUMN_WITHOUT_ROW_SECURITY(
            Subject.TABLE,
            "there is a column for the organization, and row security is not enabled, so everybody's rows are shown",
            "protect it with TablePolicies, or, if that is meant, name it in tenant-datasource.start-up-check-ignore"),
    /** A table leads to one with policies, and has none. */
    FOREIGN_KEY_WITHOUT_ROW_SECURITY(
            Subject.TABLE,
            "a foreign key leads to a table with policies of this library, and row security is not enabled, so everybody's rows are"
                    + " shown",
            "protect it with TablePolicies or SchemaPolicies, or accept it in tenant_datasource.accept"),
    /** Rows of a protected table can be read by the name of one of its parts. */
    PARTITION_WITHOUT_ROW_SECURITY(
            Subject.TABLE,
            "a partition or child of a table with policies of this library has no row security, so whoever reads it by its own name"
                    + " sees everybody's rows",
            "apply the policies of the whole table again, which protects it too, or revoke the rights on it"),
    /** A table of ours binds all but its owner. */
    ROW_SECURITY_NOT_FORCED(
            Subject.TABLE,
            "row security is no longer forced on a table with policies of this library, so what runs as its owner, such as a view,"
                    + " shows everybody's rows",
            "ALTER TABLE … FORCE ROW LEVEL SECURITY"),
    /** Somebody else's policy is joined to ours by OR. */
    POLICY_THAT_WIDENS(
            Subject.TABLE,
            "a permissive policy that is not of this library is joined to its policies by OR, and shows more than they do",
            "drop it, make it restrictive, or grant it to a role that nobody who serves requests is a member of"),
    /** A view reads as somebody whom no policy binds. */
    VIEW_THAT_SHOWS_HIDDEN_ROWS(
            Subject.TABLE,
            "a view reads a table with policies of this library as its owner, whom they do not bind, so it shows everybody's rows",
            "ALTER VIEW … SET (security_invoker = true), revoke the rights on it, or accept it in tenant_datasource.accept"),
    /** A copy of rows, which has no policies. */
    MATERIALIZED_VIEW_OF_HIDDEN_ROWS(
            Subject.TABLE,
            "a materialized view is a copy of rows of a table with policies of this library, and PostgreSQL has no policies for it",
            "revoke the rights on it, or accept it in tenant_datasource.accept"),
    /** A function runs as somebody whom no policy binds. */
    DEFINER_FUNCTION_THAT_IS_NOT_BOUND(
            Subject.TABLE,
            "a function with SECURITY DEFINER runs as its owner, whom no policy binds, and what it reads cannot be told from outside",
            "REVOKE EXECUTE ON FUNCTION … FROM PUBLIC, give it to an owner whom policies bind, or accept it in"
                    + " tenant_datasource.accept"),
    /** A data source bean is there that was never wrapped. Only who knows all beans can tell: Spring's start-up check. */
    NOT_BOUND(
            Subject.DATA_SOURCE,
            "the bean was created before it could be wrapped, so its connections belong to no tenant",
            "let bean post-processors take an ObjectProvider of what needs it, and declare it as a bean instead of registering"
                    + " a singleton"),
    /** The database could not be asked, told by who goes on without: Spring's start-up check. */
    NOT_CHECKED(
            Subject.DATA_SOURCE,
            "the database could not be asked",
            "see the exception; where the database may be away at start, tenant-datasource.start-up-check=off");

    /** What a finding is about. Views and functions count as tables. */
    enum Subject {
        ROLE,
        TABLE,
        DATA_SOURCE
    }

    private final Subject subject;
    private final String what;
    private final String next;

    Rule(Subject subject, String what, String next) {
        this.subject = subject;
        this.what = what;
        this.next = next;
    }

    static Rule of(String id) {
        return Arrays.stream(values())
                .filter(rule -> rule.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No such rule: " + id));
    }

    /**
     * Returns the name in messages, in the endpoint and in the documentation.
     *
     * @return such as {@code owner-without-force}
     */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Returns what is wrong.
     *
     * @return a sentence that names nothing of the database
     */
    public String what() {
        return what;
    }

    /**
     * Returns what to do about it.
     *
     * @return a sentence
     */
    public String next() {
        return next;
    }

    /**
     * Tells whether a finding names tables, views or functions, which may be shown where roles may not.
     *
     * @return false if it names roles, or nothing
     */
    public boolean isAboutTables() {
        return subject == Subject.TABLE;
    }
}
