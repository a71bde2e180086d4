package io.tenantdatasource.springtests.libraries;

import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

@Component
class JdbcTemplateLibrary implements Library {

    private final JdbcTemplate jdbc;

    JdbcTemplateLibrary(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public List<String> titles() {
        return jdbc.queryForList("select title from books order by id", String.class);
    }

    @Override
    public Optional<String> title(long id) {
        return jdbc.queryForList("select title from books where id = ?", String.class, id).stream()
                .findFirst();
    }

    @Override
    public void add(String title) {
        jdbc.update("insert into books (title) values (?)", title);
    }

    @Override
    public int rename(long id, String title) {
        return jdbc.update("update books set title = ? where id = ?", title, id);
    }

    @Override
    public int delete(long id) {
        return jdbc.update("delete from books where id = ?", id);
    }
}
