package io.tenantdatasource.it.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * A schema of tables that refer to each other at random, made of a number: with a column for the organization or without, in
 * circles, to themselves, several times to the same table, with what goes on when a row ends; with users, one of whom is a member of
 * both organizations; with children by inheritance; and with rows of two organizations that refer to rows of their own.
 */
final class RandomTables {

    static final int ROWS = 2;

    /** Of each organization one, and one of both. */
    private static final int USER_OF_BOTH = 300;

    private final Random random;
    private final List<Table> tables = new ArrayList<>();

    RandomTables(long seed, int count) {
        random = new Random(seed);
        for (int i = 0; i < count; i++) {
            tables.add(table(i, count));
        }
    }

    private record Key(String column, int parent, boolean required, boolean deferrable, String onDelete) {}

    private record Table(int number, boolean own, List<Key> keys, boolean namesUser, boolean hasChild) {

        String name() {
            return "t" + number;
        }
    }

    /** The first foreign key leads to an earlier table, so that each table leads to an organization. */
    private Table table(int number, int count) {
        boolean own = number == 0 || random.nextInt(10) < 3;
        List<Key> keys = new ArrayList<>();
        if (number > 0) {
            keys.add(
                    new Key("k0", random.nextInt(number), true, false, random.nextBoolean() ? "cascade" : "no action"));
        }
        for (int i = 1; i <= random.nextInt(3); i++) {
            keys.add(new Key(
                    "k" + i,
                    random.nextInt(count),
                    false,
                    random.nextInt(5) == 0,
                    List.of("cascade", "set null", "no action").get(random.nextInt(3))));
        }
        return new Table(number, own, keys, random.nextInt(3) == 0, random.nextInt(6) == 0);
    }

    List<String> names() {
        return tables.stream().map(Table::name).toList();
    }

    String ddl() {
        StringJoiner sql = new StringJoiner(";\n");
        sql.add("create table organizations (id bigint primary key)");
        sql.add("create table users (id bigint primary key)");
        sql.add(
                "create table members (user_id bigint not null references users (id) on delete cascade,"
                        + " organization_id bigint not null references organizations (id), primary key (user_id, organization_id))");
        for (Table table : tables) {
            StringJoiner columns = new StringJoiner(", ", "create table " + table.name() + " (", ")");
            columns.add("id bigint primary key");
            columns.add("note text");
            if (table.own()) {
                columns.add("organization_id bigint not null references organizations (id)");
            }
            table.keys().forEach(key -> columns.add(key.column() + " bigint" + (key.required() ? " not null" : "")));
            if (table.namesUser()) {
                columns.add("u bigint references users (id) on delete set null");
            }
            sql.add(columns.toString());
            if (table.hasChild()) {
                sql.add("create table " + table.name() + "_child () inherits (" + table.name() + ")");
            }
        }
        for (Table table : tables) {
            table.keys()
                    .forEach(key -> sql.add("alter table " + table.name() + " add foreign key (" + key.column()
                            + ") references t" + key.parent() + " (id) on delete " + key.onDelete()
                            + (key.deferrable() ? " deferrable initially deferred" : "")));
        }
        return sql + ";\n" + rows();
    }

    /** Of organization 1 and 2; a row's id says whose it is. */
    private String rows() {
        StringJoiner sql = new StringJoiner(";\n");
        sql.add("insert into organizations values (1), (2)");
        sql.add("insert into users values (100), (200), (300)");
        sql.add("insert into members values (100, 1), (200, 2), (300, 1), (300, 2)");
        for (Table table : tables) {
            for (int organization = 1; organization <= 2; organization++) {
                for (int i = 0; i < ROWS; i++) {
                    sql.add(row(table.name(), table, organization, i));
                }
                if (table.hasChild()) {
                    sql.add(row(table.name() + "_child", table, organization, ROWS));
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

    private String row(String name, Table table, int organization, int i) {
        StringJoiner columns = new StringJoiner(", ", "insert into " + name + " (", ")");
        StringJoiner values = new StringJoiner(", ", " values (", ")");
        columns.add("id");
        values.add(String.valueOf(id(organization, i)));
        if (table.own()) {
            columns.add("organization_id");
            values.add(String.valueOf(organization));
        }
        if (table.namesUser() && random.nextBoolean()) {
            columns.add("u");
            values.add(String.valueOf(random.nextBoolean() ? USER_OF_BOTH : id(organization, 0)));
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

    /** The ids that who reads these organizations is to be shown, as a list. */
    String shown(String name, int... organizations) {
        Table table = tables.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        return Arrays.stream(organizations)
                .mapToObj(each -> id(each, 0) + " " + id(each, 1) + (table.hasChild() ? " " + id(each, ROWS) : ""))
                .collect(Collectors.joining(" "));
    }

    /** All that organization 2 has in the tables, as one text. */
    String rowsOfTheOther() {
        StringJoiner all = new StringJoiner(" || ", "select ", "");
        for (Table table : tables) {
            all.add("(select coalesce(string_agg(r::text, ' ' order by id), '') from " + table.name()
                    + " as r where id between 200 and 299)");
        }
        return all + " || (select string_agg(m::text, ' ' order by m) from members as m)";
    }

    /** What organization 1 would write to name a row of organization 2, by each foreign key of each table. */
    List<String> forgeries() {
        List<String> forgeries = new ArrayList<>();
        for (Table table : tables) {
            for (Key key : table.keys()) {
                forgeries.add("update " + table.name() + " set " + key.column() + " = " + id(2, 0));
            }
            if (table.namesUser()) {
                forgeries.add("update " + table.name() + " set u = 200");
            }
            if (table.own()) {
                forgeries.add("update " + table.name() + " set organization_id = 2");
            }
        }
        return forgeries;
    }

    /** What organization 1 may write, and how many rows. */
    Map<String, Integer> ownWrites() {
        Map<String, Integer> writes = new LinkedHashMap<>();
        for (Table table : tables) {
            int rows = ROWS + (table.hasChild() ? 1 : 0);
            writes.put("update " + table.name() + " set note = 'x'", rows);
            for (Key key : table.keys()) {
                writes.put("update " + table.name() + " set " + key.column() + " = " + id(1, 1), rows);
            }
            if (table.namesUser()) {
                writes.put("update " + table.name() + " set u = " + USER_OF_BOTH, rows);
            }
        }
        return writes;
    }
}
