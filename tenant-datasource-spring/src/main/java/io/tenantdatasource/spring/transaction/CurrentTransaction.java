package io.tenantdatasource.spring.transaction;

import java.lang.StackWalker.StackFrame;
import java.util.Optional;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Names the transaction of the running code, for messages. */
final class CurrentTransaction {

    private CurrentTransaction() {}

    /** The method of {@code @Transactional}, the line that called a template, or empty outside of transactions. */
    static Optional<String> place() {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            return Optional.empty();
        }
        return Optional.ofNullable(TransactionSynchronizationManager.getCurrentTransactionName())
                .map(name -> "the transaction " + name)
                .or(CurrentTransaction::callOfTemplate);
    }

    private static Optional<String> callOfTemplate() {
        return StackWalker.getInstance()
                .walk(frames -> frames.dropWhile(frame -> !isOfTemplate(frame))
                        .filter(frame -> !frame.getClassName().startsWith("org.springframework."))
                        .findFirst()
                        .map(frame -> "the transaction begun at " + frame.toStackTraceElement()));
    }

    private static boolean isOfTemplate(StackFrame frame) {
        return frame.getClassName().equals(TransactionTemplate.class.getName());
    }
}
