package io.tenantdatasource.it.pooler;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;

/** What an application does with a connection between checkout and return. */
enum Work {
    READS {
        @Override
        int of(Author author) throws SQLException {
            author.look();
            author.lookPrepared();
            author.ask();
            return 0;
        }
    },
    WRITES {
        @Override
        int of(Author author) throws SQLException {
            author.write();
            author.writeAsText();
            return 2;
        }
    },
    GENERATED_KEYS {
        @Override
        int of(Author author) throws SQLException {
            author.writeForAKey();
            return 1;
        }
    },
    BATCH {
        @Override
        int of(Author author) throws SQLException {
            author.writeInABatch(3);
            author.look();
            return 3;
        }
    },
    FAILED_STATEMENT {
        @Override
        int of(Author author) throws SQLException {
            author.fail();
            author.look();
            return 0;
        }
    },
    TRANSACTION {
        @Override
        int of(Author author) throws SQLException {
            Connection connection = author.connection();
            connection.setAutoCommit(false);
            author.lookPrepared();
            author.write();
            author.writeForAKey();
            author.writeInABatch(2);
            author.look();
            connection.commit();
            author.lookThroughACursor();
            connection.commit();
            connection.setAutoCommit(true);
            author.lookPrepared();
            return 4;
        }
    },
    ROLLBACK {
        @Override
        int of(Author author) throws SQLException {
            Connection connection = author.connection();
            connection.setAutoCommit(false);
            author.writeForAKey();
            connection.rollback();
            author.look();
            connection.rollback();
            return 0;
        }
    },
    SAVEPOINTS {
        @Override
        int of(Author author) throws SQLException {
            Connection connection = author.connection();
            connection.setAutoCommit(false);
            Savepoint first = connection.setSavepoint();
            author.write();
            connection.rollback(first);
            author.look();
            Savepoint second = connection.setSavepoint();
            author.fail();
            connection.rollback(second);
            author.write();
            connection.commit();
            return 1;
        }
    },
    FAILED_TRANSACTION {
        @Override
        int of(Author author) throws SQLException {
            Connection connection = author.connection();
            connection.setAutoCommit(false);
            author.write();
            author.fail();
            connection.rollback();
            author.look();
            connection.setAutoCommit(true);
            return 0;
        }
    },
    LEFT_OPEN {
        @Override
        int of(Author author) throws SQLException {
            author.connection().setAutoCommit(false);
            author.write();
            return 0;
        }
    };

    /**
     * Does it, on a connection in autocommit mode.
     *
     * @return how many notes it leaves
     */
    abstract int of(Author author) throws SQLException;
}
