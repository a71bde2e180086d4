package io.tenantdatasource.springtests.libraries;

import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Sort;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

@Component
@Transactional
class JpaLibrary implements Library {

    private final BookEntities books;

    JpaLibrary(BookEntities books) {
        this.books = books;
    }

    @Override
    public List<String> titles() {
        return books.findAll(Sort.by("id")).stream().map(Book::title).toList();
    }

    @Override
    public Optional<String> title(long id) {
        return books.findById(id).map(Book::title);
    }

    @Override
    public void add(String title) {
        books.save(new Book(title));
    }

    @Override
    public int rename(long id, String title) {
        return books.rename(id, title);
    }

    @Override
    public int delete(long id) {
        return books.deleteOne(id);
    }
}
