package io.tenantdatasource.test.isolation;

/** What somebody tries with rows of a tenant. */
public enum Attempt {
    /** Reads them. */
    SELECT,
    /** Adds one. */
    INSERT,
    /** Changes one. */
    UPDATE,
    /** Makes a row that is somebody else's one of theirs. */
    MOVE,
    /** Removes them. */
    DELETE,
    /** Inserts with their key, and changes the row that has it already. */
    UPSERT,
    /** Calls a function that runs with its owner's rights. */
    CALL,
    /** Is a role to which row-level security does not apply. */
    BYPASS
}
