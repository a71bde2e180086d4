package io.tenantdatasource.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A question mark of an operator is no parameter, and one in quotes is a character. */
class JdbcTextTest {

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiterString = "becomes", textBlock = """
                    (labels ? 'a'::text) becomes (labels ?? 'a'::text)
                    (labels ?| ARRAY['?'::text]) becomes (labels ??| ARRAY['?'::text])
                    ("why?" = E'\\\\?' OR (a ?& b)) becomes ("why?" = E'\\\\?' OR (a ??& b))
                    (a OPERATOR(other.?) b) becomes (a OPERATOR(other.??) b)
                    (a = $1) becomes (a = $1)
                    (a = 'no end ? becomes (a = 'no end ?
                    """)
    void onlyOperatorsAreDoubled(String expression, String forJdbc) {
        assertThat(JdbcText.withoutParameters(expression)).isEqualTo(forJdbc);
    }
}
