package io.tenantdatasource.springtests.libraries;

import org.springframework.data.jdbc.repository.query.Modifying;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.repository.CrudRepository;
import org.springframework.data.repository.PagingAndSortingRepository;

interface BookRows extends CrudRepository<BookRow, Long>, PagingAndSortingRepository<BookRow, Long> {

    @Modifying
    @Query("update books set title = :title where id = :id")
    int rename(long id, String title);

    @Modifying
    @Query("delete from books where id = :id")
    int deleteOne(long id);
}
