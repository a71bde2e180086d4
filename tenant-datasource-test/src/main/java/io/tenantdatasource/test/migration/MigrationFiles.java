package io.tenantdatasource.test.migration;

import io.tenantdatasource.internal.sql.MigrationText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * A lint for files of SQL that change rows of protected tables without the maintenance role, so that they would touch no row and
 * report success. It is for migrations whose user may only assume the role; one that inherits it needs no lint.
 *
 * <pre>{@code
 * @Test
 * void migrationsOfDataAssumeTheRole() {
 *     MigrationFiles.in(Path.of("src/main/resources/db/migration"))
 *             .after("V12__policies.sql")                      // the file that protects the tables
 *             .requireNoBoundDml(Set.of("user_sessions"), "app_maintenance");
 * }
 * }</pre>
 *
 * <p>It reads {@code INSERT}, {@code UPDATE}, {@code DELETE}, {@code MERGE} and {@code COPY … FROM}, in DO blocks as well. What a
 * text does not tell is found too, unless somebody has {@linkplain #reviewed(String...) reviewed} it. Not followed are functions
 * that a file calls, and what is no SQL, such as Liquibase's change logs in XML. What is safe is {@link
 * io.tenantdatasource.policy.MigratingRole#requireUnbound(DataSource)}, when they run.
 *
 * <p>Immutable: each method returns another one. Safe for use by several threads.
 */
public final class MigrationFiles {

    private final Path folder;
    private final String after;
    private final Set<String> reviewed;
    private final Map<String, String> placeholders;

    private MigrationFiles(Path folder, String after, Set<String> reviewed, Map<String, String> placeholders) {
        this.folder = folder;
        this.after = after;
        this.reviewed = Set.copyOf(reviewed);
        this.placeholders = Map.copyOf(placeholders);
    }

    /**
     * What was found in a file.
     *
     * @param file the file
     * @param line the line, from 1
     * @param message what is there, and what to do next
     */
    public record Finding(Path file, int line, String message) {

        @Override
        public String toString() {
            return file + ":" + line + ": " + message;
        }
    }

    /**
     * The files whose names end in {@code .sql}, in a folder and those below it.
     *
     * @param folder where they are, not null
     * @return all of them
     */
    public static MigrationFiles in(Path folder) {
        return new MigrationFiles(Objects.requireNonNull(folder, "folder is null"), null, Set.of(), Map.of());
    }

    /**
     * Leaves out a file, and those that run before it, such as the one that protects the tables. The order is Flyway's: by version, and
     * {@code R__} files after all; files without a version are in the order of their names, and of the numbers in them.
     *
     * @param file its name without the folder, not null
     * @return those after it
     */
    public MigrationFiles after(String file) {
        return new MigrationFiles(folder, Objects.requireNonNull(file, "file is null"), reviewed, placeholders);
    }

    /**
     * Leaves out files that somebody has read.
     *
     * @param files their names without the folder
     * @return the others
     */
    public MigrationFiles reviewed(String... files) {
        Set<String> all = new HashSet<>(reviewed);
        all.addAll(List.of(files));
        return new MigrationFiles(folder, after, all, placeholders);
    }

    /**
     * Says what {@code ${name}} stands for in the files.
     *
     * @param name the placeholder's name, not null
     * @param value what Flyway or Liquibase puts there, not null
     * @return the same files, read so
     */
    public MigrationFiles placeholder(String name, String value) {
        Map<String, String> all = new TreeMap<>(placeholders);
        all.put(name, value);
        return new MigrationFiles(folder, after, reviewed, all);
    }

    /**
     * Finds changes of rows that no maintenance role is assumed for.
     *
     * @param tables the protected ones, as {@code name} or {@code schema.name}, as the catalogue has them
     * @param maintenanceRole the role that has to be assumed before, not null
     * @return what was found, in the order in which the files run
     * @throws IllegalArgumentException if there are no such files, or none that {@link #after(String)} or {@link
     *     #reviewed(String...)} names
     */
    public List<Finding> findBoundDml(Set<String> tables, String maintenanceRole) {
        return find(ProtectedTables.of(tables, maintenanceRole));
    }

    /**
     * Requires that there are no changes of rows that no maintenance role is assumed for.
     *
     * @param tables the protected ones, as {@code name} or {@code schema.name}, as the catalogue has them
     * @param maintenanceRole the role that has to be assumed before, not null
     * @throws AssertionError if there are; the message names file, line and table, and what to do next
     * @throws IllegalArgumentException if there are no such files, or none that {@link #after(String)} or {@link
     *     #reviewed(String...)} names
     */
    public void requireNoBoundDml(Set<String> tables, String maintenanceRole) {
        require(findBoundDml(tables, maintenanceRole));
    }

    /**
     * The same, with the tables and the maintenance roles of a database, as the policies of this library there say.
     *
     * @param migrated a database in which all migrations have run, not null
     * @throws AssertionError if there are; the message names file, line and table, and what to do next
     * @throws IllegalArgumentException if there are no such files, or none that {@link #after(String)} or {@link
     *     #reviewed(String...)} names, or if nothing is protected in the database
     * @throws SQLException if the database cannot be asked
     */
    public void requireNoBoundDml(DataSource migrated) throws SQLException {
        require(find(ProtectedTables.of(migrated)));
    }

    private static void require(List<Finding> found) {
        if (!found.isEmpty()) {
            throw new AssertionError(found.stream()
                    .map(Finding::toString)
                    .collect(Collectors.joining(
                            "\n", "Migrations that row security would let do nothing, or that cannot be told:\n", "")));
        }
    }

    private List<Finding> find(ProtectedTables tables) {
        List<Finding> found = new ArrayList<>();
        for (Path file : wanted()) {
            new BoundChanges(tables, file, found).read(MigrationText.read(text(file)));
        }
        return found;
    }

    private List<Path> wanted() {
        List<Path> all = all();
        List<String> names = all.stream().map(MigrationFiles::name).toList();
        requireThere(names, reviewed);
        int first = 0;
        if (after != null) {
            requireThere(names, Set.of(after));
            first = names.indexOf(after) + 1;
        }
        return all.subList(first, all.size()).stream()
                .filter(file -> !reviewed.contains(name(file)))
                .toList();
    }

    private List<Path> all() {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = files.filter(file -> name(file).endsWith(".sql"))
                    .sorted(FileOrder.comparing(MigrationFiles::name))
                    .toList();
            if (all.isEmpty()) {
                throw new IllegalArgumentException(
                        "There is no .sql file in " + folder.toAbsolutePath() + ": name another folder");
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(folder.toAbsolutePath() + " could not be read", e);
        }
    }

    private void requireThere(List<String> names, Set<String> wanted) {
        for (String name : wanted) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException("There is no file " + name + " in " + folder.toAbsolutePath()
                        + ": write its name without the folder");
            }
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private String text(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            for (Map.Entry<String, String> placeholder : placeholders.entrySet()) {
                text = text.replace("${" + placeholder.getKey() + "}", placeholder.getValue());
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(file + " could not be read", e);
        }
    }
}
