package io.tenantdatasource.springweb.configuration;

import static io.tenantdatasource.springweb.configuration.RequestTenants.application;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.policy.SessionLogin;
import io.tenantdatasource.policy.SessionPolicies;
import io.tenantdatasource.spring.web.TenantFilterOrder;
import io.tenantdatasource.spring.web.TenantMembership;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.RegistrationBean;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

/** What docs/spring-tenant.md tells people to write is what an application starts with. */
class SpringTenantPageTest {

    private static final Pattern YAML = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL);

    @Test
    void aResourceServer() throws IOException {
        example(0)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .getBean("authenticatedTenantFilter", RegistrationBean.class)
                        .returns(TenantFilterOrder.AFTER_SECURITY, RegistrationBean::getOrder));
    }

    @Test
    void aGateway() throws IOException {
        example(1)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasBean("tenantOfHeader")
                        .getBean("requestTenantFilter", RegistrationBean.class)
                        .returns(TenantFilterOrder.BEFORE_SESSION, RegistrationBean::getOrder));
    }

    @Test
    void aFormAndProtectedSessions() throws IOException {
        example(2)
                .withBean(SessionLogin.class, () -> SessionLogin.byTokenHash(SessionPolicies.throughUsers()))
                .run(context -> assertThat(context.getBeansOfType(RegistrationBean.class).values().stream()
                                .sorted(Comparator.comparingInt(RegistrationBean::getOrder))
                                .map(RegistrationBean::getOrder))
                        .containsExactly(TenantFilterOrder.BEFORE_SESSION, TenantFilterOrder.AFTER_SECURITY));
    }

    @Test
    void members() throws IOException {
        example(3).run(context -> assertThat(context).hasNotFailed().hasSingleBean(TenantMembership.class));
    }

    @Test
    void contextPropagationOfReactor() throws IOException {
        example(4)
                .run(context -> assertThat(context.getEnvironment().getProperty("spring.reactor.context-propagation"))
                        .isEqualTo("auto"));
    }

    private static WebApplicationContextRunner example(int number) throws IOException {
        List<String> examples = YAML.matcher(Files.readString(Path.of("../../../docs/spring-tenant.md")))
                .results()
                .map(MatchResult::group)
                .map(block -> block.replaceAll("```(yaml)?", ""))
                .toList();
        assertThat(examples).hasSize(5);
        PropertySource<?> properties = new YamlPropertySourceLoader()
                .load("page", new ByteArrayResource(examples.get(number).getBytes(StandardCharsets.UTF_8)))
                .get(0);
        return application()
                .withInitializer(
                        context -> context.getEnvironment().getPropertySources().addFirst(properties));
    }
}
