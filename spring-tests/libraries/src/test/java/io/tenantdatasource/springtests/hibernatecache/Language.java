package io.tenantdatasource.springtests.hibernatecache;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** The same for every tenant. */
@Entity
@Table(name = "languages")
@Cacheable
class Language {

    @Id
    private String code;

    private String name;

    protected Language() {}

    String name() {
        return name;
    }
}
