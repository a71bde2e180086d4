package io.tenantdatasource.test.isolation;

import java.util.List;

/**
 * A policy.
 *
 * @param command as in {@code pg_policy.polcmd}: r, a, w, d, or * for all
 * @param roles whom it is for; {@code public} is everybody
 * @param using null if it has none
 * @param check null if it has none, so that {@code using} holds for new rows, too
 */
record Policy(String name, boolean permissive, String command, List<String> roles, String using, String check) {

    /** Whether it decides on a command that PostgreSQL knows by that letter. */
    boolean isFor(String letter) {
        return command.equals("*") || command.equals(letter);
    }
}
