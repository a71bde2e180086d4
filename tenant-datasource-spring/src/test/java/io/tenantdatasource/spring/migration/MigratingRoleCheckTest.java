package io.tenantdatasource.spring.migration;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.spring.internal.MisconfigurationException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** A database that cannot be asked yet is the migration tool's to wait for. */
class MigratingRoleCheckTest {

    /** What pools throw that cannot connect. */
    enum Unreachable {
        BY_JDBC {
            @Override
            Connection connect() throws SQLException {
                throw new SQLException("no server");
            }
        },
        BY_ITS_OWN_EXCEPTION {
            @Override
            Connection connect() {
                throw new IllegalStateException("no pool");
            }
        };

        abstract Connection connect() throws SQLException;

        DataSource dataSource() {
            return new AbstractDataSource() {

                @Override
                public Connection getConnection() throws SQLException {
                    return connect();
                }

                @Override
                public Connection getConnection(String user, String password) throws SQLException {
                    return connect();
                }
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatCannotBeAskedStopsNothingThatWasOnlyToBeWarned(Unreachable database) {
        check(MigrationsProperties.Mode.WARN).look("Flyway", database.dataSource(), null);
    }

    @ParameterizedTest
    @EnumSource
    void whatCannotBeAskedStopsWhatWasToBeSafe(Unreachable database) {
        MigratingRoleCheck check = check(MigrationsProperties.Mode.FAIL);

        assertThatThrownBy(() -> check.look("Flyway", database.dataSource(), null))
                .isInstanceOf(MisconfigurationException.class)
                .hasMessageContaining("It could not be asked whether row security binds who migrates with Flyway");
    }

    private static MigratingRoleCheck check(MigrationsProperties.Mode mode) {
        return new MigratingRoleCheck(new MigrationsProperties(mode));
    }
}
