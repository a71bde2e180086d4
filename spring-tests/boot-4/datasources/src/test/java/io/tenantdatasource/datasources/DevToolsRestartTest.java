package io.tenantdatasource.datasources;

import static io.tenantdatasource.test.Tenants.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.devtools.restart.Restarter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** DevTools restarts the application with its classes loaded anew, and ours not. In a JVM of its own, as it needs one. */
@TenantDatabase(scripts = "/notes.sql")
class DevToolsRestartTest {

    @Test
    void bindsOnceEachTimeThatTheApplicationIsRestarted(TestDatabase database) throws Exception {
        assertThat(startAndRestart(database))
                .containsExactly("start 1: bound once to " + ACME, "start 2: bound once to " + ACME);
    }

    private static List<String> startAndRestart(TestDatabase database) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        for (String property : new Applications(database).properties()) {
            command.add("--" + property);
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().filter(line -> line.startsWith("start ")).toList();
    }

    static final class Main {

        private Main() {}

        public static void main(String[] arguments) throws Exception {
            SpringApplication application = new SpringApplication(Applications.Bare.class);
            ConfigurableApplicationContext context = application.run(arguments);
            int start = Integer.getInteger("starts", 0) + 1;
            System.setProperty("starts", Integer.toString(start));
            System.out.println("start " + start + ": " + bound(context.getBean(DataSource.class)));
            if (start == 1) {
                Restarter.getInstance().restart();
            } else {
                System.exit(0);
            }
        }

        private static String bound(DataSource dataSource) throws Exception {
            DataSource pool = dataSource.unwrap(TenantDataSource.class) == dataSource
                    ? dataSource.unwrap(HikariDataSource.class)
                    : dataSource;
            String organization = TenantContext.call(
                    ACME,
                    () -> new JdbcTemplate(dataSource)
                            .queryForObject("select current_setting('app.organization_id', true)", String.class));
            return (pool.isWrapperFor(TenantDataSource.class) ? "bound twice" : "bound once") + " to "
                    + (organization.equals(ACME.organizationId()) ? ACME : organization);
        }
    }
}
