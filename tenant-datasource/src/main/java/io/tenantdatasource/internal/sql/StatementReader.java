package io.tenantdatasource.internal.sql;

import java.util.Set;

/** Reads one statement, up to the semicolon or the end. */
final class StatementReader {

    private static final Token START = Token.symbol(';');

    /** What SET and RESET name where it is no setting like any other; "?" is no plain word. */
    private static final Set<String> OURS =
            Set.of("role", "session", "session_authorization", "authorization", "all", "?", "");

    /** What {@code SET TRANSACTION} sets, by their names. */
    private static final Set<String> OF_TRANSACTION =
            Set.of("transaction_isolation", "transaction_read_only", "transaction_deferrable");

    private final Lexer lexer;
    private final Set<String> namesakes;

    private String first = "";
    private String second = "";
    private int tokens;
    private int depth;

    /** How many ENDs are to come of a function's body. */
    private int bodies;

    private boolean createsRoutine;
    private boolean last;
    private boolean calls;
    private boolean returns;
    private boolean createsTable;
    private boolean changesRows;
    private boolean setsByFunction;
    private String third = "";
    private boolean namesOfParts;

    /** Whether an INSERT or MERGE begins here, whose INTO comes next. */
    private boolean intoFollows;

    /** Whether the name at hand stands where no function can: after INTO, AS, a cast, or the WITH of a query. */
    private boolean nameIsNoFunction;

    private boolean qualified;
    private boolean ofPostgres;
    private Token former = START;
    private Token beforeFormer = START;

    StatementReader(Lexer lexer, Set<String> namesakes) {
        this.lexer = lexer;
        this.namesakes = namesakes;
    }

    /** Returns false if the server may read the text in another way. */
    boolean read() {
        while (true) {
            Token token = lexer.next();
            if (token == null || (token.isSymbol(';') && depth == 0 && bodies == 0)) {
                last = token == null;
                return depth == 0 && bodies == 0;
            }
            if (token.kind() == Token.Kind.UNKNOWN || (token.isSymbol(';') && bodies == 0)) {
                return false;
            }
            take(token);
            if (depth < 0) {
                return false;
            }
            beforeFormer = former;
            former = token;
        }
    }

    /** {@code CREATE FUNCTION … BEGIN ATOMIC …; END} is one statement; CASE ends with END, too. */
    private void followBody(Token token) {
        if (createsRoutine && former.isWord("begin") && token.isWord("atomic")) {
            bodies++;
        } else if (bodies > 0 && token.isWord("case")) {
            bodies++;
        } else if (bodies > 0 && token.isWord("end")) {
            bodies--;
        }
    }

    private void take(Token token) {
        followBody(token);
        intoFollows &= token.isName();
        if (token.isSymbol('(')) {
            depth++;
            setsByFunction |= former.isWord("set_config");
            calls |= former.isName() && isCall();
        } else if (token.isSymbol(')')) {
            depth--;
        } else if (token.isName()) {
            takeName(token);
        }
        countWord(token);
    }

    private void takeName(Token name) {
        qualified = former.isSymbol('.');
        if (qualified) {
            return;
        }
        ofPostgres = name.isWord("pg_catalog");
        nameIsNoFunction = former.isWord("into")
                || former.isWord("as")
                || former.isCast()
                || former.isWord("with")
                || former.isWord("recursive");
        returns |= name.isWord("returning");
        if (name.isWord("into")) {
            createsTable |= !intoFollows;
        }
        boolean begins = tokens == 0 || former.isSymbol('(');
        intoFollows = begins && (name.isWord("insert") || name.isWord("merge"));
        changesRows |= name.isWord("insert") || name.isWord("update") || name.isWord("delete") || name.isWord("merge");
    }

    private boolean isCall() {
        if (nameIsNoFunction) {
            return false;
        }
        boolean foundByPostgres = !qualified || ofPostgres;
        String name = former.text();
        boolean isTheirs = !qualified && namesakes.contains(name);
        return former.kind() != Token.Kind.WORD
                || !foundByPostgres
                || isTheirs
                || !OwnFunctions.names().contains(name);
    }

    /** The parentheses around a query say nothing about it. */
    private void countWord(Token token) {
        if (token.isSymbol('(') && tokens == 0) {
            return;
        }
        tokens++;
        if (tokens == 1) {
            first = token.kind() == Token.Kind.WORD ? token.text() : "?";
        } else if (tokens == 2) {
            second = token.kind() == Token.Kind.WORD ? token.text() : "?";
        } else if (tokens == 3) {
            third = token.kind() == Token.Kind.WORD ? token.text() : "?";
        }
        boolean isKindOfObject = tokens == 2 || (tokens == 4 && second.equals("or") && third.equals("replace"));
        createsRoutine |=
                first.equals("create") && isKindOfObject && (token.isWord("function") || token.isWord("procedure"));
        namesOfParts |= tokens <= 4 && (token.isSymbol('.') || token.kind() == Token.Kind.QUOTED_NAME);
    }

    boolean isEmpty() {
        return tokens == 0;
    }

    boolean isLast() {
        return last;
    }

    /** Its first word; something that is no word if it begins with none. */
    String firstWord() {
        return first;
    }

    /** {@code SET TRANSACTION} has to come before any query, so it is no place to tell anything before it. */
    boolean setsTransaction() {
        return first.equals("set") && (subject().equals("transaction") || OF_TRANSACTION.contains(subject()));
    }

    /** Whether it takes a tenant or a role away by its own words, so that what follows in the same text would be for nobody. */
    boolean takesAway() {
        return switch (first) {
            case "discard" -> true;
            case "reset" -> namesOfParts || OURS.contains(second);
            case "set" -> OURS.contains(subject());
            default -> false;
        };
    }

    /** What SET is about. */
    private String subject() {
        return isScope(second) ? third : second;
    }

    private static boolean isScope(String word) {
        return word.equals("local") || word.equals("session");
    }

    boolean beginsBlock() {
        return first.equals("begin") || first.equals("start");
    }

    /** By committing it or not; a rollback to a savepoint does not. */
    boolean endsBlock() {
        return commits() || ((first.equals("rollback") || first.equals("abort")) && !rollsBackToSavepoint());
    }

    boolean commits() {
        return first.equals("commit") || first.equals("end") || (first.equals("prepare") && !preparesStatement());
    }

    boolean rollsBack() {
        return first.equals("rollback") || first.equals("abort") || (first.equals("prepare") && !preparesStatement());
    }

    /** {@code COMMIT AND CHAIN}, and not {@code AND NO CHAIN}. */
    boolean chains() {
        return endsBlock() && beforeFormer.isWord("and") && former.isWord("chain");
    }

    /** {@code PREPARE TRANSACTION}; any other PREPARE is about a statement. */
    boolean preparesStatement() {
        return first.equals("prepare") && !second.equals("transaction");
    }

    boolean rollsBackToSavepoint() {
        return first.equals("rollback") && (second.equals("to") || third.equals("to"));
    }

    /** What is left of a block by this statement. */
    Block blockAfter(Block before) {
        return switch (first) {
            case "begin", "start", "savepoint", "release", "prepare", "?" -> Block.MAYBE_OPEN;
            case "commit", "end", "rollback", "abort" -> tokens == 1 ? Block.ENDED : Block.MAYBE_OPEN;
            default -> before;
        };
    }

    /** Whether triggers may run. */
    boolean changesRows() {
        return changesRows;
    }

    boolean setsByFunction() {
        return setsByFunction;
    }

    boolean calls() {
        return calls;
    }

    boolean returns() {
        return returns;
    }

    /** {@code SELECT … INTO}; the INTO of an INSERT or MERGE stands right after that word. */
    boolean createsTable() {
        return createsTable;
    }
}
