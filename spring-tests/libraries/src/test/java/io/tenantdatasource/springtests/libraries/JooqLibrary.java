package io.tenantdatasource.springtests.libraries;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.springframework.stereotype.Component;

@Component
class JooqLibrary implements Library {

    private static final Table<Record> BOOKS = table(name("books"));
    private static final Field<Long> ID = field(name("id"), Long.class);
    private static final Field<String> TITLE = field(name("title"), String.class);

    private final DSLContext jooq;

    JooqLibrary(DSLContext jooq) {
        this.jooq = jooq;
    }

    @Override
    public List<String> titles() {
        return jooq.select(TITLE).from(BOOKS).orderBy(ID).fetch(TITLE);
    }

    @Override
    public Optional<String> title(long id) {
        return jooq.select(TITLE).from(BOOKS).where(ID.eq(id)).fetchOptional(TITLE);
    }

    @Override
    public void add(String title) {
        jooq.insertInto(BOOKS, TITLE).values(title).execute();
    }

    @Override
    public int rename(long id, String title) {
        return jooq.update(BOOKS).set(TITLE, title).where(ID.eq(id)).execute();
    }

    @Override
    public int delete(long id) {
        return jooq.deleteFrom(BOOKS).where(ID.eq(id)).execute();
    }
}
