package io.tenantdatasource.internal.pgjdbc;

import io.tenantdatasource.internal.jdbc.Forward;
import java.io.InputStream;
import java.io.Reader;
import java.lang.reflect.Method;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.PreparedStatement;
import java.sql.SQLXML;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postgresql.util.ByteStreamWriter;
import org.postgresql.util.PGobject;

/** What was set on a prepared statement, to set it on another form of the same statement. */
final class RecordedCalls {

    private static final class Call {

        private final Method method;
        private final Object[] args;

        private Call(Method method, Object[] args) {
            this.method = method;
            this.args = args;
        }

        void repeat(PreparedStatement statement, int shift) throws Throwable {
            Forward.to(statement, method, shifted(args, shift));
        }
    }

    private final List<Call> parameters = new ArrayList<>();
    private final Map<String, Call> options = new LinkedHashMap<>();

    static Object[] shifted(Object[] args, int shift) {
        if (shift == 0) {
            return args;
        }
        Object[] shifted = args.clone();
        shifted[0] = (Integer) args[0] + shift;
        return shifted;
    }

    void parameter(Method method, Object[] args) {
        int index = (Integer) args[0] - 1;
        while (parameters.size() <= index) {
            parameters.add(null);
        }
        parameters.set(index, new Call(method, copy(args)));
    }

    /** The driver has taken the value of a date already, and its owner may go on to change it. */
    @SuppressWarnings("JavaUtilDate") // JDBC's own types are dates of that kind
    private static Object[] copy(Object[] args) {
        Object[] copy = args.clone();
        for (int i = 0; i < copy.length; i++) {
            if (copy[i] instanceof Date date) {
                copy[i] = date.clone();
            } else if (copy[i] instanceof Calendar calendar) {
                copy[i] = calendar.clone();
            } else if (copy[i] instanceof PGobject object) {
                copy[i] = copyOf(object);
            }
        }
        return copy;
    }

    private static Object copyOf(PGobject object) {
        try {
            return object.clone();
        } catch (CloneNotSupportedException e) {
            return object;
        }
    }

    /** Whether a value can be read, and perhaps sent, only once. */
    static boolean isStream(Object[] args) {
        return args.length > 1
                && (args[1] instanceof InputStream
                        || args[1] instanceof Reader
                        || args[1] instanceof Blob
                        || args[1] instanceof Clob
                        || args[1] instanceof SQLXML
                        || args[1] instanceof ByteStreamWriter);
    }

    boolean holdsStream() {
        for (Call call : parameters) {
            if (call != null && isStream(call.args)) {
                return true;
            }
        }
        return false;
    }

    void clearParameters() {
        parameters.clear();
    }

    void option(Method method, Object[] args) {
        options.put(method.getName(), new Call(method, args));
    }

    void repeatOptions(PreparedStatement statement) throws Throwable {
        for (Call call : options.values()) {
            call.repeat(statement, 0);
        }
    }

    void repeatParameters(PreparedStatement statement, int shift) throws Throwable {
        for (Call call : parameters) {
            if (call != null && !isStream(call.args)) {
                call.repeat(statement, shift);
            }
        }
    }
}
