package io.tenantdatasource.test.isolation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What came of an {@link IsolationMatrix}.
 *
 * @param cells in the order of the catalogue
 */
public record IsolationReport(List<Cell> cells) {

    /**
     * Keeps the cells.
     *
     * @param cells copied
     */
    public IsolationReport {
        cells = List.copyOf(cells);
    }

    /**
     * Returns what keeps the schema from being isolated.
     *
     * @return the cells whose verdict is a failure
     */
    public List<Cell> failures() {
        return cells.stream().filter(cell -> cell.verdict().isFailure()).toList();
    }

    /**
     * Whether all that was granted was tried, and nothing got through.
     *
     * @return false if there is any failure
     */
    public boolean isolates() {
        return failures().isEmpty();
    }

    /**
     * Writes a page with a picture of the matrix, and with what is wrong, why, and what to do.
     *
     * @param file to be written; its directory is made if need be
     * @return {@code file}
     * @throws UncheckedIOException if it cannot be written
     */
    public Path writeHtml(Path file) {
        try {
            if (file.toAbsolutePath().getParent() != null) {
                Files.createDirectories(file.toAbsolutePath().getParent());
            }
            return Files.writeString(file, html());
        } catch (IOException e) {
            throw new UncheckedIOException("The report on isolation could not be written to " + file, e);
        }
    }

    /**
     * Returns that page.
     *
     * @return HTML that needs nothing else
     */
    public String html() {
        return HtmlPage.of(this);
    }

    /**
     * Writes a script for each cell in which something got through, for a superuser: it does so again, shows the rows, and takes
     * everything back.
     *
     * @param folder to write to; made if need be. Files that are there stay
     * @return the files, such as {@code 01-invoices-select.sql}
     * @throws UncheckedIOException if one cannot be written
     */
    public List<Path> writeScripts(Path folder) {
        List<Path> files = new ArrayList<>();
        try {
            Files.createDirectories(folder);
            for (Cell cell : failures()) {
                if (cell.script().isPresent()) {
                    String name = String.format(
                                    Locale.ROOT, "%02d-%s-%s.sql", files.size() + 1, cell.target(), cell.attempt())
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^a-z0-9.]+", "-");
                    files.add(Files.writeString(
                            folder.resolve(name),
                            "-- " + cell.name().replaceAll("\\R", " ")
                                    + ".\n-- On the same database, or a copy of it, as a superuser. All of it is rolled back.\n"
                                    + cell.script().get()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The scripts of what got through could not be written to " + folder, e);
        }
        return files;
    }

    /**
     * Returns a table for the console, and below it what is wrong, why, and what to do.
     *
     * @return several lines
     */
    @Override
    public String toString() {
        return ConsoleTable.of(this);
    }
}
