package io.tenantdatasource.springtests.libraries;

import static io.tenantdatasource.springtests.libraries.BooksSchema.ANVILS;
import static io.tenantdatasource.springtests.libraries.BooksSchema.LASERS;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantSwitchException;
import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.Tenants;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.orm.ObjectOptimisticLockingFailureException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/** What JPA does besides single statements: later, or not at all. */
@BooksTest
@AsTenant("acme")
class JpaWorksForTheTenantTest {

    private final BookEntities books;
    private final PlatformTransactionManager transactions;
    private final TransactionTemplate transaction;

    JpaWorksForTheTenantTest(@Autowired BookEntities books, @Autowired PlatformTransactionManager transactions) {
        this.books = books;
        this.transactions = transactions;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Test
    void loadsLazilyForTheTenantOfTheTransaction() {
        List<String> chapters = transaction.execute(
                status -> books.findById(ANVILS).orElseThrow().chapters());

        assertThat(chapters).containsExactly("forging", "dropping");
    }

    @Test
    void refusesToLoadLazilyForAnother() {
        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    Book anvils = books.findById(ANVILS).orElseThrow();
                    TenantContext.run(GLOBEX, anvils::chapters);
                }))
                .hasRootCauseInstanceOf(TenantSwitchException.class);
    }

    @Test
    void writesAtCommitForTheTenantOfTheTransaction() {
        transaction.executeWithoutResult(
                status -> books.findById(ANVILS).orElseThrow().rename("hammers"));

        assertThat(books.findById(ANVILS).map(Book::title)).contains("hammers");
    }

    @Test
    void refusesToWriteAtCommitForAnother() {
        TransactionStatus status = transactions.getTransaction(null);
        try {
            books.findById(ANVILS).orElseThrow().rename("stolen");
            assertThatThrownBy(() -> TenantContext.run(GLOBEX, () -> transactions.commit(status)))
                    .hasRootCauseInstanceOf(TenantSwitchException.class);
        } finally {
            if (!status.isCompleted()) {
                transactions.rollback(status);
            }
        }

        assertThat(books.findById(ANVILS).map(Book::title)).contains("anvils");
    }

    @Test
    void writesNoDetachedEntityOfAnother() throws Exception {
        Book lasers = Tenants.as(GLOBEX, () -> books.findById(LASERS).orElseThrow());
        lasers.rename("stolen");

        assertThatThrownBy(() -> books.save(lasers)).isInstanceOf(ObjectOptimisticLockingFailureException.class);
        books.delete(lasers);

        assertThat(Tenants.as(GLOBEX, () -> books.findById(LASERS)).map(Book::title))
                .contains("lasers");
    }

    @Test
    void refersToNoRowOfAnother(@Autowired EntityManager entities) {
        assertThatThrownBy(() -> transaction.executeWithoutResult(
                        status -> entities.persist(new Chapter(entities.getReference(Book.class, LASERS), "forged"))))
                .hasStackTraceContaining("row-level security");
    }

    /** No statement is sent, so none is refused: a persistence context is to be left with the scope it was opened in. */
    @Test
    void answersWhoeverAsksOutOfOnePersistenceContext(@Autowired EntityManagerFactory factory) throws Exception {
        try (EntityManager entities = factory.createEntityManager()) {
            Book anvils = entities.find(Book.class, ANVILS);

            assertThat(Tenants.as(GLOBEX, () -> entities.find(Book.class, ANVILS)))
                    .isSameAs(anvils);
            entities.clear();
            assertThatThrownBy(() -> Tenants.as(GLOBEX, () -> entities.find(Book.class, ANVILS)))
                    .hasRootCauseInstanceOf(TenantSwitchException.class);
        }
    }
}
