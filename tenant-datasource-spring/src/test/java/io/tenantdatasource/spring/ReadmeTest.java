package io.tenantdatasource.spring;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.yaml.snakeyaml.Yaml;

/** What the module's page says, holds. */
class ReadmeTest extends SpringTest {

    private static final Path PAGE = Path.of("README.md");
    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern TABLE = Pattern.compile("(?<=table.update -->\n).*(?=<!-- end -->)", Pattern.DOTALL);

    @TestFactory
    Stream<DynamicTest> applicationsStartWithItsExamples() throws IOException {
        return YAML.matcher(Files.readString(PAGE))
                .results()
                .map(example -> example.group(1))
                .map(yaml -> DynamicTest.dynamicTest(yaml, () -> assertStarts(yaml)));
    }

    @Test
    void listsEveryPropertyAsEditorsShowIt() throws IOException {
        String page = Files.readString(PAGE);
        String expected = TABLE.matcher(page).replaceFirst(Matcher.quoteReplacement(propertiesTable()));
        if (Boolean.getBoolean("properties-table.update")) {
            Files.writeString(PAGE, expected);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(expected);
    }

    @Test
    void refusesNoneOfThem() throws IOException {
        assertThat(UnknownProperties.known())
                .isEqualTo(metadata()
                        .map(property -> ConfigurationPropertyName.of((String) property.get("name"))
                                .getElement(1, ConfigurationPropertyName.Form.DASHED))
                        .collect(toSet()));
    }

    private static void assertStarts(String yaml) throws IOException {
        List<PropertySource<?>> example = new YamlPropertySourceLoader()
                .load("example", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
        application()
                .withInitializer(context -> example.forEach(
                        source -> context.getEnvironment().getPropertySources().addFirst(source)))
                .withBean(
                        "warehouse",
                        DataSource.class,
                        SpringTest::pool,
                        bean -> ((AbstractBeanDefinition) bean).setDefaultCandidate(false))
                .withPropertyValues(yaml.contains("exclude") ? "x=y" : "tenant-datasource.exclude=warehouse")
                .run(context -> assertThat(context).hasNotFailed());
    }

    private static String propertiesTable() throws IOException {
        return metadata()
                .map(property -> "| `%s` | %s | %s |%n"
                        .formatted(
                                property.get("name"),
                                Objects.toString(property.get("defaultValue"), "")
                                        .replaceAll("^$", "none"),
                                Objects.toString(property.get("description"), "")))
                .collect(joining("", "| property | default | meaning |\n|---|---|---|\n", ""));
    }

    /** JSON is YAML, but for one escape. */
    private static Stream<Map<String, Object>> metadata() throws IOException {
        try (InputStream json =
                Files.newInputStream(Path.of("target/classes/META-INF/spring-configuration-metadata.json"))) {
            Map<String, List<Map<String, Object>>> metadata =
                    new Yaml().load(new String(json.readAllBytes(), StandardCharsets.UTF_8).replace("\\/", "/"));
            return metadata.get("properties").stream()
                    .filter(property -> ((String) property.get("name")).startsWith("tenant-datasource."))
                    .sorted(Comparator.comparing(property -> (String) property.get("name")));
        }
    }
}
