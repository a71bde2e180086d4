package io.tenantdatasource.check;

import io.tenantdatasource.check.RowAnswer.Verdict;
import io.tenantdatasource.check.TableRules.Policy;
import io.tenantdatasource.check.TableRules.Setting;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The sentences of an answer. */
final class Reasons {

    private final TableRules rules;
    private final List<String> sentences = new ArrayList<>();

    Reasons(TableRules rules) {
        this.rules = rules;
        addTable();
        if (rules.isBound()) {
            addPolicies();
            rules.settings().forEach(this::addSetting);
        }
    }

    RowAnswer answer(Verdict verdict) {
        return new RowAnswer(verdict, sentences);
    }

    void add(String sentence) {
        sentences.add(sentence);
    }

    private void addTable() {
        String who = rules.role();
        add(
                switch (rules.state()) {
                    case "not readable" ->
                        who + " may not read " + rules.table() + ": grant select on " + rules.table() + " to " + who;
                    case "a view", "a materialized view" ->
                        rules.table() + " is " + rules.state()
                                + ": ask about the tables that it reads, whose policies may bind its owner";
                    case "bound" -> "row security of " + rules.table() + " binds " + who;
                    case "not bound" ->
                        "row security of " + rules.table() + " does not bind " + who
                                + ", who is a superuser, has BYPASSRLS, or owns it without FORCE: no policy hides a row";
                    default -> rules.table() + " has no row security: no policy hides a row";
                });
    }

    private void addPolicies() {
        if (rules.permissive().isEmpty()) {
            add("none of its policies is for " + rules.role() + ", who so sees no row at all"
                    + rules.ofOthers().stream()
                            .map(Policy::roles)
                            .distinct()
                            .collect(Collectors.joining(
                                    " or ", ": they are for ", ", so grant that to " + rules.role())));
        }
        rules.permissive()
                .forEach(policy ->
                        add("policy " + policy.name() + " shows rows of which is true: " + policy.expression()));
        rules.restrictive()
                .forEach(policy -> add(
                        "policy " + policy.name() + " takes away rows of which is not true: " + policy.expression()));
    }

    private void addSetting(Setting setting) {
        add(
                setting.isEmpty()
                        ? setting.name()
                                + " is empty: the connection was checked out while no tenant, or no user, was set"
                        : setting.name() + " is '" + setting.value() + "'");
    }

    void addTransaction(Connection connection) throws SQLException {
        if (connection.getAutoCommit()) {
            add("it was asked in autocommit");
        } else if (connection.getTransactionIsolation() >= Connection.TRANSACTION_REPEATABLE_READ) {
            add(
                    "it was asked in a transaction that sees the database as of its first statement: what was committed since is"
                            + " not in it");
        } else {
            add("it was asked in a transaction");
        }
    }

    /** @param counts how many rows there are, and of how many what each policy asks for is true */
    void addWhatHides(ResultSet counts) throws SQLException {
        long all = counts.getLong(1);
        long together = counts.getLong(2);
        if (together > 0) {
            add(together + " of " + all
                    + " are shown by the policies: they came after the snapshot of the transaction, or it has changed"
                    + " them itself");
        }
        List<Policy> deciding = rules.deciding();
        for (int i = 0; i < deciding.size(); i++) {
            long shown = counts.getLong(i + 3);
            add("policy " + deciding.get(i).name()
                    + (shown == all ? " hides none of them" : " hides " + (all - shown) + " of " + all));
        }
    }
}
