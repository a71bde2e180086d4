package io.tenantdatasource.test.assertions;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A statement with its parameters, none of which a message shows: they may be secrets. */
record Statement(String sql, List<Object> parameters) {

    private static final Pattern NAMED =
            Pattern.compile("(?i)\\b(?:from|join|into|update|using)\\s+(?:only\\s+)?([\\w.\"]+)");

    Answer runOn(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.size(); i++) {
                statement.setObject(i + 1, parameters.get(i));
            }
            return statement.execute()
                    ? new Answer(firstColumn(statement.getResultSet()), 0)
                    : new Answer(List.of(), statement.getUpdateCount());
        }
    }

    private static List<String> firstColumn(ResultSet result) throws SQLException {
        List<String> values = new ArrayList<>();
        while (result.next()) {
            values.add(String.valueOf(result.getString(1)));
        }
        return values;
    }

    /** What may be tables in it; to be looked up. */
    List<String> names() {
        return NAMED.matcher(sql)
                .results()
                .map(match -> match.group(1))
                .distinct()
                .toList();
    }

    @Override
    public String toString() {
        return sql;
    }
}
