package io.tenantdatasource.benchmarks;

import java.util.Locale;

/** The few elements of SVG that a chart needs. Texts are escaped; attributes are the caller's own. */
public final class Svg {

    private final StringBuilder body = new StringBuilder();
    private final String style;

    /** Black on white. */
    public Svg() {
        this("");
    }

    /** With rules of CSS, one of which may give the class {@code background} another color than white. */
    Svg(String style) {
        this.style = style;
    }

    /** Draws a rectangle; {@code attributes} say how. */
    public void rectangle(double x, double y, double width, double height, String attributes) {
        element("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" %s/>", x, y, width, height, attributes);
    }

    /** Draws a line from {@code top} to {@code bottom}. */
    public void verticalLine(double x, double top, double bottom, String attributes) {
        element("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>", x, top, x, bottom, attributes);
    }

    /** Writes a text, which is escaped. */
    public void text(double x, double y, String attributes, String text) {
        element("<text x=\"%.1f\" y=\"%.1f\" %s>%s</text>", x, y, attributes, escaped(text));
    }

    private void element(String format, Object... values) {
        body.append("  ").append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    /** Returns the document, with a title and a description for who cannot see it. */
    public String document(int width, int height, String title, String description) {
        return String.format(
                Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" font-family="sans-serif" font-size="13" \
                role="img" aria-labelledby="title desc">
                  <title id="title">%3$s</title>
                  <desc id="desc">%4$s</desc>
                %5$s  <rect width="%1$d" height="%2$d" class="background" fill="#fff"/>
                %6$s</svg>
                """, width, height, escaped(title), escaped(description), styleElement(), body);
    }

    private String styleElement() {
        return style.isEmpty() ? "" : "  <style>" + style + "</style>\n";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
