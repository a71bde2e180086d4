package io.tenantdatasource.internal.binding;

import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;

/** The savepoints of the open block, as JDBC has set them, in their order. */
public final class Savepoints {

    private final List<Savepoint> set = new ArrayList<>();

    /** Remembers one that was set. */
    public void add(Savepoint savepoint) {
        set.add(savepoint);
    }

    /** Where one stands; before all others if it is not known, so that whatever was told counts as undone. */
    public int indexOf(Savepoint savepoint) {
        for (int i = 0; i < set.size(); i++) {
            if (set.get(i) == savepoint) {
                return i;
            }
        }
        return -1;
    }

    /** Forgets all but the first ones. */
    public void keep(int count) {
        while (set.size() > count) {
            set.remove(set.size() - 1);
        }
    }
}
