package io.tenantdatasource.examples.sessionsweb;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ConfigurableApplicationContext;

/** People log in, see on which devices they are logged in, and end what is not theirs any more. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class SessionsWeb {

    /**
     * Runs it, on an embedded PostgreSQL if none is named.
     *
     * @param arguments Spring Boot's, such as {@code --spring.datasource.url=jdbc:postgresql://…}
     */
    public static void main(String[] arguments) {
        start(arguments);
    }

    static ConfigurableApplicationContext start(String... arguments) {
        SpringApplication application = new SpringApplication(SessionsWeb.class);
        application.addInitializers(new EmbeddedDatabase());
        return application.run(arguments);
    }
}
