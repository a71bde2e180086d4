package io.tenantdatasource.springtests.libraries;

import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.stereotype.Component;

@Component
class JdbiLibrary implements Library {

    private final Jdbi jdbi;

    /** The proxy lets JDBI join Spring's transactions, and stands around the tenant's data source. */
    JdbiLibrary(DataSource dataSource) {
        jdbi = Jdbi.create(new TransactionAwareDataSourceProxy(dataSource));
    }

    @Override
    public List<String> titles() {
        return jdbi.withHandle(handle -> handle.createQuery("select title from books order by id")
                .mapTo(String.class)
                .list());
    }

    @Override
    public Optional<String> title(long id) {
        return jdbi.withHandle(handle -> handle.createQuery("select title from books where id = :id")
                .bind("id", id)
                .mapTo(String.class)
                .findOne());
    }

    @Override
    public void add(String title) {
        jdbi.useHandle(handle -> handle.execute("insert into books (title) values (?)", title));
    }

    @Override
    public int rename(long id, String title) {
        return jdbi.withHandle(handle -> handle.execute("update books set title = ? where id = ?", title, id));
    }

    @Override
    public int delete(long id) {
        return jdbi.withHandle(handle -> handle.execute("delete from books where id = ?", id));
    }
}
