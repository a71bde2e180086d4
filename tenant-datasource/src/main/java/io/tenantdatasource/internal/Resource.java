package io.tenantdatasource.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What lies beside a class in the jar. */
public final class Resource {

    private Resource() {}

    /**
     * Reads a whole file.
     *
     * @param beside the class that it lies beside
     * @param name its name, or its path from there
     * @return the text
     * @throws IllegalStateException if the jar lacks it
     */
    public static String text(Class<?> beside, String name) {
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the jar of tenant-datasource");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + name, e);
        }
    }
}
