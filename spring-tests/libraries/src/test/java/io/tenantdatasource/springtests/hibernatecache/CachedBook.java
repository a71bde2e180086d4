package io.tenantdatasource.springtests.hibernatecache;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Table;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.NaturalIdCache;

/** Belongs to a tenant, and everything of it that can be cached is. */
@Entity
@Table(name = "books")
@Cacheable
@NaturalIdCache
class CachedBook {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @NaturalId
    private String title;

    @OneToMany(mappedBy = "book")
    @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
    private List<UncachedChapter> chapters = new ArrayList<>();

    protected CachedBook() {}

    String title() {
        return title;
    }

    List<UncachedChapter> chapters() {
        return chapters;
    }
}
