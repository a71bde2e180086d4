package io.tenantdatasource.springtests.libraries;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;

/** Belongs to the organization of its book. */
@Entity
@Table(name = "chapters")
class Chapter {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    private Book book;

    private String title;

    protected Chapter() {}

    Chapter(Book book, String title) {
        this.book = book;
        this.title = title;
    }

    Book book() {
        return book;
    }

    String title() {
        return title;
    }
}
