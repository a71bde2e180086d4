package io.tenantdatasource.it.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;

/**
 * A schema of tables that refer to each other at random, made of a number: with a column for the organization or without, in
 * circles, to themselves, several times to the same table; and with rows of two organizations that refer to rows of their own.
 */
final class RandomTables {

    static final int ROWS = 2;

    private final Random random;
    private final List<Table> tables = new ArrayList<>();

    RandomTables(long seed, int count) {
        random = new Random(seed);
        for (int i = 0; i < count; i++) {
            tables.add(table(i, count));
        }
    }

    private record Key(String column, int parent, boolean required, boolean deferrable) {}

    private record Table(int number, boolean own, List<Key> keys) {

        String name() {
            return "t" + number;
        }
    }

    /** The first foreign key leads to an earlier table, so that each table leads to an organization. */
    private Table table(int number, int count) {
        boolean own = number == 0 || random.nextInt(10) < 3;
        List<Key> keys = new ArrayList<>();
        if (number > 0) {
            keys.add(new Key("k0", random.nextInt(number), true, false));
        }
        for (int i = 1; i <= random.nextInt(3); i++) {
            keys.add(new Key("k" + i, random.nextInt(count), false, random.nextInt(5) == 0));
        }
        return new Table(number, own, keys);
    }

    List<String> names() {
        return tables.stream().map(Table::name).toList();
    }

    String ddl() {
        StringJoiner sql = new StringJoiner(";\n");
        sql.add("create table organizations (id bigint primary key)");
        for (Table table : tables) {
            StringJoiner columns = new StringJoiner(", ", "create table " + table.name() + " (", ")");
            columns.add("id bigint primary key");
            columns.add("note text");
            if (table.own()) {
                columns.add("organization_id bigint not null references organizations (id)");
            }
            table.keys().forEach(key -> columns.add(key.column() + " bigint" + (key.required() ? " not null" : "")));
            sql.add(columns.toString());
        }
        for (Table table : tables) {
            table.keys()
                    .forEach(key -> sql.add("alter table " + table.name() + " add foreign key (" + key.column()
                            + ") references t" + key.parent() + " (id)"
                            + (key.deferrable() ? " deferrable initially deferred" : "")));
        }
        return sql + ";\n" + rows();
    }

    /** Of organization 1 and 2; a row's id says whose it is. */
    private String rows() {
        StringJoiner sql = new StringJoiner(";\n");
        sql.add("insert into organizations values (1), (2)");
        for (Table table : tables) {
            for (int organization = 1; organization <= 2; organization++) {
                for (int i = 0; i < ROWS; i++) {
                    sql.add(row(table, organization, i));
                }
            }
        }
        for (Table table : tables) {
            for (Key key : table.keys()) {
                if (!key.required() && random.nextInt(4) > 0) {
                    sql.add("update " + table.name() + " set " + key.column() + " = id / 100 * 100 + "
                            + random.nextInt(ROWS));
                }
            }
        }
        return sql.toString();
    }

    private String row(Table table, int organization, int i) {
        StringJoiner columns = new StringJoiner(", ", "insert into " + table.name() + " (", ")");
        StringJoiner values = new StringJoiner(", ", " values (", ")");
        columns.add("id");
        values.add(String.valueOf(id(organization, i)));
        if (table.own()) {
            columns.add("organization_id");
            values.add(String.valueOf(organization));
        }
        table.keys().stream().filter(Key::required).forEach(key -> {
            columns.add(key.column());
            values.add(String.valueOf(id(organization, random.nextInt(ROWS))));
        });
        return columns + values.toString();
    }

    static int id(int organization, int row) {
        return organization * 100 + row;
    }

    /** What organization 1 would write to name a row of organization 2, by each foreign key of each table. */
    List<String> forgeries() {
        List<String> forgeries = new ArrayList<>();
        for (Table table : tables) {
            for (Key key : table.keys()) {
                forgeries.add("update " + table.name() + " set " + key.column() + " = " + id(2, 0));
            }
            if (table.own()) {
                forgeries.add("update " + table.name() + " set organization_id = 2");
            }
        }
        return forgeries;
    }

    /** What organization 1 may write. */
    List<String> ownWrites() {
        List<String> writes = new ArrayList<>();
        for (Table table : tables) {
            writes.add("update " + table.name() + " set note = 'x'");
            for (Key key : table.keys()) {
                writes.add("update " + table.name() + " set " + key.column() + " = " + id(1, 1));
            }
        }
        return writes;
    }
}
