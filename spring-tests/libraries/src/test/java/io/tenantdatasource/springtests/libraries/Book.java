package io.tenantdatasource.springtests.libraries;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Table;
import java.util.ArrayList;
import java.util.List;

/** Its organization is the database's concern, and not mapped. */
@Entity
@Table(name = "books")
class Book {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    private String title;

    @OneToMany(mappedBy = "book")
    @OrderBy("id")
    private List<Chapter> chapters = new ArrayList<>();

    protected Book() {}

    Book(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    void rename(String newTitle) {
        title = newTitle;
    }

    List<String> chapters() {
        return chapters.stream().map(Chapter::title).toList();
    }
}
