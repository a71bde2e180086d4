package io.tenantdatasource.test.wire;

import java.util.Locale;

/** The messages of PostgreSQL's protocol 3 that are looked at, and those that are written. */
final class Messages {

    /** Of the client. */
    static final char PARSE = 'P';

    static final char BIND = 'B';
    static final char DESCRIBE = 'D';
    static final char EXECUTE = 'E';
    static final char CLOSE = 'C';
    static final char SYNC = 'S';
    static final char FLUSH = 'H';
    static final char QUERY = 'Q';
    static final char FUNCTION_CALL = 'F';
    static final char PASSWORD = 'p';
    static final char TERMINATE = 'X';

    /** Of both sides. */
    static final char COPY_DONE = 'c';

    static final char COPY_FAIL = 'f';

    /** What can be described and closed. */
    static final char STATEMENT = 'S';

    static final char PORTAL = 'P';

    /** Not on the wire: the first message of a connection has no type. */
    static final char STARTUP = ' ';

    /** Of the server. */
    static final char PARSE_COMPLETE = '1';

    static final char BIND_COMPLETE = '2';
    static final char CLOSE_COMPLETE = '3';
    static final char ROW_DESCRIPTION = 'T';
    static final char NO_DATA = 'n';
    static final char DATA_ROW = 'D';
    static final char COMMAND_COMPLETE = 'C';
    static final char EMPTY_QUERY = 'I';
    static final char PORTAL_SUSPENDED = 's';
    static final char ERROR = 'E';
    static final char NOTICE = 'N';
    static final char PARAMETER_STATUS = 'S';
    static final char NOTIFICATION = 'A';
    static final char READY = 'Z';
    static final char AUTHENTICATION = 'R';
    static final char BACKEND_KEY = 'K';
    static final char COPY_IN = 'G';
    static final char COPY_BOTH = 'W';

    /** What the first message of a connection can ask for in place of a session. */
    static final int CANCEL = 80877102;

    static final int ENCRYPT_BY_TLS = 80877103;
    static final int ENCRYPT_BY_GSSAPI = 80877104;

    private static final String ASKING = "select pg_catalog.current_setting($1, true)";

    private Messages() {}

    /** Prepares the question for a setting; {@code name} is that of a statement and a portal. */
    static byte[] parseQuestion(String name) {
        return new Body.Writer().text(name).text(ASKING).shortNumber(0).toBytes();
    }

    /** With one parameter; it and the answer are text. */
    static byte[] bindQuestion(String name, String setting) {
        return new Body.Writer()
                .text(name)
                .text(name)
                .shortNumber(0)
                .shortNumber(1)
                .parameter(setting)
                .shortNumber(0)
                .toBytes();
    }

    static byte[] execute(String portal) {
        return new Body.Writer().text(portal).number(0).toBytes();
    }

    /** A statement that is closed leaves its portals open, whatever the protocol's description says. */
    static byte[] close(char kind, String name) {
        return new Body.Writer().octet(kind).text(name).toBytes();
    }

    /** Something that no server can parse. */
    static byte[] parseNonsense(String name) {
        return new Body.Writer().text(name).text(name).shortNumber(0).toBytes();
    }

    static byte[] queryNonsense(String nonsense) {
        return new Body.Writer().text(nonsense).toBytes();
    }

    /** As the server says that a setting cannot be set: from {@code guc.c}, in which all of those errors arise. */
    static byte[] error(String sqlState) {
        return new Body.Writer()
                .octet('S')
                .text("ERROR")
                .octet('V')
                .text("ERROR")
                .octet('C')
                .text(sqlState.toUpperCase(Locale.ROOT))
                .octet('M')
                .text("this statement was made to fail by the test, on the wire")
                .octet('F')
                .text("guc.c")
                .octet('L')
                .text("1")
                .octet('R')
                .text("set_config_option")
                .octet(0)
                .toBytes();
    }
}
