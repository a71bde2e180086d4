package io.tenantdatasource.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What lies beside a class in the jar. */
public final class Resource {

    private static final Pattern INCLUDE = Pattern.compile("(?m)^\\\\ir (\\S+)\\n");

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

    /**
     * Reads a script with what it includes: a line {@code \ir file} stands for a file beside it, as in psql.
     *
     * @param beside a class of the same module
     * @param path its path from the root of the jar, so that it may name files in other folders
     * @return the text, without such lines
     * @throws IllegalStateException if the jar lacks it, or what it includes
     */
    public static String script(Class<?> beside, String path) {
        return INCLUDE.matcher(text(beside, path))
                .replaceAll(include -> Matcher.quoteReplacement(script(
                        beside, URI.create(path).resolve(include.group(1)).toString())));
    }
}
