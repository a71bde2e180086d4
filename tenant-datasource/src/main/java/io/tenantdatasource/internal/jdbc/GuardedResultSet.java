package io.tenantdatasource.internal.jdbc;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Map;

/**
 * Stands before a result set, whose methods are called for every value of every row: called directly, where
 * {@link JdbcProxy} would reflect. Written by GuardedResultSetSource, which lives beside the tests; not to be
 * edited.
 */
@SuppressWarnings("deprecation")
final class GuardedResultSet implements ResultSet, Guard {

    private final ResultSet guarded;
    private final Guard origin;
    private final GuardedConnection connection;

    GuardedResultSet(ResultSet guarded, Guard origin, GuardedConnection connection) {
        this.guarded = guarded;
        this.origin = origin;
        this.connection = connection;
    }

    @Override
    public Object guarded() {
        return guarded;
    }

    @Override
    public Object proxy() {
        return this;
    }

    @Override
    public Guard origin() {
        return origin;
    }

    @Override
    public void close() throws SQLException {
        guarded.close();
    }

    @Override
    public boolean isClosed() throws SQLException {
        return connection.isClosed() || guarded.isClosed();
    }

    @Override
    public <T> T unwrap(Class<T> p0) throws SQLException {
        connection.requireOpen("unwrap");
        return p0.cast(connection.unwrap(this, guarded, p0));
    }

    @Override
    public boolean isWrapperFor(Class<?> p0) throws SQLException {
        connection.requireOpen("isWrapperFor");
        return Wall.isWrapperFor(this, guarded, p0);
    }

    @Override
    public boolean equals(Object p0) {
        return Wall.isSame(guarded, p0);
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(guarded);
    }

    @Override
    public String toString() {
        return guarded.toString();
    }

    @Override
    public boolean absolute(int p0) throws SQLException {
        connection.enterFetch("absolute");
        try {
            return guarded.absolute(p0);
        } catch (Throwable e) {
            connection.failed(e);
            throw e;
        } finally {
            connection.leave();
        }
    }

    @Override
    public void afterLast() throws SQLException {
        connection.enterFetch("afterLast");
        try {
            guarded.afterLast();
        } catch (Throwable e) {
            connection.failed(e);
            throw e;
        } finally {
            connection.leave();
        }
    }

    @Override
    public void beforeFirst() throws SQLException {
        connection.enterFetch("beforeFirst");
        try {
            guarded.beforeFirst();
        } catch (Throwable e) {
            connection.failed(e);
            throw e;
        } finally {
            connection.leave();
        }
    }

    @Override
    public void cancelRowUpdates() throws SQLException {
        connection.requireOpen("cancelRowUpdates");
        guarded.cancelRowUpdates();
    }

    @Override
    public void clearWarnings() throws SQLException {
        connection.requireOpen("clearWarnings");
        guarded.clearWarnings();
    }

    @Override
    public void deleteRow() throws SQLException {
        connection.row("deleteRow", guarded::deleteRow);
    }

    @Override
    public int findColumn(String p0) throws SQLException {
        connection.requireOpen("findColumn");
        return guarded.findColumn(p0);
    }

    @Override
    public boolean first() throws SQLException {
        connection.enterFetch("first");
        try {
            return guarded.first();
        } catch (Throwable e) {
            connection.failed(e);
            throw e;
        } finally {
            connection.leave();
        }
    }

    @Override
    public Array getArray(String p0) throws SQLException {
        connection.requireOpen("getArray");
        return (Array) Wall.guard(guarded.getArray(p0), this, connection);
    }

    @Override
    public Array getArray(int p0) throws SQLException {
        connection.requireOpen("getArray");
        return (Array) Wall.guard(guarded.getArray(p0), this, connection);
    }

    @Override
    public InputStream getAsciiStream(String p0) throws SQLException {
        connection.requireOpen("getAsciiStream");
        return guarded.getAsciiStream(p0);
    }

    @Override
    public InputStream getAsciiStream(int p0) throws SQLException {
        connection.requireOpen("getAsciiStream");
        return guarded.getAsciiStream(p0);
    }

    @Override
    public BigDecimal getBigDecimal(String p0, int p1) throws SQLException {
        connection.requireOpen("getBigDecimal");
        return guarded.getBigDecimal(p0, p1);
    }

    @Override
    public BigDecimal getBigDecimal(String p0) throws SQLException {
        connection.requireOpen("getBigDecimal");
        return guarded.getBigDecimal(p0);
    }

    @Override
    public BigDecimal getBigDecimal(int p0, int p1) throws SQLException {
        connection.requireOpen("getBigDecimal");
        return guarded.getBigDecimal(p0, p1);
    }

    @Override
    public BigDecimal getBigDecimal(int p0) throws SQLException {
        connection.requireOpen("getBigDecimal");
        return guarded.getBigDecimal(p0);
    }

    @Override
    public InputStream getBinaryStream(String p0) throws SQLException {
        connection.requireOpen("getBinaryStream");
        return guarded.getBinaryStream(p0);
    }

    @Override
    public InputStream getBinaryStream(int p0) throws SQLException {
        connection.requireOpen("getBinaryStream");
        return guarded.getBinaryStream(p0);
    }

    @Override
    public Blob getBlob(String p0) throws SQLException {
        connection.requireOpen("getBlob");
        return (Blob) Wall.guard(guarded.getBlob(p0), this, connection);
    }

    @Override
    public Blob getBlob(int p0) throws SQLException {
        connection.requireOpen("getBlob");
        return (Blob) Wall.guard(guarded.getBlob(p0), this, connection);
    }

    @Override
    public boolean getBoolean(String p0) throws SQLException {
        connection.requireOpen("getBoolean");
        return guarded.getBoolean(p0);
    }

    @Override
    public boolean getBoolean(int p0) throws SQLException {
        connection.requireOpen("getBoolean");
        return guarded.getBoolean(p0);
    }

    @Override
    public byte getByte(String p0) throws SQLException {
        connection.requireOpen("getByte");
        return guarded.getByte(p0);
    }

    @Override
    public byte getByte(int p0) throws SQLException {
        connection.requireOpen("getByte");
        return guarded.getByte(p0);
    }

    @Override
    public byte[] getBytes(String p0) throws SQLException {
        connection.requireOpen("getBytes");
        return guarded.getBytes(p0);
    }

    @Override
    public byte[] getBytes(int p0) throws SQLException {
        connection.requireOpen("getBytes");
        return guarded.getBytes(p0);
    }

    @Override
    public Reader getCharacterStream(String p0) throws SQLException {
        connection.requireOpen("getCharacterStream");
        return guarded.getCharacterStream(p0);
    }

    @Override
    public Reader getCharacterStream(int p0) throws SQLException {
        connection.requireOpen("getCharacterStream");
        return guarded.getCharacterStream(p0);
    }

    @Override
    public Clob getClob(String p0) throws SQLException {
        connection.requireOpen("getClob");
        return (Clob) Wall.guard(guarded.getClob(p0), this, connection);
    }

    @Override
    public Clob getClob(int p0) throws SQLException {
        connection.requireOpen("getClob");
        return (Clob) Wall.guard(guarded.getClob(p0), this, connection);
    }

    @Override
    public int getConcurrency() throws SQLException {
        connection.requireOpen("getConcurrency");
        return guarded.getConcurrency();
    }

    @Override
    public String getCursorName() throws SQLException {
        connection.requireOpen("getCursorName");
        return guarded.getCursorName();
    }

    @Override
    public Date getDate(String p0, Calendar p1) throws SQLException {
        connection.requireOpen("getDate");
        return guarded.getDate(p0, p1);
    }

    @Override
    public Date getDate(String p0) throws SQLException {
        connection.requireOpen("getDate");
        return guarded.getDate(p0);
    }

    @Override
    public Date getDate(int p0, Calendar p1) throws SQLException {
        connection.requireOpen("getDate");
        return guarded.getDate(p0, p1);
    }

    @Override
    public Date getDate(int p0) throws SQLException {
        connection.requireOpen("getDate");
        return guarded.getDate(p0);
    }

    @Override
    public double getDouble(String p0) throws SQLException {
        connection.requireOpen("getDouble");
        return guarded.getDouble(p0);
    }

    @Override
    public double getDouble(int p0) throws SQLException {
        connection.requireOpen("getDouble");
        return guarded.getDouble(p0);
    }

    @Override
    public int getFetchDirection() throws SQLException {
        connection.requireOpen("getFetchDirection");
        return guarded.getFetchDirection();
    }

    @Override
    public int getFetchSize() throws SQLException {
        connection.requireOpen("getFetchSize");
        return guarded.getFetchSize();
    }

    @Override
    public float getFloat(String p0) throws SQLException {
        connection.requireOpen("getFloat");
        return guarded.getFloat(p0);
    }

    @Override
    public float getFloat(int p0) throws SQLException {
        connection.requireOpen("getFloat");
        return guarded.getFloat(p0);
    }

    @Override
    public int getHoldability() throws SQLException {
        connection.requireOpen("getHoldability");
        return guarded.getHoldability();
    }

    @Override
    public int getInt(String p0) throws SQLException {
        connection.requireOpen("getInt");
        return guarded.getInt(p0);
    }

    @Override
    public int getInt(int p0) throws SQLException {
        connection.requireOpen("getInt");
        return guarded.getInt(p0);
    }

    @Override
    public long getLong(String p0) throws SQLException {
        connection.requireOpen("getLong");
        return guarded.getLong(p0);
    }

    @Override
    public long getLong(int p0) throws SQLException {
        connection.requireOpen("getLong");
        return guarded.getLong(p0);
    }

    @Override
    public ResultSetMetaData getMetaData() throws SQLException {
        connection.requireOpen("getMetaData");
        return (ResultSetMetaData) Wall.guard(guarded.getMetaData(), this, connection);
    }

    @Override
    public Reader getNCharacterStream(String p0) throws SQLException {
        connection.requireOpen("getNCharacterStream");
        return guarded.getNCharacterStream(p0);
    }

    @Override
    public Reader getNCharacterStream(int p0) throws SQLException {
        connection.requireOpen("getNCharacterStream");
        return guarded.getNCharacterStream(p0);
    }

    @Override
    public NClob getNClob(String p0) throws SQLException {
        connection.requireOpen("getNClob");
        return (NClob) Wall.guard(guarded.getNClob(p0), this, connection);
    }

    @Override
    public NClob getNClob(int p0) throws SQLException {
        connection.requireOpen("getNClob");
        return (NClob) Wall.guard(guarded.getNClob(p0), this, connection);
    }

    @Override
    public String getNString(String p0) throws SQLException {
        connection.requireOpen("getNString");
        return guarded.getNString(p0);
    }

    @Override
    public String getNString(int p0) throws SQLException {
        connection.requireOpen("getNString");
        return guarded.getNString(p0);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T getObject(String p0, Class<T> p1) throws SQLException {
        connection.enterFetch("getObject");
        try {
            return (T) Wall.guard(guarded.getObject(p0, p1), this, connection);
        } catch (Throwable e) {
            connection.failed(e);
            throw e;
        } finally {
            connection.leave();
        }
    }

    @Override
    public Object getObject(String p0, Map<String, Class<?>> p1) throws SQLException {
        connection.enterFetch("getObject");
        try {
            return Wall.guard(guarded.getObject(p0, p1), this, connection);
        } catch (Throwable e) {
            connection.failed(e);
            throw e;
        } finally {
            connection.leave();
        }
    }

    @Override
    public Object getObject(String p0) throws SQLException {
        connection.enterFetch("getObject");
        try {
            return Wall.guard(guarded.getObject(p0), this, connection);
        } catch (Throwable e) {
            connection.failed(e);
            throw e;
        } finally {
            connection.leave();
        }
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T getObject(int p0, Class<T> p1) throws SQLException {
        connection.enterFetch("getObject");
        try {
            return (T) Wall.guard(guarded.getObject(p0, p1), this, connection);
        } catch (Throwable e) {
            connection.failed(e);
            throw e;
        } finally {
            connection.leave();
        }
    }

    @Override
    public Object getObject(int p0, Map<String, Class<?>> p1) throws SQLException {
        connection.enterFetch("getObject");
        try {
            return Wall.guard(guarded.getObject(p0, p1), this, connection);
        } catch (Throwable e) {
            connection.failed(e);
            throw e;
        } finally {
            connection.leave();
        }
    }

    @Override
    public Object getObject(int p0) throws SQLException {
        connection.enterFetch("getObject");
        try {
            return Wall.guard(guarded.getObject(p0), this, connection);
        } catch (Throwable e) {
            connection.failed(e);
            throw e;
        } finally {
            connection.leave();
        }
    }

    @Override
    public Ref getRef(String p0) throws SQLException {
        connection.requireOpen("getRef");
        return guarded.getRef(p0);
    }

    @Override
    public Ref getRef(int p0) throws SQLException {
        connection.requireOpen("getRef");
        return guarded.getRef(p0);
    }

    @Override
    public int getRow() throws SQLException {
        connection.requireOpen("getRow");
        return guarded.getRow();
    }

    @Override
    public RowId getRowId(String p0) throws SQLException {
        connection.requireOpen("getRowId");
        return guarded.getRowId(p0);
    }

    @Override
    public RowId getRowId(int p0) throws SQLException {
        connection.requireOpen("getRowId");
        return guarded.getRowId(p0);
    }

    @Override
    public SQLXML getSQLXML(String p0) throws SQLException {
        connection.requireOpen("getSQLXML");
        return (SQLXML) Wall.guard(guarded.getSQLXML(p0), this, connection);
    }

    @Override
    public SQLXML getSQLXML(int p0) throws SQLException {
        connection.requireOpen("getSQLXML");
        return (SQLXML) Wall.guard(guarded.getSQLXML(p0), this, connection);
    }

    @Override
    public short getShort(String p0) throws SQLException {
        connection.requireOpen("getShort");
        return guarded.getShort(p0);
    }

    @Override
    public short getShort(int p0) throws SQLException {
        connection.requireOpen("getShort");
        return guarded.getShort(p0);
    }

    @Override
    public Statement getStatement() throws SQLException {
        connection.requireOpen("getStatement");
        return (Statement) Wall.guard(guarded.getStatement(), this, connection);
    }

    @Override
    public String getString(String p0) throws SQLException {
        connection.requireOpen("getString");
        return guarded.getString(p0);
    }

    @Override
    public String getString(int p0) throws SQLException {
        connection.requireOpen("getString");
        return guarded.getString(p0);
    }

    @Override
    public Time getTime(String p0, Calendar p1) throws SQLException {
        connection.requireOpen("getTime");
        return guarded.getTime(p0, p1);
    }

    @Override
    public Time getTime(String p0) throws SQLException {
        connection.requireOpen("getTime");
        return guarded.getTime(p0);
    }

    @Override
    public Time getTime(int p0, Calendar p1) throws SQLException {
        connection.requireOpen("getTime");
        return guarded.getTime(p0, p1);
    }

    @Override
    public Time getTime(int p0) throws SQLException {
        connection.requireOpen("getTime");
        return guarded.getTime(p0);
    }

    @Override
    public Timestamp getTimestamp(String p0, Calendar p1) throws SQLException {
        connection.requireOpen("getTimestamp");
        return guarded.getTimestamp(p0, p1);
    }

    @Override
    public Timestamp getTimestamp(String p0) throws SQLException {
        connection.requireOpen("getTimestamp");
        return guarded.getTimestamp(p0);
    }

    @Override
    public Timestamp getTimestamp(int p0, Calendar p1) throws SQLException {
        connection.requireOpen("getTimestamp");
        return guarded.getTimestamp(p0, p1);
    }

    @Override
    public Timestamp getTimestamp(int p0) throws SQLException {
        connection.requireOpen("getTimestamp");
        return guarded.getTimestamp(p0);
    }

    @Override
    public int getType() throws SQLException {
        connection.requireOpen("getType");
        return guarded.getType();
    }

    @Override
    public URL getURL(String p0) throws SQLException {
        connection.requireOpen("getURL");
        return guarded.getURL(p0);
    }

    @Override
    public URL getURL(int p0) throws SQLException {
        connection.requireOpen("getURL");
        return guarded.getURL(p0);
    }

    @Override
    public InputStream getUnicodeStream(String p0) throws SQLException {
        connection.requireOpen("getUnicodeStream");
        return guarded.getUnicodeStream(p0);
    }

    @Override
    public InputStream getUnicodeStream(int p0) throws SQLException {
        connection.requireOpen("getUnicodeStream");
        return guarded.getUnicodeStream(p0);
    }

    @Override
    public SQLWarning getWarnings() throws SQLException {
        connection.requireOpen("getWarnings");
        return guarded.getWarnings();
    }

    @Override
    public void insertRow() throws SQLException {
        connection.row("insertRow", guarded::insertRow);
    }

    @Override
    public boolean isAfterLast() throws SQLException {
        connection.enterFetch("isAfterLast");
        try {
            return guarded.isAfterLast();
        } catch (Throwable e) {
            connection.failed(e);
            throw e;
        } finally {
            connection.leave();
        }
    }

    @Override
    public boolean isBeforeFirst() throws SQLException {
        connection.requireOpen("isBeforeFirst");
        return guarded.isBeforeFirst();
    }

    @Override
    public boolean isFirst() throws SQLException {
        connection.requireOpen("isFirst");
        return guarded.isFirst();
    }

    @Override
    public boolean isLast() throws SQLException {
        connection.enterFetch("isLast");
        try {
            return guarded.isLast();
        } catch (Throwable e) {
            connection.failed(e);
            throw e;
        } finally {
            connection.leave();
        }
    }

    @Override
    public boolean last() throws SQLException {
        connection.enterFetch("last");
        try {
            return guarded.last();
        } catch (Throwable e) {
            connection.failed(e);
            throw e;
        } finally {
            connection.leave();
        }
    }

    @Override
    public void moveToCurrentRow() throws SQLException {
        connection.enter("moveToCurrentRow");
        try {
            guarded.moveToCurrentRow();
        } catch (Throwable e) {
            connection.failed(e);
            throw e;
        } finally {
            connection.leave();
        }
    }

    @Override
    public void moveToInsertRow() throws SQLException {
        connection.enter("moveToInsertRow");
        try {
            guarded.moveToInsertRow();
        } catch (Throwable e) {
            connection.failed(e);
            throw e;
        } finally {
            connection.leave();
        }
    }

    @Override
    public boolean next() throws SQLException {
        connection.enterFetch("next");
        try {
            return guarded.next();
        } catch (Throwable e) {
            connection.failed(e);
            throw e;
        } finally {
            connection.leave();
        }
    }

    @Override
    public boolean previous() throws SQLException {
        connection.enterFetch("previous");
        try {
            return guarded.previous();
        } catch (Throwable e) {
            connection.failed(e);
            throw e;
        } finally {
            connection.leave();
        }
    }

    @Override
    public void refreshRow() throws SQLException {
        connection.row("refreshRow", guarded::refreshRow);
    }

    @Override
    public boolean relative(int p0) throws SQLException {
        connection.enterFetch("relative");
        try {
            return guarded.relative(p0);
        } catch (Throwable e) {
            connection.failed(e);
            throw e;
        } finally {
            connection.leave();
        }
    }

    @Override
    public boolean rowDeleted() throws SQLException {
        connection.requireOpen("rowDeleted");
        return guarded.rowDeleted();
    }

    @Override
    public boolean rowInserted() throws SQLException {
        connection.requireOpen("rowInserted");
        return guarded.rowInserted();
    }

    @Override
    public boolean rowUpdated() throws SQLException {
        connection.requireOpen("rowUpdated");
        return guarded.rowUpdated();
    }

    @Override
    public void setFetchDirection(int p0) throws SQLException {
        connection.requireOpen("setFetchDirection");
        guarded.setFetchDirection(p0);
    }

    @Override
    public void setFetchSize(int p0) throws SQLException {
        connection.requireOpen("setFetchSize");
        guarded.setFetchSize(p0);
    }

    @Override
    public void updateArray(String p0, Array p1) throws SQLException {
        connection.requireOpen("updateArray");
        guarded.updateArray(p0, (Array) Wall.withoutGuard(p1));
    }

    @Override
    public void updateArray(int p0, Array p1) throws SQLException {
        connection.requireOpen("updateArray");
        guarded.updateArray(p0, (Array) Wall.withoutGuard(p1));
    }

    @Override
    public void updateAsciiStream(String p0, InputStream p1, int p2) throws SQLException {
        connection.requireOpen("updateAsciiStream");
        guarded.updateAsciiStream(p0, p1, p2);
    }

    @Override
    public void updateAsciiStream(String p0, InputStream p1, long p2) throws SQLException {
        connection.requireOpen("updateAsciiStream");
        guarded.updateAsciiStream(p0, p1, p2);
    }

    @Override
    public void updateAsciiStream(String p0, InputStream p1) throws SQLException {
        connection.requireOpen("updateAsciiStream");
        guarded.updateAsciiStream(p0, p1);
    }

    @Override
    public void updateAsciiStream(int p0, InputStream p1, int p2) throws SQLException {
        connection.requireOpen("updateAsciiStream");
        guarded.updateAsciiStream(p0, p1, p2);
    }

    @Override
    public void updateAsciiStream(int p0, InputStream p1, long p2) throws SQLException {
        connection.requireOpen("updateAsciiStream");
        guarded.updateAsciiStream(p0, p1, p2);
    }

    @Override
    public void updateAsciiStream(int p0, InputStream p1) throws SQLException {
        connection.requireOpen("updateAsciiStream");
        guarded.updateAsciiStream(p0, p1);
    }

    @Override
    public void updateBigDecimal(String p0, BigDecimal p1) throws SQLException {
        connection.requireOpen("updateBigDecimal");
        guarded.updateBigDecimal(p0, p1);
    }

    @Override
    public void updateBigDecimal(int p0, BigDecimal p1) throws SQLException {
        connection.requireOpen("updateBigDecimal");
        guarded.updateBigDecimal(p0, p1);
    }

    @Override
    public void updateBinaryStream(String p0, InputStream p1, int p2) throws SQLException {
        connection.requireOpen("updateBinaryStream");
        guarded.updateBinaryStream(p0, p1, p2);
    }

    @Override
    public void updateBinaryStream(String p0, InputStream p1, long p2) throws SQLException {
        connection.requireOpen("updateBinaryStream");
        guarded.updateBinaryStream(p0, p1, p2);
    }

    @Override
    public void updateBinaryStream(String p0, InputStream p1) throws SQLException {
        connection.requireOpen("updateBinaryStream");
        guarded.updateBinaryStream(p0, p1);
    }

    @Override
    public void updateBinaryStream(int p0, InputStream p1, int p2) throws SQLException {
        connection.requireOpen("updateBinaryStream");
        guarded.updateBinaryStream(p0, p1, p2);
    }

    @Override
    public void updateBinaryStream(int p0, InputStream p1, long p2) throws SQLException {
        connection.requireOpen("updateBinaryStream");
        guarded.updateBinaryStream(p0, p1, p2);
    }

    @Override
    public void updateBinaryStream(int p0, InputStream p1) throws SQLException {
        connection.requireOpen("updateBinaryStream");
        guarded.updateBinaryStream(p0, p1);
    }

    @Override
    public void updateBlob(String p0, InputStream p1, long p2) throws SQLException {
        connection.requireOpen("updateBlob");
        guarded.updateBlob(p0, p1, p2);
    }

    @Override
    public void updateBlob(String p0, InputStream p1) throws SQLException {
        connection.requireOpen("updateBlob");
        guarded.updateBlob(p0, p1);
    }

    @Override
    public void updateBlob(String p0, Blob p1) throws SQLException {
        connection.requireOpen("updateBlob");
        guarded.updateBlob(p0, (Blob) Wall.withoutGuard(p1));
    }

    @Override
    public void updateBlob(int p0, InputStream p1, long p2) throws SQLException {
        connection.requireOpen("updateBlob");
        guarded.updateBlob(p0, p1, p2);
    }

    @Override
    public void updateBlob(int p0, InputStream p1) throws SQLException {
        connection.requireOpen("updateBlob");
        guarded.updateBlob(p0, p1);
    }

    @Override
    public void updateBlob(int p0, Blob p1) throws SQLException {
        connection.requireOpen("updateBlob");
        guarded.updateBlob(p0, (Blob) Wall.withoutGuard(p1));
    }

    @Override
    public void updateBoolean(String p0, boolean p1) throws SQLException {
        connection.requireOpen("updateBoolean");
        guarded.updateBoolean(p0, p1);
    }

    @Override
    public void updateBoolean(int p0, boolean p1) throws SQLException {
        connection.requireOpen("updateBoolean");
        guarded.updateBoolean(p0, p1);
    }

    @Override
    public void updateByte(String p0, byte p1) throws SQLException {
        connection.requireOpen("updateByte");
        guarded.updateByte(p0, p1);
    }

    @Override
    public void updateByte(int p0, byte p1) throws SQLException {
        connection.requireOpen("updateByte");
        guarded.updateByte(p0, p1);
    }

    @Override
    public void updateBytes(String p0, byte[] p1) throws SQLException {
        connection.requireOpen("updateBytes");
        guarded.updateBytes(p0, p1);
    }

    @Override
    public void updateBytes(int p0, byte[] p1) throws SQLException {
        connection.requireOpen("updateBytes");
        guarded.updateBytes(p0, p1);
    }

    @Override
    public void updateCharacterStream(String p0, Reader p1, int p2) throws SQLException {
        connection.requireOpen("updateCharacterStream");
        guarded.updateCharacterStream(p0, p1, p2);
    }

    @Override
    public void updateCharacterStream(String p0, Reader p1, long p2) throws SQLException {
        connection.requireOpen("updateCharacterStream");
        guarded.updateCharacterStream(p0, p1, p2);
    }

    @Override
    public void updateCharacterStream(String p0, Reader p1) throws SQLException {
        connection.requireOpen("updateCharacterStream");
        guarded.updateCharacterStream(p0, p1);
    }

    @Override
    public void updateCharacterStream(int p0, Reader p1, int p2) throws SQLException {
        connection.requireOpen("updateCharacterStream");
        guarded.updateCharacterStream(p0, p1, p2);
    }

    @Override
    public void updateCharacterStream(int p0, Reader p1, long p2) throws SQLException {
        connection.requireOpen("updateCharacterStream");
        guarded.updateCharacterStream(p0, p1, p2);
    }

    @Override
    public void updateCharacterStream(int p0, Reader p1) throws SQLException {
        connection.requireOpen("updateCharacterStream");
        guarded.updateCharacterStream(p0, p1);
    }

    @Override
    public void updateClob(String p0, Reader p1, long p2) throws SQLException {
        connection.requireOpen("updateClob");
        guarded.updateClob(p0, p1, p2);
    }

    @Override
    public void updateClob(String p0, Reader p1) throws SQLException {
        connection.requireOpen("updateClob");
        guarded.updateClob(p0, p1);
    }

    @Override
    public void updateClob(String p0, Clob p1) throws SQLException {
        connection.requireOpen("updateClob");
        guarded.updateClob(p0, (Clob) Wall.withoutGuard(p1));
    }

    @Override
    public void updateClob(int p0, Reader p1, long p2) throws SQLException {
        connection.requireOpen("updateClob");
        guarded.updateClob(p0, p1, p2);
    }

    @Override
    public void updateClob(int p0, Reader p1) throws SQLException {
        connection.requireOpen("updateClob");
        guarded.updateClob(p0, p1);
    }

    @Override
    public void updateClob(int p0, Clob p1) throws SQLException {
        connection.requireOpen("updateClob");
        guarded.updateClob(p0, (Clob) Wall.withoutGuard(p1));
    }

    @Override
    public void updateDate(String p0, Date p1) throws SQLException {
        connection.requireOpen("updateDate");
        guarded.updateDate(p0, p1);
    }

    @Override
    public void updateDate(int p0, Date p1) throws SQLException {
        connection.requireOpen("updateDate");
        guarded.updateDate(p0, p1);
    }

    @Override
    public void updateDouble(String p0, double p1) throws SQLException {
        connection.requireOpen("updateDouble");
        guarded.updateDouble(p0, p1);
    }

    @Override
    public void updateDouble(int p0, double p1) throws SQLException {
        connection.requireOpen("updateDouble");
        guarded.updateDouble(p0, p1);
    }

    @Override
    public void updateFloat(String p0, float p1) throws SQLException {
        connection.requireOpen("updateFloat");
        guarded.updateFloat(p0, p1);
    }

    @Override
    public void updateFloat(int p0, float p1) throws SQLException {
        connection.requireOpen("updateFloat");
        guarded.updateFloat(p0, p1);
    }

    @Override
    public void updateInt(String p0, int p1) throws SQLException {
        connection.requireOpen("updateInt");
        guarded.updateInt(p0, p1);
    }

    @Override
    public void updateInt(int p0, int p1) throws SQLException {
        connection.requireOpen("updateInt");
        guarded.updateInt(p0, p1);
    }

    @Override
    public void updateLong(String p0, long p1) throws SQLException {
        connection.requireOpen("updateLong");
        guarded.updateLong(p0, p1);
    }

    @Override
    public void updateLong(int p0, long p1) throws SQLException {
        connection.requireOpen("updateLong");
        guarded.updateLong(p0, p1);
    }

    @Override
    public void updateNCharacterStream(String p0, Reader p1, long p2) throws SQLException {
        connection.requireOpen("updateNCharacterStream");
        guarded.updateNCharacterStream(p0, p1, p2);
    }

    @Override
    public void updateNCharacterStream(String p0, Reader p1) throws SQLException {
        connection.requireOpen("updateNCharacterStream");
        guarded.updateNCharacterStream(p0, p1);
    }

    @Override
    public void updateNCharacterStream(int p0, Reader p1, long p2) throws SQLException {
        connection.requireOpen("updateNCharacterStream");
        guarded.updateNCharacterStream(p0, p1, p2);
    }

    @Override
    public void updateNCharacterStream(int p0, Reader p1) throws SQLException {
        connection.requireOpen("updateNCharacterStream");
        guarded.updateNCharacterStream(p0, p1);
    }

    @Override
    public void updateNClob(String p0, Reader p1, long p2) throws SQLException {
        connection.requireOpen("updateNClob");
        guarded.updateNClob(p0, p1, p2);
    }

    @Override
    public void updateNClob(String p0, Reader p1) throws SQLException {
        connection.requireOpen("updateNClob");
        guarded.updateNClob(p0, p1);
    }

    @Override
    public void updateNClob(String p0, NClob p1) throws SQLException {
        connection.requireOpen("updateNClob");
        guarded.updateNClob(p0, (NClob) Wall.withoutGuard(p1));
    }

    @Override
    public void updateNClob(int p0, Reader p1, long p2) throws SQLException {
        connection.requireOpen("updateNClob");
        guarded.updateNClob(p0, p1, p2);
    }

    @Override
    public void updateNClob(int p0, Reader p1) throws SQLException {
        connection.requireOpen("updateNClob");
        guarded.updateNClob(p0, p1);
    }

    @Override
    public void updateNClob(int p0, NClob p1) throws SQLException {
        connection.requireOpen("updateNClob");
        guarded.updateNClob(p0, (NClob) Wall.withoutGuard(p1));
    }

    @Override
    public void updateNString(String p0, String p1) throws SQLException {
        connection.requireOpen("updateNString");
        guarded.updateNString(p0, p1);
    }

    @Override
    public void updateNString(int p0, String p1) throws SQLException {
        connection.requireOpen("updateNString");
        guarded.updateNString(p0, p1);
    }

    @Override
    public void updateNull(String p0) throws SQLException {
        connection.requireOpen("updateNull");
        guarded.updateNull(p0);
    }

    @Override
    public void updateNull(int p0) throws SQLException {
        connection.requireOpen("updateNull");
        guarded.updateNull(p0);
    }

    @Override
    public void updateObject(String p0, Object p1, int p2) throws SQLException {
        connection.requireOpen("updateObject");
        guarded.updateObject(p0, Wall.withoutGuard(p1), p2);
    }

    @Override
    public void updateObject(String p0, Object p1, SQLType p2, int p3) throws SQLException {
        connection.requireOpen("updateObject");
        guarded.updateObject(p0, Wall.withoutGuard(p1), p2, p3);
    }

    @Override
    public void updateObject(String p0, Object p1, SQLType p2) throws SQLException {
        connection.requireOpen("updateObject");
        guarded.updateObject(p0, Wall.withoutGuard(p1), p2);
    }

    @Override
    public void updateObject(String p0, Object p1) throws SQLException {
        connection.requireOpen("updateObject");
        guarded.updateObject(p0, Wall.withoutGuard(p1));
    }

    @Override
    public void updateObject(int p0, Object p1, int p2) throws SQLException {
        connection.requireOpen("updateObject");
        guarded.updateObject(p0, Wall.withoutGuard(p1), p2);
    }

    @Override
    public void updateObject(int p0, Object p1, SQLType p2, int p3) throws SQLException {
        connection.requireOpen("updateObject");
        guarded.updateObject(p0, Wall.withoutGuard(p1), p2, p3);
    }

    @Override
    public void updateObject(int p0, Object p1, SQLType p2) throws SQLException {
        connection.requireOpen("updateObject");
        guarded.updateObject(p0, Wall.withoutGuard(p1), p2);
    }

    @Override
    public void updateObject(int p0, Object p1) throws SQLException {
        connection.requireOpen("updateObject");
        guarded.updateObject(p0, Wall.withoutGuard(p1));
    }

    @Override
    public void updateRef(String p0, Ref p1) throws SQLException {
        connection.requireOpen("updateRef");
        guarded.updateRef(p0, p1);
    }

    @Override
    public void updateRef(int p0, Ref p1) throws SQLException {
        connection.requireOpen("updateRef");
        guarded.updateRef(p0, p1);
    }

    @Override
    public void updateRow() throws SQLException {
        connection.row("updateRow", guarded::updateRow);
    }

    @Override
    public void updateRowId(String p0, RowId p1) throws SQLException {
        connection.requireOpen("updateRowId");
        guarded.updateRowId(p0, p1);
    }

    @Override
    public void updateRowId(int p0, RowId p1) throws SQLException {
        connection.requireOpen("updateRowId");
        guarded.updateRowId(p0, p1);
    }

    @Override
    public void updateSQLXML(String p0, SQLXML p1) throws SQLException {
        connection.requireOpen("updateSQLXML");
        guarded.updateSQLXML(p0, (SQLXML) Wall.withoutGuard(p1));
    }

    @Override
    public void updateSQLXML(int p0, SQLXML p1) throws SQLException {
        connection.requireOpen("updateSQLXML");
        guarded.updateSQLXML(p0, (SQLXML) Wall.withoutGuard(p1));
    }

    @Override
    public void updateShort(String p0, short p1) throws SQLException {
        connection.requireOpen("updateShort");
        guarded.updateShort(p0, p1);
    }

    @Override
    public void updateShort(int p0, short p1) throws SQLException {
        connection.requireOpen("updateShort");
        guarded.updateShort(p0, p1);
    }

    @Override
    public void updateString(String p0, String p1) throws SQLException {
        connection.requireOpen("updateString");
        guarded.updateString(p0, p1);
    }

    @Override
    public void updateString(int p0, String p1) throws SQLException {
        connection.requireOpen("updateString");
        guarded.updateString(p0, p1);
    }

    @Override
    public void updateTime(String p0, Time p1) throws SQLException {
        connection.requireOpen("updateTime");
        guarded.updateTime(p0, p1);
    }

    @Override
    public void updateTime(int p0, Time p1) throws SQLException {
        connection.requireOpen("updateTime");
        guarded.updateTime(p0, p1);
    }

    @Override
    public void updateTimestamp(String p0, Timestamp p1) throws SQLException {
        connection.requireOpen("updateTimestamp");
        guarded.updateTimestamp(p0, p1);
    }

    @Override
    public void updateTimestamp(int p0, Timestamp p1) throws SQLException {
        connection.requireOpen("updateTimestamp");
        guarded.updateTimestamp(p0, p1);
    }

    @Override
    public boolean wasNull() throws SQLException {
        connection.requireOpen("wasNull");
        return guarded.wasNull();
    }
}
