package io.tenantdatasource.test.isolation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
     * Returns a table for the console, and below it what is wrong, why, and what to do.
     *
     * @return several lines
     */
    @Override
    public String toString() {
        return ConsoleTable.of(this);
    }
}
