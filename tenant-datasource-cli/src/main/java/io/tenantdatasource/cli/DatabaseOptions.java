package io.tenantdatasource.cli;

import java.util.Locale;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which database, and as whom. */
final class DatabaseOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--url",
            required = true,
            paramLabel = "<jdbc:postgresql://…>",
            description = "The database. Its password comes from PGPASSWORD, or from the password file.")
    private String url;

    @Option(
            names = "--user",
            paramLabel = "<name>",
            description = "Who owns the tables; by default, the user of your operating system.")
    private String user;

    DataSource open() {
        if (url.toLowerCase(Locale.ROOT).contains("password=")) {
            throw new CommandLine.ParameterException(
                    command.commandLine(),
                    "--url has a password, which everybody on this machine can read: set PGPASSWORD instead");
        }
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new CommandLine.ParameterException(
                    command.commandLine(),
                    "--url does not begin with jdbc:postgresql: (it is not shown, as it may hold a secret)");
        }
        PGSimpleDataSource database = new PGSimpleDataSource();
        try {
            database.setUrl(url);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(
                    command.commandLine(),
                    "--url is no URL that the driver reads (it is not shown, as it may hold a secret)");
        }
        if (user != null) {
            database.setUser(user);
        }
        if (System.getenv("PGPASSWORD") != null) {
            database.setPassword(System.getenv("PGPASSWORD"));
        }
        database.setApplicationName("tenant-datasource");
        return database;
    }
}
