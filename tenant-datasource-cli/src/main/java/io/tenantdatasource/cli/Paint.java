package io.tenantdatasource.cli;

import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Model.CommandSpec;

/** Colours, where a person looks at them: on a terminal, unless NO_COLOR or --no-color says otherwise. */
final class Paint {

    private final boolean coloured;

    private Paint(boolean coloured) {
        this.coloured = coloured;
    }

    static Paint of(CommandSpec command) {
        Ansi ansi = command.commandLine().getColorScheme().ansi();
        return new Paint(ansi.enabled());
    }

    /** What is open, or wrong. */
    String red(String text) {
        return painted(Style.fg_red, text);
    }

    /** What is to be thought about. */
    String yellow(String text) {
        return painted(Style.fg_yellow, text);
    }

    /** What is as it should be. */
    String green(String text) {
        return painted(Style.fg_green, text);
    }

    /** Not by the markup of picocli, which names in the text could be taken for. */
    private String painted(Style colour, String text) {
        return coloured && !text.isEmpty() ? colour.on() + text + Style.reset.on() : text;
    }
}
