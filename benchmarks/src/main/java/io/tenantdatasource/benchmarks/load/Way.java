package io.tenantdatasource.benchmarks.load;

import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantDataSource;
import javax.sql.DataSource;

/** The ways to a connection that are compared. */
enum Way {
    /** The pool alone, on a table without row security: each query names the organization itself. */
    RAW("raw pool", "open_item") {
        @Override
        DataSource over(DataSource pool) {
            return pool;
        }
    },
    CHECKOUT("CHECKOUT", "item") {
        @Override
        DataSource over(DataSource pool) {
            return bound(pool, TenantBinding.CHECKOUT);
        }
    },
    TRANSACTION("TRANSACTION", "item") {
        @Override
        DataSource over(DataSource pool) {
            return bound(pool, TenantBinding.TRANSACTION);
        }
    };

    private final String label;
    private final String table;

    Way(String label, String table) {
        this.label = label;
        this.table = table;
    }

    String label() {
        return label;
    }

    String table() {
        return table;
    }

    boolean isBound() {
        return this != RAW;
    }

    abstract DataSource over(DataSource pool);

    private static DataSource bound(DataSource pool, TenantBinding binding) {
        return TenantDataSource.builder(pool).binding(binding).build();
    }
}
