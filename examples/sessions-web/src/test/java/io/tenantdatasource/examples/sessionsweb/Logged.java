package io.tenantdatasource.examples.sessionsweb;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What is logged below a name while this is open, at a level that is set for as long. */
final class Logged implements AutoCloseable {

    private final Logger logger;
    private final Level former;
    private final boolean formerlyAdditive;
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            messages.add(event.getFormattedMessage());
        }
    };

    Logged(String name, Level level) {
        logger = (Logger) LoggerFactory.getLogger(name);
        former = logger.getLevel();
        formerlyAdditive = logger.isAdditive();
        logger.setLevel(level);
        logger.setAdditive(false);
        appender.setContext(logger.getLoggerContext());
        appender.start();
        logger.addAppender(appender);
    }

    List<String> messages() {
        return List.copyOf(messages);
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        logger.setLevel(former);
        logger.setAdditive(formerlyAdditive);
    }
}
