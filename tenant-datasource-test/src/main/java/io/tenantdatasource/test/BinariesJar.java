package io.tenantdatasource.test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor.Version;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;

/** A jar with an archive of PostgreSQL's programs, whose name tells the version. */
record BinariesJar(Path path, String artifact, Version version, int major) {

    private static final Pattern NAME = Pattern.compile("(?<artifact>.+)-(?<version>(?<major>\\d+)(\\.\\d+)+.*)\\.jar");

    static Optional<BinariesJar> of(Path path) {
        Matcher name = NAME.matcher(path.getFileName().toString());
        return name.matches()
                ? Optional.of(new BinariesJar(
                        path,
                        name.group("artifact"),
                        Version.parse(name.group("version")),
                        Integer.parseInt(name.group("major"))))
                : Optional.empty();
    }

    /** The one that a resource of the class path is in, unless that is in no file of its own, or one of another name. */
    static Optional<BinariesJar> of(URL resource) {
        try {
            URLConnection connection = resource.openConnection();
            return connection instanceof JarURLConnection jar
                            && jar.getJarFileURL().getProtocol().equals("file")
                    ? of(Path.of(jar.getJarFileURL().toURI()))
                    : Optional.empty();
        } catch (Exception e) {
            return Optional.empty();
        }
    }

    static boolean has(Path jar, String entry) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.getEntry(entry) != null;
        } catch (IOException e) {
            throw new IllegalStateException(jar + " should have PostgreSQL's binaries, and cannot be read: " + e, e);
        }
    }

    static InputStream open(Path jar, String entry) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return new ByteArrayInputStream(
                    zip.getInputStream(zip.getEntry(entry)).readAllBytes());
        }
    }
}
