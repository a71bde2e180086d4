package io.tenantdatasource.test.isolation;

/** What is wrong where a cell is {@link Verdict#OPEN} or {@link Verdict#BLOCKED}. */
public enum Hole {
    /** Row-level security is not enabled on the table. */
    NO_ROW_SECURITY("row-level security is not enabled"),
    /** It is enabled on the partitioned table, but not on the partition, which can be named by itself. */
    PARTITION_WITHOUT_ROW_SECURITY("the partition has no row-level security of its own"),
    /** The table's owner is not bound, since it is not forced. */
    NOT_FORCED("row-level security is not forced, so it does not bind the owner"),
    /** There are policies, but none for the command, which was granted. */
    NO_POLICY_FOR_COMMAND("no policy is for this command, so row-level security denies it even for one's own rows"),
    /** A policy looks at rows as they were, and lets them become anything. */
    CHECK_MISSING("the policy does not check what a row becomes"),
    /** A policy opens where no tenant is set. */
    OPEN_WITHOUT_TENANT("the policy lets through whom no tenant is set for"),
    /** A permissive policy beside the right one lets more through: they are joined by OR. */
    SECOND_PERMISSIVE_POLICY("another permissive policy lets through what the right one does not"),
    /** The only policy lets rows of others through. */
    OPEN_POLICY("the policy lets rows of other tenants through"),
    /** The role may truncate the table, which asks no policy. */
    TRUNCATE_GRANTED("TRUNCATE is granted, which asks no policy"),
    /** The view reads with its owner's rights, and its owner is not bound. */
    VIEW_AS_OWNER("the view runs as its owner, whom the policies do not bind"),
    /** A materialized view can have no policies. */
    MATERIALIZED_VIEW("no policy can be on a materialized view"),
    /** A view or a function shows what is open anyway, in a table that it reads. */
    OPEN_BELOW("what it reads is open by itself"),
    /** The function runs with its owner's rights. */
    SECURITY_DEFINER("the function runs as its owner (SECURITY DEFINER), whom the policies do not bind"),
    /** The role is a superuser, or has BYPASSRLS. */
    BYPASSING_ROLE("row-level security does not apply to the role"),
    /** None of these mends it. */
    OTHER("none of the known causes");

    private final String description;

    Hole(String description) {
        this.description = description;
    }

    /**
     * Says it in words.
     *
     * @return a clause without a full stop
     */
    public String description() {
        return description;
    }
}
