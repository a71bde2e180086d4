package io.tenantdatasource.springtests.libraries;

import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Sort;
import org.springframework.data.util.Streamable;
import org.springframework.stereotype.Component;

@Component
class DataJdbcLibrary implements Library {

    private final BookRows rows;

    DataJdbcLibrary(BookRows rows) {
        this.rows = rows;
    }

    @Override
    public List<String> titles() {
        return Streamable.of(rows.findAll(Sort.by("id"))).map(BookRow::title).toList();
    }

    @Override
    public Optional<String> title(long id) {
        return rows.findById(id).map(BookRow::title);
    }

    @Override
    public void add(String title) {
        rows.save(new BookRow(null, title));
    }

    @Override
    public int rename(long id, String title) {
        return rows.rename(id, title);
    }

    @Override
    public int delete(long id) {
        return rows.deleteOne(id);
    }
}
