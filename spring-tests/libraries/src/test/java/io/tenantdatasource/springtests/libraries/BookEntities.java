package io.tenantdatasource.springtests.libraries;

import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;

interface BookEntities extends JpaRepository<Book, Long> {

    @Modifying
    @Query("update Book set title = :title where id = :id")
    int rename(long id, String title);

    @Modifying
    @Query("delete from Book where id = :id")
    int deleteOne(long id);
}
