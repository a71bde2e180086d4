package io.tenantdatasource.springtests.libraries;

import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantSwitchException;
import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.Tenants;
import java.util.List;
import org.apache.ibatis.annotations.CacheNamespace;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.LocalCacheScope;
import org.apache.ibatis.session.SqlSessionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** MyBatis has two caches, which ask neither the database nor for whom. */
@BooksTest
@AsTenant("acme")
class MyBatisWorksForTheTenantTest {

    private final MyBatisLibrary books;
    private final Configuration mybatis;
    private final TransactionTemplate transaction;

    MyBatisWorksForTheTenantTest(
            @Autowired MyBatisLibrary books,
            @Autowired SqlSessionFactory factory,
            @Autowired PlatformTransactionManager transactions) {
        this.books = books;
        this.mybatis = factory.getConfiguration();
        this.transaction = new TransactionTemplate(transactions);
    }

    @AfterEach
    void asItWas() {
        mybatis.setLocalCacheScope(LocalCacheScope.SESSION);
    }

    @Test
    void answersWhoeverAsksAgainInATransactionByDefault() {
        transaction.executeWithoutResult(status -> {
            List<String> titles = books.titles();
            TenantContext.run(GLOBEX, () -> assertThat(books.titles()).isEqualTo(titles));
        });
    }

    @Test
    void refusesThatWithALocalCacheForAStatementOnly() {
        mybatis.setLocalCacheScope(LocalCacheScope.STATEMENT);

        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    books.titles();
                    TenantContext.run(GLOBEX, books::titles);
                }))
                .hasRootCauseInstanceOf(TenantSwitchException.class);
    }

    /** So a mapper of what belongs to tenants must not have a cache. */
    @Test
    void answersEveryTenantOutOfTheCacheOfAMapper(@Autowired CachedBooks cached) throws Exception {
        assertThat(cached.titles()).containsExactly("anvils", "rockets");

        assertThat(Tenants.as(GLOBEX, cached::titles)).containsExactly("anvils", "rockets");
        assertThat(Tenants.as(GLOBEX, books::titles)).containsExactly("lasers");
    }

    @Mapper
    @CacheNamespace
    interface CachedBooks {

        @Select("select title from books order by id")
        List<String> titles();
    }
}
