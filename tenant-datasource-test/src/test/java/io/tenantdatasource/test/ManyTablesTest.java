package io.tenantdatasource.test;

import static io.tenantdatasource.test.Sql.query;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class ManyTablesTest {

    private static final int TABLES = 200;

    /** Each second one has rows. */
    @Test
    void hundredsOfTablesAreSetBack() throws SQLException {
        try (TestDatabase database = TestDatabase.create()) {
            database.execute("""
                    do $$
                    begin
                      for i in 1..%d loop
                        execute format('create table t%%s (id bigserial primary key, text text)', i);
                        if i %% 2 = 0 then
                          execute format('insert into t%%s (text) select ''row '' || n from generate_series(1, 20) n', i);
                        end if;
                      end loop;
                    end $$""".formatted(TABLES));
            database.keep();
            String before = rows(database);

            database.execute(
                    "insert into t1 (text) values ('mine'); delete from t2 where id < 5; update t4 set text = ''");
            assertThat(rows(database)).isNotEqualTo(before);

            database.reset();

            assertThat(rows(database)).isEqualTo(before);
        }
    }

    private static String rows(TestDatabase database) throws SQLException {
        return query(
                database.administrator(),
                "select string_agg(query_to_xml(format('select * from %I order by id', relname), false, false, '')::text,"
                        + " '' order by relname) from pg_class where relkind = 'r' and relname ~ '^t[0-9]+$'");
    }
}
