package io.tenantdatasource.examples.sessionsweb;

import java.util.List;

/** What a browser says it is, in words. A guess: browsers say what they like. */
record Device(String browser, String system) {

    private record Sign(String in, String means) {}

    /** In this order, for most of them claim to be one of those below as well. */
    private static final List<Sign> BROWSERS = List.of(
            new Sign("Edg/", "Edge"),
            new Sign("OPR/", "Opera"),
            new Sign("Firefox/", "Firefox"),
            new Sign("Chrome/", "Chrome"),
            new Sign("Safari/", "Safari"));

    private static final List<Sign> SYSTEMS = List.of(
            new Sign("Android", "Android"),
            new Sign("iPhone", "iPhone"),
            new Sign("iPad", "iPad"),
            new Sign("Windows", "Windows"),
            new Sign("Mac OS X", "macOS"),
            new Sign("Linux", "Linux"));

    static Device of(String userAgent) {
        return new Device(
                meaning(BROWSERS, userAgent, "Unknown browser"), meaning(SYSTEMS, userAgent, "unknown system"));
    }

    private static String meaning(List<Sign> signs, String userAgent, String otherwise) {
        return signs.stream()
                .filter(sign -> userAgent != null && userAgent.contains(sign.in()))
                .map(Sign::means)
                .findFirst()
                .orElse(otherwise);
    }

    @Override
    public String toString() {
        return browser + " on " + system;
    }
}
