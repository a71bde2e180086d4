package io.tenantdatasource.examples.testing.shop;

import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.Tenants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.transaction.annotation.Transactional;

@SpringBootTest
@AutoConfigureMockMvc
@TenantDatabase // the application connects to it, and Flyway migrates it as the owner of the schema
@AsTenant("acme")
class OrdersTest {

    @Autowired
    private MockMvcTester mvc;

    @BeforeEach
    void orderAnAnvil() {
        assertThat(mvc.post().uri("/orders").content("anvil")).hasStatusOk();
    }

    @Test
    void acmeListsItsOwn() {
        assertThat(mvc.get().uri("/orders")).bodyText().contains("anvil");
    }

    @Test
    void globexListsNoneOfThem() throws Exception {
        Tenants.as(GLOBEX, () -> assertThat(mvc.get().uri("/orders")).bodyText().doesNotContain("anvil"));
    }

    @Test
    @Transactional // begun for acme, and rolled back
    void ordersInATransaction(@Autowired ShopApplication.Orders orders) {
        orders.add("rocket");
        assertThat(orders.articles()).containsExactly("anvil", "rocket");
    }
}
