package io.tenantdatasource.springtests.libraries;

import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

@Table("books")
record BookRow(@Id Long id, String title) {}
