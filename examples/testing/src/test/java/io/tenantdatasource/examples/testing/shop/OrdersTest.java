package io.tenantdatasource.examples.testing.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TenantDatabase;
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
    void order() {
        assertThat(mvc.post().uri("/orders").content("anvil")).hasStatusOk();
    }

    @Test
    void listsItsOwn() {
        assertThat(mvc.get().uri("/orders")).bodyJson().isStrictlyEqualTo("[\"anvil\"]");
    }

    @Test
    @Transactional // of the test's tenant, and rolled back
    @AsTenant("globex")
    void listsNothingOfAnother(@Autowired ShopApplication.Orders orders) {
        orders.add("laser");
        assertThat(orders.articles()).containsExactly("anvil", "laser"); // both of globex: the test's tenant ordered
    }
}
